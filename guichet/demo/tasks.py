"""The dated tasks of the sessions of the demonstration, and a member whose own calendar is already old."""

from datetime import datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.commissions.milestones import actions as milestone_actions
from guichet.commissions.milestones import queries as milestone_queries
from guichet.commissions.milestones.models import SessionTask
from guichet.commissions.milestones.settings import MILESTONES
from guichet.core import parameters
from guichet.core.actor import Actor
from guichet.core.clock import PARIS, day
from guichet.scheduling.availability.actions import READ_AHEAD, keep_calendar
from guichet.scheduling.availability.half_days import Interval
from guichet.scheduling.availability.ics_limits import Reading
from guichet.scheduling.members.models import Member

GIVES_A_CALENDAR = "Théophile Grandvaux"
AGE = timedelta(days=18)
WEEKS = 40
BUSY_FROM, BUSY_TO = time(9), time(11, 30)


def load_tasks(session: Session, now: datetime) -> None:
    """As the clock has kept them for some weeks: what should have been done since is late."""
    chosen = parameters.read(session, MILESTONES)
    for session_id in milestone_queries.sessions_to_follow(session, day(now)):
        for at in (now - AGE, now):
            milestone_actions.keep(session, session_id, chosen, at=at)
    # What is done was done as the demonstration was loaded, not weeks ago.
    session.execute(update(SessionTask).where(SessionTask.done_at.is_not(None)).values(done_at=now))
    member = session.scalar(select(Member).where(Member.name == GIVES_A_CALENDAR))
    if member is not None:
        then = now - AGE
        herself = Actor(user_id=None, name=member.name)
        keep_calendar(session, member, _every_week(then), day(then) + READ_AHEAD, actor=herself, at=then)


def _every_week(since: datetime) -> Reading:
    """A meeting every Tuesday morning, kept without its title."""
    first = day(since) + timedelta((1 - day(since).weekday()) % 7)
    days = (first + timedelta(7 * week) for week in range(WEEKS))
    return Reading(
        tuple(
            Interval(datetime.combine(on, BUSY_FROM, PARIS), datetime.combine(on, BUSY_TO, PARIS))
            for on in days
        ),
        0,
    )
