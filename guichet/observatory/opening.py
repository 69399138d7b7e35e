"""What a new installation still lacks before its first day, counted in one statement."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from guichet.accounts.models import Membership, User
from guichet.accounts.policy import AGENT, COORDINATOR, DIRECTOR
from guichet.bareme.models import BaremeVersion
from guichet.commissions.commission_models import Commission, CommissionHouse, Seat
from guichet.establishments.models import COLLECTIVE, Establishment, Licence
from guichet.notifications.models import PENDING, LetterRow
from guichet.territory.models import Commune


@dataclass(frozen=True)
class Opening:
    """Numbers of things. A crèche counts while it is open; an account, once its holder chose a password."""

    communes: int
    creches: int
    agents: int
    coordinators: int
    undirected: int
    """Crèches that no account directs."""
    unlicensed: int
    """Crèches whose licence is not written: their free places cannot be counted."""
    baremes: int
    """Versions in force: one, or none."""
    chaired: int
    """Commissions that somebody presides."""
    undecided: int
    """Crèches whose places no commission decides on."""
    sent: int
    """Letters that the mail server took."""
    stuck: int
    """Letters that wait after a refusal or a silence of the server."""


def opening(session: Session, today: date) -> Opening:
    """Where the installation stands."""
    creche = Establishment.is_open & Establishment.kind.in_(sorted(COLLECTIVE))
    directed = exists().where(Membership.role == DIRECTOR, Membership.establishment_id == Establishment.id)
    licensed = exists().where(Licence.establishment_id == Establishment.id)
    decided = exists().where(CommissionHouse.establishment_id == Establishment.id)
    chaired = exists().where(
        Seat.commission_id == Commission.id,
        Seat.role == "president",
        or_(Seat.holder != "", Seat.user_id.is_not(None), Seat.member_id.is_not(None)),
        or_(Seat.ends_on.is_(None), Seat.ends_on >= today),
    )
    counted: dict[str, ScalarSelect[int]] = {
        "communes": _number(Commune.code),
        "creches": _number(Establishment.id, creche),
        "agents": _accounts(AGENT, today),
        "coordinators": _accounts(COORDINATOR, today),
        "undirected": _number(Establishment.id, creche, ~directed),
        "unlicensed": _number(Establishment.id, creche, ~licensed),
        "baremes": _number(BaremeVersion.id, BaremeVersion.state == "in_force"),
        "chaired": _number(Commission.id, chaired),
        "undecided": _number(Establishment.id, creche, ~decided),
        "sent": _number(LetterRow.id, LetterRow.state == "sent"),
        "stuck": _number(LetterRow.id, LetterRow.state == PENDING, LetterRow.last_error.is_not(None)),
    }
    row = session.execute(select(*(counted[one.name] for one in fields(Opening)))).one()
    return Opening(*row)


def _number(column: InstrumentedAttribute[Any], *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(column)).where(*where).scalar_subquery()


def _accounts(role: str, today: date) -> ScalarSelect[int]:
    still_open = or_(User.closes_on.is_(None), User.closes_on > today)
    holds = exists().where(Membership.user_id == User.id, Membership.role == role)
    return _number(User.id, User.password_hash.is_not(None), still_open, holds)
