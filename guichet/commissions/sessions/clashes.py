"""What a session has in common with the others of its day: a place, or people, at the same hours."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from guichet.commissions.commission_models import Commission, Seat
from guichet.commissions.sessions.models import CommissionSession

GONE = ("postponed", "cancelled")


@dataclass(frozen=True)
class Clash:
    """Another session that is held meanwhile, and what both want: the place, these people, or both."""

    other: CommissionSession
    same_place: bool
    people: tuple[str, ...]


def clashes(session: Session, sitting: CommissionSession) -> list[Clash]:
    """The sessions that meet this one, the earliest first. It comes with its seats. Two statements at most."""
    wanted = (
        select(CommissionSession)
        .where(
            CommissionSession.sits_on == sitting.sits_on,
            CommissionSession.id != sitting.id,
            CommissionSession.state.not_in(GONE),
        )
        .options(joinedload(CommissionSession.commission).selectinload(Commission.seats))
        .order_by(CommissionSession.starts_at, CommissionSession.id)
    )
    met = (_met(sitting, one) for one in session.scalars(wanted) if _at_once(sitting, one))
    return [one for one in met if one.same_place or one.people]


def _at_once(one: CommissionSession, other: CommissionSession) -> bool:
    return one.starts_at < other.starts_at + other.duration and other.starts_at < one.starts_at + one.duration


def _met(sitting: CommissionSession, other: CommissionSession) -> Clash:
    theirs = {seat.member_id for seat in _seats(other)}
    people = (seat.called for seat in _seats(sitting) if seat.member_id in theirs)
    place = sitting.place.casefold()
    return Clash(other, bool(place) and place == other.place.casefold(), tuple(sorted(dict.fromkeys(people))))


def _seats(one: CommissionSession) -> Collection[Seat]:
    return [seat for seat in one.commission.seats if seat.member_id and seat.holds_on(one.sits_on)]
