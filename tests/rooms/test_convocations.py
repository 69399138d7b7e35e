"""Members are called, told of another date, called off; they answer, and deputies and proxies follow."""

import re
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from guichet.commissions.commission_models import Seat
from guichet.commissions.convocations import actions as convocation_actions
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.answers import LinkOverError, opened, take
from guichet.commissions.convocations.choices import ABSENT, PRESENT, PROXY
from guichet.commissions.convocations.models import Convocation
from guichet.commissions.convocations.queries import called, expected_quorum, proofs, to_remind, whole_session
from guichet.commissions.papers import models as papers
from guichet.commissions.papers.bench import PaperBench
from guichet.commissions.papers.documents import ask_paper
from guichet.commissions.papers.models import SessionDocument
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.workflow import SESSION
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError
from guichet.notifications.actions import retry
from guichet.notifications.models import LetterRow
from guichet.notifications.relay import Relay
from tests import make
from tests.calendars import Read, of_mail
from tests.mailserver import LATER, REFUSED, MailServer
from tests.outbox import WHILE, turn
from workers.convocations import remind_members

SITS_ON, MOVED_TO = date(2027, 3, 26), date(2027, 4, 2)
"""A Friday before the clocks change, and the next one."""
SEATS = (
    make.seat("president", holder="Honorine Castelbrac", email="honorine@mairie.example"),
    make.seat(
        "elected",
        holder="Évrard Tournemine",
        email="evrard@mairie.example",
        deputy="Solange Pontarcy",
        deputy_email="solange@mairie.example",
    ),
    make.seat("elected", holder="Ludivine Marescot", email="ludivine@mairie.example"),
    make.seat("director", holder="Régine Halbourdin", email="regine@creche.example"),
    make.seat("pmi", holder="Bertille Onfray", email="bertille@departement.example", voting=False),
    make.seat("caf", title="Conseillère technique de la Caf", voting=False),
)


class Room:
    """A commission, its session, and what the tests do with them."""

    def __init__(self, session: Session, seats=SEATS, **settings) -> None:
        self.session = session
        self.catalogue = make.territory(session)
        self.by = make.person(session, "coordinator")
        self.calling = Calling(self.catalogue, "http://127.0.0.1:8000")
        commission = make.commission(
            session, self.catalogue, self.by, name="Commission de Blanzy", seats=seats, **settings
        )
        entry = SessionEntry(SITS_ON, 14 * 60, "Salle du conseil")
        self.id = session_actions.plan(session, commission, entry, actor=self.by, at=make.NOON).id
        session.commit()

    @property
    def sitting(self) -> CommissionSession:
        self.session.flush()
        self.session.expire_all()
        found = whole_session(self.session, self.id)
        assert found is not None
        return found

    def convene(self) -> None:
        session_actions.convene(
            self.session, self.sitting, "", actor=self.by, at=make.NOON, calling=self.calling
        )
        self.session.commit()

    def postpone(self, on: date = MOVED_TO, at=make.NOON) -> None:
        made = session_actions.postpone(
            self.session,
            self.sitting,
            SessionEntry(on, 14 * 60, "Salle du conseil"),
            "Salle prise",
            self.catalogue,
            actor=self.by,
            at=at,
            calling=self.calling,
        )
        self.session.commit()
        self.id = made.id

    def send(self, relay: Relay) -> None:
        """Let the letters leave; what the tests were reading ends first, or SQLite would wait for it."""
        self.session.commit()
        relay.drain(WHILE)

    def of(self, name: str) -> Convocation:
        self.session.expire_all()
        return next(one for one in called(self.session, self.id) if one.name == name)

    def token(self, name: str) -> str:
        row = self.session.get(LetterRow, self.of(name).letter_id)
        assert row is not None
        facts = self.session.scalar(select(LetterRow.facts).where(LetterRow.id == row.id))
        return facts["action"][1].rpartition("/")[2]

    def answer(self, name: str, said: str, carrier: str = "", at=make.NOON) -> None:
        page = opened(self.session, self.token(name), at=at, lock=True)
        seat = self.of(carrier).seat_id if carrier else None
        take(self.session, page, said, seat, self.calling, actor=Actor(None, name), at=at)
        self.session.commit()


@pytest.fixture
def room(session: Session) -> Room:
    return Room(session, proxies=1, quorum="majority", second_without_quorum=True)


def received(server: MailServer, name: str) -> list[EmailMessage]:
    return [mail for mail in server.accepted if name in str(mail["To"])]


def calendars(server: MailServer, name: str) -> list[Read]:
    return [of_mail(mail)[0] for mail in received(server, name)]


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
        9 * 60,
        "Salle des fêtes",
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
    assert "a changé" in opened(room.session, old, at=make.NOON).stale


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


