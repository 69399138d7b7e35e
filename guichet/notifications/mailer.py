"""A letter as a mail, and the conversation with the mail server over one kept connection."""

import hashlib
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime, formataddr
from typing import Any

from guichet.core.settings import Settings
from guichet.notifications.incoming.reports import status_in, told
from guichet.notifications.invitation import calendar_of
from guichet.notifications.invited import Invitation

ANSWER_S = 20.0
"""For each answer of the mail server: without it a silent server would hold a worker for ever."""
CONVERSATION_S = 30.0
"""For all that is said about one letter, a new connection included: a lease must outlast it (lease.py)."""

CRLF = policy.compat32.clone(linesep="\r\n")
INVITATION_FILE = "invite.ics"
READABLE = Charset("utf-8")
READABLE.body_encoding = QP
"""Quoted-printable: French stays legible in the source of a mail, and no line is too long."""


@dataclass(frozen=True)
class Parcel:
    """What the mail server must be given of a letter."""

    letter_id: int
    key: str
    created_at: datetime
    recipient_name: str
    email: str
    subject: str
    text: str
    html: str
    reply_to: str
    invitation: dict[str, Any] | None = None
    """What it puts in a calendar, as kept with the letter (invited.py)."""


@dataclass(frozen=True)
class Sent:
    """Accepted; `reply` is the server's own sentence, often with its queue number."""

    reply: str


@dataclass(frozen=True)
class Refused:
    """Refused for good, for this letter: trying again would not help."""

    reason: str


@dataclass(frozen=True)
class Deferred:
    """Not now. `server_gone`: the conversation itself failed, so the next letter would fail too."""

    reason: str
    server_gone: bool = False


Answer = Sent | Refused | Deferred


