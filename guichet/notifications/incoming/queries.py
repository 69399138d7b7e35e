"""Read the mails that people must see, and how the mailbox goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.notifications.incoming.models import MailboxReading, ReceivedMail

PAGE = 50


@dataclass(frozen=True)
class Reading:
    """When the mailbox was last read to its end, and why it cannot be since."""

    read_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""


def to_see(session: Session, *, limit: int = PAGE) -> Sequence[ReceivedMail]:
    """The mails that somebody must look at, the oldest first."""
    wanted = select(ReceivedMail).where(ReceivedMail.seen_at.is_(None)).order_by(ReceivedMail.id).limit(limit)
    return session.scalars(wanted).all()


def count_to_see(session: Session) -> int:
    """How many."""
    return session.scalar(select(func.count()).where(ReceivedMail.seen_at.is_(None))) or 0


def reading(session: Session) -> Reading:
    """How the mailbox goes."""
    row = session.get(MailboxReading, 1)
    return Reading(row.read_at, row.failed_at, row.failure) if row else Reading()
