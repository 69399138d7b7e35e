"""The proposals of the demonstration, computed as a worker would: those of the sessions of the day and of the sessions
to come, which their rounds take, and a simulation of September with the demands that are only oriented."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.runs import queries
from guichet.allocation.runs.actions import ask_run
from guichet.allocation.runs.computing import Bench
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.models import CommissionSession, Round
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.months import add_months
from guichet.demo.sitting_today import MINUTES_EACH
from guichet.demo.sitting_today import TITLE as SITS_TODAY
from guichet.establishments.supply import next_september

TO_COME = "Commissions à venir"
TODAY = "Séances du jour"
SIMULATION = "Rentrée de septembre, demandes orientées comprises"


def propose(database: Database, coordinator: Person, now: datetime) -> None:
    """Ask for the proposals, compute them, and give each round its own."""
    with database.transaction() as session:
        rounds = {one.title: one for one in session.scalars(select(Round))}
        sits = rounds.pop(SITS_TODAY)
        (coming,) = rounds.values()
        run = ask_run(session, TO_COME, _to_come(coming, day(now)), actor=coordinator, at=now)
        urgent = ask_run(session, TODAY, _today(sits, day(now)), actor=coordinator, at=now)
        ask_run(session, SIMULATION, _simulation(session, day(now)), actor=coordinator, at=now)
        session.flush()
        taken = {coming.id: run.id, sits.id: urgent.id}
    Bench(database, lambda: now, "demonstration").work()
    with database.transaction() as session:
        for one in session.scalars(select(Round).where(Round.id.in_(taken))).all():
            entry = RoundEntry(one.title, one.entry_from, one.entry_to, taken[one.id])
            save_round(session, one, entry, actor=coordinator, at=now, version=one.version)
        _sort_by_points(session, sits.id, coordinator, now)


def _sort_by_points(session: Session, round_id: int, coordinator: Person, now: datetime) -> None:
    """The agendas of the day were made before their points were known."""
    session.flush()
    of_today = select(CommissionSession.id).where(CommissionSession.round_id == round_id)
    for session_id in session.scalars(of_today).all():
        sitting = opened_session(session, coordinator, session_id, day(now))
        if sitting is not None:
            agenda_actions.build(session, sitting, MINUTES_EACH, actor=coordinator, at=now)


def _today(sits: Round, today: date) -> Choices:
    """The sessions of the day."""
    return Choices(
        sessions_from=today,
        sessions_until=today,
        entries_from=sits.entry_from,
        entries_until=sits.entry_to,
        horizon=max(sits.entry_to, _end_of_year(today)),
    )


def _to_come(coming: Round, today: date) -> Choices:
    """The sessions that have not been held, each demand from its own entry."""
    return Choices(
        sessions_from=today + timedelta(days=1),
        sessions_until=coming.entry_to,
        entries_from=coming.entry_from,
        entries_until=coming.entry_to,
        horizon=max(coming.entry_to, _end_of_year(today)),
    )


def _simulation(session: Session, today: date) -> Choices:
    """Every session, and the entries from now on until the September that follows the next one."""
    first, last, _, _ = queries.asked_dates(session)
    september = next_september(today)
    return Choices(
        sessions_from=first or today,
        sessions_until=last or today,
        entries_from=today.replace(day=1),
        entries_until=add_months(september, 1),
        oriented=True,
        seats_from=september,
        horizon=_end_of_year(today),
    )


def _end_of_year(today: date) -> date:
    """The 31 August that ends the year of the next September."""
    september = next_september(today)
    return september.replace(year=september.year + 1, month=8, day=31)