def message_id(letter_id: int, key: str, domain: str) -> str:
    """The same for every attempt of the same letter, so that a repeated one can be told as such."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"<guichet-{letter_id}-{digest}@{domain}>"


def message_of(parcel: Parcel, settings: Settings) -> MIMEMultipart:
    """The mail: text and HTML, its identity and date those of the row.

    Raises ValueError, IndexError or MessageError (the library's ways) when the address is not one.
    """
    email = _in_ascii(parcel.email)
    Address(addr_spec=email)
    # The library's older writer: the newer one takes three times as long for the same mail.
    forms = MIMEMultipart("alternative")
    for subtype, content in (("plain", parcel.text), ("html", parcel.html)):
        part = MIMENonMultipart("text", subtype, charset="utf-8")
        part.set_payload(content, READABLE)
        forms.attach(part)
    message = _with_invitation(forms, parcel, settings) if parcel.invitation else forms
    message["Message-ID"] = message_id(parcel.letter_id, parcel.key, _domain(settings.mail_from))
    message["Date"] = format_datetime(parcel.created_at)
    message["From"] = formataddr((settings.mail_from_name, settings.mail_from))
    message["To"] = formataddr((parcel.recipient_name, email))
    if parcel.reply_to:
        message["Reply-To"] = parcel.reply_to
    message["Subject"] = Header(parcel.subject, "utf-8", header_name="Subject").encode()
    message["Content-Language"] = "fr"
    message["Auto-Submitted"] = "auto-generated"
    # No absence message, no receipt. Not « All »: Exchange would then say nothing either of a letter it cannot deliver.
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    return message


def _with_invitation(forms: MIMEMultipart, parcel: Parcel, settings: Settings) -> MIMEMultipart:
    """The shape that Outlook, Gmail, Thunderbird and Apple take as an invitation.

    Outlook looks for it in the first part of a mixed mail only, and believes the method of the part when it is
    that of the calendar; the others want it beside the text, and some only see the file. Base64, since a
    calendar broken into quoted lines came back unreadable from other servers.
    """
    # The address may have been corrected since: calendars look for the one the mail came to.
    invitation = Invitation(**{**(parcel.invitation or {}), "attendee": parcel.email})
    content = calendar_of(
        invitation, settings.mail_from, settings.mail_from_name, heard=settings.reads_replies
    )
    calendar = MIMENonMultipart("text", "calendar", charset="utf-8", method=invitation.method)
    file = MIMENonMultipart("application", "ics", name=INVITATION_FILE)
    file["Content-Disposition"] = f'attachment; filename="{INVITATION_FILE}"'
    for part in (calendar, file):
        part.set_payload(content)
        encode_base64(part)
    forms.attach(calendar)
    message = MIMEMultipart("mixed")
    message.attach(forms)
    message.attach(file)
    return message


class Conversation(smtplib.SMTP):
    """A connection whose answers come before an instant of the monotonic clock, however many they are.

    The library alone waits `timeout` for each of a dozen answers: together, longer than any lease.
    """

    def __init__(self, host: str, port: int, *, answer_s: float, until: float) -> None:
        self.until, self._answer_s = until, answer_s
        super().__init__(host, port, timeout=self._left())

    def getreply(self) -> tuple[int, bytes]:
        """The server's answer. Raises TimeoutError when the conversation has lasted too long."""
        if self.sock is not None:
            self.sock.settimeout(self._left())
        return super().getreply()

    def _left(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("elle dure trop longtemps")
        return min(self._answer_s, left)


class Mailer:
    """One connection to the mail server, opened at the first letter and kept."""

    def __init__(
        self, settings: Settings, *, timeout_s: float = ANSWER_S, conversation_s: float = CONVERSATION_S
    ) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._conversation_s = conversation_s
        self._until = 0.0
        self._kept: Conversation | None = None

    def send(self, parcel: Parcel) -> Answer:
        """Give the letter to the mail server. Never raises for what the server or the network does."""
        try:
            content = message_of(parcel, self._settings).as_bytes(policy=CRLF)
        except (ValueError, IndexError, MessageError) as error:
            return Refused(
                f"L’adresse « {parcel.email} » ne peut pas être écrite dans un courriel ({error})."
            )
        self._until = time.monotonic() + self._conversation_s
        try:
            server = self._ready()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Deferred(_why_gone("Le serveur de messagerie ne répond pas", error), server_gone=True)
        if isinstance(server, Deferred):
            return server
        try:
            return self._deliver(server, parcel, content)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Deferred(
                _why_gone("La conversation avec le serveur a été coupée", error), server_gone=True
            )

    def close(self) -> None:
        """Leave the server, without waiting for its goodbye."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _ready(self) -> smtplib.SMTP | Deferred:
        """A server that has accepted us as sender. A kept connection that went stale is opened again."""
        if self._kept is not None:
            self._kept.until = self._until
            try:
                code, reply = self._announce(self._kept)
                if code == 250:
                    return self._kept
            except (smtplib.SMTPException, OSError):
                pass
            self.close()
        self._kept = self._open()
        code, reply = self._announce(self._kept)
        if code == 250:
            return self._kept
        self.close()
        # Even a 5xx here is about the guichet, not about this letter: the administrator can mend it.
        return Deferred(f"Le serveur n’accepte pas l’expéditeur : {_said(code, reply)}", server_gone=True)

    def _open(self) -> Conversation:
        settings = self._settings
        server = Conversation(
            settings.smtp_host, settings.smtp_port, answer_s=self._timeout_s, until=self._until
        )
        try:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        except BaseException:
            server.close()
            raise
        server.ehlo_or_helo_if_needed()
        return server

    def _announce(self, server: smtplib.SMTP) -> tuple[int, bytes]:
        return server.mail(self._settings.mail_from)

    def _deliver(self, server: smtplib.SMTP, parcel: Parcel, content: bytes) -> Answer:
        code, reply = server.rcpt(_in_ascii(parcel.email))
        if code not in (250, 251):
            return self._declined(server, code, reply)
        code, reply = server.data(content)
        return Sent(_said(code, reply)) if code == 250 else self._declined(server, code, reply)

    def _declined(self, server: smtplib.SMTP, code: int, reply: bytes) -> Refused | Deferred:
        if code == 421:
            self.close()
            return Deferred(f"Le serveur ferme la conversation : {_said(code, reply)}", server_gone=True)
        server.rset()
        if 500 <= code < 600:
            said = _said(code, reply)
            return Refused(f"Le serveur refuse le courriel : {told(status_in(said), said)}.")
        return Deferred(f"Le serveur demande d’attendre : {_said(code, reply)}")


def _in_ascii(email: str) -> str:
    """The domain as the network writes it; nearly no server takes accents on the left of the @."""
    local, _, domain = email.rpartition("@")
    if not local.isascii():
        raise ValueError("des accents à gauche de l’arobase")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _domain(address: str) -> str:
    return address.rpartition("@")[2] or "localhost"


def _said(code: int, reply: bytes) -> str:
    return f"{code} {reply.decode('utf-8', 'replace')}".replace("\n", " ").strip()[:500]


_WHY: dict[type[Exception], str] = {
    ConnectionRefusedError: "connexion refusée",
    socket.gaierror: "nom de serveur inconnu",
    smtplib.SMTPServerDisconnected: "il a raccroché",
    ssl.SSLCertVerificationError: "son certificat n’est pas reconnu",
}
"""What whoever runs the guichet can act on; anything else is told as the server or the system says it."""


def _why_gone(sentence: str, error: Exception) -> str:
    if str(error) == "timed out":
        error = TimeoutError("délai dépassé")
    known = next((said for kind, said in _WHY.items() if isinstance(error, kind)), "")
    detail = known or str(error) or type(error).__name__
    return f"{sentence} ({detail[:300]})."
