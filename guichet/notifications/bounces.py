"""Mails that come back: finds the letter a delivery report (RFC 3464) speaks of, and marks it bounced."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy

from sqlalchemy.orm import Session

from guichet.notifications import models, outbox
from guichet.notifications.incoming.models import BOUNCED, NOT_FINAL, UNMATCHED
from guichet.notifications.incoming.reports import report_of
from guichet.notifications.incoming.said import Report
from guichet.notifications.mailer import message_id
from guichet.notifications.models import LetterRow

OURS = re.compile(r"<guichet-(\d{1,9})-([0-9a-f]{16})@([^>\s]+)>")
NO_FAILURE = Report("", ())


@dataclass(frozen=True)
class Received:
    """What was made of a report: its code, the letter it concerns, if any, and one sentence."""

    code: str
    letter_id: int | None
    sentence: str


def receive(session: Session, message: bytes, at: datetime) -> Received:
    """Read a mail returned to the guichet; mark the letter it announces as undelivered.

    A mail that is not a report of final failure about a letter of the guichet is left alone, with a sentence that
    says why. Never raises for what the mail contains.
    """
    # The modern policy raises on malformed headers, and a returned mail may hold anything.
    mail = message_from_bytes(message, policy=policy.compat32)
    return mark(session, report_of(mail) or NO_FAILURE, at)


def mark(session: Session, report: Report, at: datetime) -> Received:
    """Mark the letter that a report announces as undelivered; the same report twice changes nothing more."""
    if not report.failure:
        sentence = "Ce courriel n’annonce pas un échec définitif de remise : il est ignoré."
        return Received(NOT_FINAL, None, sentence)
    row = _letter(session, report)
    if row is None:
        return Received(
            UNMATCHED, None, "Cet avis ne correspond à aucun courrier du guichet : il est ignoré."
        )
    reason = f"Revenu sans être remis : {report.failure}."
    moved = outbox.move(session, LetterRow.id == row.id, (models.SENT,), models.BOUNCED, last_error=reason)
    if not moved:
        return Received(BOUNCED, row.id, "Ce courrier n’était plus « envoyé » : l’avis est ignoré.")
    outbox.tell(session, moved, "bounced", at, reason)
    return Received(BOUNCED, row.id, reason)


def _letter(session: Session, report: Report) -> LetterRow | None:
    """The letter whose own identity stands in the returned part; a forged number does not match its key."""
    for identity in report.returned:
        found = OURS.fullmatch(identity)
        row = session.get(LetterRow, int(found[1])) if found else None
        if found and row is not None and message_id(row.id, row.key, found[3]) == identity:
            return row
    return None
