"""Convening on the screen, answering by a personal link, and the calendar a member subscribes to."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from guichet.commissions.commission_models import Seat
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.models import Convocation, MemberFeed
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import clock
from guichet.core.clock import day
from guichet.notifications.models import LetterRow
from guichet.scheduling.members.models import Member
from tests import make
from tests.calendars import read

HERE = "http://127.0.0.1:8000"
SEATS = (
    *make.elected_seats(),
    make.seat("caf", title="Conseillère technique de la Caf", voting=False),
)


@pytest.fixture
def sitting(database, catalogue) -> int:
    """A session convened in thirty days, by the real action."""
    with database.writing() as session:
        by, at = make.person(session, "coordinator"), clock.now()
        commission = make.commission(session, catalogue, by, seats=SEATS, proxies=1, quorum="half")
        entry = SessionEntry(day(at) + timedelta(days=30), 14 * 60, "Salle du conseil")
        made = session_actions.plan(session, commission, entry, actor=by, at=at)
        session.flush()
        session.refresh(made, ["items"])
        session_actions.convene(session, made, "", actor=by, at=at, calling=Calling(catalogue, HERE))
        session.commit()
        return made.id


def link(database, name: str) -> str:
    """The path of the page in the last mail to somebody."""
    with database.reading() as session:
        wanted = select(LetterRow.facts).where(LetterRow.recipient_name == name).order_by(LetterRow.id.desc())
        return str(session.scalars(wanted.limit(1)).one()["action"][1]).removeprefix(HERE)


def test_the_desk_sees_who_is_called_who_answered_and_which_seat_has_no_address(visit, database, sitting):
    visitor = visit("rpe_agent")
    page = f"/commissions/seances/{sitting}/convocations"
    with visitor.counting() as few:
        html = visitor.get(page)
    assert "Évrard Tournemine" in html and "à envoyer" in html and "3\u00a0réponses attendues" in html
    assert "Sièges sans convocation" in html and "Conseillère technique de la Caf" in html
    assert len(few) <= 12
    with database.reading() as session:
        one = session.scalars(select(Convocation).where(Convocation.name == "Évrard Tournemine")).one()
    form = visitor.get(f"{page}/{one.id}")
    assert "Noter sa réponse" in form and 'value="deputy"' in form
    html = visitor.post(f"{page}/{one.id}", {"answer": "deputy", "sequence": "0"})
    assert "La réponse de Évrard Tournemine est notée" in html and "Solange Pontarcy" in html
    assert "sera suppléé" in html
    visitor.get(f"{page}/{one.id}")
    late = visitor.post(f"{page}/{one.id}", {"answer": "present", "sequence": "7"}, status=409)
    assert "Votre réponse n’est pas prise" in late
    assert "Convocation préparée pour evrard@mairie.example" in visitor.get(f"{page}/preuves")


def test_a_member_answers_by_her_link_without_an_account_and_looking_answers_nothing(
    visit, visitor, database, sitting
):
    address = link(database, "Ludivine Marescot")
    html = visitor.get(address)
    assert "Viendrez-vous ?" in html and "titulaire, voix délibérative" in html
    with database.reading() as session:
        assert set(session.scalars(select(Convocation.answer))) == {""}
    refused = visitor.post(address, {"answer": "proxy", "sequence": "0"}, status=422)
    assert "Choisissez un membre qui peut porter votre pouvoir" in refused
    html = visitor.post(address, {"answer": "absent", "sequence": "0"})
    assert "Votre réponse est enregistrée" in html and "Sera absent" in html
    opened = visit("coordinator").get(f"/commissions/seances/{sitting}/convocations")
    assert "page ouverte" in opened and "sera absent" in opened


def test_an_answer_to_an_old_hour_is_not_taken_and_the_page_says_so(visit, visitor, database, sitting):
    old = link(database, "Ludivine Marescot")
    visitor.get(old)
    desk = visit("coordinator")
    desk.get(f"/commissions/seances/{sitting}/heure")
    form = {"starts_at": "9 h", "duration": "2h15", "place": "Salle des fêtes", "version": "2"}
    assert "3\u00a0personnes sont prévenues" in desk.post(f"/commissions/seances/{sitting}/heure", form)
    html = visitor.post(old, {"answer": "present", "sequence": "0"}, status=409)
    assert "Votre réponse n’est pas prise" in html and "a changé" in html and "Viendrez-vous" not in html
    html = visitor.get(link(database, "Ludivine Marescot"))
    assert "Viendrez-vous ?" in html and "fin prévue vers 11\u00a0h\u00a015" in html


def test_a_link_that_is_not_one_says_what_to_do(visitor, sitting):
    assert "Ce lien n’est plus valable" in visitor.get("/convocation/inconnu", status=410)


def test_a_member_subscribes_to_her_sessions_and_closes_the_address(visit, visitor, database, sitting):
    address = link(database, "Ludivine Marescot")
    visitor.get(address)
    html = visitor.post(f"{address}/agenda", {})
    found = re.search(r"/agenda/([\w-]{32})\.ics", html)
    assert found is not None
    with database.reading() as session:
        kept = session.scalars(select(MemberFeed)).one()
        uid = session.scalars(select(CommissionSession.uid)).one()
        assert found[1] not in kept.token_hash and kept.fetched_at is None
    answer = visitor.client.get(found[0])
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "private, no-store"
    feed = read(answer.data)
    assert (feed.method, feed.events[0]["UID"], feed.events[0]["STATUS"]) == ("PUBLISH", uid, "CONFIRMED")
    assert "Marescot" not in feed.text and "mailto" not in feed.text
    with database.reading() as session:
        assert session.scalars(select(MemberFeed.fetched_at)).one() is not None
    desk = visit("coordinator")
    desk.get(f"/commissions/seances/{sitting}/annuler")
    desk.post(f"/commissions/seances/{sitting}/annuler", {"reason": "Plus d’objet", "version": "2"})
    assert read(visitor.client.get(found[0]).data).events[0]["STATUS"] == "CANCELLED"
    assert "annulée" in visitor.get(address)
    assert "est fermée" in visitor.post(f"{address}/agenda/fermer", {})
    assert visitor.client.get(found[0]).status_code == 404


def test_a_member_with_an_account_answers_from_the_page_of_the_session(visit, database, sitting):
    member = visit("member")
    with database.writing() as session:
        one = session.scalars(select(Convocation).where(Convocation.name == "Ludivine Marescot")).one()
        seat, known = session.get_one(Seat, one.seat_id), session.get_one(Member, one.member_id)
        seat.user_id = known.user_id = member.person.user_id
        session.commit()
    page = f"/commissions/seances/{sitting}"
    assert "Répondre à ma convocation" in member.get(page)
    member.get(f"/convocation/seance/{sitting}")
    html = member.post(f"/convocation/seance/{sitting}", {"answer": "present", "sequence": "0"})
    assert "Votre réponse est enregistrée" in html and "Sera présent" in html
    desk = visit("coordinator")
    assert "Répondre à ma convocation" not in desk.get(page)
    desk.get(f"/convocation/seance/{sitting}", status=404)


def test_what_a_calendar_said_shows_beside_the_answer_on_every_page_of_it(visit, visitor, database, sitting):
    with database.writing() as session:
        one = session.scalars(select(Convocation).where(Convocation.name == "Ludivine Marescot")).one()
        one.mail_said, one.mail_remark, one.mail_at = "old_date", "<b>Plutôt</b> le soir", clock.now()
        lost = session.get_one(LetterRow, one.letter_id)
        lost.state, lost.last_error = "refused", "550 5.1.1"
        session.commit()
        page = f"/commissions/seances/{sitting}/convocations"
        told = f"{page}/{one.id}"
    desk = visit("coordinator")
    assert "à reconfirmer" in desk.get(page) and "&lt;b&gt;Plutôt" in desk.get(page)
    assert "À reconfirmer : sa messagerie a répondu pour une date qui a changé" in desk.get(told)
    assert told in desk.get("/courriers")
    assert "À reconfirmer" in visitor.get(link(database, "Ludivine Marescot"))
