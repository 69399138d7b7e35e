"""The counted doors above the queue, at a cost that does not grow with the number of demands.

A state is counted over the first rows of its index: exact below, « at least » beyond. Nothing is
stored, so that no step pays for a count and no count can be wrong (docs/adr/0006-counts-and-search.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Executable,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from guichet.core.written import dialect_of, written
from guichet.demands.models import Demand
from guichet.demands.queue import (
    KEPT_STATEMENTS,
    TABS,
    TAGS,
    Asking,
    View,
    conditions,
    found_condition,
    shape,
    tag_conditions,
    values,
)
from guichet.demands.search import WINDOW as SEARCH_WINDOW
from guichet.demands.search import found_by
from guichet.demands.states import STATES

INDEX_WINDOW = 1000
"""Rows of a state looked at when its index alone answers: the whole territory, no filter."""
WINDOW = 200
"""Rows of a state looked at when each must be read: a reach, a filter, the tags."""

# Marks by the hundred: as parameters each would be sent, kept and compared.
_ONE, _NONE = literal_column("1", Integer), literal_column("0", Integer)
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
    marked, asked = shape(replace(view, cursor=None, sort="oldest"), asking)
    rows = list(session.execute(_tally(marked, asked, dialect_of(session)), values(view)))
    by_state: dict[str, Number] = {}
    for row in rows:
        # The longer look comes first; the look at the tags adds nothing to it.
        by_state.setdefault(row.state, Number(row.kept, bool(row.full)))
    inside = [row for row in rows if row.tagged and row.state in TABS[view.tab]]
    by_tag = {
        name: Number(sum(getattr(row, name) for row in inside), any(row.full for row in inside))
        for name in TAGS
    }
    tabs = {tab: _sum(by_state.get(state, Number()) for state in states) for tab, states in TABS.items()}
    return Counts(tabs, by_tag)


def _sum(numbers: Iterable[Number]) -> Number:
    known = list(numbers)
    return Number(sum(one.value for one in known), any(one.more for one in known))


@lru_cache(maxsize=KEPT_STATEMENTS)
def _tally(view: View, asking: Asking, dialect: str) -> Executable:
    """One row a state: how many rows were looked at, how many the view keeps, how many carry each tag."""
    return written(_tallied(view, asking), dialect)


def _tallied(view: View, asking: Asking) -> Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]:
    tags = tag_conditions(asking.today)
    narrowing = conditions(view, asking)
    kept = and_(true(), *narrowing)
    if view.words:
        window = _window(kept, tags, tags).where(found_condition(view)).subquery()
        keys = select(func.count()).select_from(found_by(view.words)).scalar_subquery()
        return _numbers(window, window.c.state, view, tags, keys >= SEARCH_WINDOW).group_by(window.c.state)
    legs = []
    if not narrowing and not view.tag:
        legs += [_leg(state, kept, view, tags, {}, INDEX_WINDOW) for state in STATES]
    for state in STATES if narrowing or view.tag else TABS[view.tab]:
        needed = tags if state in TABS[view.tab] else {view.tag: tags[view.tag]} if view.tag else {}
        legs.append(_leg(state, kept, view, tags, needed, WINDOW))
    return union_all(*legs)


def _leg(
    state: str, kept: ColumnElement[bool], view: View, tags: Tags, needed: Tags, size: int
) -> Select[*tuple[Any, ...]]:
    first = _window(kept, tags, needed).where(Demand.state == state)
    window = first.order_by(Demand.seniority_on, Demand.id).limit(size).subquery()
    return _numbers(window, literal(state).label("state"), view, tags, func.count() >= size, bool(needed))


def _window(kept: ColumnElement[bool], tags: Tags, needed: Tags) -> Select[*tuple[Any, ...]]:
    """Rows as marks, 1 or 0, so that each condition is worked out once a row; tags not needed cost nothing."""
    marks = [_mark(needed[name]).label(name) if name in needed else _NONE.label(name) for name in tags]
    return select(Demand.state, _mark(kept).label("kept"), *marks)


def _mark(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, _ONE), else_=_NONE)


def _numbers(
    window: Subquery,
    state: ColumnElement[str],
    view: View,
    tags: Tags,
    full: ColumnElement[bool],
    tagged: bool = True,
) -> Select[*tuple[Any, ...]]:
    kept = window.c.kept == _ONE
    chosen = kept & (window.c[view.tag] == _ONE) if view.tag else kept
    numbers = [
        _mark(full).label("full"),
        (_ONE if tagged else _NONE).label("tagged"),
        func.count(case((chosen, _ONE))).label("kept"),
        *(func.count(case((kept & (window.c[name] == _ONE), _ONE))).label(name) for name in tags),
    ]
    return select(state, *numbers).select_from(window)
