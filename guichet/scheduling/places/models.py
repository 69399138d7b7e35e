"""Where and when commissions may meet: rooms, travel between communes, teams, and the days that are closed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from guichet.core.db import Base
from guichet.scheduling.availability.models import HALVES
from guichet.scheduling.days.seeding_words import REASONS


class Room(Base):
    """A room where commissions meet."""

    __tablename__ = "meeting_room"
    __table_args__ = (
        CheckConstraint("seats BETWEEN 1 AND 500", name="seats"),
        Index(None, "commune_code", "name", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    address: Mapped[str] = mapped_column(String(200), default="")
    """As the convocation says it."""
    seats: Mapped[int]
    in_use: Mapped[bool] = mapped_column(default=True)
    """A room given up is kept for the sessions it held."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class RoomBusy(Base):
    """A half-day when a room is taken by others."""

    __tablename__ = "meeting_room_busy"
    __table_args__ = (CheckConstraint(f"half IN {HALVES}", name="half"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_room.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column("half_day_on", primary_key=True)
    half: Mapped[str] = mapped_column(String(2), primary_key=True)


class TravelTime(Base):
    """Minutes by road between two communes, both ways; the lower code first."""

    __tablename__ = "travel_time"
    __table_args__ = (
        CheckConstraint("start_code < end_code", name="in_order"),
        CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes"),
    )

    start_code: Mapped[str] = mapped_column(ForeignKey("commune.code"), primary_key=True)
    end_code: Mapped[str] = mapped_column(ForeignKey("commune.code"), primary_key=True)
    minutes: Mapped[int]
    by_hand: Mapped[bool] = mapped_column(default=False)
    """Written by somebody; otherwise estimated from the distance."""


class Team(Base):
    """The people who sit in several commissions and travel together from one to the next."""

    __tablename__ = "commission_team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class TeamMember(Base):
    """A member of a team."""

    __tablename__ = "commission_team_member"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("commission_team.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ClosedDay(Base):
    """A day of the table of closed days: seeded from the official calendars, corrected by people."""

    __tablename__ = "closed_day"
    __table_args__ = (CheckConstraint(f"reason IN {REASONS}", name="reason"),)

    on: Mapped[date] = mapped_column("closed_on", primary_key=True)
    reason: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    by_hand: Mapped[bool] = mapped_column(default=False)
    """Written or opened by somebody: the official calendars never change it back."""
    closed: Mapped[bool] = mapped_column(default=True)
    """False: sessions may be held on that day all the same."""


class ClosedYear(Base):
    """A year whose closed days were taken from the official calendars."""

    __tablename__ = "closed_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    zone: Mapped[str] = mapped_column(String(1))
    published_until: Mapped[date]
    """The last day whose school holidays were published when it was done."""
    seeded_at: Mapped[datetime]
    seeded_by: Mapped[str] = mapped_column(String(120))
