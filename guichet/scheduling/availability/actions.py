"""Keep what a member says of her time: her usual week, her leave, a half-day by hand, her calendar. The caller commits."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, NotFoundError
from guichet.core.workflow import expect_version
from guichet.scheduling.availability.half_days import Word
from guichet.scheduling.availability.ics_limits import Reading
from guichet.scheduling.availability.models import (
    MemberBusy,
    MemberHalfDay,
    MemberLeave,
    MemberLink,
    MemberTime,
)
from guichet.scheduling.availability.queries import midnight
from guichet.scheduling.members.models import Member
from guichet.scheduling.planning.problem import HalfDay

READ_AHEAD = timedelta(days=548)
"""A calendar file is read for eighteen months: the year in course and the one that is being planned."""
LONGEST_LEAVE = timedelta(days=366)
LATEST = timedelta(days=3 * 366)
KEPT_BUSY = timedelta(days=7)
NO_DAY = date(1, 1, 1)


def say_week(
    session: Session,
    member: Member,
    weekly: Mapping[tuple[int, str], Word],
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> MemberTime:
    """The ten half-days of the usual week, by weekday (1 Monday … 5 Friday). Raises ConflictError."""
    known = session.get(MemberTime, member.id)
    if known is not None:
        expect_version(known, version)
    time = _said(session, member, actor, at)
    time.weekly = {f"{weekday}-{half}": word.value for (weekday, half), word in sorted(weekly.items())}
    _note(session, member, "say_week", actor, at)
    return time


def confirm(session: Session, member: Member, *, actor: Actor, at: datetime) -> None:
    """Nothing has changed: all that was said is fresh again, except a calendar file, which is given anew."""
    _said(session, member, actor, at)
    _note(session, member, "confirm_time", actor, at)


def add_leave(
    session: Session, member: Member, first: date | None, last: date | None, *, actor: Actor, at: datetime
) -> MemberLeave:
    """Whole days away, both included; one day alone leaves `last` empty. Raises InvalidError."""
    start, end = _dates(first, last, at)
    made = MemberLeave(member_id=member.id, first_on=start, last_on=end)
    session.add(made)
    _said(session, member, actor, at)
    _note(session, member, "add_leave", actor, at)
    return made


def remove_leave(session: Session, member: Member, leave_id: int, *, actor: Actor, at: datetime) -> None:
    """She is there after all. Raises NotFoundError for the leave of somebody else."""
    gone = delete(MemberLeave).where(MemberLeave.id == leave_id, MemberLeave.member_id == member.id)
    if session.scalar(gone.returning(MemberLeave.id)) is None:
        raise NotFoundError
    _said(session, member, actor, at)
    _note(session, member, "remove_leave", actor, at)


def say_half_days(
    session: Session,
    member: Member,
    half_days: Iterable[HalfDay],
    word: Word | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """A word said by hand of some half-days, which wins over all the rest; None takes it back."""
    chosen = list(half_days)
    for half_day in chosen:
        known = session.get(MemberHalfDay, (member.id, half_day.day, half_day.half))
        if word is None:
            if known is not None:
                session.delete(known)
        elif known is not None:
            known.word = word.value
        else:
            session.add(
                MemberHalfDay(member_id=member.id, on=half_day.day, half=half_day.half, word=word.value)
            )
    if chosen:
        _said(session, member, actor, at)
        _note(session, member, "say_half_day", actor, at)


def keep_calendar(
    session: Session, member: Member, reading: Reading, end: date, *, actor: Actor, at: datetime
) -> None:
    """The busy times of a file that was read from today to `end`, instead of those of the file before."""
    session.execute(delete(MemberBusy).where(MemberBusy.member_id == member.id))
    if reading.busy:
        session.execute(
            insert(MemberBusy),
            [
                {
                    "member_id": member.id,
                    "starts_at": one.start,
                    "ends_at": one.end,
                    "tentative": one.tentative,
                }
                for one in reading.busy
            ],
        )
    time = _said(session, member, actor, at)
    time.calendar_at, time.calendar_from, time.calendar_to = at, day(at), end
    time.calendar_floating = reading.floating
    _note(session, member, "keep_calendar", actor, at)


def forget_calendar(session: Session, member: Member, *, actor: Actor, at: datetime) -> None:
    """The busy times of her file are no longer wanted."""
    session.execute(delete(MemberBusy).where(MemberBusy.member_id == member.id))
    time = _said(session, member, actor, at)
    time.calendar_at = time.calendar_from = time.calendar_to = None
    time.calendar_floating = 0
    _note(session, member, "forget_calendar", actor, at)


def forget_past(session: Session, *, at: datetime) -> int:
    """Busy times, half-days and leave that are over serve nothing any more, nor do links that expired.

    Returns how many busy times went.
    """
    before = day(at) - KEPT_BUSY
    session.execute(delete(MemberHalfDay).where(MemberHalfDay.on < before))
    session.execute(delete(MemberLeave).where(MemberLeave.last_on < before))
    session.execute(delete(MemberLink).where(MemberLink.expires_at < at))
    gone = delete(MemberBusy).where(MemberBusy.ends_at < midnight(before)).returning(MemberBusy.id)
    return len(session.scalars(gone).all())


def _said(session: Session, member: Member, actor: Actor, at: datetime) -> MemberTime:
    """Her row, born now if needed, fresh from now on."""
    known = session.get(MemberTime, member.id)
    if known is None:
        known = MemberTime(member_id=member.id, weekly={}, said_at=at, said_by=actor.name)
        session.add(known)
        session.flush()
    known.said_at, known.said_by = at, actor.name
    return known


def _dates(first: date | None, last: date | None, at: datetime) -> tuple[date, date]:
    problems = {}
    end = last or first or NO_DAY
    if first is None:
        problems["first_on"] = "Indiquez le premier jour d’absence."
    elif end < first:
        problems["last_on"] = "Le dernier jour vient après le premier."
    elif end < day(at):
        problems["first_on"] = "Ces jours sont passés."
    elif end - first > LONGEST_LEAVE:
        problems["last_on"] = "C’est plus d’un an : si le mandat prend fin, dites-le au guichet."
    elif end > day(at) + LATEST:
        problems["last_on"] = "C’est trop loin : trois ans au plus."
    if problems or first is None:
        raise InvalidError(problems)
    return first, end


def _note(session: Session, member: Member, step: str, actor: Actor, at: datetime) -> None:
    """Who changed it and when; never what, which is her own time."""
    journal.note(session, "member", member.id, step, actor=actor, at=at)
