"""What left, what waits and what became of it: the outbox is the table of letters itself.

The state of a letter is moved by the outbox, the relay, the bounces and the actions of this room, each by an
UPDATE that names the state it expects: two workers can never both move the same letter.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String, Text

from guichet.core.db import Base

EMAIL, PRINT = "email", "print"

HELD = "held"
"""Rendered, not released: the letters of a session before its signature."""
PENDING = "pending"
SENDING = "sending"
"""In the hands of a worker, until its lease ends."""
SENT = "sent"
"""Accepted by the recipient's mail server, or the relay it answers through."""
TO_PRINT = "to_print"
"""On paper form, waiting in the print tray."""
PRINTED = "printed"
REFUSED = "refused"
"""Refused for good by the mail server."""
FAILED = "failed"
"""Given up after the fixed number of attempts."""
BOUNCED = "bounced"
"""Accepted, then returned by the recipient's server."""
CANCELLED = "cancelled"

STATES = (HELD, PENDING, SENDING, SENT, TO_PRINT, PRINTED, REFUSED, FAILED, BOUNCED, CANCELLED)
UNDELIVERED = (REFUSED, FAILED, BOUNCED)


class LetterRow(Base):
    """A letter and its way to its recipient.

    `key` says what it is about (« demand:12:acknowledgement »): the same key never makes a second letter.
    The subject is named, not linked: the rooms that write letters stand above this one.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint(f"channel IN ('{EMAIL}', '{PRINT}')", name="channel"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"channel = '{PRINT}' OR email IS NOT NULL", name="has_email"),
        CheckConstraint(f"(state = '{SENDING}') = (lease_until IS NOT NULL)", name="leased"),
        CheckConstraint(f"state NOT IN ('{SENT}', '{PRINTED}') OR sent_at IS NOT NULL", name="sent_at"),
        Index(None, "state", "due_at", "id"),
        Index(None, "subject_type", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int]
    reference: Mapped[str] = mapped_column(String(40))
    recipient_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(Text)
    """Postal lines, one a line."""
    channel: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    """How many times it was handed to the mail server (or to the typesetter)."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Not before this instant. Moves later after each failure."""
    after_id: Mapped[int | None]
    """The letter that must have ended its way first: a cancellation never overtakes what it cancels."""
    sent_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    in_flight: Mapped[bool] = mapped_column(default=False)
    """Being handed over at this moment: if its worker dies now, it may have left."""
    last_error: Mapped[str | None] = mapped_column(Text)
    """The reason of the last failure, as the desk reads it."""
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, deferred=True, deferred_raiseload=True)
    html: Mapped[str] = mapped_column(Text, deferred=True, deferred_raiseload=True)
    facts: Mapped[dict[str, Any]] = mapped_column(deferred=True, deferred_raiseload=True)
    """The whole letter as JSON, from which its PDF is made."""


class LetterEvent(Base):
    """One thing that happened to a letter after it was posted. Never altered."""

    __tablename__ = "letter_event"
    __table_args__ = (Index(None, "letter_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(12))
    """released, sent, deferred, refused, failed, bounced, to_print, printed, retried or cancelled"""
    detail: Mapped[str] = mapped_column(Text, default="")
    """The mail server's answer, the reason of a failure, or who did it."""


class LetterPdf(Base):
    """The printed form of a letter, made once by a worker."""

    __tablename__ = "letter_pdf"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
