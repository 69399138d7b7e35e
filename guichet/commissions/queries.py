"""Decisions as the screens read them: on one demand, waiting for a second person, session by session."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session, joinedload

from guichet.accounts.policy import DIRECTOR, Person, Reach
from guichet.commissions.between import mandate
from guichet.commissions.models import BETWEEN, Decision
from guichet.commissions.sessions.queries import where_decided
from guichet.demands.lines import lines
from guichet.demands.models import Demand
from guichet.demands.queries import visible_to
from guichet.demands.reading import WHOLE

RIGHT = "confirm_decision"
MOST_WAITING = 50
MOST_OF_A_SESSION = 200


@dataclass(frozen=True)
class SessionCount:
    """A commission session and how many demands still wait for its decision."""

    on: date
    name: str
    demands: int


def theirs(person: Person, today: date) -> ColumnElement[bool]:
    """The decisions a person may read, confirm or set aside; the demand must be joined.

    A director has those of their establishments only: another's decision says where a child may go.
    """
    without = replace(person, roles=person.roles - {DIRECTOR})
    of_their_houses = Decision.establishment_id.in_(sorted(person.houses))
    found = visible_to(without, RIGHT, today) | (of_their_houses & visible_to(person, RIGHT, today))
    if Reach.COMMISSION not in person.reaches(mandate.RIGHT):
        return found
    # Whoever presides confirms a freed seat given between two sessions, and reads that decision only.
    presided = Decision.establishment_id.in_(mandate.presided(person, today))
    return found | ((Decision.basis == BETWEEN) & presided)


NOT_A_DRAFT = or_(Decision.session_id.is_(None), Decision.state == "confirmed")
"""What a session decides is read by the desk when its minutes are signed, and confirmed by nobody else."""


def decisions_of(session: Session, demand_id: int) -> list[Decision]:
    """The decisions recorded on a demand, the latest first; the drafts of a session only once it is signed."""
    these = select(Decision).where(Decision.demand_id == demand_id, NOT_A_DRAFT)
    wanted = these.order_by(Decision.id.desc()).limit(5)
    return list(session.scalars(wanted))


def decision(
    session: Session, person: Person, decision_id: int, today: date, *, lock: bool = False
) -> Decision | None:
    """One decision, ours alone when it will change; None when it is not for this person."""
    wanted = (
        select(Decision)
        .join(Decision.demand)
        .where(Decision.id == decision_id, NOT_A_DRAFT, theirs(person, today))
    )
    return session.scalar(wanted.with_for_update(of=Decision) if lock else wanted)


def demand_of(session: Session, decision: Decision, *, lock: bool = False) -> Demand:
    """The whole demand of a decision that the person may read, ours alone when it will change."""
    wanted = select(Demand).where(Demand.id == decision.demand_id).options(*WHOLE)
    if lock:
        wanted = wanted.with_for_update(of=Demand)
    return session.execute(wanted).unique().scalar_one()


def waiting_decisions(session: Session, person: Person, today: date) -> list[Decision]:
    """The decisions recorded that the person may confirm or set aside, the oldest first."""
    wanted = (
        select(Decision)
        .join(Decision.demand)
        .where(Decision.state == "recorded", Decision.session_id.is_(None), theirs(person, today))
        .options(joinedload(Decision.demand).joinedload(Demand.child))
        .order_by(Decision.recorded_at, Decision.id)
        .limit(MOST_WAITING)
    )
    return list(session.scalars(wanted))


def sessions_to_decide(session: Session, person: Person, today: date) -> list[SessionCount]:
    """The sessions whose demands wait for a decision of the person, the nearest past first seen."""
    rows = session.execute(
        select(Demand.session_on, Demand.session_name, func.count())
        .where(Demand.state == "commission", visible_to(person, "record_decision", today))
        .group_by(Demand.session_on, Demand.session_name)
        .order_by(Demand.session_on, Demand.session_name)
    )
    return [SessionCount(on, name, count) for on, name, count in rows if on is not None]


def demands_of_session(
    session: Session, person: Person, chosen: SessionCount, today: date
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The lines of the demands that wait for this session's decision, by seniority.

    `said_in` is the session of the calendar whose agenda has the demand, None when its decision is noted alone.
    """
    wanted = (
        lines()
        .add_columns(where_decided(today).label("said_in"))
        .where(
            Demand.state == "commission",
            Demand.session_on == chosen.on,
            Demand.session_name == chosen.name,
            visible_to(person, "record_decision", today),
        )
        .order_by(Demand.seniority_on, Demand.id)
        .limit(MOST_OF_A_SESSION)
    )
    return session.execute(wanted).all()
