"""A link that somebody who sits in commissions declared with the family of a demand."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from guichet.core.db import Base


class DeclaredLink(Base):
    """Who takes no part in a demand, and may not open its file with an account of theirs.

    It stands below the commissions so that the one condition on what a person may read
    (guichet/demands/queries.py) holds it on every page. Which link it is, is not asked: that there is one is
    enough (décret 2014-90, articles 5 and 6).
    """

    __tablename__ = "declared_link"
    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        Index("uq_declared_link_person", "demand_id", "name", unique=True),
        Index(None, "user_id", "demand_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    """As the seat names her: a member without an account is known by nothing else."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    declared_at: Mapped[datetime]
    declared_by: Mapped[str] = mapped_column(String(120))
