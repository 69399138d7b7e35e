"""The offer that a confirmed decision makes: until when the family answers, and what the règlement makes of silence."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions.commission_models import Commission, CommissionHouse
from guichet.commissions.models import Decision
from guichet.commissions.reglement import RELEASED, Reglement
from guichet.core import parameters
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.placements.offers.actions import make_offer
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.offers.letters import AnswerAsked
from guichet.placements.offers.models import Offer
from guichet.placements.settings import OFFER_ANSWER


@dataclass(frozen=True)
class Terms:
    """How long a family has, in days, and the règlement's word on silence (reglement.SILENCES)."""

    answer_days: int
    silence: str = RELEASED

    def answer_by(self, today: date) -> date:
        """The last day to answer an offer made today, included."""
        return today + timedelta(days=self.answer_days)


def commission_of(session: Session, house_id: int) -> Commission | None:
    """The commission that decides on an establishment; None when none does."""
    wanted = select(Commission).join(CommissionHouse, CommissionHouse.commission_id == Commission.id)
    return session.scalar(wanted.where(CommissionHouse.establishment_id == house_id))


def terms_of(session: Session, house_id: int) -> Terms:
    """Those of the commission of this establishment; the setting of the guichet where there is none."""
    rules = session.scalar(
        select(Commission.rules)
        .join(CommissionHouse, CommissionHouse.commission_id == Commission.id)
        .where(CommissionHouse.establishment_id == house_id)
    )
    if rules is not None:
        reglement = Reglement.from_json(rules)
        return Terms(reglement.answer_days, reglement.silence)
    return Terms(parameters.read(session, (OFFER_ANSWER,))[OFFER_ANSWER.key])


def from_key(decision: Decision) -> str:
    """What the offer of a decision comes from; its link is made of it."""
    return f"decision:{decision.id}"


def answer_asked(
    session: Session, decision: Decision, links: AnswerLinks, at: datetime
) -> AnswerAsked | None:
    """What the letter of a decision asks; None when no place is given."""
    if decision.outcome != "placed" or decision.establishment_id is None:
        return None
    terms = terms_of(session, decision.establishment_id)
    return AnswerAsked(terms.answer_by(day(at)), links.address(from_key(decision)), terms.silence)


def offer_of(
    session: Session,
    decision: Decision,
    demand: Demand,
    asked: AnswerAsked,
    letter_key: str,
    *,
    actor: Actor,
    at: datetime,
) -> Offer | None:
    """Make the offer of a confirmed decision. Raises StepRefusedError when another one is not over."""
    if decision.establishment_id is None or decision.entry_on is None:
        return None
    return make_offer(
        session,
        demand,
        decision.establishment_id,
        decision.entry_on,
        Week.from_json(decision.pattern) if decision.pattern else demand.week,
        answer_by=asked.by,
        from_key=from_key(decision),
        letter_key=letter_key,
        silence=asked.silence,
        actor=actor,
        at=at,
    )
