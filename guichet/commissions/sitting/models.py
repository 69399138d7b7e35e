"""What is noted while a session sits: who comes and goes, proxies, recusals. Positions are those of its items.

Nothing counted is kept here: presence and quorum are worked out again for each item (attendance.py, quorum.py).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from guichet.commissions.sitting.attendance import DEPUTY, HOLDER
from guichet.core.db import Base

AWAY = ""
FILLED_BY = (AWAY, HOLDER, DEPUTY)


class SessionMove(Base):
    """A seat is filled or left, from an item on; 0 is the roll call. The last one noted holds."""

    __tablename__ = "session_move"
    __table_args__ = (
        CheckConstraint(f"by IN {FILLED_BY}", name="by"),
        CheckConstraint("position >= 0", name="position"),
        Index(None, "session_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("commission_session.id", ondelete="CASCADE"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("commission_seat.id"))
    position: Mapped[int]
    by: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120), default="")
    """Who came, as the seat named her that day: the minutes say it years later."""
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(String(120))


class SessionProxy(Base):
    """An absent member's voice, carried by another seat from an item on."""

    __tablename__ = "session_proxy"
    __table_args__ = (
        CheckConstraint("giver_id <> carrier_id", name="two_seats"),
        Index(None, "session_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("commission_session.id", ondelete="CASCADE"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("commission_seat.id"))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("commission_seat.id"))
    position: Mapped[int]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(String(120))


class SessionRecusal(Base):
    """A seat that takes no part in one item, confirmed by whoever keeps the minutes."""

    __tablename__ = "session_recusal"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("commission_seat.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("commission_session.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(String(120))
