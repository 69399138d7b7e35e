"""Who read which child's file, and when: what a family may ask, and what a coordinator checks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from guichet.accounts.models import User
from guichet.core.clock import PARIS
from guichet.core.journal import AuditEntry
from guichet.demands.lines import number_of
from guichet.demands.models import Demand

PAGE = 50
LARGEST_EXPORT = 20_000
"""Lines of one export: beyond it, narrow the dates."""


@dataclass(frozen=True)
class Asked:
    """What is looked for; `before` is the id after which the page goes on, towards the past."""

    person: int | None = None
    demand: int | None = None
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class TraceLine:
    """One reading, search, export, change or refusal. `number` when it is about a demand."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    number: str
    demand_id: int | None
    detail: str


def page_of_traces(session: Session, asked: Asked) -> tuple[list[TraceLine], int | None]:
    """The latest first, and where the next page starts if there is one. One statement."""
    rows = list(_lines(session, _query(asked).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def all_traces(session: Session, asked: Asked) -> list[TraceLine]:
    """What an export holds, the latest first, up to LARGEST_EXPORT lines."""
    return list(_lines(session, _query(asked).limit(LARGEST_EXPORT)))


def people(session: Session) -> list[tuple[int, str]]:
    """Who may be looked for: every account, by name."""
    return list(session.execute(select(User.id, User.name).order_by(User.name, User.id)))


def _query(asked: Asked) -> Select[AuditEntry, date | None]:
    query = (
        select(AuditEntry, Demand.received_on)
        .outerjoin(Demand, and_(AuditEntry.subject_type == "demand", AuditEntry.subject_id == Demand.id))
        .order_by(AuditEntry.id.desc())
    )
    if asked.person is not None:
        query = query.where(
            or_(
                AuditEntry.actor_id == asked.person,
                and_(AuditEntry.subject_type == "account", AuditEntry.subject_id == asked.person),
            )
        )
    if asked.demand is not None:
        query = query.where(AuditEntry.subject_type == "demand", AuditEntry.subject_id == asked.demand)
    if asked.action:
        query = query.where(AuditEntry.action == asked.action)
    if asked.since is not None:
        query = query.where(AuditEntry.at >= _midnight(asked.since))
    if asked.until is not None:
        query = query.where(AuditEntry.at < _midnight(asked.until + timedelta(days=1)))
    if asked.before is not None:
        query = query.where(AuditEntry.id < asked.before)
    return query


def _lines(session: Session, query: Select[AuditEntry, date | None]) -> Iterator[TraceLine]:
    for entry, received_on in session.execute(query):
        about = entry.subject_id if entry.subject_type == "demand" else None
        yield TraceLine(
            entry.id,
            entry.at,
            entry.actor_name,
            entry.action,
            entry.subject_type,
            number_of(received_on, about) if received_on and about else "",
            about,
            entry.detail,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
