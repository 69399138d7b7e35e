"""Members answer: deputies and proxies follow, links end, who is silent is reminded, and everything is proved."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from guichet.commissions.convocations import actions as convocation_actions
from guichet.commissions.convocations.answers import LinkOverError, opened
from guichet.commissions.convocations.choices import ABSENT, PRESENT, PROXY
from guichet.commissions.convocations.queries import called, expected_quorum, proofs, to_remind
from guichet.commissions.papers import models as papers
from guichet.commissions.papers.bench import PaperBench
from guichet.commissions.papers.documents import ask_paper
from guichet.commissions.papers.models import SessionDocument
from guichet.commissions.reglement import Reglement
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.errors import InvalidError
from guichet.notifications.relay import Relay
from tests import make
from tests.convocations import SEATS, SITS_ON, Room, calendars, received
from tests.mailserver import MailServer
from workers.convocations import remind_members


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
