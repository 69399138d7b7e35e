"""What is known of letters: by subject, undelivered, in the print tray, in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, undefer

from guichet.core.errors import NotFoundError
from guichet.notifications import models
from guichet.notifications.models import LetterEvent, LetterPdf, LetterRow

PAGE = 50
SILENCE = timedelta(minutes=10)
"""The sweep looks every three seconds: a letter that is due for so long has nobody to take it."""


def letter(session: Session, letter_id: int) -> LetterRow:
    """One letter with its text, HTML and facts. Raises NotFoundError."""
    bodies = (undefer(LetterRow.text), undefer(LetterRow.html), undefer(LetterRow.facts))
    row = session.get(LetterRow, letter_id, options=bodies, populate_existing=True)
    if row is None:
        raise NotFoundError
    return row


def of_subject(session: Session, subject_type: str, subject_id: int) -> list[LetterRow]:
    """The letters about a subject, the latest first, without their bodies."""
    return list(
        session.scalars(
            select(LetterRow)
            .where(LetterRow.subject_type == subject_type, LetterRow.subject_id == subject_id)
            .order_by(LetterRow.id.desc())
        )
    )


def by_keys(session: Session, keys: Sequence[str]) -> list[LetterRow]:
    """The letters posted under these keys: to know whether those of a decision have left."""
    return list(session.scalars(select(LetterRow).where(LetterRow.key.in_(keys)).order_by(LetterRow.id)))


def events(session: Session, letter_id: int) -> list[LetterEvent]:
    """What happened to a letter, in order."""
    lines = select(LetterEvent).where(LetterEvent.letter_id == letter_id).order_by(LetterEvent.id)
    return list(session.scalars(lines))


def undelivered(session: Session, *, before: int | None = None, limit: int = PAGE) -> list[LetterRow]:
    """Letters nobody received, the latest first; `before` is the last id of the page already seen."""
    return _page(session, models.UNDELIVERED, before, limit)


def print_tray(session: Session, *, before: int | None = None, limit: int = PAGE) -> list[LetterRow]:
    """Letters on paper form that wait to be printed, the latest first."""
    return _page(session, (models.TO_PRINT,), before, limit)


def printed_form(session: Session, letter_id: int) -> bytes | None:
    """The PDF of a letter, or None while the worker has not made it (or the letter goes by email)."""
    return session.scalar(select(LetterPdf.content).where(LetterPdf.letter_id == letter_id))


def counts(session: Session) -> dict[str, int]:
    """How many letters are in each state; every state is there, with 0 when it is empty."""
    number = func.count().label("number")
    rows = session.execute(select(LetterRow.state, number).group_by(LetterRow.state))
    return dict.fromkeys(models.STATES, 0) | {row.state: row.number for row in rows}


@dataclass(frozen=True)
class Trouble:
    """The letters that did not reach anybody, and those that nobody takes."""

    undelivered: int
    stopped: int
    since: datetime | None
    """When the oldest that nobody takes was due."""


def trouble(session: Session, at: datetime) -> Trouble:
    """What goes wrong with the letters, in one statement."""
    limit = at - SILENCE
    lost = LetterRow.state.in_(models.UNDELIVERED)
    due = and_(LetterRow.state == models.PENDING, LetterRow.due_at < limit, LetterRow.after_id.is_(None))
    stopped = or_(due, and_(LetterRow.state == models.SENDING, LetterRow.lease_until < limit))
    counted = select(
        func.count().filter(lost), func.count().filter(stopped), func.min(LetterRow.due_at).filter(stopped)
    )
    return Trouble(*session.execute(counted.where(or_(lost, stopped))).one())


def _page(session: Session, states: tuple[str, ...], before: int | None, limit: int) -> list[LetterRow]:
    chosen = select(LetterRow).where(LetterRow.state.in_(states))
    if before is not None:
        chosen = chosen.where(LetterRow.id < before)
    return list(session.scalars(chosen.order_by(LetterRow.id.desc()).limit(limit)))
