"""The mails that came to the guichet: what became of each, and when their mailbox was last read."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String, Text

from guichet.core.db import Base

BOUNCED, NOT_FINAL, AUTOMATIC = "bounced", "not_final", "automatic"
ANSWERED, SAME, REMARK, STALE, OLDER, LATE = "answered", "same", "remark", "stale", "older", "late"
SETTLED = (BOUNCED, NOT_FINAL, AUTOMATIC, ANSWERED, SAME, REMARK, STALE, OLDER, LATE)
"""Nobody has to look at such a mail."""
STRANGER, UNPROVED, UNKNOWN, REFUSED, UNMATCHED = "stranger", "unproved", "unknown", "refused", "unmatched"
WRITTEN, UNREADABLE, UNFORESEEN = "written", "unreadable", "unforeseen"
FOR_PEOPLE = (STRANGER, UNPROVED, UNKNOWN, REFUSED, UNMATCHED, WRITTEN, UNREADABLE, UNFORESEEN)
"""Somebody must look at such a mail, in the mailbox itself."""


class ReceivedMail(Base):
    """One mail, known by its content: the same one read twice is treated once.

    Of a mail that was settled nothing else is kept; of one that people must see, who wrote it and about what, until
    somebody has seen it. Its text stays in the mailbox.
    """

    __tablename__ = "received_mail"
    __table_args__ = (
        CheckConstraint(f"outcome IN {(*SETTLED, *FOR_PEOPLE)}", name="outcome"),
        Index(None, "seen_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    """The SHA-256 of what was read of it."""
    read_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12))
    sender: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    """What was understood of it, in one sentence."""
    about: Mapped[str] = mapped_column(String(30), default="")
    """« letter » or « convocation », and its number: named, not linked, since some rooms stand above this one."""
    about_id: Mapped[int | None]
    seen_at: Mapped[datetime | None]
    """When nobody has to look at it any more."""
    seen_by: Mapped[str] = mapped_column(String(120), default="")


class MailboxReading(Base):
    """The last time the mailbox was read, and why it could not be since. One row."""

    __tablename__ = "mailbox_reading"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    read_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text, default="")
