"""The versions of the barème, kept for years: a decision names the one it was made with."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from guichet.core.db import Base
from guichet.core.workflow import NEW


class BaremeVersion(Base):
    """One version: a draft, then in force from a day, then closed. `content` is its file (`file.py`).

    It applies from `starts_on` to `ends_on`, both included; once in force its content never changes.
    """

    __tablename__ = "bareme_version"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'in_force', 'closed')", name="state"),
        CheckConstraint("(state = 'draft') = (starts_on IS NULL)", name="starts_once_in_force"),
        CheckConstraint("(state = 'closed') = (ends_on IS NOT NULL)", name="closed_has_an_end"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        Index(
            "uq_bareme_version_in_force",
            "state",
            unique=True,
            sqlite_where=text("state = 'in_force'"),
            postgresql_where=text("state = 'in_force'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default=NEW)
    version: Mapped[int] = mapped_column(default=1)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    extract: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the canonical content: what proves which barème a score was made with."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
