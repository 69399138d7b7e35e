"""The rounds, the sessions of the commissions, and what each session examines."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.allocation.runs.models import AllocationRun
from guichet.commissions.commission_models import Commission
from guichet.commissions.sessions.agenda import (
    BY_HAND,
    DEMAND_ITEM,
    LONGEST_SESSION,
    SHORTEST_MINUTES,
    USUAL_MINUTES,
    length,
)
from guichet.core.db import Base
from guichet.core.workflow import NEW
from guichet.demands.models import Demand

STATES = ("planned", "convened", "sitting", "signed", "postponed", "cancelled")
HELD = "state NOT IN ('postponed', 'cancelled')"


class Round(Base):
    """The sessions that share an entry window and one frozen proposal."""

    __tablename__ = "commission_round"
    __table_args__ = (CheckConstraint("entry_to >= entry_from", name="window"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120), unique=True)
    entry_from: Mapped[date]
    entry_to: Mapped[date]
    """The last entry wished that these sessions look at, included."""
    run_id: Mapped[int | None] = mapped_column(ForeignKey("allocation_run.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    run: Mapped[AllocationRun | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class CommissionSession(Base):
    """One meeting of a commission.

    A demand finds its session by the day and the name of the commission, which it keeps itself.
    """

    __tablename__ = "commission_session"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("state <> 'convened' OR convened_on IS NOT NULL", name="convened_on_a_day"),
        CheckConstraint("state NOT IN ('postponed', 'cancelled') OR reason <> ''", name="left_has_a_reason"),
        CheckConstraint("starts_at BETWEEN 0 AND 1439", name="starts_at"),
        CheckConstraint(f"duration BETWEEN {SHORTEST_MINUTES} AND {LONGEST_SESSION}", name="duration"),
        Index(
            "uq_commission_session_day",
            "commission_id",
            "sits_on",
            unique=True,
            sqlite_where=text(HELD),
            postgresql_where=text(HELD),
        ),
        Index(None, "sits_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("commission_round.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=NEW)
    version: Mapped[int] = mapped_column(default=1)
    sits_on: Mapped[date]
    starts_at: Mapped[int]
    """Minutes from midnight, on the clock of the place."""
    duration: Mapped[int] = mapped_column(default=USUAL_MINUTES, server_default=str(USUAL_MINUTES))
    """Minutes that the convocation announces, whatever its agenda becomes afterwards."""
    place: Mapped[str] = mapped_column(String(200), default="")
    second: Mapped[bool] = mapped_column(default=False)
    """A second convocation, after one that had no quorum."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("commission_session.id"), index=True)
    """The session that was postponed to this one."""
    rules: Mapped[dict[str, Any] | None]
    """The règlement as it was when the members were convened."""
    convened_on: Mapped[date | None]
    urgency: Mapped[str] = mapped_column(String(300), default="")
    """Why the members were convened later than the règlement says."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was postponed or cancelled."""
    agenda_built_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    at_position: Mapped[int] = mapped_column(default=0)
    """The item on the shared screen; 0 during the roll call."""
    pulse: Mapped[int] = mapped_column(default=0)
    """Moves each time something is recorded while it sits: the other screens ask for it, and for nothing else.

    It is counted apart from the version, so that eight people may record at once.
    """
    sequence: Mapped[int] = mapped_column(default=0)
    """How many times its date, hour or place changed since it was first convened (RFC 5546, 2.1.4)."""
    uid: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid4()), index=True)
    """What calendars know it by. A session put off to another day keeps it: the same meeting moves."""

    commission: Mapped[Commission] = relationship(lazy="raise_on_sql")
    round: Mapped[Round | None] = relationship(lazy="raise_on_sql")
    items: Mapped[list["AgendaItem"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="AgendaItem.position"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def overrun(self) -> int:
        """Minutes that the agenda asks for beyond what is announced; 0 when it fits. Reads the items."""
        return max(0, length(one.duration for one in self.items) - self.duration)


class AgendaItem(Base):
    """One line that a session examines: a demand, or what somebody wrote."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint(f"kind IN {(*BY_HAND, DEMAND_ITEM)}", name="kind"),
        CheckConstraint(f"(kind = '{DEMAND_ITEM}') = (demand_id IS NOT NULL)", name="demand_item"),
        CheckConstraint(f"kind = '{DEMAND_ITEM}' OR title <> ''", name="titled"),
        CheckConstraint("duration BETWEEN 0 AND 480", name="duration"),
        Index(None, "session_id", "position"),
        Index("uq_agenda_item_demand", "demand_id", "session_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("commission_session.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200), default="")
    duration: Mapped[int]
    """Minutes planned."""
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"))
    section: Mapped[str] = mapped_column(String(10), default="")
    """The age section of a demand (guichet/commissions/sessions/agenda.py)."""

    demand: Mapped[Demand | None] = relationship(lazy="raise_on_sql")
