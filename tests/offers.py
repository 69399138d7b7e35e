"""What the tests of the offers build: a place decided and confirmed, its answers, its silence."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import (
    DecisionEntry,
    confirm_decision,
    record_decision,
)
from guichet.commissions.models import Decision
from guichet.core.parameters import read as read_parameters
from guichet.demands.delays import DELAYS
from guichet.demands.models import Demand
from guichet.demands.timers import Tick
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.placements.models import Placement
from guichet.placements.offers import actions as offers
from guichet.placements.offers import answers
from guichet.placements.offers.answers import the_family
from guichet.placements.offers.models import Offer
from guichet.placements.offers.timers import OfferTick
from tests import make

CONFIRMED = make.NOON + timedelta(days=11)
SESSION_ON = make.TODAY + timedelta(days=10)
ENTRY = date(2027, 9, 1)
NAME = "Commission d’essai"


def decided(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> tuple[Decision, Offer]:
    """A place at Les Lucioles, recorded by the director and confirmed by the desk."""
    make.enlisted(session, catalogue, demand, NAME, SESSION_ON)
    lucioles = make.house(catalogue, "lucioles")
    entry = DecisionEntry("placed", SESSION_ON, NAME, lucioles, ENTRY)
    decision = record_decision(session, demand, entry, catalogue, person=director, at=CONFIRMED)
    session.flush()
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=CONFIRMED)
    offer = offers.taken_offer(session, demand.id)
    assert offer is not None
    return decision, offer


def loads(session: Session, demand: Demand) -> list[tuple[str, date]]:
    session.flush()
    rows = select(Placement.load, Placement.starts_on).where(Placement.demand_id == demand.id)
    return [(load, on) for load, on in session.execute(rows)]


def letters(session: Session, demand: Demand) -> list[str]:
    rows = select(LetterRow.kind).where(LetterRow.subject_id == demand.id).order_by(LetterRow.id)
    return list(session.scalars(rows))[3:]


def tick(session: Session, catalogue: Catalogue, at: datetime) -> OfferTick:
    return OfferTick(Tick(at, read_parameters(session, DELAYS), catalogue), make.LINKS)


def arrived(session: Session, state: str = "sent", at: datetime = CONFIRMED) -> None:
    session.execute(update(LetterRow).values(state=state, sent_at=at))


def no(session: Session, offer: Offer, demand: Demand, catalogue: Catalogue, **values: Any) -> None:
    by = values.pop("by", the_family(CONFIRMED + timedelta(days=1)))
    kept = values.pop("keeps_waiting", True)
    answers.decline(
        session, offer, demand, "hours", "", catalogue, by, keeps_waiting=kept, reopen_within_days=60
    )
