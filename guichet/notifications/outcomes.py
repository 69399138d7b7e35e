"""What a worker writes about the letter it has just handed over: gone, later, or given up, and why.

Each UPDATE names the worker that holds the letter: one that lost its lease writes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from guichet.notifications import models
from guichet.notifications.mailer import Answer, Deferred, Refused, Sent
from guichet.notifications.models import LetterEvent, LetterPdf, LetterRow

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""After the first failure, the second… A letter is given up after one attempt more than there are waits."""

MAX_ATTEMPTS = len(WAITS) + 1

# One of each a letter, thousands an evening: built once, and sent without the ORM's bookkeeping.
_LETTER = LetterRow.metadata.tables[LetterRow.__tablename__]
HELD = update(_LETTER).where(
    _LETTER.c.id == bindparam("held_id"),
    _LETTER.c.state == models.SENDING,
    _LETTER.c.lease_owner == bindparam("held_by"),
)
HAPPENED = insert(LetterEvent.metadata.tables[LetterEvent.__tablename__])

STOPPED = "L’envoi s’est interrompu avant la réponse du serveur de messagerie."


def write_answer(
    session: Session, letter_id: int, attempts: int, answer: Answer, *, owner: str, at: datetime
) -> None:
    """Write what the mail server answered to the attempt number `attempts`."""
    match answer:
        case Sent(reply):
            _end(session, letter_id, owner, "sent", at, reply, state=models.SENT, sent_at=at, last_error=None)
        case Refused(reason):
            _end(session, letter_id, owner, "refused", at, reason, state=models.REFUSED, last_error=reason)
        case Deferred(reason):
            write_failure(session, letter_id, attempts, reason, owner=owner, at=at)


def write_failure(
    session: Session, letter_id: int, attempts: int, reason: str, *, owner: str, at: datetime
) -> None:
    """Put the letter back for later, or give it up when it was tried a fixed number of times."""
    if attempts >= MAX_ATTEMPTS:
        given_up = f"{reason} Abandon après {attempts} essais."
        _end(session, letter_id, owner, "failed", at, given_up, state=models.FAILED, last_error=given_up)
        return
    later = at + WAITS[max(attempts, 1) - 1]
    _end(
        session,
        letter_id,
        owner,
        "deferred",
        at,
        reason,
        state=models.PENDING,
        due_at=later,
        last_error=reason,
    )


def write_paper(session: Session, letter_id: int, pdf: bytes, *, owner: str, at: datetime) -> None:
    """Keep the printed form and put the letter in the print tray."""
    if _end(session, letter_id, owner, "to_print", at, "", state=models.TO_PRINT, last_error=None):
        session.merge(LetterPdf(letter_id=letter_id, content=pdf))


def write_interruption(
    session: Session, letter_id: int, attempts: int, *, in_flight: bool, owner: str, at: datetime
) -> None:
    """Take back a letter whose worker died, or lost its lease, holding it.

    One that was not being handed over loses nothing. One that was is tried again at once the first time, as
    whatever stopped the worker was probably not this letter, then later and later.
    """
    if not in_flight:
        _end(session, letter_id, owner, None, at, "", state=models.PENDING)
    elif attempts == 1:
        _end(session, letter_id, owner, "deferred", at, STOPPED, state=models.PENDING, last_error=STOPPED)
    else:
        write_failure(session, letter_id, attempts, STOPPED, owner=owner, at=at)


def _end(
    session: Session,
    letter_id: int,
    owner: str,
    what: str | None,
    at: datetime,
    detail: str,
    **values: Any,  # noqa: ANN401 - columns set with the state
) -> bool:
    released = {"lease_until": None, "lease_owner": None, "in_flight": False, **values}
    connection = session.connection()
    result = connection.execute(HELD, {"held_id": letter_id, "held_by": owner, **released})
    if result.rowcount != 1:
        return False
    if what is not None:
        connection.execute(HAPPENED, {"letter_id": letter_id, "at": at, "what": what, "detail": detail})
    return True
