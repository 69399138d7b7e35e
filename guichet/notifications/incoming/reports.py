"""Calm: what a delivery report says (RFC 3464): a final failure or not, of which letter, and why, in French."""

import re
from collections.abc import Iterator
from email.message import Message

from guichet.notifications.incoming.said import Report

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
IDENTITY = re.compile(r"<[^<>\s]{1,250}>")
MOST_IDENTITIES = 20


def report_of(mail: Message) -> Report | None:
    """The report, or None when the mail is none."""
    blocks = list(_delivery_status(mail))
    if not blocks:
        return None
    return Report(_final_failure(blocks), tuple(IDENTITY.findall(_returned(mail))[:MOST_IDENTITIES]))


def plain(text: str, longest: int = 200) -> str:
    """One line that shows, whatever was written."""
    shown = "".join(character for character in text if character.isprintable() or character.isspace())
    return re.sub(r"\s+", " ", shown).strip()[:longest]


def _final_failure(blocks: list[Message]) -> str:
    """The French reason of the first recipient's final failure; empty for a delay or a delivery."""
    for fields in blocks:
        if str(fields.get("Action", "")).strip().lower() != "failed":
            continue
        code = status_in(str(fields.get("Status", "")))
        said = plain(str(fields.get("Diagnostic-Code", "")).partition(";")[2])
        return told(code, said)
    return ""


def status_in(text: str) -> str:
    """The enhanced status code of RFC 3463 that a text holds, or nothing."""
    found = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", text)
    return found.group() if found else ""


def told(code: str, said: str) -> str:
    """A refusal in French, by its enhanced status code, then what the server said."""
    known = REASONS.get(code, f"code {code}" if code else "cause inconnue")
    return f"{known} (« {said} »)" if said else known


def _delivery_status(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _returned(mail: Message) -> str:
    """Where the letter given back says who it is; never what the report writes around it."""
    parts = []
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)
            parts.append(str(inner.get("Message-ID", "")) if isinstance(inner, Message) else "")
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            parts.append(payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "")
    return "\n".join(parts)
