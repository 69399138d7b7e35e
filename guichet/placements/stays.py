"""The children of the establishments as the calculations count them: present, accepted, offered and draft."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from guichet.core import parameters
from guichet.core.week import Week
from guichet.establishments.capacity import House, Load, Stay
from guichet.establishments.queries import load_supplies
from guichet.establishments.supply import presumed_end
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
    rounds_up = bool(parameters.read(session, [PEAK_ROUNDS_UP])[PEAK_ROUNDS_UP.key])
    supplies = load_supplies(session, houses, rounds_up=rounds_up)
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
    weeks: dict[str, Week] = {}
    for row in session.execute(wanted):
        last = row.ends_on or presumed_end(row.born_on, row.starts_on)
        if last >= since:
            shape = repr(row.pattern)
            week = weeks.get(shape) or weeks.setdefault(shape, Week.from_json(row.pattern))
            found[row.establishment_id].append(_stay(row, week, last))
    return found


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
