"""The papers of a session: its pack, its minutes in two forms, the extracts of the families."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.commissions.sessions.models import CommissionSession
from guichet.core.db import Base
from guichet.core.leased import DONE, Leased, held_rightly

PACK, NOMINAL, COMMUNICABLE, EXTRACT = "pack", "nominal", "communicable", "extract"
ATTENDANCE, CALLED = "attendance", "called"
"""The sheet that members sign, and the proofs that they were called."""
KINDS = (PACK, NOMINAL, COMMUNICABLE, EXTRACT, ATTENDANCE, CALLED)


class Minutes(Base):
    """The minutes of one session: their number, and the session that approved them.

    Numbers follow one another in a year without a hole: an annulled signature keeps its number for the next one.
    """

    __tablename__ = "session_minutes"
    __table_args__ = (
        UniqueConstraint("year", "rank"),
        CheckConstraint("rank > 0", name="rank"),
    )

    session_id: Mapped[int] = mapped_column(
        ForeignKey("commission_session.id", ondelete="CASCADE"), primary_key=True
    )
    year: Mapped[int]
    rank: Mapped[int]
    approved_session_id: Mapped[int | None] = mapped_column(ForeignKey("commission_session.id"), index=True)
    approved_on: Mapped[date | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
    """What the members asked to correct when they approved them."""

    @property
    def number(self) -> str:
        """« PV-2026-0007 »."""
        return f"PV-{self.year}-{self.rank:04d}"


class SessionDocument(Leased, Base):
    """One paper, made by a worker from facts frozen when it is taken; its content never changes."""

    __tablename__ = "session_document"
    __table_args__ = (
        *held_rightly(),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"(kind = '{EXTRACT}') = (demand_id IS NOT NULL)", name="extract"),
        CheckConstraint(f"state <> '{DONE}' OR (content IS NOT NULL AND sha256 <> '')", name="done"),
        Index(None, "session_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("commission_session.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"), index=True)
    number: Mapped[str] = mapped_column(String(40), default="")
    """The number of its minutes; empty for a pack."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    """Bytes of the PDF."""
    facts: Mapped[dict[str, Any] | None] = mapped_column(deferred=True, deferred_raiseload=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)

    session: Mapped[CommissionSession] = relationship(lazy="raise_on_sql")
