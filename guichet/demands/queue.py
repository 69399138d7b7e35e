"""The desk's queue: what an address asks for, and one page of it.

Nothing here grows with the number of demands: a page reads an index from its cursor, one branch a state,
and stops early (docs/adr/0006-counts-and-search.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Executable,
    Row,
    Subquery,
    and_,
    bindparam,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from guichet.accounts.policy import Person as Reader
from guichet.core.months import add_months
from guichet.core.written import dialect_of, written
from guichet.demands import search
from guichet.demands.lines import lines, wishes_by_demand
from guichet.demands.models import Demand, Wish
from guichet.demands.queries import there_is, visible_to
from guichet.demands.states import BACKBONE, CLOSED_STATES, OPEN_STATES, STATES
from guichet.demands.waiting import case_conditions
from guichet.families.models import Person

PAGE = 25
KEPT_STATEMENTS = 24
"""Writing a statement costs more than running it: a process keeps those of the shapes it was asked for."""
TABS: dict[str, tuple[str, ...]] = {
    "open": OPEN_STATES,
    **{state: (state,) for state in BACKBONE},
    "closed": CLOSED_STATES,
    "all": tuple(STATES),
}
TAGS = ("urgent", "incomplete", "birth_to_confirm", "to_renew", "sibling")
"""The facts shown as tags, in the order they are shown."""
AGES: dict[str, tuple[int, int | None]] = {
    "unborn": (0, None),
    "0": (0, 12),
    "1": (12, 24),
    "2": (24, 36),
    "3": (36, 1200),
}
"""The age today, in whole months, the upper bound excluded; no upper bound for a child to come."""


@dataclass(frozen=True)
class Cursor:
    """The row a page starts after (or, going back, ends before)."""

    value: date
    demand_id: int
    backwards: bool = False


@dataclass(frozen=True)
class View:
    """What an address asks for. An empty value filters nothing."""

    tab: str = "open"
    tag: str = ""
    case: str = ""
    words: tuple[str, ...] = ()
    commune: str = ""
    house: int | None = None
    desk: int | None = None
    care: str = ""
    age: str = ""
    entry_from: date | None = None
    entry_to: date | None = None
    sort: str = "oldest"
    cursor: Cursor | None = None


@dataclass(frozen=True)
class Page:
    """Some rows in their order, and whether there are others on each side."""

    rows: Sequence[Row[Any]] = ()
    wishes: Mapping[int, list[Wish]] = field(default_factory=dict)
    before: bool = False
    after: bool = False


@dataclass(frozen=True)
class Asking:
    """Who asks, when, and the delays in force: what turns a view into conditions."""

    reader: Reader
    today: date
    delays: tuple[tuple[str, int], ...] = ()
    """Only needed by a view on a case of « aujourd’hui »."""


def tag_conditions(today: date) -> dict[str, ColumnElement[bool]]:
    """Each of TAGS as a condition."""
    return {
        "urgent": Demand.urgent.is_(True),
        "incomplete": Demand.papers_missing > 0,
        "birth_to_confirm": Demand.birth_to_confirm.is_(True),
        "to_renew": Demand.state.in_(OPEN_STATES) & (Demand.renewal_due_on <= today),
        "sibling": Demand.has_sibling.is_(True),
    }


def page(session: Session, view: View, asking: Asking, size: int = PAGE) -> Page:
    """One page of the queue, in two statements whatever its length."""
    backwards = view.cursor is not None and view.cursor.backwards
    rows = list(session.execute(_page(*shape(view, asking), size, dialect_of(session)), values(view)))
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    return Page(
        rows,
        wishes_by_demand(session, [row.id for row in rows]),
        before=more if backwards else view.cursor is not None,
        after=backwards or more,
    )


@lru_cache(maxsize=KEPT_STATEMENTS)
def _page(view: View, asking: Asking, size: int, dialect: str) -> Executable:
    chosen = _chosen(view, asking, size + 1)
    listed = lines().join(chosen, chosen.c.id == Demand.id).order_by(*_order(view)).limit(size + 1)
    return written(listed, dialect)


def every_page(session: Session, view: View, asking: Asking, size: int = 500) -> Iterator[Page]:
    """The whole list from its beginning, some hundred rows at a time: for an export."""
    view = replace(view, cursor=None)
    while True:
        read = page(session, view, asking, size)
        yield read
        if not read.after:
            return
        view = replace(view, cursor=cursor_of(read.rows[-1], view))


def cursor_of(row: Row[Any], view: View, *, backwards: bool = False) -> Cursor:
    """The cursor that goes on from a row."""
    return Cursor(getattr(row, _sorted_by(view).key), row.id, backwards)


def shape(view: View, asking: Asking) -> tuple[View, Asking]:
    """The question without its values nor who asks it: all those of one shape are one statement."""
    marked = replace(
        view,
        words=search.mark(view.words),
        commune=view.commune and "given",
        care=view.care and "given",
        house=view.house and 1,
        desk=view.desk and 1,
        entry_from=view.entry_from and date.min,
        entry_to=view.entry_to and date.min,
        cursor=view.cursor and Cursor(date.min, 0, view.cursor.backwards),
    )
    return marked, replace(asking, reader=replace(asking.reader, user_id=None, name="", email=""))


def values(view: View) -> dict[str, Any]:
    """What the statement of the view's shape is sent with."""
    named = {
        name: getattr(view, name) for name in ("commune", "care", "house", "desk", "entry_from", "entry_to")
    }
    if view.cursor:
        named |= {"last": view.cursor.value, "last_id": view.cursor.demand_id}
    return {name: value for name, value in named.items() if value} | search.values(view.words)


