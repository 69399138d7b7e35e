"""The counted doors above the queue, at a cost that does not grow with the number of demands.

A state is counted over the first WINDOW rows of its index: exact below, « at least » beyond. Nothing is
stored, so that no step pays for a count and no count can be wrong (docs/adr/0006-counts-and-search.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from guichet.demands.models import Demand
from guichet.demands.queue import TABS, Asking, View, conditions, found_condition, tag_conditions
from guichet.demands.states import STATES

WINDOW = 1000

Tags = dict[str, ColumnElement[bool]]


@dataclass(frozen=True)
class Number:
    """How many; `more` when only the first rows were looked at: « at least »."""

    value: int = 0
    more: bool = False


@dataclass(frozen=True)
class Counts:
    """By tab, and by tag inside the present tab."""

    tabs: dict[str, Number]
    tags: dict[str, Number]


def counts(session: Session, view: View, asking: Asking) -> Counts:
    """Every tab's number and every tag's, in one statement."""
    tags = tag_conditions(asking.today)
    rows = list(session.execute(_tally(view, asking, tags)))
    by_state = {row.state: Number(row.kept, row.seen > WINDOW) for row in rows}
    inside = [row for row in rows if row.state in TABS[view.tab]]
    by_tag = {
        name: Number(sum(getattr(row, name) for row in inside), any(row.seen > WINDOW for row in inside))
        for name in tags
    }
    tabs = {tab: _sum(by_state.get(state, Number()) for state in states) for tab, states in TABS.items()}
    return Counts(tabs, by_tag)


def _sum(numbers: Iterable[Number]) -> Number:
    known = list(numbers)
    return Number(sum(one.value for one in known), any(one.more for one in known))


def _tally(view: View, asking: Asking, tags: Tags) -> Executable:
    """One row a state: how many rows were looked at, how many the view keeps, how many carry each tag."""
    kept = and_(true(), *conditions(view, asking))
    if view.words:
        window = _window(kept, view, tags).where(found_condition(view)).subquery()
        return _numbers(window, window.c.state, tags).group_by(window.c.state)
    legs = []
    for state in STATES:
        shown = tags if state in TABS[view.tab] else {}
        first = _window(kept, view, tags, shown).where(Demand.state == state)
        window = first.order_by(Demand.seniority_on, Demand.id).limit(WINDOW + 1).subquery()
        legs.append(_numbers(window, literal(state).label("state"), tags))
    return union_all(*legs)


def _window(
    kept: ColumnElement[bool], view: View, tags: Tags, shown: Tags | None = None
) -> Select[*tuple[Any, ...]]:
    """Rows as marks: 1 where a condition holds, nothing elsewhere. Tags that are not shown cost nothing."""
    shown = tags if shown is None else shown
    chosen = and_(kept, tags[view.tag]) if view.tag else kept
    marks = [_mark(and_(kept, shown[name]) if name in shown else None, name) for name in tags]
    return select(Demand.state, _mark(chosen, "kept"), *marks)


def _mark(condition: ColumnElement[bool] | None, name: str) -> ColumnElement[Any]:
    return (null() if condition is None else case((condition, 1))).label(name)


def _numbers(window: Subquery, state: ColumnElement[str], tags: Tags) -> Select[*tuple[Any, ...]]:
    marks = [func.count(window.c[name]).label(name) for name in ("kept", *tags)]
    return select(state, func.count().label("seen"), *marks).select_from(window)
