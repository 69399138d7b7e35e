"""Read the sessions and the rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from guichet.accounts.policy import Person
from guichet.allocation.runs.models import AllocationRun
from guichet.commissions.commission_models import Commission
from guichet.commissions.commission_queries import reached
from guichet.commissions.sessions.models import AgendaItem, CommissionSession, Round
from guichet.core.leased import DONE
from guichet.demands.models import Demand

MOST_SESSIONS = 60
MOST_RUNS = 30
COMING = ("planned", "convened", "sitting")
NEAR = timedelta(days=7)


@dataclass(frozen=True)
class SessionLine:
    """A session of a list, and how many demands wait for it."""

    session: CommissionSession
    demands: int


def sessions_of(session: Session, *where: object) -> list[SessionLine]:
    """The sessions that satisfy the conditions, the latest first, each with its commission. One statement."""
    waiting = (
        select(func.count())
        .select_from(Demand)
        .where(
            Demand.state == "commission",
            Demand.session_on == CommissionSession.sits_on,
            Demand.session_name == Commission.name,
        )
        .correlate(CommissionSession, Commission)
        .scalar_subquery()
    )
    wanted = (
        select(CommissionSession, waiting)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .options(joinedload(CommissionSession.commission))
        .where(*where)  # type: ignore[arg-type]
        .order_by(CommissionSession.sits_on.desc(), CommissionSession.id.desc())
        .limit(MOST_SESSIONS)
    )
    return [SessionLine(one, count) for one, count in session.execute(wanted)]


def where_decided(today: date) -> ScalarSelect[int]:
    """The session, open or to come, whose agenda has the demand: its decision is said there. A column of Demand.

    A session that was never opened and whose day is past sat on paper: its decisions are noted one by one.
    """
    to_come = and_(CommissionSession.state.in_(("planned", "convened")), CommissionSession.sits_on >= today)
    return (
        select(CommissionSession.id)
        .join(AgendaItem, AgendaItem.session_id == CommissionSession.id)
        .where(AgendaItem.demand_id == Demand.id, or_(CommissionSession.state == "sitting", to_come))
        .order_by(CommissionSession.sits_on, CommissionSession.id)
        .limit(1)
        .correlate(Demand)
        .scalar_subquery()
    )


def of_commission(session: Session, commission_id: int) -> list[SessionLine]:
    """The sessions of one commission."""
    return sessions_of(session, CommissionSession.commission_id == commission_id)


def of_round(session: Session, person: Person, round_id: int, today: date) -> list[SessionLine]:
    """The sessions of one round that the person may read."""
    return sessions_of(
        session, CommissionSession.round_id == round_id, reached(person, "read_commissions", today)
    )


def opened_session(
    session: Session,
    person: Person,
    session_id: int,
    today: date,
    action: str = "read_commissions",
    *,
    lock: bool = False,
) -> CommissionSession | None:
    """One session with its commission, its seats, its round and its agenda; None when it is not for them."""
    wanted = (
        select(CommissionSession)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(CommissionSession.id == session_id, reached(person, action, today))
        .options(
            joinedload(CommissionSession.round),
            joinedload(CommissionSession.commission).selectinload(Commission.seats),
            joinedload(CommissionSession.commission).selectinload(Commission.houses),
            selectinload(CommissionSession.items),
        )
    )
    return session.scalar(wanted.with_for_update(of=(CommissionSession, Commission)) if lock else wanted)


def near(session: Session, person: Person, today: date) -> Sequence[CommissionSession]:
    """The sessions of today and of the coming week that the person may read, the nearest first."""
    wanted = (
        select(CommissionSession)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(
            CommissionSession.sits_on.between(today, today + NEAR),
            CommissionSession.state.in_(COMING),
            reached(person, "read_commissions", today),
        )
        .options(joinedload(CommissionSession.commission))
        .order_by(CommissionSession.sits_on, CommissionSession.starts_at, CommissionSession.id)
        .limit(MOST_SESSIONS)
    )
    return session.scalars(wanted).all()


def coming(session: Session, today: date) -> list[tuple[date, str]]:
    """The sessions to come, for whoever enlists a demand."""
    wanted = (
        select(CommissionSession.sits_on, Commission.name)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(CommissionSession.sits_on >= today, CommissionSession.state.in_(COMING))
        .order_by(CommissionSession.sits_on, Commission.name)
        .limit(MOST_SESSIONS)
    )
    return [(on, name) for on, name in session.execute(wanted)]


def rounds(session: Session) -> Sequence[Round]:
    """The rounds, the latest window first."""
    wanted = select(Round).options(joinedload(Round.run)).order_by(Round.entry_from.desc(), Round.id.desc())
    return session.scalars(wanted.limit(MOST_SESSIONS)).all()


def one_round(session: Session, round_id: int, *, lock: bool = False) -> Round | None:
    """One round with its proposal, ours alone when it will change."""
    wanted = select(Round).where(Round.id == round_id).options(joinedload(Round.run))
    return session.scalar(wanted.with_for_update(of=Round) if lock else wanted)


def computed_runs(session: Session) -> list[tuple[int, str]]:
    """The proposals that a round may be given, the latest first."""
    wanted = (
        select(AllocationRun.id, AllocationRun.title)
        .where(AllocationRun.state == DONE)
        .order_by(AllocationRun.id.desc())
        .limit(MOST_RUNS)
    )
    return [(run_id, f"n° {run_id}, {title}") for run_id, title in session.execute(wanted)]


def known_uids(session: Session, since: date) -> frozenset[str]:
    """The identifiers of our sessions in the calendars of the members, from a day on."""
    return frozenset(session.scalars(select(CommissionSession.uid).where(CommissionSession.sits_on >= since)))
