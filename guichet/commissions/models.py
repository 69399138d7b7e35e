"""What a commission decided. Until sessions exist as objects, a decision carries its session's date and name."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.core.db import Base
from guichet.demands.models import Demand
from guichet.establishments.models import Establishment


class Decision(Base):
    """A decision on one demand: recorded by one person, then confirmed by another, or dropped."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("outcome IN ('placed', 'unplaced')", name="outcome"),
        CheckConstraint("state IN ('recorded', 'confirmed', 'dropped', 'annulled')", name="state"),
        CheckConstraint(
            "outcome <> 'placed' OR (establishment_id IS NOT NULL AND entry_on IS NOT NULL)",
            name="placed_has_a_place",
        ),
        CheckConstraint("outcome <> 'unplaced' OR reason <> ''", name="unplaced_has_a_reason"),
        CheckConstraint(
            "state <> 'confirmed' OR (confirmed_by_id IS NOT NULL AND confirmed_by_id <> recorded_by_id)",
            name="two_persons",
        ),
        # One decision waits at a time: two directors cannot both have the last word unseen.
        Index(
            "uq_decision_waiting",
            "demand_id",
            unique=True,
            sqlite_where=text("state = 'recorded'"),
            postgresql_where=text("state = 'recorded'"),
        ),
        Index(None, "state", "recorded_at"),
        Index(None, "establishment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), index=True)
    demand_version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="recorded")
    outcome: Mapped[str] = mapped_column(String(8))
    session_on: Mapped[date]
    session_name: Mapped[str] = mapped_column(String(120))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"))
    """The place given; for an unplaced demand, the establishment whose manager answers."""
    entry_on: Mapped[date | None]
    pattern: Mapped[list[Any] | None]
    """The half-days given, as a week; None for the whole week asked."""
    reason: Mapped[str] = mapped_column(String(20), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_by: Mapped[str] = mapped_column(String(120))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_by: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column(default=1)

    demand: Mapped[Demand] = relationship(lazy="raise_on_sql")
    establishment: Mapped[Establishment | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
