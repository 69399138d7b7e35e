"""The children an establishment has, will have, or may have: each with a weekly pattern that loads its places."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String

from guichet.core.db import Base
from guichet.demands.models import Demand
from guichet.establishments.models import Establishment
from guichet.families.models import Person

DRAFT, HELD, OFFERED, ACCEPTED = "draft", "held", "offered", "accepted"
PROMISED = "demand_id IS NOT NULL AND ends_on IS NULL"
GIVEN = "demand_id IS NOT NULL AND ends_on IS NULL AND load IN ('offered', 'accepted')"


class Placement(Base):
    """One child's place in an establishment.

    Stored loads are draft, held (granted while a wish the family prefers is still undecided in the same round),
    offered and accepted; a child is *present* from the day an accepted place begins,
    which dates alone tell (guichet/placements/stays.py). A child whose family has no file is known by a first
    name and a birth date only.
    """

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("load IN ('draft', 'held', 'offered', 'accepted')", name="load"),
        CheckConstraint("source IN ('commission', 'director', 'import')", name="source"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint(
            "child_id IS NOT NULL OR (first_name <> '' AND birth_date IS NOT NULL)", name="a_child"
        ),
        CheckConstraint("child_id IS NULL OR (first_name = '' AND birth_date IS NULL)", name="least_data"),
        CheckConstraint("demand_id IS NULL OR child_id IS NOT NULL", name="the_child_of_a_demand"),
        # A demand decided twice is not given two seats unseen; the commissions of a round may each hold one.
        Index(
            "uq_placement_promise",
            "demand_id",
            "establishment_id",
            unique=True,
            sqlite_where=text(PROMISED),
            postgresql_where=text(PROMISED),
        ),
        Index(
            "uq_placement_given",
            "demand_id",
            unique=True,
            sqlite_where=text(GIVEN),
            postgresql_where=text(GIVEN),
        ),
        Index(None, "establishment_id", "ends_on"),
        Index(None, "child_id"),
        Index(None, "demand_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishment.id"))
    child_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"))
    first_name: Mapped[str] = mapped_column(String(80), default="")
    """First name, and an initial where two are alike; empty when the child has a file."""
    birth_date: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day, when it is known; otherwise it is presumed from the child's age."""
    pattern: Mapped[list[Any]] = mapped_column(default=list)
    """The week, [[weekday, start, end], …]; empty for hours that vary."""
    load: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(default=1)

    establishment: Mapped[Establishment] = relationship(lazy="raise_on_sql")
    child: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    demand: Mapped[Demand | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
