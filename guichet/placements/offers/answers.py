"""What becomes of an offer: the family's answer, its silence, the child's entry. The caller commits.

The family answers by its link, the desk notes an answer given by phone or at the counter: the same functions, told
apart by `Answered`. The demand moves in the same transaction as its offer, and its seat with them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from guichet.core.actor import THE_CLOCK, Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.workflow import expect_version
from guichet.demands import actions as demands
from guichet.demands.models import Demand
from guichet.demands.states import CLOSED_STATES
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import Person as FamilyMember
from guichet.placements.freed_seats import LONGEST, note_freed
from guichet.placements.models import ACCEPTED, Placement
from guichet.placements.offers import letters
from guichet.placements.offers.actions import free_seats, take_seat, taken_offer, tell_demand
from guichet.placements.offers.delays import first_reminder
from guichet.placements.offers.letters import AnswerAsked
from guichet.placements.offers.models import FreedSeat, Offer
from guichet.placements.offers.saying import already
from guichet.placements.offers.states import OFFERED
from guichet.placements.offers.words import DECLINE_REASON, HOW, WITHDRAWN_FOR
from guichet.placements.offers.workflow import OFFER, OfferFacts

LATEST_ENTRY = timedelta(days=366)
LINK = "link"


@dataclass(frozen=True)
class Answered:
    """Who brings the answer, how (offer_words.HOW) and when. `version` is the one the form carried."""

    actor: Actor
    how: str
    at: datetime
    version: int | None = None

    @property
    def facts(self) -> OfferFacts:
        """What the workflow asks of an answer."""
        return OfferFacts(by_the_link=self.how == LINK)


def the_family(at: datetime, version: int | None = None) -> Answered:
    """The family itself, by its link."""
    return Answered(Actor(None, "La famille, par son lien"), LINK, at, version)


def accept(session: Session, offer: Offer, demand: Demand, catalogue: Catalogue, by: Answered) -> None:
    """Yes: the seat is the child's, and the guichet has found a solution. Raises StepRefusedError, ConflictError."""
    _expect_open(offer, by)
    _note_answer(offer, by)
    OFFER.fire(session, offer, "accept", actor=by.actor, at=by.at, facts=by.facts, reason=HOW[by.how])
    take_seat(session, offer)
    tell_demand(session, offer, "offer_accepted", by.actor, by.at, HOW[by.how])
    _confirm_answer(session, offer, demand, catalogue, by.at)


def ask_later(
    session: Session, offer: Offer, demand: Demand, wished_on: date | None, catalogue: Catalogue, by: Answered
) -> None:
    """The family asks to enter later: the seat is kept until the establishment answers. Raises InvalidError."""
    _expect_open(offer, by)
    if wished_on is None or not offer.entry_on < wished_on <= offer.entry_on + LATEST_ENTRY:
        raise InvalidError(
            {"wished_on": "Indiquez une date après l’entrée proposée, dans l’année qui la suit."}
        )
    offer.wished_on = wished_on
    _note_answer(offer, by)
    OFFER.fire(session, offer, "ask_later", actor=by.actor, at=by.at, facts=by.facts)
    tell_demand(session, offer, "offer_postponed", by.actor, by.at, wished_on.isoformat())
    _confirm_answer(session, offer, demand, catalogue, by.at)


def decline(
    session: Session,
    offer: Offer,
    demand: Demand,
    reason: str,
    detail: str,
    catalogue: Catalogue,
    by: Answered,
    *,
    keeps_waiting: bool,
    reopen_within_days: int,
) -> None:
    """No: the seat is free at once; the demand waits with its seniority, or is withdrawn when the family says so.

    Raises InvalidError at the reason, StepRefusedError, ConflictError.
    """
    if reason not in DECLINE_REASON:
        raise InvalidError({"reason": "Choisissez la raison : elle aide à mieux proposer la prochaine fois."})
    if reason == "other" and not detail.strip():
        raise InvalidError({"detail": "Dites la raison en quelques mots."})
    if offer.state == OFFERED or by.how == LINK:
        _expect_open(offer, by)
    expect_version(offer, by.version)
    offer.reason, offer.detail = reason, detail.strip()
    _note_answer(offer, by)
    facts = OfferFacts(reason=reason, by_the_link=by.how == LINK)
    OFFER.fire(session, offer, "decline", actor=by.actor, at=by.at, facts=facts, reason=offer.detail)
    _let_go(session, offer, demand, "declined", DECLINE_REASON[reason], by.actor, by.at)
    tell_demand(session, offer, "offer_declined", by.actor, by.at, offer.detail)
    if keeps_waiting:
        _confirm_answer(session, offer, demand, catalogue, by.at)
        return
    demands.withdraw(
        session,
        demand,
        WITHDRAWN_FOR.get(reason, "other"),
        offer.detail,
        catalogue,
        actor=by.actor,
        at=by.at,
        reopen_within_days=reopen_within_days,
    )


