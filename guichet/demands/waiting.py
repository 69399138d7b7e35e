"""What waits for somebody at the desk: each case as a condition, counted and listed in a few statements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person as Reader
from guichet.core.french import PARIS
from guichet.core.journal import JournalEntry
from guichet.core.months import add_months
from guichet.core.written import dialect_of, written
from guichet.demands.legal_dates import REJECTION_MONTHS
from guichet.demands.lines import lines
from guichet.demands.models import Contact, Demand, Wish
from guichet.demands.queries import there_is, visible_to
from guichet.demands.states import OPEN_STATES
from guichet.establishments.models import Establishment, Manager
from guichet.families.models import Fact, Person

CASES = (
    "appointment",
    "orient",
    "follow_up",
    "rejection",
    "papers",
    "renewal_call",
    "renewal",
    "birth",
)
"""The cases, in the order of a morning."""

WINDOW = 500
"""Beyond, a case says « at least »."""

REJECTION_NOTICE = timedelta(days=30)
"""How long before a public manager's silence becomes a refusal the desk is told (CRPA L231-5)."""

SEARCHING = ("hand_childminders", "contact_childminder", "wait_with_childminder")
"""The steps of a search for a childminder: a follow-up, as an exchange with the family is."""
UNDECIDED = ("received", "oriented", "commission")


def case_conditions(today: date, delays: Mapping[str, int]) -> dict[str, ColumnElement[bool]]:
    """Each case as a condition on Demand. `delays` are the parameters of demands/delays.py."""
    return {
        "appointment": _to_hold(today),
        "orient": and_(
            Demand.state == "received", Demand.received_on <= _before(today, delays, "orient_within_days")
        ),
        "follow_up": _without_follow_up(_before(today, delays, "follow_up_within_days")),
        "rejection": _near_rejection(today),
        "papers": _papers_to_claim(delays["papers_reminders"]),
        "renewal_call": and_(
            Demand.state.in_(OPEN_STATES),
            Demand.renewal_due_on < today,
            Demand.renewal_asked_on.is_not(None),
            Demand.second_ask_on.is_(None),
        ),
        "renewal": and_(
            Demand.state.in_(OPEN_STATES), Demand.renewal_due_on <= today, Demand.renewal_asked_on.is_(None)
        ),
        "birth": _birth_overdue(today),
    }


def latest_received(limit: date, months: int) -> date:
    """The latest day of receipt whose date of implicit rejection is not after `limit`."""
    day = add_months(limit, -months)
    while add_months(day + timedelta(days=1), months) <= limit:
        day += timedelta(days=1)
    return day


def _before(today: date, delays: Mapping[str, int], key: str) -> date:
    return today - timedelta(days=delays[key])


def _tomorrow(today: date) -> datetime:
    return datetime.combine(today + timedelta(days=1), time(), PARIS)


def _to_hold(today: date) -> ColumnElement[bool]:
    """An appointment of today, or a past one whose outcome nobody wrote."""
    # From the few that wait to their demands.
    waiting = select(Contact.demand_id).where(
        Contact.outcome == "", Contact.planned_for < _tomorrow(today), Contact.kind == "appointment"
    )
    return and_(Demand.state.in_(OPEN_STATES), Demand.id.in_(waiting))


def _without_follow_up(limit: date) -> ColumnElement[bool]:
    since = datetime.combine(limit, time(), PARIS)
    exchanged = there_is(Contact.demand_id == Demand.id, Contact.at >= since)
    searched = there_is(
        JournalEntry.subject_type == "demand",
        JournalEntry.subject_id == Demand.id,
        JournalEntry.step.in_(SEARCHING),
        JournalEntry.at >= since,
    )
    return and_(Demand.state == "oriented", Demand.oriented_on <= limit, ~exchanged, ~searched)


