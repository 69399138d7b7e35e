"""What the annulment of a signature moves back: demands, seats and offers are as they were before it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.commissions.between.offering import from_key
from guichet.commissions.models import PLACED, Decision
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing import settling
from guichet.commissions.signing.moves import STEP, Move, open_offers
from guichet.core.actor import Actor
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.demands.workflow import DEMAND, StepFacts
from guichet.placements.models import DRAFT, Placement
from guichet.placements.offers.actions import NewOffer, cancel_offers, make_offers
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import OFFERED


def take_back(
    session: Session,
    sitting: CommissionSession,
    moves: Sequence[Move],
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Everything is as before the signature: drafts again, demands in commission, seats as they were."""
    final = [one for one in moves if one.kind in STEP]
    for one in final:
        _unsettle(one, sitting)
    facts = StepFacts(reason=reason, decision_signed=True)
    demands = [one.demand for one in final]
    DEMAND.fire_many(session, demands, "annul", actor=actor, at=at, facts=facts, reason=reason)
    offers = open_offers(session, [one.demand.id for one in moves])
    own = {one.id for one in _decisions_of(session, sitting)}
    mine = [one for one in offers if _decision_id(one) in own]
    cancel_offers(session, mine, reason, back_to_draft=True, actor=actor, at=at)
    _hold_again(session, [one for one in offers if _decision_id(one) not in own], moves, own, actor, at)
    _draft_again(session, sitting, actor, at)


def _unsettle(one: Move, sitting: CommissionSession) -> None:
    demand = one.demand
    demand.solution = demand.placed_at_id = demand.placed_from = demand.placed_pattern = None
    demand.unplaced_reason = demand.unplaced_detail = ""
    if one.kind == settling.ORIENTED:
        demand.session_on, demand.session_name = sitting.sits_on, sitting.commission.name


def _hold_again(
    session: Session,
    offers: Sequence[Offer],
    moves: Sequence[Move],
    own: Collection[int],
    actor: Actor,
    at: datetime,
) -> None:
    """What another session of the round had held is held again, whether this signature opened it or freed it."""
    opened = [one for one in offers if one.state == OFFERED]
    if opened:
        cancel_offers(session, opened, "La signature est annulée.", actor=actor, at=at)
    demands = {one.demand.id: one.demand for one in moves}
    houses = {(one.demand.id, house) for one in moves for house in one.freed}
    houses |= {(one.demand_id, one.establishment_id) for one in opened}
    if not houses:
        return
    wanted = select(Decision).where(
        Decision.demand_id.in_([demand_id for demand_id, _ in houses]),
        Decision.session_id.is_not(None),
        Decision.state == "confirmed",
        Decision.outcome == PLACED,
        Decision.id.not_in(own),
    )
    rows = [
        NewOffer(
            demand=demands[one.demand_id],
            establishment_id=one.establishment_id or 0,
            entry_on=one.entry_on or demands[one.demand_id].entry_on,
            week=Week.from_json(one.pattern) if one.pattern else demands[one.demand_id].week,
            answer_by=None,
            from_key=from_key(one),
            held=True,
        )
        for one in session.scalars(wanted)
        if (one.demand_id, one.establishment_id) in houses
    ]
    make_offers(session, rows, actor=actor, at=at)


def _draft_again(session: Session, sitting: CommissionSession, actor: Actor, at: datetime) -> None:
    """The decisions of the session are drafts again; each that gives a place has its seat."""
    mine = _decisions_of(session, sitting)
    places = select(Placement.demand_id, Placement.establishment_id).where(
        Placement.demand_id.in_([one.demand_id for one in mine]), Placement.ends_on.is_(None)
    )
    seated = {(row.demand_id, row.establishment_id) for row in session.execute(places)}
    demands = {
        one.id: one
        for one in session.scalars(select(Demand).where(Demand.id.in_([one.demand_id for one in mine])))
    }
    for one in mine:
        if one.outcome == PLACED and (one.demand_id, one.establishment_id) not in seated:
            demand = demands[one.demand_id]
            session.add(
                Placement(
                    establishment_id=one.establishment_id or 0,
                    child_id=demand.child_id,
                    demand_id=demand.id,
                    starts_on=one.entry_on or demand.entry_on,
                    pattern=one.pattern or demand.week.to_json(),
                    load=DRAFT,
                    source="commission",
                    created_at=at,
                    created_by=actor.name,
                )
            )
    session.execute(
        update(Decision)
        .where(Decision.session_id == sitting.id, Decision.state == "confirmed")
        .values(
            state="recorded",
            confirmed_at=None,
            confirmed_by_id=None,
            confirmed_by="",
            version=Decision.version + 1,
        )
        .execution_options(synchronize_session=False)
    )


def _decisions_of(session: Session, sitting: CommissionSession) -> list[Decision]:
    wanted = select(Decision).where(Decision.session_id == sitting.id, Decision.state == "confirmed")
    return list(session.scalars(wanted.order_by(Decision.id)))


def _decision_id(offer: Offer) -> int:
    return int(offer.from_key.rpartition(":")[2])
