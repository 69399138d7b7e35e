"""What was decided on a demand: at a session, between two sessions, or in an emergency."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.allocation.runs.models import AllocationRun
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.commissions.sitting.choosing import CHOICES
from guichet.core.db import Base
from guichet.demands.models import Demand
from guichet.establishments.models import Establishment

PLACED, UNPLACED, POSTPONED = "placed", "unplaced", "postponed"
OUTCOMES = (PLACED, UNPLACED, POSTPONED)
AT_A_SESSION, NOTED, BETWEEN, EMERGENCY = "session", "noted", "between", "emergency"
BASES = (AT_A_SESSION, NOTED, BETWEEN, EMERGENCY)
"""Decided on the screen of a session; noted afterwards by a director; a freed seat; an emergency to ratify."""

WAITS_ALONE = "state = 'recorded' AND session_id IS NULL"
HOLDS_AT_ITS_SESSION = "state IN ('recorded', 'confirmed') AND session_id IS NOT NULL"


class Decision(Base):
    """A decision on one demand: recorded by one person, then confirmed by another, or dropped.

    One recorded at a session is a draft until its minutes are signed by two persons.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint(f"choice = '' OR choice IN {CHOICES}", name="choice"),
        CheckConstraint(f"basis IN {BASES}", name="basis"),
        CheckConstraint(f"(basis = '{AT_A_SESSION}') = (session_id IS NOT NULL)", name="its_session"),
        CheckConstraint("state IN ('recorded', 'confirmed', 'dropped', 'annulled')", name="state"),
        CheckConstraint(
            "outcome <> 'placed' OR (establishment_id IS NOT NULL AND entry_on IS NOT NULL)",
            name="placed_has_a_place",
        ),
        CheckConstraint("outcome = 'placed' OR reason <> ''", name="unplaced_has_a_reason"),
        CheckConstraint(
            "state <> 'confirmed' OR (confirmed_by_id IS NOT NULL AND confirmed_by_id <> recorded_by_id)",
            name="two_persons",
        ),
        # One decision waits at a time: two directors cannot both have the last word unseen. Two commissions of a
        # round may each have their word on the same demand.
        Index(
            "uq_decision_waiting",
            "demand_id",
            unique=True,
            sqlite_where=text(WAITS_ALONE),
            postgresql_where=text(WAITS_ALONE),
        ),
        Index(
            "uq_decision_session",
            "session_id",
            "demand_id",
            unique=True,
            sqlite_where=text(HOLDS_AT_ITS_SESSION),
            postgresql_where=text(HOLDS_AT_ITS_SESSION),
        ),
        Index(None, "state", "recorded_at"),
        Index(None, "establishment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), index=True)
    demand_version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="recorded")
    basis: Mapped[str] = mapped_column(String(10), default=NOTED)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("commission_session.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("allocation_run.id"), index=True)
    """The proposal that was read when it was decided: the family is told that points were counted."""
    ratified_session_id: Mapped[int | None] = mapped_column(ForeignKey("commission_session.id"), index=True)
    """The session that was told of an emergency or of a freed seat, and ratified it."""
    outcome: Mapped[str] = mapped_column(String(10))
    choice: Mapped[str] = mapped_column(String(10), default="")
    vote: Mapped[dict[str, Any] | None]
    """Voices for, against and abstaining, when somebody asked for a vote."""
    session_on: Mapped[date]
    session_name: Mapped[str] = mapped_column(String(120))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"))
    """The place given; for an unplaced demand, the establishment whose manager answers."""
    entry_on: Mapped[date | None]
    pattern: Mapped[list[Any] | None]
    """The half-days given, as a week; None for the whole week asked."""
    reason: Mapped[str] = mapped_column(String(20), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    """What the family reads with the decision."""
    why: Mapped[str] = mapped_column(Text, default="")
    """Why a session did otherwise than proposed, or gave a place above what is free: for the minutes alone."""
    insisted_by: Mapped[str] = mapped_column(String(120), default="")
    """Who asked for a place above what is free: the presidency, or the direction of the establishment."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_by: Mapped[str] = mapped_column(String(120))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_by: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column(default=1)

    demand: Mapped[Demand] = relationship(lazy="raise_on_sql")
    establishment: Mapped[Establishment | None] = relationship(lazy="raise_on_sql")
    item: Mapped[AgendaItem | None] = relationship(lazy="raise_on_sql")
    run: Mapped[AllocationRun | None] = relationship(lazy="raise_on_sql")
    session: Mapped[CommissionSession | None] = relationship(lazy="raise_on_sql", foreign_keys=[session_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
