"""Keep what became of a mail that came, once; say that somebody saw it; forget it. The caller commits."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from guichet.core.actor import Actor
from guichet.core.errors import NotFoundError
from guichet.notifications.incoming import models
from guichet.notifications.incoming.models import MailboxReading, ReceivedMail

KEPT = timedelta(days=90)
"""How long a mail is remembered once nobody has to look at it: longer than it stays in any mailbox unread."""

_TABLE = ReceivedMail.metadata.tables[ReceivedMail.__tablename__]
_ONCE = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=["mark"]).returning(_TABLE.c.id)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


@dataclass(frozen=True)
class Outcome:
    """What became of a mail: one of the codes of `models`, what it was about, and a sentence for people."""

    code: str
    about: str = ""
    about_id: int | None = None
    note: str = ""

    @property
    def is_for_people(self) -> bool:
        """Whether somebody must look at it."""
        return self.code in models.FOR_PEOPLE


def mark_of(content: bytes) -> str:
    """By what a mail is known."""
    return hashlib.sha256(content).hexdigest()


def known(session: Session, mark: str) -> Outcome | None:
    """What became of a mail that was read before, or None."""
    row = session.scalar(select(ReceivedMail).where(ReceivedMail.mark == mark))
    return Outcome(row.outcome, row.about, row.about_id, row.note) if row else None


def take(session: Session, mark: str, *, at: datetime) -> bool:
    """Take a mail for this transaction: another worker that reads it waits, then finds it known. False when it is."""
    values = {
        "mark": mark,
        "read_at": at,
        "outcome": models.UNFORESEEN,
        "sender": "",
        "subject": "",
        "note": "",
    }
    made = session.scalar(_ONCE[session.get_bind().dialect.name], values | {"about": "", "seen_by": ""})
    return made is not None


def keep(
    session: Session, mark: str, outcome: Outcome, *, at: datetime, sender: str = "", subject: str = ""
) -> None:
    """Write what became of a mail that was taken: who wrote it, and about what, only when people must see it."""
    shown = {"sender": sender, "subject": subject} if outcome.is_for_people else {"seen_at": at}
    session.execute(
        update(ReceivedMail)
        .where(ReceivedMail.mark == mark)
        .values(
            outcome=outcome.code, about=outcome.about, about_id=outcome.about_id, note=outcome.note, **shown
        )
    )


def see(session: Session, mail_id: int, *, actor: Actor, at: datetime) -> None:
    """Somebody looked at a mail and did what it asked; twice does nothing more. Raises NotFoundError."""
    row = session.get(ReceivedMail, mail_id)
    if row is None or row.outcome not in models.FOR_PEOPLE:
        raise NotFoundError
    if row.seen_at is None:
        row.seen_at, row.seen_by = at, actor.name


def note_reading(session: Session, *, at: datetime, failure: str = "") -> None:
    """The mailbox was read to its end, or could not be, and why."""
    row = session.get(MailboxReading, 1) or MailboxReading(id=1, read_at=None)
    if failure:
        row.failed_at, row.failure = at, failure
    else:
        row.read_at, row.failed_at, row.failure = at, None, ""
    session.add(row)


def forget_old(session: Session, *, at: datetime) -> None:
    """Forget the mails that nobody has to look at since long."""
    session.execute(delete(ReceivedMail).where(ReceivedMail.seen_at < at - KEPT))
