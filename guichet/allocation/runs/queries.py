"""The proposals as the pages read them: the list, one run, its lines, one demand's place in the last of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from guichet.accounts.policy import Person, Reach
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.inputs.gathering import window
from guichet.allocation.runs.models import REPLAYED, AllocationLine, AllocationPin, AllocationRun
from guichet.core.leased import DONE
from guichet.demands.models import Demand
from guichet.demands.queries import visible_to
from guichet.establishments.models import Establishment, Licence, Sheet
from guichet.families.models import Person as Member

RIGHT = "read_proposals"
MOST_RUNS = 60


@dataclass(frozen=True)
class Sight:
    """Which establishments a person may be told about: all of them, or only their own.

    A director is told what concerns their establishments, not where else a child is proposed.
    """

    houses: frozenset[int] | None

    def sees(self, house: int | None) -> bool:
        """Whether the page may name this establishment to the person."""
        return house is None or self.houses is None or house in self.houses


def sight_of(person: Person) -> Sight:
    """What a person's rights let them see in a proposal."""
    only_houses = person.reaches(RIGHT) == (Reach.HOUSES,)
    return Sight(person.houses if only_houses else None)


def runs(session: Session) -> Sequence[AllocationRun]:
    """The last runs, the latest first."""
    return session.scalars(select(AllocationRun).order_by(AllocationRun.id.desc()).limit(MOST_RUNS)).all()


def lines(session: Session, person: Person, run_id: int, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """The lines of a run that a person may read, in the order that settles ties, with the child's name."""
    return session.execute(_lines(person, today).where(AllocationLine.run_id == run_id)).all()


def line(
    session: Session, person: Person, run_id: int, demand_id: int, today: date
) -> Row[*tuple[Any, ...]] | None:
    """One line of a run; None when it is not for this person."""
    wanted = _lines(person, today)
    return session.execute(
        wanted.where(AllocationLine.run_id == run_id, AllocationLine.demand_id == demand_id)
    ).first()


def both(
    session: Session, person: Person, run_id: int, parent_id: int, today: date
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The lines of a run beside those of its parent, (line, parent's line, first name, last name, received on)."""
    old = aliased(AllocationLine)
    rows: Sequence[Row[*tuple[Any, ...]]] = session.execute(
        select(AllocationLine, old, Member.first_name, Member.last_name, Demand.received_on)
        .join(old, (old.demand_id == AllocationLine.demand_id) & (old.run_id == parent_id))
        .join(Demand, Demand.id == AllocationLine.demand_id)
        .join(Member, Member.id == Demand.child_id)
        .where(AllocationLine.run_id == run_id, visible_to(person, RIGHT, today))
        .order_by(AllocationLine.position)
    ).all()
    return rows


def last_points(session: Session, run_id: int) -> dict[int, int]:
    """The points of the last admitted at each establishment, decisions of people and places kept left out."""
    rows = session.execute(
        select(AllocationLine.establishment_id, func.min(AllocationLine.points))
        .where(
            AllocationLine.run_id == run_id,
            AllocationLine.outcome == "placed",
            AllocationLine.pinned.is_(False),
        )
        .group_by(AllocationLine.establishment_id)
    )
    return {house: points for house, points in rows if house is not None and points is not None}


def last_run_of(session: Session, demand_id: int) -> int | None:
    """The last proposal computed in which a demand stands."""
    return session.scalar(
        select(func.max(AllocationLine.run_id))
        .join(AllocationRun, AllocationRun.id == AllocationLine.run_id)
        .where(
            AllocationLine.demand_id == demand_id,
            AllocationRun.state == DONE,
            AllocationRun.kind != REPLAYED,
        )
    )


def pins(session: Session, run_id: int) -> dict[int, AllocationPin]:
    """The decisions a run takes as they are, by demand."""
    found = session.scalars(select(AllocationPin).where(AllocationPin.run_id == run_id))
    return {one.demand_id: one for one in found}


def asked_dates(session: Session) -> tuple[date | None, date | None, date | None, date | None]:
    """The first and last session, the first and last entry of the demands now in commission."""
    row = session.execute(
        select(
            func.min(Demand.session_on),
            func.max(Demand.session_on),
            func.min(Demand.entry_on),
            func.max(Demand.entry_on),
        ).where(Demand.state == "commission")
    ).one()
    return row[0], row[1], row[2], row[3]


def may_exceed(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:
    """The establishments that may go above their licence: id, name, capacity, and the days that the director opened."""
    rows: Sequence[Row[*tuple[Any, ...]]] = session.execute(
        select(
            *(Establishment.id, Establishment.name, Licence.capacity),
            *(Sheet.peak_from, Sheet.peak_until, Sheet.peak_by),
        )
        .join(Sheet, Sheet.establishment_id == Establishment.id)
        .join(Licence, Licence.establishment_id == Establishment.id)
        .where(Sheet.may_exceed, Establishment.is_open)
        .order_by(Establishment.sort_key)
    ).all()
    return rows


def brothers_and_sisters(session: Session) -> dict[int, list[str]]:
    """The families with several children before a commission or oriented, and their first names."""
    several = (
        select(Demand.family_id)
        .where(Demand.state.in_(("commission", "oriented")))
        .group_by(Demand.family_id)
        .having(func.count() > 1)
    )
    rows = session.execute(
        select(Demand.family_id, Member.first_name, Member.last_name)
        .join(Member, Member.id == Demand.child_id)
        .where(Demand.state.in_(("commission", "oriented")), Demand.family_id.in_(several))
        .order_by(Member.last_name, Demand.family_id, Demand.id)
    )
    found: dict[int, list[str]] = {}
    for family, first, last in rows:
        found.setdefault(family, []).append(f"{first} {last}".strip())
    return found


def how_many(session: Session, choices: Choices) -> int:
    """How many demands the choices designate."""
    wanted = window(choices).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(wanted)) or 0


def _lines(person: Person, today: date) -> Select[Any]:
    return (
        select(
            AllocationLine.demand_id,
            AllocationLine.position,
            AllocationLine.outcome,
            AllocationLine.establishment_id,
            AllocationLine.seat,
            AllocationLine.points,
            AllocationLine.pinned,
            AllocationLine.blocking,
            AllocationLine.together,
            AllocationLine.wishes,
            Demand.received_on,
            Demand.entry_on,
            Demand.week_pattern,
            Demand.weekly_minutes,
            Demand.home_code,
            Demand.state,
            Member.first_name,
            Member.last_name,
            Member.birth_date,
            Member.due_date,
        )
        .join(Demand, Demand.id == AllocationLine.demand_id)
        .join(Member, Member.id == Demand.child_id)
        .where(visible_to(person, RIGHT, today))
        .order_by(AllocationLine.position)
    )
