"""A proposal of the demonstration, computed as a worker would: the demands in commission and those oriented, with
the places of the next September."""

from datetime import datetime

from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.allocation import queries
from guichet.allocation.actions import ask_run
from guichet.allocation.choices import Choices
from guichet.allocation.computing import Bench
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.months import add_months
from guichet.establishments.supply import next_september

TITLE = "Rentrée de septembre, demandes orientées comprises"


def propose(database: Database, coordinator: Person, now: datetime) -> None:
    """Ask for a proposal on every demand that could be decided, and compute it."""
    with database.transaction() as session:
        ask_run(session, TITLE, _choices(session, now), actor=coordinator, at=now)
    Bench(database, lambda: now, "demonstration").work()


def _choices(session: Session, now: datetime) -> Choices:
    """Every session, and the entries from now on until the September that follows the next one."""
    today = day(now)
    first, last, _, _ = queries.asked_dates(session)
    september = next_september(today)
    return Choices(
        sessions_from=first or today,
        sessions_until=last or today,
        entries_from=today.replace(day=1),
        entries_until=add_months(september, 1),
        oriented=True,
        seats_from=september,
        horizon=september.replace(year=september.year + 1, month=8, day=31),
    )
