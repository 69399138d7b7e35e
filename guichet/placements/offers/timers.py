"""What the clock does to offers: remind twice, then note a silence; never against a family that no letter reached.

Like demands/timers.py: the act itself makes the offer no longer due, one transaction an offer.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import THE_CLOCK
from guichet.core.clock import PARIS
from guichet.core.errors import StepRefusedError
from guichet.demands.actions import tell
from guichet.demands.delays import REOPEN_WITHIN
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from guichet.demands.timers import Tick
from guichet.families.words import child_called
from guichet.notifications import models as mail
from guichet.notifications.models import LetterRow
from guichet.placements.offers import letters
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.offers.answers import note_silence
from guichet.placements.offers.delays import AT_LEAST, last_reminder
from guichet.placements.offers.letters import AnswerAsked
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import OFFERED

BATCH = 50
ARRIVED = (mail.SENT, mail.PRINTED)


@dataclass(frozen=True)
class OfferTick:
    """One turn of the clock, with what makes the links of the letters."""

    tick: Tick
    links: AnswerLinks

    @property
    def at(self) -> datetime:
        """The instant."""
        return self.tick.at

    @property
    def today(self) -> date:
        """The calendar day in France."""
        return self.tick.today


def to_remind(session: Session, tick: OfferTick, *, after: int = 0, limit: int = BATCH) -> list[int]:
    """The offers whose next reminder is due, from the one after `after`."""
    wanted = select(Offer.id).where(_reminder_due(tick.today), Offer.id > after)
    return list(session.scalars(wanted.order_by(Offer.id).limit(limit)))


def remind(session: Session, offer_id: int, tick: OfferTick) -> bool:
    """One letter to the family for all its offers that wait; whether it was posted."""
    offer = _locked(session, offer_id, _reminder_due(tick.today))
    if offer is None or offer.answer_by is None:
        return False
    demand = _whole(session, offer.demand_id)
    theirs = [offer, *_of_the_family(session, offer, demand, tick.today)]
    for one in theirs:
        one.remind_on = last_reminder(tick.today, one.answer_by) if one.answer_by else None
        one.reminded_on = tick.today
        detail = {"offer": one.id}
        journal.note(
            session, "demand", one.demand_id, "offer_reminded", actor=THE_CLOCK, at=tick.at, detail=detail
        )
    children = {one.demand_id: session.get_one(Demand, one.demand_id) for one in theirs}
    named = [
        (one, child_called(children[one.demand_id].child.first_name, children[one.demand_id].child.last_name))
        for one in theirs
    ]
    asked = AnswerAsked(offer.answer_by, tick.links.address(offer.from_key), offer.silence)
    letter = letters.reminder(demand, named, asked, tick.tick.catalogue, tick.at)
    tell(session, demand, letter, tick.at, f"offer:{offer.id}:reminder:{tick.today.isoformat()}")
    return True


def to_expire(session: Session, tick: OfferTick, *, after: int = 0, limit: int = BATCH) -> list[int]:
    """The offers whose delay is over and whose letter reached the family long enough ago."""
    wanted = select(Offer.id).where(_silent(tick), Offer.id > after)
    return list(session.scalars(wanted.order_by(Offer.id).limit(limit)))


def expire(session: Session, offer_id: int, tick: OfferTick) -> bool:
    """Note the silence of one family, if it is still due. Whether something changed.

    A demand that cannot wake, because another one of the same child lives, is left to the desk.
    """
    # The demand first, as whoever answers takes them: two who wait for each other would both fail.
    theirs = select(Offer.demand_id).where(Offer.id == offer_id).scalar_subquery()
    wanted = select(Demand).where(Demand.id == theirs).options(*WHOLE)
    found = session.execute(wanted.with_for_update(of=Demand, skip_locked=True)).unique()
    demand = found.scalar_one_or_none()
    offer = _locked(session, offer_id, _silent(tick)) if demand is not None else None
    if offer is None or demand is None:
        return False
    days = tick.tick.delays[REOPEN_WITHIN.key]
    try:
        with session.begin_nested():
            note_silence(
                session,
                offer,
                demand,
                tick.tick.catalogue,
                arrived=True,
                at=tick.at,
                reopen_within_days=days,
            )
    except StepRefusedError:
        return False
    return True


def undelivered(today: date) -> ColumnElement[bool]:
    """The offers whose letter came back, was given up, or has not left when the delay to answer is over.

    Nobody told the family since: its silence says nothing, and the seat would be held for ever.
    """
    letter = LetterRow.key == Offer.letter_key
    lost = exists().where(letter, LetterRow.state.in_(mail.UNDELIVERED))
    stuck = and_(Offer.answer_by < today, ~exists().where(letter, LetterRow.state.in_(ARRIVED)))
    return and_(Offer.state == OFFERED, Offer.told_on.is_(None), or_(lost, stuck))


def _reminder_due(today: date) -> ColumnElement[bool]:
    return and_(Offer.state == OFFERED, Offer.remind_on <= today, Offer.answer_by >= today)


def _silent(tick: OfferTick) -> ColumnElement[bool]:
    long_ago = datetime.combine(tick.today - AT_LEAST, time(23, 59), PARIS)
    reached = exists().where(
        LetterRow.key == Offer.letter_key,
        LetterRow.state.in_(ARRIVED),
        LetterRow.sent_at <= long_ago,
    )
    return and_(
        Offer.state == OFFERED, Offer.answer_by < tick.today, or_(Offer.told_on.is_not(None), reached)
    )


def _locked(session: Session, offer_id: int, due: ColumnElement[bool]) -> Offer | None:
    wanted = select(Offer).where(Offer.id == offer_id, due)
    return session.scalar(wanted.with_for_update(of=Offer, skip_locked=True))


def _whole(session: Session, demand_id: int) -> Demand:
    wanted = select(Demand).where(Demand.id == demand_id).options(*WHOLE)
    return session.execute(wanted).unique().scalar_one()


def _of_the_family(session: Session, offer: Offer, demand: Demand, today: date) -> list[Offer]:
    """The offers to the brothers and sisters that are to be reminded by the same day."""
    wanted = (
        select(Offer)
        .join(Demand, Demand.id == Offer.demand_id)
        .where(Demand.family_id == demand.family_id, Offer.id != offer.id, _reminder_due(today))
        .where(Offer.answer_by == offer.answer_by)
        .order_by(Offer.id)
    )
    found = list(session.scalars(wanted.with_for_update(of=Offer, skip_locked=True)))
    for one in found:
        _whole(session, one.demand_id)
    return found
