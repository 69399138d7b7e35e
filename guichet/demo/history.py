"""Letters of the past: the demonstration says they left at their date, instead of sending a year of mails.

What the relay writes at each delivery (guichet/notifications/outcomes.py) is written here in bulk, for
letters older than a few days only. The recent ones stay due: the newcomer sees the worker send them.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, insert, literal, select, update
from sqlalchemy.orm import Session

from guichet.notifications import models, outbox
from guichet.notifications.models import LetterEvent, LetterRow

STILL_TO_SEND = timedelta(days=4)
"""Longer than a week-end: on a Monday, Friday’s letters still wait."""
STILL_TO_PRINT = timedelta(days=10)
DESK_HANDLED = timedelta(days=40)
"""Before, the desk has already sent on paper what an unknown address refused."""
ON_PAPER = "Adresse refusée par le serveur : lettre postée."
UNKNOWN = "Le serveur refuse le courriel : l’adresse n’existe pas (« 550 5.1.1 Adresse inconnue »)."


def settle(session: Session, now: datetime) -> None:
    """Mark this transaction's old letters as sent, posted or refused, at the instant they were written."""
    mailed = (LetterRow.channel == models.EMAIL) & (LetterRow.created_at < now - STILL_TO_SEND)
    posted = (LetterRow.channel == models.PRINT) & (LetterRow.created_at < now - STILL_TO_PRINT)
    unknown = LetterRow.email.like("inconnu%")
    later = LetterRow.email.like("plustard%")
    handled = mailed & unknown & (LetterRow.created_at < now - DESK_HANDLED)
    _end(
        session,
        handled,
        models.PRINTED,
        "printed",
        ON_PAPER,
        channel=models.PRINT,
        sent_at=LetterRow.created_at,
    )
    _end(session, mailed & unknown, models.REFUSED, "refused", UNKNOWN, last_error=UNKNOWN)
    _end(
        session, mailed & ~unknown & ~later, models.SENT, "sent", "250 2.1.5 OK", sent_at=LetterRow.created_at
    )
    _end(session, posted, models.PRINTED, "printed", "", sent_at=LetterRow.created_at)
    session.info.pop(outbox.WAITING, None)


def leave_from_now(session: Session, now: datetime) -> None:
    """The letters left to the worker are due when the demonstration begins: nobody was there to take them before."""
    waiting = (LetterRow.state == models.PENDING, LetterRow.due_at < now)
    session.execute(
        update(LetterRow).where(*waiting).values(due_at=now).execution_options(synchronize_session=False)
    )


def _end(
    session: Session,
    chosen: ColumnElement[bool],
    state: str,
    what: str,
    detail: str,
    **values: object,
) -> None:
    due = chosen & (LetterRow.state == models.PENDING)
    line = select(LetterRow.id, LetterRow.created_at, literal(what), literal(detail)).where(due)
    session.execute(insert(LetterEvent).from_select(["letter_id", "at", "what", "detail"], line))
    outbox.move(session, due, (models.PENDING,), state, attempts=1, **values)