def _near_rejection(today: date) -> ColumnElement[bool]:
    """A public manager wished for has not answered, and its silence will soon be a refusal."""
    soon = []
    for months in REJECTION_MONTHS:
        asked = there_is(
            Wish.demand_id == Demand.id,
            Establishment.id == Wish.establishment_id,
            Manager.id == Establishment.manager_id,
            Manager.is_public.is_(True),
            Manager.implicit_rejection_months == months,
        )
        first = latest_received(today - timedelta(days=1), months)
        last = latest_received(today + REJECTION_NOTICE, months)
        soon.append(and_(Demand.received_on > first, Demand.received_on <= last, asked))
    return and_(Demand.state.in_(UNDECIDED), or_(*soon))


def _papers_to_claim(reminders: int) -> ColumnElement[bool]:
    """The letters have asked as often as they may: the next one to ask is a person."""
    asked = select(Fact.family_id).where(
        Fact.received_on.is_(None), Fact.reminders >= reminders, Fact.paper != ""
    )
    return and_(Demand.state.in_(OPEN_STATES), Demand.papers_missing > 0, Demand.family_id.in_(asked))


def _birth_overdue(today: date) -> ColumnElement[bool]:
    due = there_is(Person.id == Demand.child_id, Person.due_date < today)
    return and_(Demand.state.in_(OPEN_STATES), Demand.birth_to_confirm, due)


@dataclass(frozen=True)
class Case:
    """One case: how many demands (at least, when `more`), and the first of them."""

    code: str
    count: int
    more: bool
    rows: Sequence[Row[Any]]


def cases(session: Session, person: Reader, today: date, delays: Mapping[str, int], shown: int) -> list[Case]:
    """Every case with its number and its `shown` longest waiting demands, in two statements."""
    found = session.execute(_firsts(person, today, tuple(delays.items()), shown, dialect_of(session))).all()
    numbers = {row.code: row.number for row in found}
    ids = sorted({row.id for row in found})
    known = {row.id: row for row in session.execute(_LISTED, {"ids": ids})} if ids else {}
    rows: dict[str, list[Row[Any]]] = {code: [] for code in CASES}
    for row in found:
        rows[row.code].append(known[row.id])
    return [
        Case(code, number, number >= WINDOW, rows[code])
        for code in CASES
        for number in (numbers.get(code, 0),)
    ]


@lru_cache(maxsize=64)
def _firsts(
    person: Reader, today: date, delays: tuple[tuple[str, int], ...], shown: int, dialect: str
) -> Executable:
    """The first ids of each case, each with the number of its case: every case is looked at once."""
    reach = visible_to(person, "read_demand", today)
    legs = []
    for code, condition in case_conditions(today, dict(delays)).items():
        window = select(Demand.id, Demand.seniority_on).where(condition, reach).limit(WINDOW).subquery()
        leg = select(
            literal(code).label("code"),
            window.c.id,
            window.c.seniority_on,
            func.count().over().label("number"),
        )
        legs.append(leg.order_by(window.c.seniority_on, window.c.id).limit(shown).subquery())
    every = union_all(
        *(select(leg.c.code, leg.c.id, leg.c.number, leg.c.seniority_on) for leg in legs)
    ).subquery()
    listed = select(every.c.code, every.c.id, every.c.number).order_by(every.c.seniority_on, every.c.id)
    return written(listed, dialect)


def _silence_months(chosen: Callable[..., ColumnElement[Any]]) -> ColumnElement[int | None]:
    """The shortest (min) or longest (max) silence that refuses, among the public managers wished for, in months."""
    return (
        select(chosen(Manager.implicit_rejection_months))
        .where(Wish.demand_id == Demand.id, Establishment.id == Wish.establishment_id)
        .where(Manager.id == Establishment.manager_id, Manager.is_public)
        .correlate(Demand)
        .scalar_subquery()
    )


_LISTED = (
    lines()
    .add_columns(
        _silence_months(func.min).label("shortest_silence"),
        _silence_months(func.max).label("longest_silence"),
    )
    .where(Demand.id.in_(bindparam("ids", expanding=True)))
)
