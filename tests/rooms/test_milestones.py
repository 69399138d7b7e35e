"""The retro-planning of a session under a moved clock: dated tasks, kept, moved, seen done, told once."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from guichet.accounts.policy import Person
from guichet.commissions.milestones import actions as milestone_actions
from guichet.commissions.milestones import queries as milestone_queries
from guichet.commissions.milestones.models import SessionTask
from guichet.commissions.milestones.settings import MILESTONES
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session
from guichet.core.clock import PARIS
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.scheduling.days.closed_actions import seed_year
from guichet.scheduling.days.seeding_words import PUBLIC, ClosedDay
from guichet.scheduling.milestones import Task
from tests import make
from workers.milestones import keep

SPRING = date(2027, 5, 20)
URL = "https://guichet.exemple.test"


def at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 9, tzinfo=PARIS)


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    with database.writing() as session:
        return make.territory(session)


@pytest.fixture
def coordinator(database: Database, catalogue: Catalogue) -> Person:
    with database.transaction() as session:
        by = make.person(session, "coordinator")
        one = make.commission(session, catalogue, by, notice_days=5, notice_unit="working")
        session_actions.plan(session, one, SessionEntry(SPRING), actor=by, at=make.NOON)
        days = [ClosedDay(date(2027, 5, 17), PUBLIC, "Lundi de Pentecôte")]
        seed_year(session, 2027, "A", days, date(2027, 8, 31), actor=by, at=make.NOON)
        return by


def turn(database: Database, on: date) -> dict[str, int]:
    return keep(database, URL, at(on))


def tasks(database: Database) -> dict[str, SessionTask]:
    with database.reading() as session:
        return {row.task: row for row in session.scalars(select(SessionTask))}


def letters(database: Database) -> list[LetterRow]:
    with database.reading() as session:
        return list(session.scalars(select(LetterRow).where(LetterRow.kind == "session_tasks")))


def sitting_of(session, by: Person) -> CommissionSession:
    standing = select(CommissionSession.id).where(CommissionSession.state != "postponed")
    one = opened_session(session, by, session.scalars(standing).one(), date(2027, 4, 1), lock=True)
    assert one is not None
    return one


def test_a_planned_session_has_its_nine_dated_tasks_with_an_owner(database, coordinator):
    assert turn(database, date(2027, 1, 4)) == {"sessions": 1, "owners": 0}
    found = tasks(database)
    assert {task: row.due_on for task, row in found.items()} == {
        "call_for_updates": date(2027, 4, 28),
        "files_closed": date(2027, 5, 5),
        # Frozen on the Friday before: the eighth of May is a Saturday.
        "agenda_frozen": date(2027, 5, 7),
        # Five working days before Thursday 20, without the Monday of Whitsun.
        "convocation": date(2027, 5, 12),
        "reminder": date(2027, 5, 18),
        "session": SPRING,
        "minutes": date(2027, 5, 25),
        "letters": date(2027, 5, 27),
        "answers": date(2027, 6, 10),
    }
    assert {row.owner_id for row in found.values()} == {coordinator.user_id}
    assert "jours ouvrés" in found["convocation"].why


def test_the_same_turn_done_twice_changes_nothing_and_tells_nobody_twice(database, coordinator):
    for day in (date(2027, 5, 2), date(2027, 5, 2), date(2027, 5, 3)):
        turn(database, day)
    assert len(tasks(database)) == len(Task)
    assert [row.recipient_name for row in letters(database)] == [coordinator.name]
    assert tasks(database)["files_closed"].reminded_on == date(2027, 5, 2)
    assert turn(database, date(2027, 5, 3)) == {"sessions": 0, "owners": 0}


def test_a_worker_killed_in_the_middle_leaves_nothing_behind_and_the_next_turn_does_it_all(
    database, coordinator
):
    with database.writing() as session:
        chosen = {item.key: item.default for item in MILESTONES}
        session_id = session.scalars(select(CommissionSession.id)).one()
        assert milestone_actions.keep(session, session_id, chosen, at=at(date(2027, 5, 2)))
        session.rollback()
    assert tasks(database) == {}
    assert turn(database, date(2027, 5, 2)) == {"sessions": 1, "owners": 1}
    assert len(tasks(database)) == len(Task) and len(letters(database)) == 1


def test_what_is_late_rises_to_the_coordination_and_stops_when_it_is_ticked(database, coordinator):
    turn(database, date(2027, 5, 4))
    turn(database, date(2027, 5, 6))
    with database.transaction() as session:
        late = milestone_queries.open_tasks(session, coordinator, date(2027, 5, 6))[0]
        assert (late.task, milestone_queries.late_count(session, coordinator, date(2027, 5, 6))) == (
            *("files_closed", 1),
        )
        by = {"actor": coordinator, "at": at(date(2027, 5, 6))}
        milestone_actions.tick(session, late, done=True, **by, version=late.version)
        session.flush()
        assert milestone_queries.late_count(session, coordinator, date(2027, 5, 6)) == 0
        with pytest.raises(ConflictError):
            milestone_actions.tick(session, late, done=True, **by, version=late.version - 1)


def test_the_tasks_follow_a_session_that_is_put_off_and_ask_again_for_what_its_date_changes(
    database, coordinator, catalogue
):
    turn(database, date(2027, 4, 1))
    with database.transaction() as session:
        for row in session.scalars(select(SessionTask).where(SessionTask.task.in_(("files_closed",)))):
            milestone_actions.tick(session, row, done=True, actor=coordinator, at=at(date(2027, 4, 2)))
        by = {"actor": coordinator, "at": at(date(2027, 4, 2))}
        sitting = sitting_of(session, coordinator)
        session_actions.convene(session, sitting, "", **by)
    turn(database, date(2027, 4, 3))
    assert tasks(database)["convocation"].done_how == "seen"
    with database.transaction() as session:
        session_actions.postpone(
            session,
            sitting_of(session, coordinator),
            SessionEntry(date(2027, 6, 3)),
            "Salle prise",
            catalogue,
            **by,
        )
    turn(database, date(2027, 4, 4))
    found = tasks(database)
    assert len(found) == len(Task)
    assert found["session"].due_on == date(2027, 6, 3)
    assert found["files_closed"].done_how == "ticked"
    assert found["convocation"].done_at is None and found["convocation"].due_on == date(2027, 5, 27)


def test_the_convocation_counts_the_same_holidays_as_its_task(database, coordinator):
    with database.transaction() as session:
        sitting = sitting_of(session, coordinator)
        # The thirteenth would do without the Monday of Whitsun.
        with pytest.raises(StepRefusedError):
            session_actions.convene(session, sitting, "", actor=coordinator, at=at(date(2027, 5, 13)))
        session.expire(sitting)
        again = sitting_of(session, coordinator)
        session_actions.convene(session, again, "", actor=coordinator, at=at(date(2027, 5, 12)))
        assert again.state == "convened"


def test_a_session_planned_late_is_not_late_from_the_start(database, coordinator):
    turn(database, date(2027, 5, 11))
    found = tasks(database)
    assert found["agenda_frozen"].due_on == found["files_closed"].due_on == date(2027, 5, 11)
    assert found["call_for_updates"].done_how == "seen"
    assert found["session"].due_on == SPRING
    turn(database, date(2027, 5, 13))
    assert tasks(database)["files_closed"].due_on == date(2027, 5, 11)


@pytest.mark.parametrize(("called_on", "done"), [(date(2027, 5, 17), False), (date(2027, 5, 18), True)])
def test_a_convocation_as_late_as_its_reminder_is_its_reminder(database, coordinator, called_on, done):
    turn(database, date(2027, 5, 1))
    assert tasks(database)["reminder"].due_on == date(2027, 5, 18)
    with database.transaction() as session:
        sitting = sitting_of(session, coordinator)
        session_actions.convene(session, sitting, "Salle inondée", actor=coordinator, at=at(called_on))
    turn(database, SPRING)
    assert (tasks(database)["reminder"].done_at is not None) is done


def test_a_signed_session_leaves_the_answers_until_they_came(database, coordinator):
    turn(database, date(2027, 5, 1))
    with database.transaction() as session:
        session.execute(update(CommissionSession).values(state="signed", signed_at=at(SPRING)))
    turn(database, SPRING + timedelta(1))
    undone = {task for task, row in tasks(database).items() if row.done_at is None}
    # No minutes were made; no letter waits and no answer is awaited.
    assert undone == {"minutes"}


def test_a_task_is_given_to_somebody_of_the_desk_who_is_told(database, coordinator):
    turn(database, date(2027, 5, 2))
    with database.transaction() as session:
        agent, other = make.person(session), make.person(session, "administrator")
        row = session.scalars(select(SessionTask).where(SessionTask.task == "files_closed")).one()
        by = {"actor": coordinator, "at": at(date(2027, 5, 2))}
        with pytest.raises(InvalidError):
            milestone_actions.give(session, row, other.user_id or 0, **by)
        milestone_actions.give(session, row, agent.user_id or 0, **by)
    turn(database, date(2027, 5, 3))
    assert [row.email for row in letters(database)] == [coordinator.email, agent.email]


def test_one_session_that_fails_does_not_stop_the_others(database, coordinator, catalogue):
    with database.transaction() as session:
        broken = make.commission(session, catalogue, coordinator, "moulins", name="Commission abîmée")
        session_actions.plan(session, broken, SessionEntry(SPRING), actor=coordinator, at=make.NOON)
        broken.rules = {**broken.rules, "notice_unit": "lunar"}
    assert turn(database, date(2027, 1, 4))["sessions"] == 1
    assert len(tasks(database)) == len(Task)
