"""What the tests of the proposals build: places, a barème in force, demands before a commission, and a worker."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.runs.actions import ask_run, frozen_inputs
from guichet.allocation.runs.computing import Bench
from guichet.allocation.runs.models import AllocationLine, AllocationRun
from guichet.bareme import actions as baremes
from guichet.bareme.bareme import Bareme, Repeat
from guichet.core.db import Database
from guichet.demands.actions import OrientationEntry, enlist, orient
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.models import Licence, LicenceSlot, Section, Sheet
from tests import make

Setting = tuple[Person, Catalogue]
SESSION_ON = date(2027, 4, 8)
SEPTEMBER = date(2027, 9, 1)
LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
AUGUST = date(2028, 8, 31)
CHOICES = Choices(SESSION_ON, SESSION_ON, SEPTEMBER, SEPTEMBER, AUGUST)
BAREME = Bareme(
    code="essai",
    title="Barème d’essai",
    deliberation="Délibération d’essai du 1er mars 2026",
    criteria=(Repeat("waiting", "Ancienneté", fact="months_waiting", points=10, most=24),),
    ties=("seniority", "draw"),
    draw_key="essai",
)


def in_force(session: Session, by: Person, bareme: Bareme = BAREME) -> None:
    """Put a barème in force by the real actions: ten points a month of waiting."""
    version = baremes.create(session, bareme, actor=by, at=LONG_AGO)
    session.flush()
    baremes.put_in_force(session, version, LONG_AGO.date(), seen=None, actor=by, at=LONG_AGO)


def places(
    session: Session, house_id: int, seats: int, *sections: tuple[str, int, int, int], **sheet: Any
) -> None:
    """Seats from Monday to Friday, 7 h 30 to 18 h 30; sections are (name, from months, to months, places)."""
    session.add(Licence(establishment_id=house_id, granted_on=date(2020, 1, 1), capacity=seats))
    session.add_all(
        LicenceSlot(establishment_id=house_id, weekday=day, start=450, end=1110, places=seats)
        for day in range(1, 6)
    )
    for number, (name, low, high, size) in enumerate(sections):
        session.add(
            Section(
                establishment_id=house_id,
                code=f"s{number}",
                name=name,
                from_months=low,
                to_months=high,
                places=size,
            )
        )
    if sheet:
        session.add(Sheet(establishment_id=house_id, **sheet))
    session.flush()


def waiting(
    session: Session,
    catalogue: Catalogue,
    by: Person,
    name: str,
    *wished: str,
    since: date = make.TODAY,
    enlisted: bool = True,
    **values: Any,
) -> Demand:
    """A demand of `since`, oriented, and put before the commission; wishes are codes of establishments."""
    wishes = tuple(
        WishEntry(establishment_id=make.house(catalogue, code)) for code in wished or ("lucioles",)
    )
    made = make.demand(
        session,
        catalogue,
        by,
        **{
            "child": make.child(first_name=name, last_name=name),
            "adults": (make.adult(last_name=name, email=f"{name.lower()}@exemple.test"),),
            "wishes": wishes,
            "received_on": since,
            **values,
        },
    )
    orient(session, made, OrientationEntry("commission", "vue"), catalogue, actor=by, at=make.NOON)
    if enlisted:
        enlist(session, made, SESSION_ON, "Commission", (), catalogue, actor=by, at=make.NOON)
    return made


def bench(
    database: Database, owner: str = "essai", clock: Callable[[], datetime] = lambda: make.NOON
) -> Bench:
    """A worker of these tests."""
    return Bench(database, clock, owner)


def proposed(
    database: Database, by: Person, choices: Choices = CHOICES, title: str = "Rentrée 2027"
) -> AllocationRun:
    """A proposal asked for and computed; nothing must be left uncommitted."""
    with database.transaction() as session:
        run_id = ask_run(session, title, choices, actor=by, at=make.NOON).id
    bench(database).work()
    return reread(database, run_id)


def frozen(session: Session, run_id: int) -> AllocationRun:
    """A run with its frozen inputs."""
    run = frozen_inputs(session, run_id)
    assert run is not None
    return run


def reread(database: Database, run_id: int) -> AllocationRun:
    """A run as it is now."""
    with database.reading() as session:
        return session.get_one(AllocationRun, run_id)


def ask_for(database: Database, setting: Setting, *children: tuple[str, ...], **values: object) -> list[int]:
    """Demands (name, wishes…), the first one the oldest by a month each; their ids."""
    by, catalogue = setting
    ids = []
    with database.writing() as session:
        for months, (name, *wished) in enumerate(reversed(children), start=1):
            since = make.TODAY - timedelta(days=31 * months)
            ids.append(waiting(session, catalogue, by, name, *wished, since=since, **values).id)
        session.commit()
    return ids[::-1]


def lines_of(database: Database, run: AllocationRun) -> dict[int, AllocationLine]:
    """What a run says to each demand."""
    with database.reading() as session:
        found = session.scalars(select(AllocationLine).where(AllocationLine.run_id == run.id))
        return {line.demand_id: line for line in found}
