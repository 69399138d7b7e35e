"""The places where a child may be cared for, and who manages them."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.core.db import Base
from guichet.establishments.kinds import COLLECTIVE as COLLECTIVE
from guichet.establishments.kinds import Kind as Kind
from guichet.territory.models import Commune


class Manager(Base):
    """Who manages establishments, and decides: what a letter of decision must name."""

    __tablename__ = "manager"
    __table_args__ = (
        CheckConstraint("implicit_rejection_months IN (2, 4)", name="implicit_rejection_months"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    is_public: Mapped[bool]
    """A private manager's silence rejects nothing: no date is printed for it."""
    implicit_rejection_months: Mapped[int] = mapped_column(default=4)
    """2, or 4 when the manager's own rules require the opinion of a commission (CRPA L231-5, L231-6, decree 2016-625)."""
    deciding_authority: Mapped[str] = mapped_column(String(160))
    signatory_name: Mapped[str] = mapped_column(String(120))
    signatory_title: Mapped[str] = mapped_column(String(160))
    tribunal: Mapped[str] = mapped_column(String(200), default="")
    """Name and address of the court for a public manager's decisions; empty for a private one."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class Establishment(Base):
    """An establishment or a service a family may wish for."""

    __tablename__ = "establishment"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    manager_id: Mapped[int] = mapped_column(ForeignKey("manager.id"))
    capacity: Mapped[int | None]
    ages: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    how_it_works: Mapped[str] = mapped_column(Text, default="")
    is_open: Mapped[bool] = mapped_column(default=True)

    commune: Mapped[Commune] = relationship(lazy="raise_on_sql")
    manager: Mapped[Manager] = relationship(lazy="raise_on_sql")


class Sheet(Base):
    """How an establishment works, as its director keeps it and the guichet reviews it (mission.md A3)."""

    __tablename__ = "establishment_sheet"
    __table_args__ = (
        CheckConstraint("price_rule IN ('psu', 'paje', 'employer', 'other', '')", name="price_rule"),
        CheckConstraint("insertion_percent BETWEEN 0 AND 100", name="insertion_percent"),
        CheckConstraint("(reviewed_on IS NULL) = (reviewed_by = '')", name="reviewed_by_someone"),
        CheckConstraint(
            "(peak_from IS NULL) = (peak_by = '') AND (peak_from IS NULL) = (peak_until IS NULL)",
            name="peak_opened_by_someone",
        ),
        CheckConstraint("peak_from IS NULL OR (may_exceed AND peak_until >= peak_from)", name="peak_allowed"),
    )

    establishment_id: Mapped[int] = mapped_column(
        ForeignKey("establishment.id", ondelete="CASCADE"), primary_key=True
    )
    hours: Mapped[list[Any]] = mapped_column(default=list)
    """Opening hours, as a week."""
    price_rule: Mapped[str] = mapped_column(String(8), default="")
    """psu: by income, the national scale · paje: an aid to the parents · employer: the family employs · other"""
    insertion_percent: Mapped[int] = mapped_column(default=0)
    """Share kept for parents on the way to work: one place per full twenty at least (D214-7 CASF)."""
    is_avip: Mapped[bool] = mapped_column(default=False)
    may_exceed: Mapped[bool] = mapped_column(default=False)
    """Its règlement de fonctionnement explains the 115 % of article R2324-27 CSP."""
    peak_from: Mapped[date | None]
    """The first day when its director opens the seats above the licence to a proposal; None while she does not."""
    peak_until: Mapped[date | None]
    peak_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """Who said that the staff is enough."""
    accessible: Mapped[bool] = mapped_column(default=False)
    accessibility_note: Mapped[str] = mapped_column(String(300), default="")
    languages: Mapped[str] = mapped_column(String(120), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    reviewed_on: Mapped[date | None]
    """The day somebody of the guichet last said that the sheet is right."""
    reviewed_by: Mapped[str] = mapped_column(String(120), default="")
    chased_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class Licence(Base):
    """The authorisation of the president of the département: 15 years since decree 2025-304."""

    __tablename__ = "licence"
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 500", name="capacity"),
        CheckConstraint("expires_on IS NULL OR expires_on > granted_on", name="ends_after_it_starts"),
    )

    establishment_id: Mapped[int] = mapped_column(
        ForeignKey("establishment.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[str] = mapped_column(String(40), default="")
    granted_on: Mapped[date]
    expires_on: Mapped[date | None]
    capacity: Mapped[int]


class Section(Base):
    """A group of children by age. Its places are the establishment's planning limit, not the law's."""

    __tablename__ = "section"
    __table_args__ = (
        CheckConstraint("from_months >= 0 AND to_months > from_months", name="ages_in_order"),
        CheckConstraint("places >= 0", name="places"),
        Index("uq_section_code", "establishment_id", "code", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    from_months: Mapped[int]
    to_months: Mapped[int]
    """Excluded: a child who reaches it belongs to the next section."""
    places: Mapped[int]


class LicenceSlot(Base):
    """How many children the licence admits between two hours of a weekday: it may be modulated (R2324-20 CSP)."""

    __tablename__ = "licence_slot"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint('start >= 0 AND "end" > start AND "end" <= 1440', name="hours_in_order"),
        CheckConstraint("places >= 0", name="places"),
        CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_until >= valid_from",
            name="ends_after_it_starts",
        ),
        Index(None, "establishment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id", ondelete="CASCADE"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    """None: for the whole establishment, shared among its sections."""
    weekday: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    places: Mapped[int]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]


class KeptSeats(Base):
    """Seats that the commission does not give: occasional, emergency, or reserved for somebody who pays for them."""

    __tablename__ = "kept_seats"
    __table_args__ = (
        CheckConstraint("use IN ('occasional', 'emergency', 'reserved')", name="use"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint('start >= 0 AND "end" > start AND "end" <= 1440', name="hours_in_order"),
        CheckConstraint("seats > 0", name="seats"),
        Index(None, "establishment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id", ondelete="CASCADE"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    use: Mapped[str] = mapped_column(String(10))
    weekday: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    seats: Mapped[int]


class Closure(Base):
    """Days when an establishment is closed, both included."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_it_starts"),
        Index(None, "establishment_id", "first_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id", ondelete="CASCADE"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(120), default="")
