"""The demand for care, from the moment it is received to the moment it is closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.core.db import Base, binary_text
from guichet.core.week import Week
from guichet.core.workflow import NEW
from guichet.demands.states import OPEN_STATES, STATES
from guichet.establishments.models import Establishment
from guichet.families.models import Family, Person
from guichet.territory.models import Commune, Desk


def _among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Demand(Base):
    """A demand for care for one child.

    It carries its present need; needs it replaced are kept as `NeedVersion`. A column that a state needs
    is also a CHECK constraint, so that no code path can store a placed demand without its place.
    """

    __tablename__ = "demand"
    __table_args__ = (
        CheckConstraint(_among("state", tuple(STATES)), name="state"),
        CheckConstraint("care IN ('regular', 'occasional', 'emergency')", name="care"),
        CheckConstraint("state <> 'oriented' OR oriented_on IS NOT NULL", name="oriented_has_a_date"),
        CheckConstraint("state <> 'commission' OR session_on IS NOT NULL", name="commission_has_a_session"),
        CheckConstraint(
            "state <> 'placed' OR (solution IS NOT NULL AND placed_from IS NOT NULL"
            " AND (solution <> 'establishment' OR placed_at_id IS NOT NULL))",
            name="placed_has_a_place",
        ),
        CheckConstraint("state <> 'unplaced' OR unplaced_reason <> ''", name="unplaced_has_a_reason"),
        CheckConstraint(
            "state NOT IN ('withdrawn', 'expired') OR (closed_on IS NOT NULL AND closed_reason <> '')",
            name="closed_has_a_reason",
        ),
        # One active demand per child; a transfer or the remainder of a partial place is linked and exempt.
        Index(
            "uq_demand_active_child",
            "child_id",
            unique=True,
            sqlite_where=text(f"{_among('state', OPEN_STATES)} AND linked_to_id IS NULL"),
            postgresql_where=text(f"{_among('state', OPEN_STATES)} AND linked_to_id IS NULL"),
        ),
        # With what the counts and the tags read (demands/counting.py): a base of 100,000 demands is counted
        # without opening their rows (docs/adr/0006-counts-and-search.md).
        Index(
            "ix_demand_state_counted",
            *("state", "seniority_on", "id"),
            *("urgent", "papers_missing", "birth_to_confirm", "has_sibling", "renewal_due_on"),
            *("home_code", "care", "desk_id", "child_id", "family_id"),
        ),
        Index(None, "state", "entry_on", "id"),
        Index(None, "home_code", "state", "seniority_on", "id"),
        Index(None, "seniority_on", "id"),
        Index(None, "family_id"),
        Index(None, "session_on"),
        Index(None, "state", "renewal_due_on"),
        Index(None, "received_on"),
        Index(None, "state", "received_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12), default=NEW)
    version: Mapped[int] = mapped_column(default=1)
    submission: Mapped[str | None] = mapped_column(String(36), unique=True)
    """The form's own key: the same form sent twice makes one demand."""

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    linked_to_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    desk_commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    """Where it was registered."""
    home_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    """Where the family lives, copied here for the queue."""
    channel: Mapped[str] = mapped_column(String(14))
    registered_by: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    seniority_on: Mapped[date]
    seniority_rule: Mapped[str] = mapped_column(String(20))
    notice_version: Mapped[str] = mapped_column(String(10))
    notice_given_on: Mapped[date]

    # The need, as it is now
    care: Mapped[str] = mapped_column(String(10))
    entry_on: Mapped[date]
    entry_earliest: Mapped[date | None]
    entry_latest: Mapped[date | None]
    duration_months: Mapped[int | None]
    week_pattern: Mapped[list[Any]] = mapped_column(default=list)
    weekly_minutes: Mapped[int] = mapped_column(default=0)
    variable_hours: Mapped[bool] = mapped_column(default=False)
    variable_note: Mapped[str] = mapped_column(String(300), default="")
    days_min: Mapped[int | None]
    days_max: Mapped[int | None]
    weeks_a_year: Mapped[int | None]
    school_holidays: Mapped[str] = mapped_column(String(6), default="all")
    """all, except or only"""
    meals: Mapped[bool] = mapped_column(default=True)
    urgency_reason: Mapped[str] = mapped_column(String(500), default="")
    other_days: Mapped[bool] = mapped_column(default=False)
    fewer_days: Mapped[bool] = mapped_column(default=False)
    other_establishment: Mapped[bool] = mapped_column(default=False)
    waits_months_for_first: Mapped[int | None]
    need_version: Mapped[int] = mapped_column(default=1)

    # Tags: facts, not states
    papers_missing: Mapped[int] = mapped_column(default=0)
    birth_to_confirm: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    has_sibling: Mapped[bool] = mapped_column(default=False)
    renewal_due_on: Mapped[date]
    renewal_asked_on: Mapped[date | None]
    second_ask_on: Mapped[date | None]
    """When the second channel (a phone call, a paper letter) was used: nobody expires without it."""

    # What a state needs
    interview_on: Mapped[date | None]
    oriented_on: Mapped[date | None]
    orientation: Mapped[str] = mapped_column(String(14), default="")
    orientation_note: Mapped[str] = mapped_column(Text, default="")
    session_on: Mapped[date | None]
    session_name: Mapped[str] = mapped_column(String(120), default="")
    solution: Mapped[str | None] = mapped_column(String(14))
    """establishment, childminder, home_care, elsewhere, family"""
    placed_at_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"))
    placed_from: Mapped[date | None]
    placed_pattern: Mapped[list[Any] | None]
    solution_proof: Mapped[str] = mapped_column(String(300), default="")
    unplaced_reason: Mapped[str] = mapped_column(String(20), default="")
    unplaced_detail: Mapped[str] = mapped_column(Text, default="")
    closed_on: Mapped[date | None]
    closed_reason: Mapped[str] = mapped_column(String(20), default="")

    family: Mapped[Family] = relationship(lazy="raise_on_sql")
    child: Mapped[Person] = relationship(lazy="raise_on_sql")
    home: Mapped[Commune | None] = relationship(lazy="raise_on_sql", foreign_keys=[home_code])
    desk: Mapped[Desk] = relationship(lazy="raise_on_sql")
    placed_at: Mapped[Establishment | None] = relationship(lazy="raise_on_sql")
    wishes: Mapped[list["Wish"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="Wish.rank"
    )
    assessments: Mapped[list["Assessment"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="Assessment.criterion"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def number(self) -> str:
        """The number a family quotes on the phone: « 2026-00042 »."""
        return f"{self.received_on.year}-{self.id:05d}"

    @property
    def week(self) -> Week:
        """The week asked for."""
        return Week.from_json(self.week_pattern)


class Wish(Base):
    """One ranked wish: an establishment, or a mode of care anywhere or in one commune."""

    __tablename__ = "wish"
    __table_args__ = (
        CheckConstraint("(establishment_id IS NULL) <> (mode IS NULL)", name="one_target"),
        Index(None, "establishment_id", "demand_id"),
    )

    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"))
    mode: Mapped[str | None] = mapped_column(String(20))
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))

    establishment: Mapped[Establishment | None] = relationship(lazy="raise_on_sql")


class Assessment(Base):
    """Points a person set within the range of a criterion of the barème, with the written reason."""

    __tablename__ = "assessment"
    __table_args__ = (CheckConstraint("reason <> ''", name="has_a_reason"),)

    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The code of an assessed criterion, or of a priority decided by hand (0 point)."""
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    by_role: Mapped[str] = mapped_column(String(60))
    """The role, in words: a family reads the role, not the name."""
    bareme: Mapped[str] = mapped_column(String(40))
    """The code of the barème that was in force."""


class DemandKey(Base):
    """A word under which a demand is found: to search, to reach by commune, to detect a duplicate."""

    __tablename__ = "demand_key"
    # Whether a demand also has another word is asked of the demand, not of all those that have the word.
    __table_args__ = (Index(None, "demand_id", "use", "key"),)

    use: Mapped[str] = mapped_column(String(1), primary_key=True)
    """w: a word of a name, a phone or the number · c: a commune concerned · t: a trace of the child · h: an
    establishment the demand was proposed to"""
    key: Mapped[str] = mapped_column(binary_text(80), primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"), primary_key=True)


class NeedVersion(Base):
    """A need that was replaced, as it stood, with the dates it was true."""

    __tablename__ = "need_version"

    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[str] = mapped_column(String(120))
    need: Mapped[dict[str, Any]]


class Contact(Base):
    """An appointment or an exchange: what was planned, what was said."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("kind IN ('appointment', 'call', 'visit', 'mail')", name="kind"),
        Index(None, "demand_id", "at"),
        Index(None, "outcome", "planned_for"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[str] = mapped_column(String(120))
    planned_for: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(String(120), default="")
    """Where an appointment is."""
    outcome: Mapped[str] = mapped_column(String(10), default="")
    """For an appointment: held, missed, cancelled or empty while it is to come."""
    note: Mapped[str] = mapped_column(Text, default="")


class Draft(Base):
    """A registration in progress, as typed. Deleted when the demand is registered, or after some days."""

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
