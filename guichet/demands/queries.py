"""Which demands a person may read: the one place where the table of rights becomes a WHERE clause."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, literal, or_, select, true
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person, Reach
from guichet.demands.keys import COMMUNE, HOUSE, house_word
from guichet.demands.link_models import DeclaredLink
from guichet.demands.models import Demand, DemandKey, Wish

MEMBERS_KEEP = timedelta(days=30)
"""How long after its session a member of the commission still reads a demand."""


def visible_to(person: Person, action: str, today: date, of: type[Demand] = Demand) -> ColumnElement[bool]:
    """The condition on `of` (Demand or an alias of it) for what the person's right reaches today.

    Whoever declared a link with a family does not open its file, whatever their rights.

    A director reads what wishes for their establishments, or was proposed to them, until the child is placed,
    then only what is placed with them: whoever refused does not see where the child went.
    """
    reaches = person.reaches(action)
    clauses = [] if Reach.ALL in reaches else [_clause(reach, person, today, of) for reach in reaches]
    if not reaches:
        return false()
    reached = or_(*clauses) if clauses else true()
    if not person.has_links:
        return reached
    linked = select(DeclaredLink.demand_id).where(DeclaredLink.user_id == person.user_id)
    return and_(of.id.not_in(linked), reached)


def may_read(
    session: Session, person: Person, demand_id: int, today: date, action: str = "read_demand"
) -> bool:
    """Whether the person may read (or, with another action of the table, change) this very demand."""
    condition = visible_to(person, action, today)
    return session.scalar(select(Demand.id).where(Demand.id == demand_id, condition)) is not None


def is_linked(session: Session, person: Person, demand_id: int) -> bool:
    """Whether the owner of this account declared a link with the family of a demand."""
    wanted = select(DeclaredLink.id).where(
        DeclaredLink.demand_id == demand_id, DeclaredLink.user_id == person.user_id
    )
    return session.scalar(wanted) is not None


def there_is(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """An EXISTS worked out row by row, through an index.

    Without OFFSET 0, PostgreSQL may prefer to read the other table whole, once: dear when the list stops
    after some rows, as ours do.
    """
    return exists(select(literal(1)).where(*conditions).offset(0))


def _clause(reach: Reach, person: Person, today: date, of: type[Demand]) -> ColumnElement[bool]:
    if reach is Reach.COMMUNES:
        return there_is(
            DemandKey.use == COMMUNE, DemandKey.key.in_(sorted(person.communes)), DemandKey.demand_id == of.id
        )
    if reach is Reach.COMMISSION:
        return or_(of.state == "commission", of.session_on >= today - MEMBERS_KEEP)
    houses = sorted(person.houses)
    wished = there_is(Wish.demand_id == of.id, Wish.establishment_id.in_(houses))
    proposed = there_is(
        DemandKey.use == HOUSE,
        DemandKey.key.in_([house_word(house).key for house in houses]),
        DemandKey.demand_id == of.id,
    )
    return or_(of.placed_at_id.in_(houses), (of.state != "placed") & (wished | proposed))
