"""The campaigns: a year of commissions to plan, its computations, its published versions, what members answered.

A computation is a row with its frozen inputs: the same run can be computed again years later to the same digest.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from guichet.core.db import Base
from guichet.core.leased import DONE, Leased, held_rightly
from guichet.scheduling.campaigns.settings import Settings
from guichet.scheduling.planning.problem import AFTERNOON, MORNING

FRESH, CHANGED, ANSWERED, ABSENCE = "fresh", "changed", "answered", "absence"
RUN_KINDS = (FRESH, CHANGED, ANSWERED, ABSENCE)
"""Read from the tables of the day; a change tried on a run; what members answered; somebody away once published."""
ANSWERS = ("free", "if_needed", "not")


class Campaign(Base):
    """A period for which the sessions of several commissions are planned together."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """Included."""
    settings: Mapped[dict[str, Any]]
    """What it prefers and how much (guichet/scheduling/campaigns/settings.py)."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def preferences(self) -> Settings:
        """Its settings."""
        return Settings.from_json(self.settings)


class CalendarRun(Leased, Base):
    """One computation of a calendar, from the request to the answer."""

    __tablename__ = "calendar_run"
    __table_args__ = (
        *held_rightly(),
        CheckConstraint(f"kind IN {RUN_KINDS}", name="kind"),
        CheckConstraint(f"state <> '{DONE}' OR done_at IS NOT NULL", name="done_at_an_instant"),
        CheckConstraint(f"kind = '{FRESH}' OR parent_id IS NOT NULL", name="has_a_parent"),
        Index(None, "campaign_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_run.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    changes: Mapped[list[Any]] = mapped_column(default=list)
    """All that is tried, from the first run to this one (guichet/scheduling/campaigns/whatif.py)."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    step: Mapped[str] = mapped_column(String(20), default="")
    """What the worker is doing (guichet/scheduling/campaigns/words.py)."""

    engine: Mapped[str] = mapped_column(String(80), default="")
    input_digest: Mapped[str] = mapped_column(String(80), default="")
    result_digest: Mapped[str] = mapped_column(String(80), default="")
    status: Mapped[str] = mapped_column(String(10), default="")
    stopped_by: Mapped[str] = mapped_column(String(10), default="")
    gap: Mapped[float | None]
    """The widest of its blocks, 0 to 1."""
    planned: Mapped[int] = mapped_column(default=0)
    unplaced: Mapped[int] = mapped_column(default=0)
    tours: Mapped[int] = mapped_column(default=0)
    """Half-days on which a team sits."""
    presences: Mapped[int] = mapped_column(default=0)
    """Seats filled, all sessions together."""
    seats: Mapped[int] = mapped_column(default=0)
    about: Mapped[dict[str, Any] | None] = mapped_column(deferred=True, deferred_raiseload=True)
    """What the names of the problem mean, and the warnings of the day it was frozen."""
    inputs: Mapped[dict[str, Any] | None] = mapped_column(deferred=True, deferred_raiseload=True)
    """The frozen problem, as `guichet plan` reads it."""
    result: Mapped[dict[str, Any] | None] = mapped_column(deferred=True, deferred_raiseload=True)
    """The plan and its explanation."""


class CalendarVersion(Base):
    """A calendar published: what it said stays readable when another follows."""

    __tablename__ = "calendar_version"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(ForeignKey("calendar_run.id"), index=True)
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(120))
    changed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many sessions it created, moved and cancelled, and those it could not (with the sentence)."""


class DateQuestion(Base):
    """A member asked about the dates of a run."""

    __tablename__ = "date_question"

    run_id: Mapped[int] = mapped_column(ForeignKey("calendar_run.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, index=True)
    asked_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """When the page of the answers was first opened."""
    done_at: Mapped[datetime | None]
    """When she said that she had answered."""


class DateAnswer(Base):
    """What a member answered for one half-day that she was asked about; the last answer stands."""

    __tablename__ = "date_answer"
    __table_args__ = (
        CheckConstraint(f"half IN {(MORNING, AFTERNOON)}", name="half"),
        CheckConstraint(f"word IN {ANSWERS}", name="word"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("calendar_run.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, index=True)
    on: Mapped[date] = mapped_column("half_day_on", primary_key=True)
    half: Mapped[str] = mapped_column(String(2), primary_key=True)
    word: Mapped[str] = mapped_column(String(10))
    answered_at: Mapped[datetime]
