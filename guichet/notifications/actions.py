"""What people do with letters: send one again, take a batch out of the print tray, cancel one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, InvalidError, NotFoundError
from guichet.notifications import models, outbox
from guichet.notifications.models import LetterRow


def retry(
    session: Session, letter_id: int, *, actor: Actor, at: datetime, email: str | None = None
) -> LetterRow:
    """Send again a letter nobody received, to the corrected address when one is given.

    The Message-ID stays the same. Raises NotFoundError, or ConflictError when it needs no retry any more.
    """
    row = _known(session, letter_id)
    address = {} if email is None else {"email": _readable(email)}
    moved = outbox.move(
        session,
        LetterRow.id == letter_id,
        models.UNDELIVERED,
        models.PENDING,
        attempts=0,
        due_at=at,
        **address,
    )
    if not moved:
        raise ConflictError("Ce courrier n’est plus en échec : rechargez la page pour voir où il en est.")
    outbox.tell(session, moved, "retried", at, actor.name)
    session.info[outbox.WAITING] = True
    return row


def retry_on_paper(session: Session, letter_id: int, *, actor: Actor, at: datetime) -> LetterRow:
    """Put in the print tray a letter that could not be delivered by email.

    Raises NotFoundError, or ConflictError when it needs no retry any more or has no postal address.
    """
    row = _known(session, letter_id)
    if not row.address.strip():
        raise ConflictError("Ce courrier n’a pas d’adresse postale : complétez d’abord le dossier.")
    moved = outbox.move(
        session,
        LetterRow.id == letter_id,
        models.UNDELIVERED,
        models.PENDING,
        channel=models.PRINT,
        attempts=0,
        due_at=at,
    )
    if not moved:
        raise ConflictError("Ce courrier n’est plus en échec : rechargez la page pour voir où il en est.")
    outbox.tell(session, moved, "retried", at, f"{actor.name}, sur papier")
    session.info[outbox.WAITING] = True
    return row


def mark_printed(session: Session, letter_ids: Sequence[int], *, actor: Actor, at: datetime) -> int:
    """Take letters out of the print tray once posted. Returns how many were still in it."""
    moved = outbox.move(session, LetterRow.id.in_(letter_ids), (models.TO_PRINT,), models.PRINTED, sent_at=at)
    outbox.tell(session, moved, "printed", at, actor.name)
    return len(moved)


def cancel(session: Session, letter_id: int, *, actor: Actor, at: datetime) -> None:
    """Cancel a letter that has not left. Raises NotFoundError, or ConflictError when it has or is leaving."""
    row = _known(session, letter_id)
    if not outbox.cancel(session, row.key, at=at, detail=actor.name):
        raise ConflictError("Ce courrier est parti ou en train de partir : il ne peut plus être annulé.")


def _known(session: Session, letter_id: int) -> LetterRow:
    row = session.get(LetterRow, letter_id)
    if row is None:
        raise NotFoundError
    return row


def _readable(email: str) -> str:
    email = email.strip()
    local, at_sign, domain = email.rpartition("@")
    if not (local and at_sign and "." in domain) or any(character.isspace() for character in email):
        raise InvalidError({"email": "Écrivez une adresse comme nom@exemple.fr."})
    return email
