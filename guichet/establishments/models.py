"""The places where a child may be cared for, and who manages them."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.core.db import Base
from guichet.territory.models import Commune


class Kind(StrEnum):
    """The kinds of care of the territory (mission.md A3)."""

    MULTI_ACCUEIL = "multi_accueil"
    FAMILY_CRECHE = "family_creche"
    MICRO_CRECHE_PAJE = "micro_creche_paje"
    MICRO_CRECHE_PSU = "micro_creche_psu"
    AVIP_CRECHE = "avip_creche"
    MAM = "mam"
    CHILDMINDERS = "childminders"
    HOME_CARE = "home_care"
    LAEP = "laep"
    ALSH = "alsh"
    ADAPTED_HOLIDAYS = "adapted_holidays"


COLLECTIVE = frozenset(
    {Kind.MULTI_ACCUEIL, Kind.FAMILY_CRECHE, Kind.MICRO_CRECHE_PAJE, Kind.MICRO_CRECHE_PSU, Kind.AVIP_CRECHE}
)
"""The crèches (EAJE): a commission may place a child there, before six years (article R2324-17 CSP)."""


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
    """2, or 4 when the manager's own rules require the opinion of a commission (CRPA L231-4 and decrees)."""
    deciding_authority: Mapped[str] = mapped_column(String(160))
    signatory_name: Mapped[str] = mapped_column(String(120))
    signatory_title: Mapped[str] = mapped_column(String(160))
    tribunal: Mapped[str] = mapped_column(String(200), default="")
    """Name and address of the court for a public manager's decisions; empty for a private one."""


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
