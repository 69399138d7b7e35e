"""A commission: its règlement, the establishments whose places it decides, and its seats."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String

from guichet.accounts.models import User
from guichet.commissions.reglement import ROLES, Reglement
from guichet.core.db import Base
from guichet.scheduling.members.models import Member


class Commission(Base):
    """Who examines demands, and how it sits."""

    __tablename__ = "commission"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    """As the families read it in their letters."""
    sort_key: Mapped[str] = mapped_column(String(120))
    rules: Mapped[dict[str, Any]]
    """The règlement in force (guichet/commissions/reglement.py); a convened session keeps its own copy."""
    version: Mapped[int] = mapped_column(default=1)

    houses: Mapped[list["CommissionHouse"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="CommissionHouse.establishment_id"
    )
    seats: Mapped[list["Seat"]] = relationship(lazy="raise_on_sql", order_by="Seat.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def reglement(self) -> Reglement:
        """Its règlement."""
        return Reglement.from_json(self.rules)


class CommissionHouse(Base):
    """An establishment of the perimeter. It has one commission at most: a seat is never given twice."""

    __tablename__ = "commission_house"

    establishment_id: Mapped[int] = mapped_column(
        ForeignKey("establishment.id", ondelete="CASCADE"), primary_key=True
    )
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id", ondelete="CASCADE"), index=True)


class Seat(Base):
    """A chair: its holder, the deputy who fills it when the holder is away, and its mandate."""

    __tablename__ = "commission_seat"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint("holder <> '' OR title <> ''", name="named"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_it_starts"),
        CheckConstraint("deputy_user_id IS NULL OR deputy <> ''", name="deputy_named"),
        Index(None, "commission_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120), default="")
    """The function as it is said: « Médecin de PMI ». It names a seat whose holder changes."""
    holder: Mapped[str] = mapped_column(String(120), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    deputy: Mapped[str] = mapped_column(String(120), default="")
    deputy_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    """The holder, as convocations and calendars know her: one member, whatever her seats."""
    deputy_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    voting: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The first day without the mandate."""
    version: Mapped[int] = mapped_column(default=1)

    user: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[user_id])
    deputy_user: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[deputy_user_id])
    member: Mapped[Member | None] = relationship(lazy="raise_on_sql", foreign_keys=[member_id])
    deputy_member: Mapped[Member | None] = relationship(lazy="raise_on_sql", foreign_keys=[deputy_member_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def called(self) -> str:
        """The holder, or the function when nobody is named."""
        return self.holder or self.title

    def holds_on(self, day: date) -> bool:
        """Whether the mandate runs on a day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)
