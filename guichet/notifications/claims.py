"""Taking letters under a lease, one worker at a time, and giving them back.

A lease lasts as long as the slowest conversation and the writing of its end, fifty seconds (lease.py says why
not less): what a letter in flight waits when its container is replaced.

The same statements on both databases: PostgreSQL skips the rows another worker is taking, SQLite lets one
writer at a time through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from guichet.core.process import is_gone
from guichet.notifications import models, outcomes
from guichet.notifications.lease import LEASE
from guichet.notifications.mailer import Parcel
from guichet.notifications.models import LetterRow


@dataclass(frozen=True)
class Claimed:
    """A letter under this worker's lease, as plain values: no session is needed to hand it over."""

    channel: str
    attempts: int
    """Those before this one."""
    parcel: Parcel
    facts: dict[str, Any]


def claim(session: Session, now: datetime, owner: str, limit: int) -> list[Claimed]:
    """Take at most `limit` letters that are due, the longest due first."""
    due = (
        select(LetterRow.id)
        .where(LetterRow.state == models.PENDING, LetterRow.due_at <= now, _its_turn())
        .order_by(LetterRow.due_at, LetterRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = session.execute(
        update(LetterRow)
        .where(LetterRow.id.in_(select(due.c.id)))
        .values(state=models.SENDING, lease_owner=owner, lease_until=now + LEASE)
        .returning(
            LetterRow.id,
            LetterRow.due_at,
            LetterRow.channel,
            LetterRow.attempts,
            LetterRow.key,
            LetterRow.created_at,
            LetterRow.recipient_name,
            LetterRow.email,
            LetterRow.subject,
            LetterRow.text,
            LetterRow.html,
            LetterRow.facts,
        )
        .execution_options(synchronize_session=False)
    )
    return [_claimed(row) for row in sorted(taken, key=lambda row: (row.due_at, row.id))]


def begin(session: Session, letter_id: int, attempt: int, owner: str, now: datetime) -> bool:
    """Write that attempt number `attempt` starts now. False when the letter is not this worker's any more."""
    started = session.connection().execute(
        outcomes.HELD,
        {
            "held_id": letter_id,
            "held_by": owner,
            "attempts": attempt,
            "in_flight": True,
            "lease_until": now + LEASE,
        },
    )
    return started.rowcount == 1


def renew(session: Session, owner: str, now: datetime) -> None:
    """Lengthen the lease of everything this worker still holds: its batch takes long."""
    session.execute(update(LetterRow).where(*_held_by(owner)).values(lease_until=now + LEASE))


def give_back(session: Session, owner: str) -> None:
    """Leave to others what this worker claimed and did not hand over."""
    session.execute(
        update(LetterRow)
        .where(*_held_by(owner), LetterRow.in_flight.is_(False))
        .values(state=models.PENDING, lease_owner=None, lease_until=None)
    )


def take_back(session: Session, now: datetime, owner: str) -> int:
    """Free the letters whose worker is dead or out of time, and those `owner` left behind after an error.

    Called by a worker that holds nothing. Returns how many were freed.
    """
    held = session.execute(
        select(
            LetterRow.id,
            LetterRow.attempts,
            LetterRow.in_flight,
            LetterRow.lease_owner,
            LetterRow.lease_until,
        ).where(LetterRow.state == models.SENDING)
    ).all()
    dead = {name for name in {row.lease_owner for row in held} if name == owner or is_gone(name)}
    stale = [row for row in held if row.lease_owner in dead or row.lease_until <= now]
    for row in stale:
        outcomes.write_interruption(
            session, row.id, row.attempts, in_flight=row.in_flight, owner=row.lease_owner, at=now
        )
    return len(stale)


def _its_turn() -> ColumnElement[bool]:
    """Nothing to wait for, or what it waits for has left or will not."""
    earlier = aliased(LetterRow)
    waited_for = exists().where(
        earlier.id == LetterRow.after_id, earlier.state.in_((models.PENDING, models.SENDING))
    )
    return or_(LetterRow.after_id.is_(None), ~waited_for)


def _held_by(owner: str) -> Sequence[Any]:
    return (LetterRow.state == models.SENDING, LetterRow.lease_owner == owner)


def _claimed(row: Row[*tuple[Any, ...]]) -> Claimed:
    return Claimed(
        channel=row.channel,
        attempts=row.attempts,
        facts=row.facts,
        parcel=Parcel(
            letter_id=row.id,
            key=row.key,
            created_at=row.created_at,
            recipient_name=row.recipient_name,
            email=row.email or "",
            subject=row.subject,
            text=row.text,
            html=row.html,
            reply_to=row.facts["sender"]["email"],
            invitation=row.facts.get("invitation"),
        ),
    )
