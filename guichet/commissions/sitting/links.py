"""Links that members of commissions declare with a demand, before the session or at its item. The caller commits.

A member who declared one cannot open the file, and is suggested for a recusal when its item comes (loi 2013-907,
article 2; décret 2014-90, articles 5 and 6). Which link it is, is not asked.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from guichet.accounts.models import User
from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Seat
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError
from guichet.demands.link_models import DeclaredLink
from guichet.demands.models import Demand

UNKNOWN = "Aucune demande de cet ordre du jour ne porte ce numéro, par exemple : 2026-00042."


def declare(
    session: Session, demand_id: int, name: str, user_id: int | None, *, actor: Actor, at: datetime
) -> None:
    """Somebody has a link with a demand. Saying it twice changes nothing."""
    known = select(DeclaredLink.id).where(DeclaredLink.demand_id == demand_id, DeclaredLink.name == name)
    if session.scalar(known) is not None:
        return
    made = DeclaredLink(
        demand_id=demand_id, name=name, user_id=user_id, declared_at=at, declared_by=actor.name
    )
    session.add(made)
    if user_id is not None:
        session.execute(update(User).where(User.id == user_id).values(has_links=True))
    session.flush()
    _note(session, "declare_link", made.id, demand_id, actor, at)


def withdraw(session: Session, demand_id: int, name: str, *, actor: Actor, at: datetime) -> None:
    """A link declared by mistake; nothing when there is none."""
    gone = session.execute(
        delete(DeclaredLink)
        .where(DeclaredLink.demand_id == demand_id, DeclaredLink.name == name)
        .returning(DeclaredLink.id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is not None:
        _note(session, "withdraw_link", gone.id, demand_id, actor, at)


def demand_numbered(session: Session, sitting: CommissionSession, typed: str) -> int:
    """The demand of a session's agenda that carries a number. Raises InvalidError (field: number).

    One sentence for a number that does not exist and for one examined elsewhere: nothing is learned by trying.
    """
    year, _, digits = typed.strip().partition("-")
    ids = {one.demand_id for one in sitting.items if one.demand_id}
    if not (
        year.isascii() and year.isdecimal() and digits.isascii() and digits.isdecimal() and len(digits) < 10
    ):
        raise InvalidError({"number": UNKNOWN})
    found = session.scalar(select(Demand).where(Demand.id == int(digits), Demand.id.in_(ids)))
    if found is None or found.number != typed.strip():
        raise InvalidError({"number": UNKNOWN})
    return found.id


def seats_of(seats: Collection[Seat], person: Person) -> dict[str, str]:
    """The names under which a person may sit in a commission, each with the seat it is said of."""
    found = {}
    for one in seats:
        if one.user_id == person.user_id:
            found[one.called] = one.title or one.called
        if one.deputy_user_id == person.user_id:
            found[one.deputy] = one.title or one.called
    return found


def _note(session: Session, step: str, link_id: int, demand_id: int, actor: Actor, at: datetime) -> None:
    # Not on the demand: those who read its file need not know who knows the family.
    journal.note(session, "declared_link", link_id, step, actor=actor, at=at, detail={"demand": demand_id})
