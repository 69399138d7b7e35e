"""What is tried before a session is signed, what was found, and who signed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.commissions.sessions.models import CommissionSession
from guichet.core.db import Base
from guichet.core.leased import DONE, Leased, held_rightly

PRESIDENT, SECOND = "president", "second"


class DryRun(Leased, Base):
    """One trial of a signature: every letter rendered and held, every state to move, every seat, what was found.

    It speaks of the decisions of one instant, which its digest names: when they change it is worth nothing any more.
    """

    __tablename__ = "dry_run"
    __table_args__ = (
        *held_rightly(),
        CheckConstraint(f"state <> '{DONE}' OR (digest <> '' AND done_at IS NOT NULL)", name="done"),
        Index(None, "session_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("commission_session.id", ondelete="CASCADE"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    step: Mapped[str] = mapped_column(String(20), default="")
    """What the worker is doing (guichet/commissions/signing/words.py)."""

    digest: Mapped[str] = mapped_column(String(64), default="")
    """The fingerprint of the decisions tried (guichet/commissions/signing/dry_run_facts.py)."""
    letters: Mapped[int] = mapped_column(default=0)
    moves: Mapped[list[Any]] = mapped_column(default=list)
    """Each demand: what the round leaves to it, and the key of its letter (guichet/commissions/dry_run_moves.py)."""
    seats: Mapped[list[Any]] = mapped_column(default=list)
    """Each establishment: how many places are offered, held, free again."""
    findings: Mapped[list[Any]] = mapped_column(default=list)
    """What the independent reading found: a key, a subject, a sentence."""

    session: Mapped[CommissionSession] = relationship(lazy="raise_on_sql")
    answers: Mapped[list["FindingAnswer"]] = relationship(lazy="raise_on_sql", order_by="FindingAnswer.key")
    signatures: Mapped[list["Signature"]] = relationship(lazy="raise_on_sql", order_by="Signature.id")


class FindingAnswer(Base):
    """The written reason for which the session is signed although something was found."""

    __tablename__ = "finding_answer"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    dry_run_id: Mapped[int] = mapped_column(ForeignKey("dry_run.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[str] = mapped_column(String(120))


class Signature(Base):
    """One person signs what one dry run shows, under an account of their own."""

    __tablename__ = "session_signature"
    __table_args__ = (
        CheckConstraint(f"role IN {(PRESIDENT, SECOND)}", name="role"),
        UniqueConstraint("dry_run_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dry_run_id: Mapped[int] = mapped_column(ForeignKey("dry_run.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
