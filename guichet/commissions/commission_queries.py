"""Read the commissions: those a person may read, one of them whole, and who may be given a seat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from guichet.accounts.models import User
from guichet.accounts.policy import Person, Reach
from guichet.commissions.commission_models import Commission, CommissionHouse, Seat
from guichet.commissions.sessions.models import CommissionSession
from guichet.establishments.models import Establishment

MOST_ACCOUNTS = 500
WITH_MEMBERS = (joinedload(Seat.member), joinedload(Seat.deputy_member))


@dataclass(frozen=True)
class CommissionLine:
    """One commission of the list; `next_on` is the day of its next session."""

    id: int
    name: str
    houses: tuple[int, ...]
    voting: int
    consultative: int
    next_on: date | None
    sitting_id: int | None = None
    """Its session that sits at this very moment."""


def reached(person: Person, action: str, today: date) -> ColumnElement[bool]:
    """The condition on Commission for what the person's right reaches.

    An agent limited to communes and a director have the commissions that decide on an establishment of theirs;
    a member has those where a seat is theirs, as holder or deputy, while the mandate runs.
    """
    reaches = person.reaches(action)
    if Reach.ALL in reaches:
        return true()
    clauses = [_clause(reach, person, today) for reach in reaches]
    return or_(*clauses) if clauses else false()


def commissions(session: Session, person: Person, today: date) -> list[CommissionLine]:
    """The commissions the person may read, by name. Three statements."""
    next_on = (
        select(func.min(CommissionSession.sits_on))
        .where(
            CommissionSession.commission_id == Commission.id,
            CommissionSession.sits_on >= today,
            CommissionSession.state.in_(("planned", "convened", "sitting")),
        )
        .scalar_subquery()
    )
    sitting_id = (
        select(func.max(CommissionSession.id))
        .where(CommissionSession.commission_id == Commission.id, CommissionSession.state == "sitting")
        .scalar_subquery()
    )
    wanted = (
        select(Commission, next_on, sitting_id)
        .where(reached(person, "read_commissions", today))
        .options(selectinload(Commission.houses), selectinload(Commission.seats))
        .order_by(Commission.sort_key)
    )
    return [_line(one, on, sits, today) for one, on, sits in session.execute(wanted)]


def commission(
    session: Session,
    person: Person,
    commission_id: int,
    today: date,
    action: str = "read_commissions",
    *,
    lock: bool = False,
) -> Commission | None:
    """One commission with its perimeter and its seats, ours alone when it will change; None when not for them."""
    wanted = (
        select(Commission)
        .where(Commission.id == commission_id, reached(person, action, today))
        .options(selectinload(Commission.houses), selectinload(Commission.seats).options(*WITH_MEMBERS))
    )
    return session.scalar(wanted.with_for_update() if lock else wanted)


def seats_in_order(seats: Sequence[Seat]) -> list[Seat]:
    """The presidency first, those who vote before those who advise, then by role and name."""
    return sorted(
        seats, key=lambda one: (one.role != "president", not one.voting, one.role, one.called, one.id)
    )


def accounts_for_seats(session: Session, today: date) -> list[tuple[int, str]]:
    """The open accounts, by name: who may be linked to a seat."""
    wanted = (
        select(User.id, User.name, User.email)
        .where((User.closes_on.is_(None)) | (User.closes_on > today))
        .order_by(User.name, User.id)
        .limit(MOST_ACCOUNTS)
    )
    return [(row.id, f"{row.name} ({row.email})") for row in session.execute(wanted)]


def _clause(reach: Reach, person: Person, today: date) -> ColumnElement[bool]:
    if reach is Reach.COMMISSION:
        return exists().where(
            Seat.commission_id == Commission.id,
            or_(Seat.user_id == person.user_id, Seat.deputy_user_id == person.user_id),
            Seat.starts_on <= today,
            or_(Seat.ends_on.is_(None), Seat.ends_on > today),
        )
    if reach is Reach.HOUSES:
        return exists().where(
            CommissionHouse.commission_id == Commission.id,
            CommissionHouse.establishment_id.in_(sorted(person.houses)),
        )
    return exists().where(
        CommissionHouse.commission_id == Commission.id,
        CommissionHouse.establishment_id == Establishment.id,
        Establishment.commune_code.in_(sorted(person.communes)),
    )


def _line(one: Commission, next_on: date | None, sitting_id: int | None, today: date) -> CommissionLine:
    seated = [seat for seat in one.seats if seat.holds_on(today)]
    voting = sum(seat.voting for seat in seated)
    houses = tuple(house.establishment_id for house in one.houses)
    return CommissionLine(one.id, one.name, houses, voting, len(seated) - voting, next_on, sitting_id)
