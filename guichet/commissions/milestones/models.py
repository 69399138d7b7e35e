"""The dated tasks around a session, from the call for updates to the answers of the families."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.accounts.models import User
from guichet.commissions.sessions.models import CommissionSession
from guichet.core.db import Base
from guichet.scheduling.milestones import Task

TASKS = tuple(task.value for task in Task)
SEEN, TICKED = "seen", "ticked"


class SessionTask(Base):
    """One thing to do for a session, its day and its owner."""

    __tablename__ = "session_task"
    __table_args__ = (
        CheckConstraint(f"task IN {TASKS}", name="task"),
        CheckConstraint("done_how IS NULL OR done_how IN ('seen', 'ticked')", name="done_how"),
        CheckConstraint("(done_how IS NULL) = (done_at IS NULL)", name="done_has_a_day"),
        Index(None, "session_id", "task", unique=True),
        Index(None, "done_at", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("commission_session.id", ondelete="CASCADE"))
    task: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    why: Mapped[str] = mapped_column(Text, default="")
    """The computation of a date that a delay imposes, in a sentence."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Who does it; nobody while no account may."""
    done_at: Mapped[datetime | None]
    done_how: Mapped[str | None] = mapped_column(String(6))
    """Seen by the guichet itself, or ticked by hand."""
    done_by: Mapped[str] = mapped_column(String(120), default="")
    reminded_on: Mapped[date | None]
    """When its owner was reminded: once for a date."""
    version: Mapped[int] = mapped_column(default=1)

    session: Mapped[CommissionSession] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
