"""Who moved what, from where to where, when and why; and who read what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String, Text

from guichet.core.actor import Actor
from guichet.core.db import Base


class JournalEntry(Base):
    """One line of the life of something: written with the change, never altered."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index(None, "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str | None] = mapped_column(String(20))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AuditEntry(Base):
    """One reading of a family's file, or one refused attempt. Never altered."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "subject_type", "subject_id", "id"),
        Index(None, "at"),
        Index(None, "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(30))
    """read, export, search, refused, sign_in, sign_in_failed, change…"""
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(String(200), default="")


def note(
    session: Session,
    subject_type: str,
    subject_id: int,
    step: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    states: tuple[str | None, str | None] = (None, None),
    detail: dict[str, Any] | None = None,
) -> JournalEntry:
    """Write one line in the caller's transaction. `states` are (from, to), empty for a plain change."""
    entry = JournalEntry(
        at=at,
        subject_type=subject_type,
        subject_id=subject_id,
        step=step,
        from_state=states[0],
        to_state=states[1],
        actor_id=actor.user_id,
        actor_name=actor.name,
        reason=reason,
        detail=detail or {},
    )
    session.add(entry)
    return entry


@dataclass(frozen=True)
class Moved:
    """One line among many of the same step: what moved, and from which state to which."""

    subject_id: int
    states: tuple[str | None, str | None] = (None, None)
    detail: dict[str, Any] | None = None


def note_many(
    session: Session,
    subject_type: str,
    moved: Sequence[Moved],
    step: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """The same line for hundreds of subjects, in one statement."""
    rows = [
        {
            "at": at,
            "subject_type": subject_type,
            "subject_id": one.subject_id,
            "step": step,
            "from_state": one.states[0],
            "to_state": one.states[1],
            "actor_id": actor.user_id,
            "actor_name": actor.name,
            "reason": reason,
            "detail": one.detail or {},
        }
        for one in moved
    ]
    if rows:
        session.execute(insert(JournalEntry.__table__), rows)  # type: ignore[arg-type]


def trace(
    session: Session,
    action: str,
    subject_type: str,
    subject_id: int | None,
    *,
    actor: Actor,
    at: datetime,
    detail: str = "",
) -> None:
    """Record that somebody read, exported or was refused something."""
    session.add(
        AuditEntry(
            at=at,
            actor_id=actor.user_id,
            actor_name=actor.name,
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            detail=detail[:200],
        )
    )
