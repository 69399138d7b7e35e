"""What a campaign plans for each commission, and the sessions that its published calendar became."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String

from guichet.commissions.commission_models import Commission
from guichet.commissions.sessions.models import CommissionSession
from guichet.core.db import Base
from guichet.scheduling.campaigns.settings import CADENCES, Pace


class CampaignCommission(Base):
    """A commission of a campaign: how often it sits, with which team, in which rooms."""

    __tablename__ = "campaign_commission"
    __table_args__ = (
        CheckConstraint(f"cadence IN {CADENCES}", name="cadence"),
        CheckConstraint("min_days BETWEEN 0 AND 180", name="min_days"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"), primary_key=True, index=True)
    cadence: Mapped[str] = mapped_column(String(10))
    months: Mapped[list[Any]] = mapped_column(default=list)
    """Month numbers, when the months are chosen one by one."""
    main_on: Mapped[date | None]
    min_days: Mapped[int]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("commission_team.id"), index=True)
    """None: a team of its own."""
    rooms: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the rooms it may sit in; none written: those of the communes of its establishments."""

    commission: Mapped[Commission] = relationship(lazy="raise_on_sql")

    @property
    def pace(self) -> Pace:
        """How often it sits."""
        return Pace(self.cadence, tuple(self.months), self.main_on, self.min_days)


class PlannedSession(Base):
    """The session of a commission's screens that a session of a campaign's calendar became."""

    __tablename__ = "campaign_session"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column("session_key", String(40), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("commission_session.id"), unique=True)
    """The one that stands: a session that was moved leaves its place to the one that follows it."""
    room: Mapped[str] = mapped_column(String(40))
    """As the calendar names it (the id of the room, or « R » and the commission when it is to be found)."""

    session: Mapped[CommissionSession] = relationship(lazy="raise_on_sql")