def conditions(view: View, asking: Asking) -> list[ColumnElement[bool]]:
    """What the reader may see and the filters, without the tab and the tag; sent with the `values` of the view."""
    wanted: list[ColumnElement[bool]] = []
    reach = visible_to(asking.reader, "read_demand", asking.today)
    if reach is not true():
        wanted.append(reach)
    if view.case:
        wanted.append(case_conditions(asking.today, dict(asking.delays))[view.case])
    if view.commune:
        wanted.append(Demand.home_code == bindparam("commune"))
    if view.desk:
        wanted.append(Demand.desk_id == bindparam("desk"))
    if view.care:
        wanted.append(Demand.care == bindparam("care"))
    if view.entry_from:
        wanted.append(Demand.entry_on >= bindparam("entry_from"))
    if view.entry_to:
        wanted.append(Demand.entry_on <= bindparam("entry_to"))
    if view.house:
        wanted.append(there_is(Wish.demand_id == Demand.id, Wish.establishment_id == bindparam("house")))
    if view.age:
        wanted.append(there_is(Person.id == Demand.child_id, _of_age(view.age, asking.today)))
    return wanted


def found_condition(view: View) -> ColumnElement[bool]:
    """That the demand is one of those the words find; sent with the `values` of the view."""
    return Demand.id.in_(select(search.found_by(view.words).c.demand_id))


def _of_age(age: str, today: date) -> ColumnElement[bool]:
    youngest, oldest = AGES[age]
    if oldest is None:
        return Person.birth_date.is_(None)
    return and_(
        Person.birth_date <= add_months(today, -youngest), Person.birth_date > add_months(today, -oldest)
    )


def _sorted_by(view: View) -> InstrumentedAttribute[date]:
    return Demand.entry_on if view.sort == "entry" else Demand.seniority_on


def _downwards(view: View) -> bool:
    """Whether the rows are read from the end of the sort: the newest first, or going back a page."""
    backwards = view.cursor is not None and view.cursor.backwards
    return (view.sort == "newest") is not backwards


def _order(view: View) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    column = _sorted_by(view)
    return (column.desc(), Demand.id.desc()) if _downwards(view) else (column.asc(), Demand.id.asc())


def _chosen(view: View, asking: Asking, limit: int) -> Subquery:
    """The ids of a page. One branch a state, each reading its index in order and stopping early."""
    wanted = conditions(view, asking)
    if view.tag:
        wanted.append(tag_conditions(asking.today)[view.tag])
    if view.cursor:
        here = tuple_(_sorted_by(view), Demand.id)
        last = tuple_(bindparam("last", type_=Date), bindparam("last_id", type_=BigInteger))
        wanted.append(here < last if _downwards(view) else here > last)
    states = TABS[view.tab]
    if view.words:
        return _found(view, wanted, limit)
    legs = [
        select(Demand.id)
        .where(Demand.state == state, *wanted)
        .order_by(*_order(view))
        .limit(limit)
        .subquery()
        for state in states
    ]
    return union_all(*(select(leg.c.id) for leg in legs)).subquery() if len(legs) > 1 else legs[0]


def _found(view: View, wanted: list[ColumnElement[bool]], limit: int) -> Subquery:
    """The ids that the words find, in order: from the few keys to their demands, never from a state's index."""
    keys = select(search.found_by(view.words).c.demand_id).distinct().subquery()
    chosen = select(Demand.id).join(keys, keys.c.demand_id == Demand.id)
    chosen = chosen.where(Demand.state.in_(TABS[view.tab]), *wanted)
    return chosen.order_by(*_order(view)).limit(limit).subquery()
