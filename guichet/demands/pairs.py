"""Which demands of the territory may be for the same child: found by their traces, compared two by two.

The cost does not grow with the territory: each look takes the latest demands of one window and looks for
their likes among all; older windows are looked at on demand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from guichet.accounts.policy import Person as Reader
from guichet.core.journal import JournalEntry
from guichet.demands.child_lines import child_lines, trace_of_lines
from guichet.demands.keys import TRACE
from guichet.demands.models import Demand, DemandKey
from guichet.demands.states import MERGED, OPEN_STATES
from guichet.families.likeness import ChildTrace, Likeness, likeness
from guichet.families.models import Fact, Family, NotTheSame
from guichet.families.words import child_called

WINDOW = 200
"""Demands looked at together, the latest first."""
MOST_COMPARED = 300
FEWEST_SHARED = 2
"""One key alone is a common name; a child known twice shares its names, its birth or its parents too."""
FOUND_DIFFERENT = "different_from"
"""In the journal line of a registration: the demands looked at then, whose child was found to be another."""


@dataclass(frozen=True)
class Side:
    """One of two demands. To whom may not read it, only the name, the birth date and the desk are shown."""

    demand_id: int
    number: str
    child_name: str
    birth_date: date | None
    due_date: date | None
    desk: str
    state: str
    received_on: date
    readable: bool


@dataclass(frozen=True)
class Pair:
    """Two demands that may be for the same child, the earlier first, and why."""

    earlier: Side
    later: Side
    likeness: Likeness


@dataclass(frozen=True)
class Look:
    """What one window gave; `before` is where the next, older one begins, None after the last."""

    pairs: tuple[Pair, ...]
    before: int | None


def probable_pairs(session: Session, reader: Reader, today: date, before: int | None = None) -> Look:
    """The probable doubles of one window, the likeliest first, in three statements.

    Left out: pairs of closed demands, those already merged, and children declared different, here or while
    the later one was registered.
    """
    window = _window(session, before)
    rows = session.execute(_candidates(window)) if window else ()
    found = [row for row in rows if row.earlier not in (row.detail or {}).get(FOUND_DIFFERENT, ())]
    sides = _sides(session, reader, today, {id_ for row in found for id_ in (row.earlier, row.later)})
    pairs = []
    for row in found:
        (earlier, one), (later, other) = sides[row.earlier], sides[row.later]
        compared = likeness(one, other)
        if compared.verdict != "different" and (earlier.readable or later.readable):
            pairs.append(Pair(earlier, later, compared))
    pairs.sort(key=lambda pair: (-pair.likeness.score, -pair.later.demand_id))
    return Look(tuple(pairs), window[-1] if len(window) == WINDOW else None)


def one_pair(session: Session, reader: Reader, today: date, one: int, other: int) -> Pair | None:
    """Two demands side by side; None when one does not exist or the reader may read neither."""
    sides = _sides(session, reader, today, {one, other})
    if len(sides) < 2 or not any(side.readable for side, _trace in sides.values()):
        return None
    (earlier, first), (later, second) = (sides[id_] for id_ in sorted(sides))
    return Pair(earlier, later, likeness(first, second))


def both(session: Session, one: int, other: int) -> tuple[dict[int, Demand], list[Fact]]:
    """Two demands whole, by id, and what their families declare, in two statements."""
    demands, facts, _marked = both_locked(session, one, other, {}, lock=False)
    return demands, facts


def both_locked(
    session: Session, one: int, other: int, marks: Mapping[str, ColumnElement[bool]], *, lock: bool = True
) -> tuple[dict[int, Demand], list[Fact], dict[int, frozenset[str]]]:
    """The same, kept from others until the commit; and by id, which of the `marks` (conditions) each fulfils."""
    rows = (
        select(Demand, *(condition.label(name) for name, condition in marks.items()))
        .where(Demand.id.in_((one, other)))
        .options(
            joinedload(Demand.family).joinedload(Family.persons),
            joinedload(Demand.child),
            joinedload(Demand.wishes),
        )
        # Always in the same order: two merges of the same pair wait for each other instead of blocking.
        .order_by(Demand.id)
    )
    if lock:
        rows = rows.with_for_update(of=Demand)
    found = session.execute(rows).unique().all()
    demands = {row.Demand.id: row.Demand for row in found}
    marked = {row.Demand.id: frozenset(name for name in marks if row._mapping[name]) for row in found}
    families = {demand.family_id for demand in demands.values()}
    facts = session.scalars(select(Fact).where(Fact.family_id.in_(families)).order_by(Fact.id))
    return demands, list(facts), marked


def _window(session: Session, before: int | None) -> list[int]:
    latest = select(Demand.id).order_by(Demand.id.desc()).limit(WINDOW)
    return list(session.scalars(latest if before is None else latest.where(Demand.id < before)))


def _candidates(window: list[int]) -> Select[int, int, dict[str, Any]]:
    """Pairs that share enough keys; the later one is of the window, the earlier one of any time.

    `detail` is what the journal keeps of the later one's registration, which saw the earlier one.
    """
    # Read first, the keys of the window lead to their likes by the index; the other way round, SQLite would
    # read every key of the territory.
    mine = (
        select(DemandKey.demand_id, DemandKey.key)
        .where(DemandKey.demand_id.in_(window), DemandKey.use == TRACE)
        .cte("mine")
        .prefix_with("MATERIALIZED")
    )
    theirs = aliased(DemandKey)
    shared = (
        select(theirs.demand_id.label("earlier"), mine.c.demand_id.label("later"))
        .select_from(mine)
        .join(
            theirs,
            (theirs.use == TRACE) & (theirs.key == mine.c.key) & (theirs.demand_id < mine.c.demand_id),
        )
        .group_by(theirs.demand_id, mine.c.demand_id)
        .having(func.count() >= FEWEST_SHARED)
        .order_by(func.count().desc(), mine.c.demand_id.desc(), theirs.demand_id.desc())
        .limit(MOST_COMPARED)
        .subquery()
    )
    earlier, later = aliased(Demand), aliased(Demand)
    declared_different = exists().where(
        or_(
            and_(NotTheSame.lower_id == earlier.child_id, NotTheSame.upper_id == later.child_id),
            and_(NotTheSame.lower_id == later.child_id, NotTheSame.upper_id == earlier.child_id),
        )
    )
    return (
        select(shared.c.earlier, shared.c.later, JournalEntry.detail)
        .join(earlier, earlier.id == shared.c.earlier)
        .join(later, later.id == shared.c.later)
        .outerjoin(
            JournalEntry,
            (JournalEntry.subject_type == "demand")
            & (JournalEntry.subject_id == later.id)
            & (JournalEntry.step == "register"),
        )
        .where(
            or_(earlier.state.in_(OPEN_STATES), later.state.in_(OPEN_STATES)),
            earlier.closed_reason != MERGED,
            later.closed_reason != MERGED,
            earlier.child_id != later.child_id,
            ~declared_different,
        )
    )


def _sides(
    session: Session, reader: Reader, today: date, ids: set[int]
) -> dict[int, tuple[Side, ChildTrace]]:
    if not ids:
        return {}
    statement = child_lines(reader, today).where(Demand.id.in_(ids))
    rows: dict[int, list[Row[Any]]] = {}
    for row in session.execute(statement):
        rows.setdefault(row.id, []).append(row)
    return {id_: (_side(lines[0]), trace_of_lines(lines)) for id_, lines in rows.items()}


def _side(row: Row[Any]) -> Side:
    return Side(
        demand_id=row.id,
        number=f"{row.received_on.year}-{row.id:05d}",
        child_name=child_called(row.first_name, row.last_name),
        birth_date=row.birth_date,
        due_date=row.due_date,
        desk=row.desk,
        state=row.state,
        received_on=row.received_on,
        readable=bool(row.readable),
    )
