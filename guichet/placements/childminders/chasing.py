"""Have the free places confirmed: a letter to each professional whose last word is too old.

The law asks childminders to say their free places twice a year, before 1 June and 1 December (decree 2021-1131 of
30 August 2021, read from secondary sources: not verified): hence the usual six months. Two letters at most, a
month apart; then the relais calls, from the tab « à confirmer » of the register.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from guichet.core import journal
from guichet.core.actor import THE_CLOCK
from guichet.core.clock import day
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.childminders import Childminder
from guichet.notifications import outbox
from guichet.placements.childminders.letters import confirm_places
from guichet.placements.childminders.queries import CHILDMINDER

BATCH = 50
MOST_LETTERS = 2
AGAIN_AFTER = timedelta(days=30)
ANSWER_WITHIN = timedelta(days=15)


def due(
    session: Session, today: date, confirm_every_days: int, *, after: int = 0, limit: int = BATCH
) -> list[int]:
    """The ids of the professionals to ask, in order, from the one after `after`."""
    wanted = select(Childminder.id).where(_is_due(today, confirm_every_days), Childminder.id > after)
    return list(session.scalars(wanted.order_by(Childminder.id).limit(limit)))


def ask(
    session: Session, childminder_id: int, catalogue: Catalogue, *, at: datetime, confirm_every_days: int
) -> bool:
    """Write to one of them, if it is still due. Whether a letter was posted."""
    wanted = (
        select(Childminder)
        .where(Childminder.id == childminder_id, _is_due(day(at), confirm_every_days))
        .options(selectinload(Childminder.openings))
        .with_for_update(of=Childminder, skip_locked=True)
    )
    one = session.scalar(wanted)
    if one is None:
        return False
    letter = confirm_places(one, catalogue, at, day(at) + ANSWER_WITHIN)
    one.asked_on, one.times_asked = day(at), one.times_asked + 1
    outbox.post(
        session,
        letter,
        key=f"childminder:{one.id}:confirm:{day(at).isoformat()}",
        subject_type=CHILDMINDER,
        subject_id=one.id,
        at=at,
    )
    journal.note(session, CHILDMINDER, one.id, "ask_childminder", actor=THE_CLOCK, at=at)
    return True


def _is_due(today: date, confirm_every_days: int) -> ColumnElement[bool]:
    return and_(
        Childminder.is_active,
        Childminder.email != "",
        Childminder.confirmed_on <= today - timedelta(days=confirm_every_days),
        Childminder.times_asked < MOST_LETTERS,
        or_(Childminder.asked_on.is_(None), Childminder.asked_on <= today - AGAIN_AFTER),
    )