def test_the_deputy_is_called_when_the_holder_will_not_come_and_withdrawn_when_he_does(
    room: Room, relay: Relay, server: MailServer
):
    room.convene()
    room.answer("Évrard Tournemine", ABSENT)
    assert room.of("Solange Pontarcy").as_deputy
    room.send(relay)
    room.answer("Solange Pontarcy", PRESENT)
    room.answer("Évrard Tournemine", PRESENT)
    room.send(relay)
    room.answer("Évrard Tournemine", ABSENT)
    room.send(relay)
    told = [(one.method, one.events[0]["SEQUENCE"]) for one in calendars(server, "solange")]
    assert told == [("REQUEST", "0"), ("CANCEL", "1"), ("REQUEST", "2")]
    assert len(calendars(server, "evrard")) == 1


def test_a_proxy_goes_to_a_member_of_the_same_college_who_carries_none(room: Room):
    room.convene()
    page = opened(room.session, room.token("Ludivine Marescot"), at=make.NOON)
    assert [name for _, name in page.ways.carriers] == ["Honorine Castelbrac", "Évrard Tournemine"]
    assert opened(room.session, room.token("Bertille Onfray"), at=make.NOON).ways.carriers == ()
    room.answer("Ludivine Marescot", PROXY, "Évrard Tournemine")
    with pytest.raises(InvalidError, match="Choisissez un membre"):
        room.answer("Honorine Castelbrac", PROXY, "Évrard Tournemine")
    room.answer("Évrard Tournemine", PRESENT)
    room.answer("Honorine Castelbrac", PRESENT)
    there = called(room.session, room.id)
    forecast = expected_quorum(room.sitting, Reglement.from_json(room.sitting.rules), there)
    assert (forecast.there, forecast.voices, forecast.met) == (2, 3, False)


def test_a_reglement_without_proxies_offers_none(session: Session):
    room = Room(session)
    room.convene()
    assert opened(session, room.token("Évrard Tournemine"), at=make.NOON).ways.answers == (
        "present",
        "absent",
        "deputy",
    )


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


def test_a_link_ends_with_its_session_and_a_forged_one_opens_nothing(room: Room):
    room.convene()
    token = room.token("Ludivine Marescot")
    after = make.NOON + timedelta(days=SITS_ON.toordinal() - day(make.NOON).toordinal() + 1)
    for one, at in ((token, after), (token[:-1] + "A" + token[-1], make.NOON), ("", make.NOON)):
        with pytest.raises(LinkOverError):
            opened(room.session, one, at=at)


def test_who_did_not_answer_is_reminded_once_two_days_before(room: Room, relay: Relay, server: MailServer):
    room.convene()
    room.answer("Évrard Tournemine", PRESENT)
    two_days = SITS_ON - timedelta(days=2)
    assert to_remind(room.session, SITS_ON - timedelta(days=3)) == []
    due = to_remind(room.session, two_days)
    assert room.of("Évrard Tournemine").id not in due and len(due) == 4
    one = room.of("Ludivine Marescot")
    assert convocation_actions.remind(room.session, one, room.sitting, room.calling, make.NOON)
    room.session.commit()
    assert len(to_remind(room.session, two_days)) == 3
    room.send(relay)
    _, second = received(server, "ludivine")
    assert second.get_content_type() == "multipart/alternative" and "Rappel" in str(second["Subject"])


def test_the_proofs_tell_each_sending_each_answer_of_a_server_and_each_reply(room: Room, relay: Relay):
    room.convene()
    room.send(relay)
    room.answer("Ludivine Marescot", ABSENT)
    told = [
        (one.what, one.detail) for one in proofs(room.session, room.id) if one.name == "Ludivine Marescot"
    ]
    assert told[0] == ("mail:convocation", "ludivine@mairie.example")
    assert told[1][0] == "way:sent" and re.match("250 ", told[1][1])
    assert told[2] == ("answer_convocation", "absent")


def test_the_attendance_sheet_and_the_proofs_are_papers_that_a_worker_prints(
    room: Room, relay: Relay, database: Database
):
    room.convene()
    room.answer("Évrard Tournemine", ABSENT)
    for kind in (papers.ATTENDANCE, papers.CALLED):
        ask_paper(room.session, room.sitting, kind, actor=room.by, at=make.NOON)
    room.send(relay)
    assert PaperBench(database, lambda: make.NOON, "essai").work() == 2
    made = room.session.scalars(
        select(SessionDocument).options(undefer(SessionDocument.facts)).order_by(SessionDocument.id)
    ).all()
    sheet, proof = (one.facts["sections"][0] for one in made)
    assert [one.state for one in made] == ["done", "done"]
    assert len(sheet["rows"]) == len(SEATS) and sheet["columns"][-1] == "Signature"
    assert sheet["rows"][3][2] == "sera absent ; suppléant : Solange Pontarcy"
    assert ["Évrard Tournemine", "Réponse : sera absent"] in [row[1:] for row in proof["rows"]]


def test_the_sweep_reminds_each_of_them_once(room: Room, database: Database):
    room.convene()
    room.session.commit()
    two_days_before = make.NOON + timedelta(days=SITS_ON.toordinal() - day(make.NOON).toordinal() - 2)
    assert remind_members(database, "http://127.0.0.1:8000", two_days_before) == 5
    assert remind_members(database, "http://127.0.0.1:8000", two_days_before) == 0


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
