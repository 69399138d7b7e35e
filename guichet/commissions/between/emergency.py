"""An emergency cannot wait for a session: its reason, its count for the year, its ratification."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.between.out_of_session import OutsideEntry, record_outside
from guichet.commissions.commission_models import Commission, CommissionHouse
from guichet.commissions.models import EMERGENCY, Decision
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue


@dataclass(frozen=True)
class EmergencyCount:
    """How many emergencies were admitted in a year, by commission. `waiting` of them are not ratified yet."""

    commission: str
    admitted: int
    waiting: int


def admit(
    session: Session,
    demand: Demand,
    entry: OutsideEntry,
    catalogue: Catalogue,
    *,
    person: Person,
    at: datetime,
    version: int | None = None,
) -> Decision:
    """Record an admission in emergency, with its reason; a second person confirms it, as any decision.

    Raises what `out_of_session.record_outside` raises.
    """
    return record_outside(session, demand, EMERGENCY, entry, catalogue, person=person, at=at, version=version)


def emergencies_of_year(session: Session, year: int) -> list[EmergencyCount]:
    """The count of a civil year, commission by commission. One statement."""
    rows = session.execute(
        select(
            Commission.name,
            func.count(Decision.id),
            func.count(Decision.id).filter(Decision.ratified_session_id.is_(None)),
        )
        .select_from(Commission)
        .join(CommissionHouse, CommissionHouse.commission_id == Commission.id)
        .outerjoin(
            Decision,
            (Decision.establishment_id == CommissionHouse.establishment_id)
            & (Decision.basis == EMERGENCY)
            & (Decision.state == "confirmed")
            & (Decision.session_on.between(date(year, 1, 1), date(year, 12, 31))),
        )
        .group_by(Commission.id, Commission.name, Commission.sort_key)
        .order_by(Commission.sort_key)
    )
    return [EmergencyCount(name, admitted, waiting) for name, admitted, waiting in rows]
