"""Who was called to a session, what they answered, by which links; and the feeds of the members."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.commissions.commission_models import Seat
from guichet.commissions.convocations.choices import ANSWERS, PRESENT, PROXY
from guichet.commissions.convocations.mailed import MAIL_SAYS
from guichet.commissions.sessions.models import CommissionSession
from guichet.core.db import Base
from guichet.notifications.models import LetterRow
from guichet.scheduling.members.models import Member

NO_ANSWER = NOTHING_SAID = ""


class Convocation(Base):
    """One person called to one session, for one seat.

    The way of each mail to her is that of its letter; what she did is in the journal of the convocation.
    """

    __tablename__ = "convocation"
    __table_args__ = (
        CheckConstraint(f"answer IN {(NO_ANSWER, *ANSWERS)}", name="answer"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered_at"),
        CheckConstraint(f"mail_said IN {(NOTHING_SAID, *MAIL_SAYS)}", name="mail_said"),
        CheckConstraint(f"(answer = '{PROXY}') = (proxy_seat_id IS NOT NULL)", name="proxy"),
        CheckConstraint("proxy_seat_id IS NULL OR proxy_seat_id <> seat_id", name="another_seat"),
        Index("uq_convocation_person", "session_id", "seat_id", "member_id", unique=True),
        Index(None, "member_id", "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("commission_session.id", ondelete="CASCADE"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("commission_seat.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    as_deputy: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(120))
    """As she was called that day: the proof says it years later."""
    called_at: Mapped[datetime]
    sequence: Mapped[int]
    """The date she was last told: an answer to an older one is not taken."""
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    """The last mail that was to reach her: her convocation, a new date, a cancellation."""
    answer: Mapped[str] = mapped_column(String(8), default=NO_ANSWER)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(120), default="")
    """Herself, or who wrote down what she said by telephone."""
    proxy_seat_id: Mapped[int | None] = mapped_column(ForeignKey("commission_seat.id"), index=True)
    """The seat that carries her voice."""
    mail_said: Mapped[str] = mapped_column(String(10), default=NOTHING_SAID)
    """What her calendar sent that is no answer: she is to be asked."""
    mail_remark: Mapped[str] = mapped_column(Text, default="")
    """What she wrote with it, or another date that she proposes."""
    mail_at: Mapped[datetime | None]
    """When she pressed the button, for the last mail that was heard: an older one changes nothing."""
    reminded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    """She is not called any more: removed from the list, or the session is cancelled or put off."""
    version: Mapped[int] = mapped_column(default=1)

    session: Mapped[CommissionSession] = relationship(lazy="raise_on_sql")
    seat: Mapped[Seat] = relationship(lazy="raise_on_sql", foreign_keys=[seat_id])
    member: Mapped[Member] = relationship(lazy="raise_on_sql")
    letter: Mapped[LetterRow | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    def forget_answer(self) -> None:
        """She is asked anew: nothing of what she said holds."""
        self.answer, self.answered_at, self.answered_by, self.proxy_seat_id = NO_ANSWER, None, "", None
        self.mail_said, self.mail_remark = NOTHING_SAID, ""

    def doubt_presence(self) -> None:
        """She may not come after all: she is not counted as present any more."""
        if self.answer == PRESENT:
            self.answer, self.answered_at, self.answered_by = NO_ANSWER, None, ""


class ConvocationLink(Base):
    """A personal link to the page of an answer: each mail has its own, and only its hash is kept."""

    __tablename__ = "convocation_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    convocation_id: Mapped[int] = mapped_column(ForeignKey("convocation.id", ondelete="CASCADE"), index=True)
    sequence: Mapped[int]
    """The date that its mail gave."""
    expires_at: Mapped[datetime]
    """The end of the session."""


class MemberFeed(Base):
    """The address of a calendar that a member subscribes to; only its hash is kept, and it is shown once."""

    __tablename__ = "member_feed"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    """To the hour."""
