"""The sweeps of the clock: small batches, one transaction a demand, so that one that fails stops no other."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from guichet.accounts import signing_in
from guichet.commissions.anonymise import anonymise
from guichet.commissions.convocations import answers as convocation_answers
from guichet.core import parameters
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.demands import timers
from guichet.demands.anonymise import erase_old_papers, families_due
from guichet.demands.delays import CONFIRM_CHILDMINDERS, DELAYS, KEEP_DRAFTS
from guichet.demands.models import Draft
from guichet.demands.timers import TIMERS, Tick, Timer
from guichet.establishments.catalogue import load_catalogue
from guichet.notifications.incoming import actions as incoming
from guichet.placements import sheet_chasing
from guichet.placements.childminders import chasing as childminder_chasing
from guichet.placements.offers import timers as offer_timers
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.offers.timers import OfferTick
from guichet.placements.retention import forget_children
from guichet.placements.settings import CHASE_EVERY, REVIEW_EVERY
from guichet.scheduling.availability import actions as availability_actions
from guichet.scheduling.campaigns import consulting as campaign_consulting

log = logging.getLogger(__name__)


def turn_timers(database: Database, at: datetime) -> dict[str, int]:
    """Every timer over every demand that is due. Returns how many changed, by timer."""
    with database.reading() as session:
        tick = Tick(at, parameters.read(session, DELAYS), load_catalogue(session))
    return {timer.name: _turn(database, timer, tick) for timer in TIMERS}


def forget(database: Database, at: datetime) -> dict[str, int]:
    """What need not be kept any more: drafts, sign-ins, papers, and who old families were."""
    with database.transaction() as session:
        kept = parameters.read(session, (KEEP_DRAFTS,))[KEEP_DRAFTS.key]
        old = delete(Draft).where(Draft.saved_at < at - timedelta(days=kept)).returning(Draft.id)
        drafts = len(session.scalars(old).all())
        signing_in.forget_old(session, at=at)
        papers = erase_old_papers(session, day(at))
        children = forget_children(session, day(at))
        availability_actions.forget_past(session, at=at)
        convocation_answers.forget_links(session, at=at)
        incoming.forget_old(session, at=at)
        campaign_consulting.forget_past(session, at=at)
    families = each(
        database,
        "anonymise",
        lambda session, after: families_due(session, day(at), after=after),
        lambda session, family_id: anonymise(session, family_id, at=at),
    )
    return {"drafts": drafts, "papers": papers, "children": children, "families": families}


def chase_childminders(database: Database, at: datetime) -> int:
    """Ask the childminders whose free places were confirmed too long ago. Returns how many were asked."""
    with database.reading() as session:
        days = parameters.read(session, (CONFIRM_CHILDMINDERS,))[CONFIRM_CHILDMINDERS.key]
        catalogue = load_catalogue(session)
    return each(
        database,
        "chase_childminders",
        lambda session, after: childminder_chasing.due(session, day(at), days, after=after),
        lambda session, one: childminder_chasing.ask(session, one, catalogue, at=at, confirm_every_days=days),
    )


def chase_sheets(database: Database, at: datetime) -> int:
    """Have the sheets of establishments that nobody reviewed for long read again. Returns how many letters."""
    with database.reading() as session:
        chosen = parameters.read(session, (REVIEW_EVERY, CHASE_EVERY))
        catalogue = load_catalogue(session)
    review, again = chosen[REVIEW_EVERY.key], chosen[CHASE_EVERY.key]
    return each(
        database,
        "chase_sheets",
        lambda session, after: sheet_chasing.due(session, day(at), review, again, after=after),
        lambda session, one: sheet_chasing.chase(
            session, one, catalogue, at=at, review_every_days=review, chase_every_days=again
        ),
    )


def turn_offers(database: Database, links: AnswerLinks, at: datetime) -> dict[str, int]:
    """Remind the families that were offered a place, then note the silences. Returns how many of each."""
    with database.reading() as session:
        tick = OfferTick(Tick(at, parameters.read(session, DELAYS), load_catalogue(session)), links)
    reminded = each(
        database,
        "remind_offers",
        lambda session, after: offer_timers.to_remind(session, tick, after=after),
        lambda session, one: offer_timers.remind(session, one, tick),
    )
    expired = each(
        database,
        "expire_offers",
        lambda session, after: offer_timers.to_expire(session, tick, after=after),
        lambda session, one: offer_timers.expire(session, one, tick),
    )
    return {"reminded": reminded, "expired": expired}


def _turn(database: Database, timer: Timer, tick: Tick) -> int:
    return each(
        database,
        timer.name,
        lambda session, after: timers.due(session, timer, tick, after=after),
        lambda session, demand_id: timers.turn(session, timer, demand_id, tick),
    )


def each(
    database: Database,
    name: str,
    find: Callable[[Session, int], list[int]],
    act: Callable[[Session, int], bool],
) -> int:
    """Find by batches, act on each in its own transaction: one that fails stops no other. How many changed."""
    changed, last = 0, 0
    while True:
        with database.reading() as session:
            batch = find(session, last)
        if not batch:
            return changed
        for one in batch:
            changed += _one(database, name, one, act)
        last = batch[-1]


def _one(database: Database, name: str, subject_id: int, act: Callable[[Session, int], bool]) -> int:
    try:
        with database.transaction() as session:
            return int(act(session, subject_id))
    except Exception:  # one file that cannot be treated must not stop the others
        log.exception("Minuterie %s : échec sur %d", name, subject_id)
        return 0
