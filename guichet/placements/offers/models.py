"""What a family is offered and what it answered; and the seats that free."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.core.db import Base
from guichet.core.week import Week
from guichet.core.workflow import NEW
from guichet.demands.models import Demand
from guichet.establishments.models import Establishment
from guichet.placements.offers.states import CANCELLED, OPEN, STATES, TAKEN

OPEN_SQL = text(f"state IN {OPEN}")
TAKEN_SQL = text(f"state IN {TAKEN}")
FREED_WHY = ("declined", "expired", "missed", "cancelled", "left", "told")
FREED_OUTCOMES = ("given", "kept", "gone")


class Offer(Base):
    """A seat promised to a family until a day, and what the family answered."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("state = 'held' OR state = 'cancelled' OR answer_by IS NOT NULL", name="answer_by"),
        CheckConstraint("state <> 'postponed' OR wished_on IS NOT NULL", name="postponed_to_a_day"),
        CheckConstraint("silence IN ('released', 'closed')", name="silence"),
        # A family is never offered two places at once, nor the same place twice; each commission of a round may
        # keep one for it until the last signature.
        Index(
            "uq_offer_taken",
            "demand_id",
            unique=True,
            sqlite_where=TAKEN_SQL,
            postgresql_where=TAKEN_SQL,
        ),
        Index(
            "uq_offer_open",
            "demand_id",
            "establishment_id",
            unique=True,
            sqlite_where=OPEN_SQL,
            postgresql_where=OPEN_SQL,
        ),
        Index(
            "uq_offer_from_key",
            "from_key",
            unique=True,
            sqlite_where=text(f"state <> '{CANCELLED}'"),
            postgresql_where=text(f"state <> '{CANCELLED}'"),
        ),
        Index(None, "demand_id", "id"),
        Index(None, "state", "answer_by"),
        Index(None, "establishment_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"))
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id"))
    from_key: Mapped[str] = mapped_column(String(60), index=True)
    """What it comes from, « decision:12 »: the link of the family is made of it, before the offer exists."""
    letter_key: Mapped[str] = mapped_column(String(120), default="", index=True)
    """The key of the letter that carries it: silence counts only when that letter has arrived."""
    state: Mapped[str] = mapped_column(String(10), default=NEW)
    entry_on: Mapped[date]
    pattern: Mapped[list[Any]]
    """The week given, [[weekday, start, end], …]."""
    silence: Mapped[str] = mapped_column(String(10), default="released")
    """What the règlement makes of an answer that does not come (guichet/commissions/reglement.py)."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))
    opened_on: Mapped[date | None]
    """The day the family was first asked; None while it is held."""
    answer_by: Mapped[date | None]
    """The last day to answer, included."""
    remind_on: Mapped[date | None]
    """The day of the next reminder; None when none is left."""
    reminded_on: Mapped[date | None]
    told_on: Mapped[date | None]
    """The day somebody told the family in person, because the letter had not arrived."""
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(120), default="")
    """Who recorded the answer: the family by its link, or the person of the desk."""
    answered_how: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(String(20), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    wished_on: Mapped[date | None]
    """The entry the family asks for instead."""
    entered_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    demand: Mapped[Demand] = relationship(lazy="raise_on_sql")
    establishment: Mapped[Establishment] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def week(self) -> Week:
        """The half-days given."""
        return Week.from_json(self.pattern)


class FreedSeat(Base):
    """A seat that somebody leaves or does not take, until it is given again or no longer to be given."""

    __tablename__ = "freed_seat"
    __table_args__ = (
        CheckConstraint(f"why IN {FREED_WHY}", name="why"),
        CheckConstraint(f"outcome = '' OR outcome IN {FREED_OUTCOMES}", name="outcome"),
        CheckConstraint("(outcome = '') = (closed_at IS NULL)", name="closed"),
        Index(None, "establishment_id", "closed_at"),
        Index(None, "closed_at", "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    born_on: Mapped[date | None]
    """The birth of the child who left it: it tells the section."""
    since: Mapped[date]
    pattern: Mapped[list[Any]]
    why: Mapped[str] = mapped_column(String(10))
    detail: Mapped[str] = mapped_column(String(300), default="")
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(10), default="")
    given_demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"), index=True)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(120), default="")
    closed_detail: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    establishment: Mapped[Establishment] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def week(self) -> Week:
        """The hours that are free again."""
        return Week.from_json(self.pattern)
