"""Offer a seat to a family, keep it until the end of a round, give it up. The caller commits.

What the family answers is in `answers.py`. The signature of a session makes hundreds of offers at once: everything
here is a few statements, whatever their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import StepRefusedError
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.placements.models import ACCEPTED, DRAFT, HELD, OFFERED, Placement
from guichet.placements.offers import states
from guichet.placements.offers.delays import first_reminder
from guichet.placements.offers.models import Offer
from guichet.placements.offers.workflow import OFFER, OfferFacts

RELEASED = "released"


@dataclass(frozen=True)
class NewOffer:
    """A seat to offer, or to hold. `answer_by` is the last day to answer, included; a held seat has none yet.

    `from_key` says what it comes from (« decision:12 »): the link in the letter is made of it. `letter_key` is the
    key of that letter. `silence` is the règlement's word (guichet/commissions/reglement.py).
    """

    demand: Demand
    establishment_id: int
    entry_on: date
    week: Week
    answer_by: date | None
    from_key: str
    held: bool = False
    letter_key: str = ""
    silence: str = RELEASED


def make_offer(
    session: Session,
    demand: Demand,
    establishment_id: int,
    entry_on: date,
    week: Week,
    *,
    answer_by: date | None,
    from_key: str,
    held: bool = False,
    letter_key: str = "",
    silence: str = RELEASED,
    actor: Actor,
    at: datetime,
) -> Offer:
    """One offer; see `make_offers`."""
    row = NewOffer(demand, establishment_id, entry_on, week, answer_by, from_key, held, letter_key, silence)
    return make_offers(session, [row], actor=actor, at=at)[0]


def make_offers(session: Session, rows: Sequence[NewOffer], *, actor: Actor, at: datetime) -> list[Offer]:
    """The offers of these rows, in their order; each draft seat becomes offered or held, one is made where none was.

    Raises StepRefusedError when one of these children already has an offer that is not over.
    """
    _refuse_second(session, [row.demand for row in rows if not row.held])
    made = [_offer(row, actor, at) for row in rows]
    for held, step in ((False, "make"), (True, "hold")):
        chosen = [offer for offer, row in zip(made, rows, strict=True) if row.held is held]
        _seat(session, [row for row in rows if row.held is held], HELD if held else OFFERED, actor, at)
        OFFER.fire_many(session, chosen, step, actor=actor, at=at)
        _tell_demands(session, chosen, "offer_held" if held else "offer_made", actor, at)
    return made


def open_held(
    session: Session, offer: Offer, *, answer_by: date, letter_key: str = "", actor: Actor, at: datetime
) -> None:
    """The wish the family preferred is decided: the seat held is offered."""
    open_all_held(session, [offer], answer_by=answer_by, letter_key=letter_key, actor=actor, at=at)


def open_all_held(
    session: Session,
    offers: Sequence[Offer],
    *,
    answer_by: date,
    letter_key: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """The same for the held seats of a round, at its last signature. Raises StepRefusedError."""
    _refuse_second(session, [offer.demand_id for offer in offers])
    for offer in offers:
        _ask(offer, answer_by, day(at))
        offer.letter_key = letter_key or offer.letter_key
    OFFER.fire_many(session, offers, "open", actor=actor, at=at)
    _move_seats(session, offers, (HELD,), OFFERED)
    _tell_demands(session, offers, "offer_made", actor, at)


def release_held(session: Session, offer: Offer, reason: str, *, actor: Actor, at: datetime) -> None:
    """A preferred wish was granted, or the round ends without this seat: it is free again."""
    cancel_offers(session, [offer], reason, actor=actor, at=at)


def cancel_offer(
    session: Session, offer: Offer, reason: str, *, back_to_draft: bool = False, actor: Actor, at: datetime
) -> None:
    """The decision is annulled, or the place is taken back: see `cancel_offers`."""
    cancel_offers(session, [offer], reason, back_to_draft=back_to_draft, actor=actor, at=at)


def cancel_offers(
    session: Session,
    offers: Sequence[Offer],
    reason: str,
    *,
    back_to_draft: bool = False,
    actor: Actor,
    at: datetime,
) -> None:
    """These offers are no more; their seats are free, or drafts of a session again. Raises StepRefusedError."""
    facts = OfferFacts(reason=reason)
    OFFER.fire_many(session, offers, "cancel", actor=actor, at=at, facts=facts, reason=reason)
    if back_to_draft:
        _move_seats(session, offers, (HELD, OFFERED, ACCEPTED), DRAFT)
    else:
        free_seats(session, offers)
    _tell_demands(session, offers, "offer_cancelled", actor, at, reason)


def free_seats(session: Session, offers: Sequence[Offer]) -> None:
    """The seats of these offers can be given to others from now on."""
    session.execute(
        delete(Placement)
        .where(_seats_of(offers), Placement.ends_on.is_(None))
        .execution_options(synchronize_session=False)
    )


def take_seat(session: Session, offer: Offer) -> None:
    """The family says yes: the seat is the child's."""
    _move_seats(session, [offer], (OFFERED,), ACCEPTED)


