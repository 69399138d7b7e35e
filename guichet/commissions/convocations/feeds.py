"""The calendar a member subscribes to: its address, and what is read there. The caller commits.

A feed is a comfort, never the convocation: calendars read it hours later. It names nobody, and a cancelled session
stays in it two months so that every calendar has time to see it.
"""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from guichet.accounts.signing_in import digest
from guichet.commissions.commission_models import Seat
from guichet.commissions.convocations.choices import hours
from guichet.commissions.convocations.models import MemberFeed
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import NotFoundError

TOKEN_BYTES = 24
"""192 bits: nobody finds an address by trying."""
KEPT_CANCELLED = timedelta(days=60)
KEPT_PAST = timedelta(days=366)
SEEN_EVERY = timedelta(hours=1)
SHOWN = ("planned", "convened", "sitting", "signed")


def renew(session: Session, member_id: int, *, actor: Actor, at: datetime) -> str:
    """A new address: its token, shown once. The former one opens nothing any more."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = session.get(MemberFeed, member_id) or MemberFeed(member_id=member_id)
    feed.token_hash, feed.made_at, feed.fetched_at = digest(token), at, None
    session.add(feed)
    journal.note(session, "member", member_id, "open_feed", actor=actor, at=at)
    return token


def revoke(session: Session, member_id: int, *, actor: Actor, at: datetime) -> None:
    """Close the address of a member, if there is one."""
    feed = session.get(MemberFeed, member_id)
    if feed is not None:
        session.delete(feed)
        journal.note(session, "member", member_id, "close_feed", actor=actor, at=at)


def of(session: Session, member_id: int) -> MemberFeed | None:
    """The feed of a member."""
    return session.get(MemberFeed, member_id)


def behind(session: Session, token: str) -> MemberFeed:
    """The feed of an address. Raises NotFoundError when it was closed or never was one."""
    feed = session.scalar(select(MemberFeed).where(MemberFeed.token_hash == digest(token)))
    if feed is None:
        raise NotFoundError
    return feed


def note_fetch(session: Session, member_id: int, at: datetime) -> None:
    """When it was last read; written once an hour."""
    feed = session.get(MemberFeed, member_id)
    if feed is not None:
        feed.fetched_at = at


def is_stale(feed: MemberFeed, at: datetime) -> bool:
    """Whether its last reading is worth writing."""
    return feed.fetched_at is None or at - feed.fetched_at >= SEEN_EVERY


def sessions_of(session: Session, member_id: int, at: datetime) -> list[CommissionSession]:
    """The sessions where a member has a seat, as holder or deputy, for a year back; one line an event.

    Of a session that was put off, only the day that holds is kept: it is the same event.
    """
    today = day(at)
    wanted = (
        select(CommissionSession)
        .join(Seat, Seat.commission_id == CommissionSession.commission_id)
        .where(
            or_(Seat.member_id == member_id, Seat.deputy_member_id == member_id),
            Seat.starts_on <= CommissionSession.sits_on,
            or_(Seat.ends_on.is_(None), Seat.ends_on > CommissionSession.sits_on),
            CommissionSession.sits_on >= today - KEPT_PAST,
        )
        .options(joinedload(CommissionSession.commission))
        .order_by(CommissionSession.id)
    )
    last: dict[str, CommissionSession] = {}
    for one in session.scalars(wanted).unique():
        if _is_shown(one, today):
            last[one.uid] = one
        else:
            last.pop(one.uid, None)
    return sorted(last.values(), key=lambda one: (one.sits_on, one.starts_at, one.id))


def _is_shown(one: CommissionSession, today: date) -> bool:
    return one.state in SHOWN or (one.state == "cancelled" and one.sits_on >= today - KEPT_CANCELLED)


def times(one: CommissionSession) -> tuple[datetime, datetime]:
    """Its local times of Paris, without a zone."""
    when = hours(one.sits_on, one.starts_at, one.duration)
    return when.starts, when.ends
