"""The demands that may fill a place that frees: those that wish for the establishment, then those that accept another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person as Reader
from guichet.core.week import Week
from guichet.demands.models import Demand, Wish
from guichet.demands.queries import visible_to
from guichet.demands.states import OPEN_STATES
from guichet.establishments import grid
from guichet.establishments.capacity import HORIZON, ONE_DAY, Span, free_seats
from guichet.establishments.supply import AgeGroup, Supply, presumed_end, school_begins, section_at
from guichet.families.models import Person

SOON = timedelta(days=62)
"""A family that asked for an entry within two months after may be called for a place that frees before."""
MOST = 500


@dataclass(frozen=True)
class Candidate:
    """A waiting demand. `wish` is the rank of its wish for the establishment, None when it accepts another one."""

    id: int
    received_on: date
    seniority_on: date
    state: str
    first_name: str
    last_name: str
    born_on: date
    entry_on: date
    week: Week
    wish: int | None
    session_on: date | None = None
    """The session on whose list it is, while it is in commission."""


@dataclass(frozen=True)
class Match:
    """How a candidate fits. `days` are the days all free; `whole` when they are all the days asked; `filled` is
    the share of the freed hours that those days take, from 0 to 1; `school` when school has begun by the entry."""

    candidate: Candidate
    days: tuple[int, ...]
    whole: bool
    filled: float
    school: bool


def candidates(
    session: Session, reader: Reader, house_id: int, since: date, today: date
) -> tuple[list[Candidate], bool]:
    """The waiting demands that the reader may read and that could enter on a day, by seniority, in one statement.

    The second value says whether there are more than could be looked at.
    """
    wish = (
        select(func.min(Wish.rank))
        .where(Wish.demand_id == Demand.id, Wish.establishment_id == house_id)
        .correlate(Demand)
        .scalar_subquery()
    )
    wanted = (
        select(
            *(Demand.id, Demand.received_on, Demand.seniority_on, Demand.state, Demand.entry_on),
            *(Demand.week_pattern, Demand.session_on, Person.first_name, Person.last_name),
            func.coalesce(Person.birth_date, Person.due_date, type_=Person.birth_date.type).label("born_on"),
            wish.label("wish"),
        )
        .join(Person, Person.id == Demand.child_id)
        .where(
            Demand.state.in_(OPEN_STATES),
            Demand.weekly_minutes > 0,
            func.coalesce(Demand.entry_earliest, Demand.entry_on) <= since + SOON,
            or_(wish.is_not(None), Demand.other_establishment),
            visible_to(reader, "read_demand", today),
        )
        .order_by(wish.is_(None), Demand.seniority_on, Demand.id)
        .limit(MOST + 1)
    )
    rows = session.execute(wanted).all()
    found = [
        Candidate(
            row.id,
            row.received_on,
            row.seniority_on,
            row.state,
            row.first_name,
            row.last_name,
            row.born_on,
            row.entry_on,
            Week.from_json(row.week_pattern),
            row.wish,
            row.session_on if row.state == "commission" else None,
        )
        for row in rows[:MOST]
    ]
    return found, len(rows) > MOST


def matches(
    supply: Supply,
    periods: Sequence[Span],
    freed: Week,
    section: AgeGroup | None,
    since: date,
    found: Sequence[Candidate],
) -> list[Match]:
    """Those of the section whose hours find room from `since` on, and who take some of the freed hours.

    Where the freed hours are full in the present plan, one seat counts as freed: the child who leaves may still
    be in the list. Whole weeks first, in the order received; then those for whom some days fit.
    """
    slots = grid.lanes_of(freed)
    room: dict[tuple[int, date], int] = {}
    made: list[Match] = []
    for one in found:
        entry = max(since, one.entry_on) if one.entry_on <= since + SOON else since
        group = section_at(supply.groups, one.born_on, entry)
        if group is None or (section is not None and group.id != section.id):
            continue
        until = min(entry + HORIZON - ONE_DAY, presumed_end(one.born_on, entry), periods[-1].last)
        key = (group.id, until)
        if key not in room:
            room[key] = grid.where(free_seats(periods, group.id, since, until)) | slots
        match = _match(one, room[key], slots, school=entry >= school_begins(one.born_on))
        if match:
            made.append(match)
    return sorted(made, key=lambda one: not one.whole)


def _match(one: Candidate, room: int, slots: int, *, school: bool) -> Match | None:
    asked = grid.lanes_of(one.week)
    days = tuple(day for day in one.week.days if not grid.of_day(asked & ~room, day))
    taken = 0
    for day in days:
        taken |= grid.of_day(asked, day)
    used = grid.total(taken & slots)
    if not used:
        return None
    return Match(one, days, days == one.week.days, used / grid.total(slots), school)
