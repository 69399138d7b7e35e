"""Read what the members said of their time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from guichet.core.french import PARIS
from guichet.scheduling.availability import freshness
from guichet.scheduling.availability.freshness import Freshness
from guichet.scheduling.availability.half_days import Interval, Leave, Said, Word, availability
from guichet.scheduling.availability.models import MemberBusy, MemberHalfDay, MemberLeave, MemberTime
from guichet.scheduling.members.models import Member
from guichet.scheduling.planning.problem import HalfDay

NEVER = date(2999, 12, 31)
People = Sequence[tuple[Member, MemberTime | None]]


@dataclass(frozen=True)
class MemberLine:
    """A member of the coordinator's list; shares are of the open half-days looked at, None for who said nothing."""

    member: Member
    said_at: datetime | None
    said_by: str
    calendar_at: datetime | None
    freshness: Freshness
    busy: float | None
    if_needed: float | None


@dataclass(frozen=True)
class OwnTime:
    """All that one member said that is not over yet, for the page where she changes it."""

    time: MemberTime | None
    leaves: Sequence[MemberLeave]
    half_days: Sequence[MemberHalfDay]
    busy: int
    """How many busy times of her file are kept."""


def people(session: Session, member_ids: Collection[int] | None = None, today: date | None = None) -> People:
    """Members by name with their usual week: these ones, or all those who still sit `today`. One statement."""
    wanted = select(Member, MemberTime).outerjoin(MemberTime, MemberTime.member_id == Member.id)
    if member_ids is not None:
        wanted = wanted.where(Member.id.in_(member_ids))
    if today is not None:
        wanted = wanted.where(or_(Member.leaves_on.is_(None), Member.leaves_on > today))
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(Member.sort_key, Member.id))]


def said_of(session: Session, member_ids: Collection[int], half_days: Sequence[HalfDay]) -> dict[int, Said]:
    """All that these members said about these half-days, by member; who said nothing is free. Four statements.

    A member who leaves is away from the day her last mandate ends.
    """
    found = said_by(session, people(session, member_ids), half_days)
    return {member_id: found.get(member_id, Said({})) for member_id in member_ids}


def said_by(session: Session, these: People, half_days: Sequence[HalfDay]) -> dict[int, Said]:
    """As `said_of`, for members already read. Three statements."""
    if not half_days:
        return {member.id: Said({}) for member, _time in these}
    ids = [member.id for member, _time in these]
    first, last = min(half_days).day, max(half_days).day
    leaves = _leaves(session, ids, first, last)
    by_hand = _by_hand(session, ids, first, last)
    busy = _busy(session, ids, first, last)
    return {
        member.id: Said(
            words_of(time.weekly) if time else {},
            (*leaves.get(member.id, ()), *_gone(member)),
            by_hand.get(member.id),
            tuple(busy.get(member.id, ())),
        )
        for member, time in these
    }


def lines(session: Session, half_days: Sequence[HalfDay], today: date, at: datetime) -> list[MemberLine]:
    """Every member who still sits: who said what, how fresh it is, and how busy she is. Four statements."""
    these = people(session, today=today)
    said = said_by(session, these, half_days)
    return [_line(member, time, said[member.id], half_days, at) for member, time in these]


def silent_count(session: Session, today: date) -> int:
    """How many of those who still sit never said anything of their time."""
    wanted = (
        select(func.count())
        .select_from(Member)
        .outerjoin(MemberTime, MemberTime.member_id == Member.id)
        .where(MemberTime.member_id.is_(None), or_(Member.leaves_on.is_(None), Member.leaves_on > today))
    )
    return session.scalar(wanted) or 0


def own_time(session: Session, member_id: int, today: date) -> OwnTime:
    """What one member said, from today on. Four statements."""
    leaves = select(MemberLeave).where(MemberLeave.member_id == member_id, MemberLeave.last_on >= today)
    by_hand = select(MemberHalfDay).where(MemberHalfDay.member_id == member_id, MemberHalfDay.on >= today)
    busy = select(MemberBusy.id).where(
        MemberBusy.member_id == member_id, MemberBusy.ends_at > midnight(today)
    )
    return OwnTime(
        session.get(MemberTime, member_id),
        session.scalars(leaves.order_by(MemberLeave.first_on, MemberLeave.id)).all(),
        session.scalars(by_hand.order_by(MemberHalfDay.on, MemberHalfDay.half)).all(),
        len(session.scalars(busy).all()),
    )


def member_of_account(session: Session, user_id: int) -> Member | None:
    """The member that an account is, if it sits anywhere."""
    return session.scalar(select(Member).where(Member.user_id == user_id))


def words_of(stored: dict[str, str]) -> dict[tuple[int, str], Word]:
    """A usual week as it is thought of, from how it is stored: {"1-am": "not"}."""
    return {(int(key[0]), key[2:]): Word(word) for key, word in stored.items()}


def midnight(on: date) -> datetime:
    """The instant a day begins in Paris."""
    return datetime.combine(on, time(), PARIS)


def _line(
    member: Member, time: MemberTime | None, said: Said, half_days: Sequence[HalfDay], at: datetime
) -> MemberLine:
    dates = freshness.Said(time.said_at, time.calendar_at) if time else freshness.Said(None)
    found = availability(said, half_days)
    known = time is not None and bool(half_days)
    return MemberLine(
        member,
        dates.said_at,
        time.said_by if time else "",
        dates.calendar_at,
        freshness.freshness(dates, at),
        len(found.busy) / len(half_days) if known else None,
        len(found.if_needed) / len(half_days) if known else None,
    )


def _gone(member: Member) -> tuple[Leave, ...]:
    return (Leave(member.leaves_on, NEVER),) if member.leaves_on else ()


def _leaves(session: Session, ids: Collection[int], first: date, last: date) -> dict[int, list[Leave]]:
    found: dict[int, list[Leave]] = {}
    wanted = select(MemberLeave).where(
        MemberLeave.member_id.in_(ids), MemberLeave.first_on <= last, MemberLeave.last_on >= first
    )
    for row in session.scalars(wanted.order_by(MemberLeave.first_on, MemberLeave.id)):
        found.setdefault(row.member_id, []).append(Leave(row.first_on, row.last_on))
    return found


def _by_hand(
    session: Session, ids: Collection[int], first: date, last: date
) -> dict[int, dict[HalfDay, Word]]:
    found: dict[int, dict[HalfDay, Word]] = {}
    wanted = select(MemberHalfDay).where(
        MemberHalfDay.member_id.in_(ids), MemberHalfDay.on.between(first, last)
    )
    for row in session.scalars(wanted):
        found.setdefault(row.member_id, {})[HalfDay(row.on, row.half)] = Word(row.word)
    return found


def _busy(session: Session, ids: Collection[int], first: date, last: date) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = {}
    wanted = select(
        MemberBusy.member_id, MemberBusy.starts_at, MemberBusy.ends_at, MemberBusy.tentative
    ).where(
        MemberBusy.member_id.in_(ids),
        MemberBusy.starts_at < midnight(last + timedelta(1)),
        MemberBusy.ends_at > midnight(first),
    )
    for row in session.execute(wanted.order_by(MemberBusy.starts_at, MemberBusy.id)):
        found.setdefault(row.member_id, []).append(Interval(row.starts_at, row.ends_at, row.tentative))
    return found
