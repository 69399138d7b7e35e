"""Who sits in commissions: known once, by the address that calls them, whatever their seats and with or without an account."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from guichet.core.db import Base


class Member(Base):
    """A person who is called to commissions. Their time is given once, for all of them."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """Lower case; None for somebody who is called on paper."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    leaves_on: Mapped[date | None]
    """The first day without any mandate."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
