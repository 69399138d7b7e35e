"""Mails that come back: finds the letter a delivery report (RFC 3464) speaks of, and marks it bounced."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message

from sqlalchemy.orm import Session

from guichet.notifications import models, outbox
from guichet.notifications.mailer import message_id
from guichet.notifications.models import LetterRow

OURS = re.compile(r"<guichet-(\d{1,9})-([0-9a-f]{16})@([^>\s]+)>")

REASONS = {
    "5.1.1": "l’adresse n’existe pas",
    "5.1.2": "le domaine de l’adresse n’existe pas",
    "5.1.3": "l’adresse est mal écrite",
    "5.1.6": "la boîte a changé d’adresse",
    "5.1.10": "le domaine de l’adresse ne reçoit pas de courriel",
    "5.2.1": "la boîte est fermée",
    "5.2.2": "la boîte est pleine",
    "5.2.3": "le courriel est trop volumineux pour cette boîte",
    "5.4.7": "le serveur du destinataire n’a pas répondu à temps",
    "4.4.7": "le serveur du destinataire n’a pas répondu à temps",
    "5.7.1": "le serveur du destinataire refuse nos courriels",
}
"""By the enhanced status code of RFC 3463; others are told with their code."""


@dataclass(frozen=True)
class Received:
    """What was made of a mail: the letter it concerns, if any, and one sentence for the log."""

    letter_id: int | None
    sentence: str


def receive(session: Session, message: bytes, at: datetime) -> Received:
    """Read a mail returned to the guichet; mark the letter it announces as undelivered.

    The same report twice changes nothing more. A mail that is not a report of final failure about a letter
    of the guichet is left alone, with a sentence that says why. Never raises for what the mail contains.
    """
    # The modern policy raises on malformed headers, and a returned mail may hold anything.
    mail = message_from_bytes(message, policy=policy.compat32)
    failure = _final_failure(mail)
    if failure is None:
        return Received(None, "Ce courriel n’annonce pas un échec définitif de remise : il est ignoré.")
    row = _letter(session, mail)
    if row is None:
        return Received(None, "Cet avis ne correspond à aucun courrier du guichet : il est ignoré.")
    reason = f"Revenu sans être remis : {failure}."
    moved = outbox.move(session, LetterRow.id == row.id, (models.SENT,), models.BOUNCED, last_error=reason)
    if not moved:
        return Received(row.id, "Ce courrier n’était plus « envoyé » : l’avis est ignoré.")
    outbox.tell(session, moved, "bounced", at, reason)
    return Received(row.id, reason)


def _final_failure(mail: Message) -> str | None:
    """The French reason of the first recipient's final failure, or None (delayed, delivered, no report)."""
    for fields in _delivery_status(mail):
        if str(fields.get("Action", "")).strip().lower() != "failed":
            continue
        status = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", str(fields.get("Status", "")))
        said = _plain(str(fields.get("Diagnostic-Code", "")).partition(";")[2])
        code = status.group() if status else ""
        known = REASONS.get(code, f"code {code}" if code else "cause inconnue")
        return f"{known} (« {said} »)" if said else known
    return None


def _delivery_status(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _letter(session: Session, mail: Message) -> LetterRow | None:
    """The letter whose own identity stands in the returned part; a forged number does not match its key."""
    for found in OURS.finditer(_returned(mail)):
        row = session.get(LetterRow, int(found[1]))
        if row is not None and message_id(row.id, row.key, found[3]) == found[0]:
            return row
    return None


def _returned(mail: Message) -> str:
    parts = []
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)
            parts.append(str(inner.get("Message-ID", "")) if isinstance(inner, Message) else "")
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            parts.append(payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "")
    return "\n".join(parts)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", "".join(c for c in text if c.isprintable() or c.isspace())).strip()[:200]
