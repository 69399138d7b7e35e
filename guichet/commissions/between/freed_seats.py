"""A seat that frees between two sessions goes to the next child who fits; a mandated person confirms it."""

from datetime import datetime

from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.between.out_of_session import OutsideEntry, record_outside
from guichet.commissions.models import BETWEEN, Decision
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.placements.freed_seats import expect_open, propose_seat
from guichet.placements.offers.models import FreedSeat


def give_freed(
    session: Session,
    seat: FreedSeat,
    demand: Demand,
    entry: OutsideEntry,
    catalogue: Catalogue,
    *,
    person: Person,
    at: datetime,
    version: int | None = None,
) -> Decision:
    """Propose a freed seat to a demand: recorded here, then confirmed by somebody mandated (mandate.py).

    The dossier must be complete, as for a commission: only an emergency waits for no paper. Raises what
    `out_of_session.record_outside` raises, ConflictError when the seat is settled or proposed to another child.
    """
    expect_open(seat)
    if entry.establishment_id != seat.establishment_id:
        raise InvalidError({"establishment_id": "Cette place s’est libérée dans un autre établissement."})
    if demand.birth_to_confirm:
        raise StepRefusedError("La naissance n’est pas confirmée : la place ne peut pas encore être donnée.")
    if demand.papers_missing:
        raise StepRefusedError(
            "Il manque des justificatifs au dossier : demandez-les avant de proposer la place."
        )
    decision = record_outside(
        session,
        demand,
        BETWEEN,
        entry,
        catalogue,
        freed=seat.week,
        person=person,
        at=at,
        version=version,
    )
    propose_seat(session, seat, demand.id, actor=person, at=at)
    return decision
