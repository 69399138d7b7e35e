"""What each member said of her time, once for every commission; and the links by which she says it.

Of a calendar file only the busy times are kept: neither titles, nor places, nor guests, nor the file.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from guichet.core.db import Base
from guichet.scheduling.availability.half_days import Word
from guichet.scheduling.planning.problem import AFTERNOON, MORNING

HALVES = (MORNING, AFTERNOON)
WORDS = tuple(word.value for word in Word)


class MemberTime(Base):
    """The usual week of a member, and how fresh all she said is; without a row she said nothing."""

    __tablename__ = "member_time"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    weekly: Mapped[dict[str, Any]]
    """Word by weekday (1 Monday … 5 Friday) and half-day: {"1-am": "not"}; a half-day left out is free."""
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(120))
    """Herself, or who wrote down what she said on paper."""
    calendar_at: Mapped[datetime | None]
    """When her last calendar file was read."""
    calendar_from: Mapped[date | None]
    calendar_to: Mapped[date | None]
    """The days that file was read for, both included."""
    calendar_floating: Mapped[int] = mapped_column(default=0)
    """How many of its times said no zone and were taken as those of Paris."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class MemberLeave(Base):
    """Whole days away, both included."""

    __tablename__ = "member_leave"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="in_order"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    first_on: Mapped[date]
    last_on: Mapped[date]


class MemberHalfDay(Base):
    """What was said by hand of one half-day: it wins over everything else."""

    __tablename__ = "member_half_day"
    __table_args__ = (
        CheckConstraint(f"half IN {HALVES}", name="half"),
        CheckConstraint(f"word IN {WORDS}", name="word"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column("half_day_on", primary_key=True)
    half: Mapped[str] = mapped_column(String(2), primary_key=True)
    word: Mapped[str] = mapped_column(String(10))


class MemberBusy(Base):
    """A busy time read from a calendar file, and nothing of what it is about."""

    __tablename__ = "member_busy"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="in_order"),
        Index(None, "member_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    tentative: Mapped[bool]


class MemberLink(Base):
    """A link by which a member without an account opens what is hers; only its hash is kept."""

    __tablename__ = "member_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
