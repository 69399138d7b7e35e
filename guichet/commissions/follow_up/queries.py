"""Read what follows the sessions: the list, the late first; what one session still waits for; one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Commission
from guichet.commissions.commission_queries import reached
from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.sessions.models import CommissionSession

RIGHT = "read_commissions"
MOST = 200


@dataclass(frozen=True)
class Counts:
    """How many lines are open, and how many of them are late."""

    open: int
    late: int


def follow_ups(
    session: Session, person: Person, today: date, *, closed: bool = False, commission_id: int | None = None
) -> Sequence[FollowUp]:
    """The lines that a person may read, the late first; those closed, the latest first. One statement."""
    these = _reached(person, today)
    if commission_id is not None:
        these = [*these, CommissionSession.commission_id == commission_id]
    order = [FollowUp.closed_at.desc()] if closed else [FollowUp.due_on, FollowUp.id]
    wanted = (
        select(FollowUp)
        .join(CommissionSession, CommissionSession.id == FollowUp.session_id)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(*these, FollowUp.closed_at.is_not(None) if closed else FollowUp.closed_at.is_(None))
        .options(joinedload(FollowUp.session).joinedload(CommissionSession.commission))
        .order_by(*order)
        .limit(MOST)
    )
    return session.scalars(wanted).all()


def counted(session: Session, person: Person, today: date) -> Counts:
    """How many lines wait, and how many are late, in one statement."""
    late = func.count().filter(FollowUp.due_on < today)
    row = session.execute(
        select(func.count(), late)
        .select_from(FollowUp)
        .join(CommissionSession, CommissionSession.id == FollowUp.session_id)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(*_reached(person, today), FollowUp.closed_at.is_(None))
    ).one()
    return Counts(row[0], row[1])


def one(
    session: Session, person: Person, follow_up_id: int, today: date, *, lock: bool = False
) -> FollowUp | None:
    """One line, ours alone when it will change; None when it is not for them."""
    wanted = (
        select(FollowUp)
        .join(CommissionSession, CommissionSession.id == FollowUp.session_id)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(FollowUp.id == follow_up_id, *_reached(person, today))
    )
    return session.scalar(wanted.with_for_update(of=FollowUp) if lock else wanted)


def open_of_commission(session: Session, sitting: CommissionSession) -> Sequence[FollowUp]:
    """What the earlier sessions of a commission still wait for: what its « suites » item lists."""
    wanted = (
        select(FollowUp)
        .join(CommissionSession, CommissionSession.id == FollowUp.session_id)
        .where(
            CommissionSession.commission_id == sitting.commission_id,
            CommissionSession.id != sitting.id,
            FollowUp.closed_at.is_(None),
        )
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(MOST)
    )
    return session.scalars(wanted).all()


def _reached(person: Person, today: date) -> list[ColumnElement[bool]]:
    """Those of the commissions they read; or theirs by name."""
    return [or_(reached(person, RIGHT, today), FollowUp.owner_id == person.user_id)]
