"""Who is mandated to give a freed seat between two sessions: the coordination, or the presidency of the commission."""

from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person, Reach
from guichet.commissions.commission_models import CommissionHouse, Seat

RIGHT = "grant_between"


def may_grant(session: Session, person: Person, house_id: int, today: date) -> bool:
    """Whether the person may confirm a seat given between two sessions in this establishment."""
    reaches = person.reaches(RIGHT)
    if Reach.ALL in reaches:
        return True
    return Reach.COMMISSION in reaches and house_id in set(session.scalars(presided(person, today)))


def presided(person: Person, today: date) -> Select[int]:
    """The establishments whose commission the person presides today, as holder or deputy."""
    return (
        select(CommissionHouse.establishment_id)
        .join(Seat, Seat.commission_id == CommissionHouse.commission_id)
        .where(
            Seat.role == "president",
            or_(Seat.user_id == person.user_id, Seat.deputy_user_id == person.user_id),
            Seat.starts_on <= today,
            or_(Seat.ends_on.is_(None), Seat.ends_on > today),
        )
    )
