"""The childminders (assistants maternels) of the territory, at home or in a MAM, and the places they have free.

What the law says of their details: they are asked for in order to put families and professionals in touch
(article L421-3 CASF), the address of a home and one of phone and email may be kept back (article R421-39 CASF),
and the CADA advises to ask each person formally which details may be given (opinion 20013978). Here nothing is
given to a family unless the professional agreed to that very detail, and no address of a home is kept at all.
"""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String

from guichet.core.db import Base
from guichet.core.week import Week
from guichet.establishments.childminder_entries import MOST_PLACES, SIX_YEARS
from guichet.establishments.models import Establishment
from guichet.territory.models import Commune


class Childminder(Base):
    """A professional approved by the department. `code` is what the file of the relais calls her or him."""

    __tablename__ = "childminder"
    __table_args__ = (
        CheckConstraint(f"approved_places BETWEEN 1 AND {MOST_PLACES}", name="approved_places"),
        CheckConstraint("youngest_months BETWEEN 0 AND oldest_months", name="ages"),
        CheckConstraint("NOT shows_phone OR (phone <> '' AND agreed_on IS NOT NULL)", name="agreed_phone"),
        CheckConstraint("NOT shows_email OR (email <> '' AND agreed_on IS NOT NULL)", name="agreed_email"),
        Index(None, "commune_code", "sort_key"),
        Index(None, "is_active", "confirmed_on"),
        Index(None, "sort_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(160))
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    """Where the children are cared for."""
    mam_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"), index=True)
    """The MAM where she or he works; None at home."""
    approved_places: Mapped[int]
    """How many children at once, by the approval."""
    youngest_months: Mapped[int] = mapped_column(default=0)
    oldest_months: Mapped[int] = mapped_column(default=SIX_YEARS)
    atypical_hours: Mapped[bool] = mapped_column(default=False)
    special_care: Mapped[bool] = mapped_column(default=False)
    """Has cared for children who need a particular attention."""
    phone: Mapped[str] = mapped_column(String(20), default="")
    shows_phone: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str] = mapped_column(String(254), default="")
    shows_email: Mapped[bool] = mapped_column(default=False)
    agreed_on: Mapped[date | None]
    """When she or he agreed to what is shown to families."""
    is_active: Mapped[bool] = mapped_column(default=True)
    confirmed_on: Mapped[date]
    """When her or his places were last said to be right."""
    asked_on: Mapped[date | None]
    """When the guichet last wrote to have them confirmed; None since the last confirmation."""
    times_asked: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    commune: Mapped[Commune] = relationship(lazy="raise_on_sql")
    mam: Mapped[Establishment | None] = relationship(lazy="raise_on_sql")
    openings: Mapped[list["ChildminderOpening"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ChildminderOpening.from_on"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class ChildminderOpening(Base):
    """Some free places on the same hours of the week, from a day on."""

    __tablename__ = "childminder_opening"
    __table_args__ = (
        CheckConstraint(f"places BETWEEN 1 AND {MOST_PLACES}", name="places"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="dates"),
        Index(None, "childminder_id", "from_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    childminder_id: Mapped[int] = mapped_column(ForeignKey("childminder.id", ondelete="CASCADE"))
    places: Mapped[int] = mapped_column(default=1)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    """The last day, for a place that ends."""
    week_pattern: Mapped[list[Any]]

    @property
    def week(self) -> Week:
        """The free hours."""
        return Week.from_json(self.week_pattern)
