"""Read what the members said of their time."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core.french import PARIS
from guichet.scheduling.availability import Interval, Leave, Said, Word
from guichet.scheduling.availability_models import MemberBusy, MemberHalfDay, MemberLeave, MemberTime
from guichet.scheduling.member_models import Member
from guichet.scheduling.problem import HalfDay

NEVER = date(2999, 12, 31)


def said_of(session: Session, member_ids: Collection[int], half_days: Sequence[HalfDay]) -> dict[int, Said]:
    """All that these members said about these half-days, by member; who said nothing is free. Five statements.

    A member who leaves is away from the day her last mandate ends.
    """
    if not half_days:
        return {member_id: Said({}) for member_id in member_ids}
    first, last = min(half_days).day, max(half_days).day
    weekly = {
        row.member_id: words_of(row.weekly)
        for row in session.scalars(select(MemberTime).where(MemberTime.member_id.in_(member_ids)))
    }
    leaves = _leaves(session, member_ids, first, last)
    by_hand = _by_hand(session, member_ids, first, last)
    busy = _busy(session, member_ids, first, last)
    return {
        member_id: Said(
            weekly.get(member_id, {}),
            tuple(leaves.get(member_id, ())),
            by_hand.get(member_id),
            tuple(busy.get(member_id, ())),
        )
        for member_id in member_ids
    }


def words_of(stored: dict[str, str]) -> dict[tuple[int, str], Word]:
    """A usual week as it is thought of, from how it is stored: {"1-am": "not"}."""
    return {(int(key[0]), key[2:]): Word(word) for key, word in stored.items()}


def _leaves(session: Session, member_ids: Collection[int], first: date, last: date) -> dict[int, list[Leave]]:
    found: dict[int, list[Leave]] = {}
    wanted = select(MemberLeave).where(
        MemberLeave.member_id.in_(member_ids), MemberLeave.first_on <= last, MemberLeave.last_on >= first
    )
    for row in session.scalars(wanted.order_by(MemberLeave.first_on)):
        found.setdefault(row.member_id, []).append(Leave(row.first_on, row.last_on))
    gone = select(Member).where(Member.id.in_(member_ids), Member.leaves_on <= last)
    for member in session.scalars(gone):
        if member.leaves_on is not None:
            found.setdefault(member.id, []).append(Leave(member.leaves_on, NEVER))
    return found


def _by_hand(
    session: Session, member_ids: Collection[int], first: date, last: date
) -> dict[int, dict[HalfDay, Word]]:
    found: dict[int, dict[HalfDay, Word]] = {}
    wanted = select(MemberHalfDay).where(
        MemberHalfDay.member_id.in_(member_ids), MemberHalfDay.on.between(first, last)
    )
    for row in session.scalars(wanted):
        found.setdefault(row.member_id, {})[HalfDay(row.on, row.half)] = Word(row.word)
    return found


def _busy(
    session: Session, member_ids: Collection[int], first: date, last: date
) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = {}
    wanted = select(MemberBusy).where(
        MemberBusy.member_id.in_(member_ids),
        MemberBusy.starts_at < midnight(last + timedelta(1)),
        MemberBusy.ends_at > midnight(first),
    )
    for row in session.scalars(wanted.order_by(MemberBusy.starts_at, MemberBusy.id)):
        found.setdefault(row.member_id, []).append(Interval(row.starts_at, row.ends_at, row.tentative))
    return found


def midnight(on: date) -> datetime:
    """The instant a day begins in Paris."""
    return datetime.combine(on, time(), PARIS)
