"""What is done with the childminders for one demand: the list handed, who was called, the solution found."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.core.db import Base
from guichet.establishments.childminders import Childminder

RESULTS = ("called", "no_answer", "refused", "meeting")


class ChildminderList(Base):
    """A list of childminders handed to a family, as its letter said it."""

    __tablename__ = "childminder_list"
    __table_args__ = (Index(None, "demand_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[str] = mapped_column(String(120))
    answer_by: Mapped[date]
    """Until when the family is asked to tell its choice."""

    lines: Mapped[list["ChildminderListLine"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="ChildminderListLine.rank"
    )


class ChildminderListLine(Base):
    """One professional of a list, in its order, and how the week fitted that day."""

    __tablename__ = "childminder_list_line"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("childminder_list.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    childminder_id: Mapped[int] = mapped_column(ForeignKey("childminder.id"), index=True)
    fits: Mapped[str] = mapped_column(Text)


class ChildminderContact(Base):
    """What came of asking one professional for one demand. Never altered: the last one says where it stands."""

    __tablename__ = "childminder_contact"
    __table_args__ = (
        CheckConstraint(f"result IN {RESULTS}", name="result"),
        Index(None, "demand_id", "at"),
        Index(None, "childminder_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"))
    childminder_id: Mapped[int] = mapped_column(ForeignKey("childminder.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[str] = mapped_column(String(120))
    result: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")


class ChildminderSolution(Base):
    """A child cared for by a childminder, proved. `keeps_waiting`: the demand goes on waiting for a crèche."""

    __tablename__ = "childminder_solution"
    __table_args__ = (
        CheckConstraint("proof <> ''", name="proof"),
        CheckConstraint("(ended_on IS NULL) = (ended_because = '')", name="ended"),
        # One at a time for a demand; those that ended are kept.
        Index(
            "uq_childminder_solution_current",
            "demand_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(None, "demand_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id", ondelete="CASCADE"))
    childminder_id: Mapped[int | None] = mapped_column(ForeignKey("childminder.id"), index=True)
    """None for a professional whom the guichet does not list."""
    since: Mapped[date]
    proof: Mapped[str] = mapped_column(String(300))
    keeps_waiting: Mapped[bool]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[str] = mapped_column(String(120))
    ended_on: Mapped[date | None]
    ended_because: Mapped[str] = mapped_column(String(300), default="")

    childminder: Mapped[Childminder | None] = relationship(lazy="raise_on_sql")
