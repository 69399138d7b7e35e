"""What has to be done after a session: by whom, before when, and what came of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.commissions.sessions.models import CommissionSession
from guichet.core.db import Base
from guichet.demands.models import Demand

ANSWER, CALL, ACTION = "answer", "call", "action"
KINDS = (ANSWER, CALL, ACTION)
"""The family's answer to an offer; a family without a place to call; what somebody wrote."""
OPEN = "closed_at IS NULL"


class FollowUp(Base):
    """One thing to follow until somebody closes it and says what came of it."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint("owner <> ''", name="owner"),
        CheckConstraint("closed_at IS NULL OR came_of <> ''", name="closed_says_what_came_of_it"),
        Index(None, "closed_at", "due_on"),
        Index(
            "uq_follow_up_decision",
            "decision_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("commission_session.id", ondelete="CASCADE"), index=True
    )
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    what: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    owner: Mapped[str] = mapped_column(String(120))
    """A person, or a desk, as it is called."""
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(120), default="")
    came_of: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    session: Mapped[CommissionSession] = relationship(lazy="raise_on_sql")
    demand: Mapped[Demand | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
