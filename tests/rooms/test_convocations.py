"""Members are called, told of another date, called off, each through the event of the calendar they have."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from guichet.commissions.commission_models import Seat
from guichet.commissions.convocations import actions as convocation_actions
from guichet.commissions.convocations.answers import opened, take
from guichet.commissions.convocations.choices import ABSENT, PRESENT
from guichet.commissions.convocations.queries import called
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.arrangement import Arrangement
from guichet.commissions.sessions.workflow import SESSION
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError
from guichet.notifications.actions import retry
from guichet.notifications.models import LetterRow
from guichet.notifications.relay import Relay
from tests import make
from tests.calendars import of_mail
from tests.convocations import SEATS, SITS_ON, Room, calendars, received
from tests.mailserver import LATER, REFUSED, MailServer
from tests.outbox import turn


def test_each_member_is_called_by_one_mail_that_calendars_take(room: Room, relay: Relay, server: MailServer):
    room.convene()
    room.send(relay)
    assert [str(mail["To"]).split("<")[1].split("@")[0] for mail in server.accepted] == [
        "honorine",
        "regine",
        "ludivine",
        "evrard",
        "bertille",
    ]
    (mail,) = received(server, "evrard")
    found, attached = of_mail(mail)
    assert attached.decode().replace("\r\n", "\n") == found.text
    event = found.events[0]
    assert (found.method, event["UID"], event["SEQUENCE"]) == ("REQUEST", room.sitting.uid, "0")
    assert event["ATTENDEE"] == "mailto:evrard@mairie.example"
    assert found.at("DTSTART").isoformat() == "2027-03-26T13:00:00+00:00"
    assert found.parameters[0]["ATTENDEE"]["ROLE"] == "REQ-PARTICIPANT"
    (guest,) = calendars(server, "bertille")
    assert guest.parameters[0]["ATTENDEE"]["ROLE"] == "OPT-PARTICIPANT"
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert "vendredi 26 mars 2027 à 14" in text and "Solange Pontarcy vous supplée" in text
    assert "/convocation/" in text and "/convocation/" not in found.text


def test_a_new_date_moves_the_same_event_and_asks_again(room: Room, relay: Relay, server: MailServer):
    room.convene()
    room.send(relay)
    room.answer("Évrard Tournemine", PRESENT)
    old = room.token("Évrard Tournemine")
    uid = room.sitting.uid
    room.postpone()
    assert room.sitting.state == "convened" and room.of("Évrard Tournemine").answer == ""
    room.send(relay)
    _, second = calendars(server, "evrard")
    assert (second.method, second.events[0]["UID"], second.events[0]["SEQUENCE"]) == ("REQUEST", uid, "1")
    # After the last Sunday of March, 14 h is an hour earlier for the rest of the world.
    assert second.at("DTSTART").isoformat() == "2027-04-02T12:00:00+00:00"
    assert "Nouvelle date" in str(received(server, "evrard")[1]["Subject"])
    page = opened(room.session, old, at=make.NOON, lock=True)
    assert "reportée au vendredi 2\u00a0avril 2027" in page.stale
    with pytest.raises(ConflictError, match="Votre réponse n’est pas prise"):
        take(room.session, page, ABSENT, None, room.calling, actor=Actor(None, "É"), at=make.NOON)


def test_a_date_too_near_calls_off_first_and_is_convened_by_hand(
    room: Room, relay: Relay, server: MailServer
):
    room.convene()
    room.send(relay)
    near = make.NOON + timedelta(days=SITS_ON.toordinal() - day(make.NOON).toordinal() - 3)
    room.postpone(SITS_ON + timedelta(days=1), at=near)
    assert room.sitting.state == "planned" and called(room.session, room.id) == []
    session_actions.convene(
        room.session, room.sitting, "Salle inondée", actor=room.by, at=near, calling=room.calling
    )
    room.session.commit()
    turn(relay, near - make.NOON)
    room.send(relay)
    told = [(one.method, one.events[0]["SEQUENCE"]) for one in calendars(server, "ludivine")]
    assert told == [("REQUEST", "0"), ("CANCEL", "1"), ("REQUEST", "2")]


def test_another_hour_moves_the_event_of_everybody_and_the_old_link_says_so(
    room: Room, relay: Relay, server: MailServer
):
    room.convene()
    room.send(relay)
    old = room.token("Ludivine Marescot")
    moved = session_actions.rearrange(
        room.session,
        room.sitting,
        Arrangement(9 * 60, 150, "Salle des fêtes"),
        actor=room.by,
        at=make.NOON,
        calling=room.calling,
    )
    room.session.commit()
    room.send(relay)
    assert moved == 5
    last = calendars(server, "ludivine")[-1]
    assert (last.events[0]["SEQUENCE"], last.events[0]["LOCATION"]) == ("1", "Salle des fêtes")
    assert last.at("DTSTART").hour == 8
    assert last.at("DTEND") - last.at("DTSTART") == timedelta(minutes=150)
    text = " ".join(received(server, "ludivine")[-1].get_body(("plain",)).get_content().split())
    assert "l’heure passe de 14 h à 9 h et le lieu est désormais « Salle des fêtes »" in text
    assert "a changé" in opened(room.session, old, at=make.NOON).stale


def test_a_session_takes_the_time_of_its_agenda_until_its_members_are_told_how_long_it_lasts(
    room: Room, relay: Relay, server: MailServer
):
    def add(title: str, duration: int) -> None:
        item = agenda_actions.ItemEntry("text", title, duration)
        agenda_actions.add_item(room.session, room.sitting, item, actor=room.by, at=make.NOON)
        room.session.commit()

    assert room.sitting.duration == 90
    add("Bilan de l’année", 100)
    assert (room.sitting.duration, room.sitting.overrun) == (105, 0)
    room.convene()
    add("Projet de micro-crèche", 60)
    assert (room.sitting.duration, room.sitting.overrun) == (105, 60), (
        "what was told holds until it is changed"
    )
    room.send(relay)
    (told,) = calendars(server, "ludivine")
    assert told.at("DTEND") - told.at("DTSTART") == timedelta(minutes=105)


def test_a_cancellation_never_overtakes_the_convocation_it_cancels(
    session: Session, relay: Relay, server: MailServer
):
    late = make.seat("elected", holder="Gaspard Tardif", email=LATER)
    dead = make.seat("parent", holder="Irène Close", email=REFUSED)
    room = Room(session, seats=(*SEATS[:2], late, dead))
    room.convene()
    room.send(relay)
    session_actions.cancel(
        session, room.sitting, "Plus d’objet", actor=room.by, at=make.NOON, calling=room.calling
    )
    session.commit()
    asked = len(server.asked)
    room.send(relay)
    # His server asked to wait: his cancellation waits behind; hers refused for good: she has nothing to cancel.
    assert sorted(server.asked[asked:]) == ["evrard@mairie.example", "honorine@mairie.example"]
    assert [one.method for one in calendars(server, "evrard")] == ["REQUEST", "CANCEL"]
    waiting = session.scalars(
        select(LetterRow).where(LetterRow.state == "pending").order_by(LetterRow.id)
    ).all()
    assert [one.kind for one in waiting] == ["convocation", "convocation_cancelled"]
    assert waiting[1].after_id == waiting[0].id


def test_what_has_not_left_is_held_back_instead_of_contradicted(room: Room, relay: Relay, server: MailServer):
    room.convene()
    session_actions.cancel(
        room.session, room.sitting, "Plus d’objet", actor=room.by, at=make.NOON, calling=room.calling
    )
    room.session.commit()
    room.send(relay)
    assert server.accepted == []
    assert set(room.session.scalars(select(LetterRow.state))) == {"cancelled"}


def test_who_leaves_in_the_middle_of_the_year_is_withdrawn_alone_and_who_comes_is_called(
    room: Room, relay: Relay, server: MailServer
):
    room.convene()
    room.send(relay)
    seat = room.session.get_one(Seat, room.of("Ludivine Marescot").seat_id)
    seat.ends_on = SITS_ON
    sitting = room.sitting
    assert convocation_actions.call(room.session, sitting, room.calling, actor=room.by, at=make.NOON) == 0
    room.session.commit()
    room.send(relay)
    assert [one.method for one in calendars(server, "ludivine")] == ["REQUEST", "CANCEL"]
    assert len(server.accepted) == 6
    assert "est retirée" in received(server, "ludivine")[1].get_body(("plain",)).get_content()


def test_a_commission_without_presidency_nor_deputy_is_convened_and_a_member_without_address_on_paper(
    session: Session, relay: Relay, server: MailServer
):
    alone = make.seat("elected", holder="Ludivine Marescot", email="ludivine@mairie.example")
    room = Room(session, seats=(alone, make.seat("elected", holder="Anselme Papier")))
    room.convene()
    room.answer("Ludivine Marescot", ABSENT)
    assert [one.name for one in called(session, room.id)] == ["Anselme Papier", "Ludivine Marescot"]
    room.send(relay)
    row = session.scalars(
        select(LetterRow).where(LetterRow.email.is_(None)).options(undefer(LetterRow.facts))
    ).one()
    assert (row.state, row.recipient_name) == ("to_print", "Anselme Papier")
    assert row.facts["action"] is None and row.facts["invitation"] is None
    assert row.facts["signatory"] == [row.facts["sender"]["name"]]
    assert len(calendars(server, "ludivine")) == 1


def test_a_missing_quorum_convenes_again_for_another_event_with_the_same_agenda(
    room: Room, relay: Relay, server: MailServer
):
    room.convene()
    room.send(relay)
    uid = room.sitting.uid
    that_day = make.NOON + timedelta(days=SITS_ON.toordinal() - day(make.NOON).toordinal())
    SESSION.fire(room.session, room.sitting, "open", actor=room.by, at=that_day)
    room.session.commit()
    room.postpone(SITS_ON + timedelta(days=20), at=that_day)
    assert room.sitting.second and room.sitting.state == "convened" and room.sitting.uid != uid
    turn(relay, that_day - make.NOON)
    room.send(relay)
    first, second = calendars(server, "ludivine")
    assert second.method == "REQUEST" and second.events[0]["UID"] != first.events[0]["UID"]
    assert "Seconde convocation" in str(received(server, "ludivine")[1]["Subject"])


def test_a_corrected_address_is_invited_under_it_and_an_outdated_mail_is_never_sent_again(
    session: Session, relay: Relay, server: MailServer
):
    room = Room(session, seats=(SEATS[0], make.seat("elected", holder="Irène Close", email=REFUSED)))
    room.convene()
    room.send(relay)
    letter_id = room.of("Irène Close").letter_id
    retry(session, letter_id, actor=room.by, at=make.NOON, email="irene@mairie.example")
    room.send(relay)
    (found,) = calendars(server, "irene")
    assert found.events[0]["ATTENDEE"] == "mailto:irene@mairie.example"


def test_a_mail_that_never_arrived_cannot_be_sent_again_once_the_session_is_given_up(
    session: Session, relay: Relay, server: MailServer
):
    room = Room(session, seats=(SEATS[0], make.seat("elected", holder="Irène Close", email=REFUSED)))
    room.convene()
    room.send(relay)
    letter_id = room.of("Irène Close").letter_id
    session_actions.cancel(
        session, room.sitting, "Plus d’objet", actor=room.by, at=make.NOON, calling=room.calling
    )
    with pytest.raises(ConflictError):
        retry(session, letter_id, actor=room.by, at=make.NOON, email="irene@mairie.example")
