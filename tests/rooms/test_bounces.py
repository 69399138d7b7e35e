"""Mails that come back: the right letter is marked, and nothing else ever is."""

from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session

from guichet.notifications import bounces, outbox, queries
from guichet.notifications.mailer import message_id
from guichet.notifications.models import LetterRow
from tests.letters import letter
from tests.make import NOON


def sent_letter(session: Session, key: str = "demand:1:acknowledgement") -> LetterRow:
    letter_id = outbox.post(session, letter(), key=key, subject_type="demand", subject_id=1, at=NOON)
    row = session.get_one(LetterRow, letter_id)
    row.state, row.sent_at = "sent", NOON
    session.flush()
    return row


def identity(row: LetterRow) -> str:
    return message_id(row.id, row.key, "exemple.test")


def report(
    returned_id: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 mailbox unknown",
    part: str = "message/rfc822",
) -> bytes:
    """A delivery report as mail servers write them (RFC 3464)."""
    returned = f"Message-ID: {returned_id}\r\nSubject: Votre demande\r\n\r\nBonjour\r\n"
    if part == "text/rfc822-headers":
        returned = returned.partition("\r\n\r\n")[0] + "\r\n"
    diagnostic = f"Diagnostic-Code: {said}\r\n" if said else ""
    return (
        "From: MAILER-DAEMON@relais.exemple.test\r\n"
        "To: guichet@exemple.test\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="limite"\r\n'
        "\r\n"
        "--limite\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI am sorry.\r\n"
        "--limite\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relais.exemple.test\r\n\r\n"
        f"Final-Recipient: rfc822; parent@exemple.test\r\nAction: {action}\r\nStatus: {status}\r\n{diagnostic}\r\n"
        f"--limite\r\nContent-Type: {part}\r\n\r\n{returned}\r\n"
        "--limite--\r\n"
    ).encode()


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_of_failure_marks_the_letter_with_its_reason_in_french(session: Session, part: str) -> None:
    row = sent_letter(session)
    received = bounces.receive(session, report(identity(row), part=part), NOON)
    assert received.letter_id == row.id
    session.refresh(row)
    assert row.state == "bounced"
    assert row.last_error is not None
    assert "l’adresse n’existe pas" in row.last_error
    assert "550 5.1.1 mailbox unknown" in row.last_error
    assert [event.what for event in queries.events(session, row.id)] == ["bounced"]
    assert [undelivered.id for undelivered in queries.undelivered(session)] == [row.id]


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        ("5.2.2", "smtp; 552 mailbox full", "la boîte est pleine"),
        ("5.9.9", "", "code 5.9.9"),
        ("n'importe quoi", "", "cause inconnue"),
    ],
)
def test_every_report_gives_a_reason_even_with_an_unknown_code(
    session: Session, status: str, said: str, reason: str
) -> None:
    row = sent_letter(session)
    assert reason in bounces.receive(session, report(identity(row), status=status, said=said), NOON).sentence


def test_the_same_report_twice_changes_nothing_more(session: Session) -> None:
    row = sent_letter(session)
    bounces.receive(session, report(identity(row)), NOON)
    again = bounces.receive(session, report(identity(row)), NOON)
    assert "ignoré" in again.sentence
    assert len(queries.events(session, row.id)) == 1


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", ""])
def test_a_report_that_is_not_a_final_failure_marks_nothing(session: Session, action: str) -> None:
    row = sent_letter(session)
    received = bounces.receive(session, report(identity(row), action=action), NOON)
    session.refresh(row)
    assert (received.letter_id, row.state) == (None, "sent")


def test_a_forged_identity_marks_nothing(session: Session) -> None:
    row = sent_letter(session)
    forged = f"<guichet-{row.id}-0123456789abcdef@exemple.test>"
    assert bounces.receive(session, report(forged), NOON).letter_id is None
    session.refresh(row)
    assert row.state == "sent"


def test_the_identity_of_another_letter_quoted_in_the_text_of_the_report_marks_nothing(
    session: Session,
) -> None:
    row = sent_letter(session)
    other = report("<ailleurs@exemple.test>").replace(b"I am sorry.", identity(row).encode())
    assert bounces.receive(session, other, NOON).letter_id is None


def test_a_letter_that_was_not_sent_cannot_come_back(session: Session) -> None:
    letter_id = outbox.post(session, letter(), key="k", subject_type="demand", subject_id=1, at=NOON)
    row = session.get_one(LetterRow, letter_id)
    bounces.receive(session, report(identity(row)), NOON)
    session.refresh(row)
    assert row.state == "pending"


def plain_mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Réponse automatique : absente jusqu’au 3"
    mail.set_content("Je suis absente.")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "message",
    [
        plain_mail(),
        b"",
        b"\x00\xff\xfe rien qui ressemble",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\nAction: failed\r\n",
        report("<>"),
        report("<guichet-999999999999-0123456789abcdef@exemple.test>"),
    ],
)
def test_any_other_mail_is_ignored_with_a_sentence(session: Session, message: bytes) -> None:
    received = bounces.receive(session, message, NOON)
    assert received.letter_id is None
    assert received.sentence.endswith("ignoré.")