def agree_later(
    session: Session,
    offer: Offer,
    demand: Demand,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """The establishment can wait: the entry moves to the day asked, and the place is the child's."""
    expect_version(offer, version)
    OFFER.fire(session, offer, "agree_later", actor=actor, at=at)
    offer.entry_on = demand.placed_from = offer.wished_on or offer.entry_on
    session.execute(
        update(Placement)
        .where(
            Placement.demand_id == offer.demand_id,
            Placement.establishment_id == offer.establishment_id,
            Placement.ends_on.is_(None),
        )
        .values(starts_on=offer.entry_on, load=ACCEPTED, version=Placement.version + 1)
        .execution_options(synchronize_session=False)
    )
    tell_demand(session, offer, "offer_accepted", actor, at, "La date demandée est accordée.")
    _confirm_answer(session, offer, demand, catalogue, at)


def keep_date(
    session: Session,
    offer: Offer,
    demand: Demand,
    asked: AnswerAsked,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """The establishment cannot wait: the same offer again, with a new last day to answer."""
    expect_version(offer, version)
    offer.answer_by = asked.by
    offer.remind_on = first_reminder(day(at), asked.by)
    offer.letter_key = f"demand:{demand.id}:offer:{offer.id}:kept:{offer.version}"
    OFFER.fire(session, offer, "keep_date", actor=actor, at=at)
    tell_demand(session, offer, "offer_date_kept", actor, at)
    letter = letters.date_kept(demand, offer, asked, catalogue, at)
    demands.tell(session, demand, letter, at, offer.letter_key.split(":", 2)[2])


def told_in_person(
    session: Session,
    offer: Offer,
    answer_by: date,
    how: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Somebody reached the family whose letter did not arrive: it has until a new day to answer."""
    expect_version(offer, version)
    if offer.state != OFFERED:
        raise ConflictError(already(offer))
    if answer_by <= day(at):
        raise InvalidError({"answer_by": "Laissez au moins un jour à la famille pour répondre."})
    offer.told_on, offer.answer_by = day(at), answer_by
    offer.remind_on = None
    tell_demand(session, offer, "offer_told", actor, at, HOW.get(how, ""))


def note_silence(
    session: Session,
    offer: Offer,
    demand: Demand,
    catalogue: Catalogue,
    *,
    arrived: bool,
    at: datetime,
    reopen_within_days: int,
) -> None:
    """No answer in time: the seat is free; the règlement says whether the demand waits on or is closed."""
    facts = OfferFacts(arrived=arrived)
    OFFER.fire(session, offer, "expire", actor=THE_CLOCK, at=at, facts=facts)
    _let_go(session, offer, demand, "expired", "Sans réponse dans le délai", THE_CLOCK, at)
    tell_demand(session, offer, "offer_expired", THE_CLOCK, at)
    if offer.silence == "closed":
        demands.expire(
            session,
            demand,
            "offer_unanswered",
            catalogue,
            actor=THE_CLOCK,
            at=at,
            reopen_within_days=reopen_within_days,
        )
        return
    letter = letters.unanswered(demand, offer, catalogue, at)
    demands.tell(session, demand, letter, at, f"offer:{offer.id}:unanswered")


def enter(
    session: Session,
    offer: Offer,
    entered_on: date | None,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """The child has come. Raises InvalidError for a day to come, StepRefusedError."""
    expect_version(offer, version)
    if entered_on is None or not offer.entry_on - timedelta(days=60) <= entered_on <= day(at):
        raise InvalidError(
            {"entered_on": "Indiquez le jour où l’enfant est arrivé : aujourd’hui ou un jour passé."}
        )
    offer.entered_on = entered_on
    facts = OfferFacts(entered_on=entered_on)
    OFFER.fire(session, offer, "enter", actor=actor, at=at, facts=facts)
    tell_demand(session, offer, "offer_entered", actor, at)


def miss(
    session: Session,
    offer: Offer,
    demand: Demand,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """The child did not come: the seat is free, the demand waits again, and the guichet calls the family."""
    expect_version(offer, version)
    OFFER.fire(session, offer, "miss", actor=actor, at=at, facts=OfferFacts(reason=reason), reason=reason)
    _let_go(session, offer, demand, "missed", f"Enfant non venu : {reason}", actor, at)
    tell_demand(session, offer, "offer_missed", actor, at, reason)


def leave_place(
    session: Session, demand: Demand, reason: str, *, actor: Actor, at: datetime, version: int | None = None
) -> None:
    """The place is not taken, or is left: the demand waits again and the seat is free.

    A child who has come keeps the days already spent; one who has not leaves no trace but the journal's. An offer
    that was not over is cancelled. Raises what `demands.actions.release` raises.
    """
    offer = taken_offer(session, demand.id, lock=True)
    seat = _left(session, demand, offer, reason, actor, at)
    demands.release(session, demand, reason, actor=actor, at=at, version=version)
    if offer is not None:
        facts = OfferFacts(reason=reason)
        OFFER.fire(session, offer, "cancel", actor=actor, at=at, facts=facts, reason=reason)
    if seat is not None:
        session.add(seat)
        _vacate(session, demand.id, came=seat.why == "left", today=day(at))


def _left(
    session: Session, demand: Demand, offer: Offer | None, reason: str, actor: Actor, at: datetime
) -> FreedSeat | None:
    """The seat that frees, as the list of freed seats will show it; None for a solution of another kind."""
    if demand.placed_at_id is None or demand.placed_from is None:
        return None
    return FreedSeat(
        establishment_id=demand.placed_at_id,
        offer_id=offer.id if offer else None,
        born_on=_born(session, demand),
        since=max(demand.placed_from, day(at)),
        pattern=demand.placed_pattern or demand.week_pattern,
        why="left" if demand.placed_from < day(at) else "cancelled",
        detail=reason[:LONGEST],
        noted_at=at,
        noted_by=actor.name,
    )


def _vacate(session: Session, demand_id: int, *, came: bool, today: date) -> None:
    """End the stay of a child who came; forget the seat of one who did not."""
    theirs = (Placement.demand_id == demand_id, Placement.ends_on.is_(None))
    if came:
        ended = update(Placement).where(*theirs).values(ends_on=today, version=Placement.version + 1)
        session.execute(ended.execution_options(synchronize_session=False))
    else:
        gone = delete(Placement).where(*theirs)
        session.execute(gone.execution_options(synchronize_session=False))


def _let_go(
    session: Session, offer: Offer, demand: Demand, why: str, reason: str, actor: Actor, at: datetime
) -> None:
    """The seat is free and noted so; the demand waits with its seniority."""
    free_seats(session, [offer])
    note_freed(session, offer, why, born_on=_born(session, demand), actor=actor, at=at)
    if demand.state not in CLOSED_STATES:
        demands.release(session, demand, reason, actor=actor, at=at)


def _expect_open(offer: Offer, by: Answered) -> None:
    """One clear sentence when the offer no longer waits for an answer; nothing is changed."""
    if offer.state != OFFERED:
        raise ConflictError(already(offer))
    expect_version(offer, by.version)


def _note_answer(offer: Offer, by: Answered) -> None:
    offer.answered_at, offer.answered_by, offer.answered_how = by.at, by.actor.name, by.how
    offer.remind_on = None


def _confirm_answer(
    session: Session, offer: Offer, demand: Demand, catalogue: Catalogue, at: datetime
) -> None:
    letter = letters.answer_recorded(demand, offer, catalogue, at)
    demands.tell(session, demand, letter, at, f"offer:{offer.id}:{offer.state}:{offer.version}")


def _born(session: Session, demand: Demand) -> date | None:
    child = session.get_one(FamilyMember, demand.child_id)
    return child.birth_date or child.due_date
