"""The family's side of the dossier: the household, its persons, what it declares and its proofs."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, orm_insert_sentinel, relationship
from sqlalchemy.types import String, Text

from guichet.core.db import Base
from guichet.territory.models import Commune

ADULT, CHILD = "adult", "child"


class Family(Base):
    """A household: where it lives, how to reach it, what concerns it as a whole."""

    __tablename__ = "family"
    __table_args__ = (CheckConstraint("channel IN ('email', 'post')", name="channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(200))
    address_more: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(5))
    city: Mapped[str] = mapped_column(String(80))
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    """None when the family lives outside the territory."""
    resident_since: Mapped[date | None]
    moving_to_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    moving_on: Mapped[date | None]
    hosted: Mapped[bool] = mapped_column(default=False)
    """Lives at somebody else's: the host attests the address."""
    channel: Mapped[str] = mapped_column(String(5))
    """email, or post: the same letters, printed."""
    language: Mapped[str] = mapped_column(String(40), default="")
    interpreter: Mapped[bool] = mapped_column(default=False)
    single_parent: Mapped[bool] = mapped_column(default=False)
    custody: Mapped[str] = mapped_column(String(12), default="together")
    """together, alternating or other"""
    children_at_home: Mapped[int | None]
    benefits_office: Mapped[str] = mapped_column(String(4), default="")
    """caf, msa or empty"""
    benefits_number: Mapped[str] = mapped_column(String(15), default="")
    quotient: Mapped[int | None]
    """Quotient familial, in euros."""
    quotient_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))
    anonymised_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    commune: Mapped[Commune | None] = relationship(lazy="raise_on_sql", foreign_keys=[commune_code])
    persons: Mapped[list["Person"]] = relationship(
        lazy="raise_on_sql", back_populates="family", order_by="Person.role, Person.position"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class Person(Base):
    """An adult or a child of a household. One table: a dossier reads both at once, by name and birth."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("role IN ('adult', 'child')", name="role"),
        CheckConstraint(
            "role = 'adult' OR birth_date IS NOT NULL OR due_date IS NOT NULL", name="child_has_a_date"
        ),
        Index(None, "family_id"),
        Index(None, "birth_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    role: Mapped[str] = mapped_column(String(5))
    position: Mapped[int] = mapped_column(default=1)
    first_name: Mapped[str] = mapped_column(String(80), default="")
    """May be unknown before birth."""
    last_name: Mapped[str] = mapped_column(String(80))
    birth_date: Mapped[date | None]

    # An adult: a legal representative
    link: Mapped[str] = mapped_column(String(12), default="")
    """mother, father, parent, guardian, other"""
    has_authority: Mapped[bool] = mapped_column(default=True)
    lives_with_child: Mapped[bool] = mapped_column(default=True)
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    activity: Mapped[str] = mapped_column(String(16), default="")
    employer: Mapped[str] = mapped_column(String(120), default="")
    work_place: Mapped[str] = mapped_column(String(80), default="")
    weekly_minutes: Mapped[int | None]
    atypical_hours: Mapped[bool] = mapped_column(default=False)
    returns_on: Mapped[date | None]
    benefit: Mapped[str] = mapped_column(String(4), default="")
    """rsa, ass, aah or empty"""

    # A child: the one of the demand, or a brother or sister
    due_date: Mapped[date | None]
    multiple_births: Mapped[int] = mapped_column(default=1)
    """1, 2 for twins, 3…"""
    adoption: Mapped[bool] = mapped_column(default=False)
    adoption_on: Mapped[date | None]
    special_care: Mapped[bool] = mapped_column(default=False)
    """A yes or a no. The nature of a handicap or an illness is never recorded (CNIL, NS-058)."""
    pai_planned: Mapped[bool] = mapped_column(default=False)
    walks_since: Mapped[date | None]
    current_care: Mapped[str] = mapped_column(String(16), default="")
    current_care_until: Mapped[date | None]
    attends_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"))
    attends_until: Mapped[date | None]

    # Lets SQLite store a whole household in one statement and still give each person its id.
    _batch_order: Mapped[int] = orm_insert_sentinel()

    family: Mapped[Family] = relationship(lazy="raise_on_sql", back_populates="persons")


class Fact(Base):
    """Something the family declares that matters, with its proof and who checked it.

    The paper is looked at, ticked and mostly not kept: « checked on, by » is the record (field.md 4.7).
    """

    __tablename__ = "fact"
    __table_args__ = (
        CheckConstraint("(checked_on IS NULL) = (checked_by IS NULL)", name="checked_by_someone"),
        Index(None, "family_id"),
        Index(None, "kind"),
        Index(
            "ix_fact_awaited",
            *("reminders", "family_id"),
            sqlite_where=text("received_on IS NULL"),
            postgresql_where=text("received_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(30))
    declared_on: Mapped[date]
    paper: Mapped[str] = mapped_column(String(30), default="")
    """Kind of the paper that proves it (families/papers.py); empty when none is asked."""
    asked_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    reminders: Mapped[int] = mapped_column(default=0)
    received_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    checked_on: Mapped[date | None]
    checked_by: Mapped[str | None] = mapped_column(String(120))
    refused_because: Mapped[str] = mapped_column(String(300), default="")
    referral_contact: Mapped[str] = mapped_column(String(200), default="")
    """For a PMI or social referral only: the professional to call. Restricted reading."""


class PaperFile(Base):
    """An uploaded paper, encrypted in the database so that machines share nothing else."""

    __tablename__ = "paper_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(120))
    content_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)


class NotTheSame(Base):
    """Two children a person looked at and declared different, so that nobody is asked again."""

    __tablename__ = "not_the_same"

    lower_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    upper_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="")
