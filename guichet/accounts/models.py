"""Who works with the guichet: accounts, what each may reach, and open sign-ins."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String

from guichet.core.db import Base


class Role(StrEnum):
    """The five publics that sign in (families do not)."""

    RPE_AGENT = "rpe_agent"
    DIRECTOR = "director"
    MEMBER = "member"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class User(Base):
    """A professional account, opened by invitation and closed on a date."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case."""
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2id; None until the invitation is answered."""
    created_at: Mapped[datetime]
    closes_on: Mapped[date | None]
    """From this day on the account opens nothing."""
    last_signed_in_at: Mapped[datetime | None]
    has_links: Mapped[bool] = mapped_column(default=False)
    """Its owner declared, once at least, a link with a family: only then are files looked at for it."""
    version: Mapped[int] = mapped_column(default=1)

    memberships: Mapped[list["Membership"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="Membership.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class Membership(Base):
    """A role, and what it is limited to: one row a commune or an establishment, none for the territory."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(
            "role <> 'director' OR establishment_id IS NOT NULL", name="director_has_establishment"
        ),
        Index(None, "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"))


class SignIn(Base):
    """An open session: kept here so that it can be ended from elsewhere."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the token in the cookie: a copy of the table opens no session."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class SignInAttempt(Base):
    """A failed attempt, kept a short while to slow guessing down. The email is hashed: it may be a typo."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "email_hash", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    email_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(45))


class AccountLink(Base):
    """An invitation or a password reset: one use, an expiry, only its hash kept."""

    __tablename__ = "account_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    """invite or reset"""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