def taken_offer(session: Session, demand_id: int, *, lock: bool = False) -> Offer | None:
    """The offer of a demand that waits for an answer or has a yes; None when there is none."""
    wanted = select(Offer).where(Offer.demand_id == demand_id, Offer.state.in_(states.TAKEN))
    return session.scalar(wanted.with_for_update() if lock else wanted)


def _offer(row: NewOffer, actor: Actor, at: datetime) -> Offer:
    made = Offer(
        demand_id=row.demand.id,
        establishment_id=row.establishment_id,
        from_key=row.from_key,
        letter_key=row.letter_key,
        entry_on=row.entry_on,
        pattern=row.week.to_json(),
        silence=row.silence,
        made_at=at,
        made_by=actor.name,
        state="new",
    )
    if not row.held and row.answer_by is not None:
        _ask(made, row.answer_by, day(at))
    return made


def _ask(offer: Offer, answer_by: date, today: date) -> None:
    offer.opened_on, offer.answer_by = today, answer_by
    offer.remind_on = first_reminder(today, answer_by)


def _refuse_second(session: Session, demands: Sequence[Demand | int]) -> None:
    ids = [one if isinstance(one, int) else one.id for one in demands]
    if not ids:
        return
    taken = select(Offer.id).where(Offer.demand_id.in_(ids), Offer.state.in_(states.TAKEN)).limit(1)
    if session.scalar(taken) is not None:
        raise StepRefusedError("Une place est déjà proposée à cet enfant : sa famille répond d’abord.")


def _seat(session: Session, rows: Sequence[NewOffer], load: str, actor: Actor, at: datetime) -> None:
    if not rows:
        return
    pairs = [(row.demand.id, row.establishment_id) for row in rows]
    moved = session.execute(
        update(Placement)
        .where(tuple_(Placement.demand_id, Placement.establishment_id).in_(pairs), Placement.load == DRAFT)
        .where(Placement.ends_on.is_(None))
        .values(load=load, version=Placement.version + 1)
        .returning(Placement.demand_id, Placement.establishment_id)
        .execution_options(synchronize_session=False)
    )
    known = {(demand_id, house_id) for demand_id, house_id in moved}
    wanted = [
        {
            "establishment_id": row.establishment_id,
            "child_id": row.demand.child_id,
            "demand_id": row.demand.id,
            "starts_on": row.entry_on,
            "pattern": row.week.to_json(),
            "load": load,
            "source": "commission",
            "created_at": at,
            "created_by": actor.name,
        }
        for row, pair in zip(rows, pairs, strict=True)
        if pair not in known
    ]
    if wanted:
        session.execute(insert(Placement), wanted)


def _move_seats(session: Session, offers: Sequence[Offer], sources: tuple[str, ...], load: str) -> None:
    session.execute(
        update(Placement)
        .where(_seats_of(offers), Placement.load.in_(sources), Placement.ends_on.is_(None))
        .values(load=load, version=Placement.version + 1)
        .execution_options(synchronize_session=False)
    )


def _seats_of(offers: Sequence[Offer]) -> ColumnElement[bool]:
    pairs = [(offer.demand_id, offer.establishment_id) for offer in offers]
    return tuple_(Placement.demand_id, Placement.establishment_id).in_(pairs)


def _tell_demands(
    session: Session, offers: Sequence[Offer], step: str, actor: Actor, at: datetime, reason: str = ""
) -> None:
    """Write in the stories of the demands what becomes of their offers, in one statement."""
    moved = [
        journal.Moved(offer.demand_id, detail={"offer": offer.id, "establishment": offer.establishment_id})
        for offer in offers
    ]
    journal.note_many(session, "demand", moved, step, actor=actor, at=at, reason=reason)


def tell_demand(
    session: Session, offer: Offer, step: str, actor: Actor, at: datetime, reason: str = ""
) -> None:
    """Write in the story of the demand what becomes of its offer."""
    _tell_demands(session, [offer], step, actor, at, reason)
