"""The children of the establishments as the calculations count them: present, accepted, offered and draft."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from guichet.core import parameters
from guichet.core.week import Week
from guichet.establishments.capacity import House, Load, Stay
from guichet.establishments.queries import load_supplies
from guichet.establishments.supply import Supply, presumed_end
from guichet.families.models import Person
from guichet.placements.models import Placement
from guichet.placements.settings import PEAK_ROUNDS_UP

LONGEST = timedelta(days=366 * 6)
"""No stay lasts longer: a child leaves at six at the latest."""
AHEAD = timedelta(weeks=2 * 52)


def load_houses(
    session: Session, houses: Collection[int] | None, since: date, until: date | None = None
) -> dict[int, House]:
    """These establishments (all those open when None) with their children from a day on, in three statements.

    `until` is how far the periods go: two years by default, so that a year can be judged a year ahead.
    """
    return with_children(session, load_offer(session, houses), houses, since, until)


def load_offer(session: Session, houses: Collection[int] | None) -> dict[int, Supply]:
    """What these establishments (all those open when None) offer before any child, in two statements."""
    rounds_up = bool(parameters.read(session, [PEAK_ROUNDS_UP])[PEAK_ROUNDS_UP.key])
    return load_supplies(session, houses, rounds_up=rounds_up)


def with_children(
    session: Session,
    supplies: Mapping[int, Supply],
    houses: Collection[int] | None,
    since: date,
    until: date | None = None,
) -> dict[int, House]:
    """The same establishments with their children from a day on, in one statement."""
    stays = load_stays(session, houses, since)
    last = until or since + AHEAD
    return {
        house: House(supply, tuple(stays.get(house, ())), since, last) for house, supply in supplies.items()
    }


def load_stays(session: Session, houses: Collection[int] | None, since: date) -> dict[int, list[Stay]]:
    """The children there on a day or later, by establishment; the end is known, or presumed from the age."""
    wanted = _columns().where(
        or_(Placement.ends_on.is_(None), Placement.ends_on >= since), Placement.starts_on >= since - LONGEST
    )
    if houses is not None:
        wanted = wanted.where(Placement.establishment_id.in_(sorted(houses)))
    found: dict[int, list[Stay]] = defaultdict(list)
    for row in session.execute(wanted):
        last = row.ends_on or presumed_end(row.born_on, row.starts_on)
        if last >= since:
            found[row.establishment_id].append(_stay(row, _week(tuple(map(tuple, row.pattern))), last))
    return found


@lru_cache(maxsize=1024)
def _week(pattern: tuple[tuple[int, int, int], ...]) -> Week:
    """The same value for the same hours: capacity.py weighs each week it meets once."""
    return Week.of(pattern)


def _columns() -> Select[Any]:
    born_on = func.coalesce(
        Placement.birth_date, Person.birth_date, Person.due_date, type_=Person.due_date.type
    )
    return (
        select(
            Placement.id,
            Placement.establishment_id,
            Placement.demand_id,
            Placement.starts_on,
            Placement.ends_on,
            Placement.pattern,
            Placement.load,
            born_on.label("born_on"),
        )
        .outerjoin(Person, Person.id == Placement.child_id)
        .order_by(Placement.id)
    )


def _stay(row: Row[Any], week: Week, last: date) -> Stay:
    return Stay(row.id, row.born_on, week, row.starts_on, last, Load(row.load), row.demand_id)
