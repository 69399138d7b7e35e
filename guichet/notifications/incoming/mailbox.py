"""The mailbox where answers and returned mails come, over IMAP.

What was settled is marked answered, what people must see is marked flagged; both stay where they are, and the mark
« seen » decides nothing, since whoever looks into the box sets it.
"""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date

from guichet.core.settings import Settings

ANSWER_S = 20.0
"""For each answer of the server: without it a silent one would hold the reading for ever."""
NEW = "UNANSWERED UNFLAGGED UNDELETED"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SETTLED, FOR_PEOPLE = r"(\Answered \Seen)", r"(\Flagged)"


Piece = bytes | tuple[bytes, bytes]
"""One line of an answer, with the content that came with it."""


class MailboxError(Exception):
    """The mailbox cannot be spoken to; its words say why."""


class Mailbox:
    """An open mailbox."""

    def __init__(self, server: imaplib.IMAP4, folder: str) -> None:
        self._server = server
        quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
        self._said(server.select(f'"{quoted}"'))

    def waiting(self, most: int, since: date) -> list[str]:
        """The first of the mails that came since a day and were not treated yet, in the order they came."""
        day = f"{since.day}-{MONTHS[since.month - 1]}-{since.year}"
        (found,) = self._said(self._server.uid("SEARCH", f"{NEW} SINCE {day}")) or [b""]
        return found.decode().split()[:most] if isinstance(found, bytes) else []

    def read(self, uid: str, most: int) -> bytes | None:
        """The beginning of one mail, without marking it; None when somebody took it away."""
        for piece in self._said(self._server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{most}>)")):
            if isinstance(piece, tuple):
                return bytes(piece[1])
        return None

    def mark(self, uid: str, *, for_people: bool) -> None:
        """Say in the box what became of a mail: it is not read again."""
        self._said(self._server.uid("STORE", uid, "+FLAGS.SILENT", FOR_PEOPLE if for_people else SETTLED))

    def _said(self, answer: tuple[str, Sequence[Piece | None]]) -> list[Piece]:
        code, data = answer
        if code != "OK":
            raise MailboxError(_plain(data[0]) if data else code)
        return [one for one in data if one is not None]


@contextmanager
def opened(settings: Settings, *, timeout_s: float = ANSWER_S) -> Iterator[Mailbox]:
    """The mailbox that the settings name. Raises MailboxError, also for what happens while it is open."""
    server = None
    try:
        server = _connected(settings, timeout_s)
        _enter(server, settings.imap_user, settings.imap_password)
        yield Mailbox(server, settings.imap_folder)
    except (imaplib.IMAP4.error, OSError, UnicodeError) as fault:
        raise MailboxError(_words(fault)) from fault
    finally:
        if server is not None:
            _leave(server)


def _connected(settings: Settings, timeout_s: float) -> imaplib.IMAP4:
    host, port = settings.imap_host, settings.imap_port
    if settings.imap_security == "tls":
        return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=timeout_s)
    server = imaplib.IMAP4(host, port, timeout=timeout_s)
    if settings.imap_security == "starttls":
        try:
            server.starttls(ssl.create_default_context())
        except BaseException:
            server.shutdown()
            raise
    return server


def _words(fault: Exception) -> str:
    """What the server or the system said; the library keeps the words of the server as bytes."""
    said = fault.args[-1] if fault.args else ""
    return _plain(said) or type(fault).__name__


def _plain(said: object) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said or "")


def _enter(server: imaplib.IMAP4, user: str, password: str) -> None:
    """Sign in; the older way takes no accent, and the other is not offered everywhere."""
    if "AUTH=PLAIN" in server.capabilities:
        server.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())
    else:
        server.login(user, password)


def _leave(server: imaplib.IMAP4) -> None:
    with suppress(imaplib.IMAP4.error, OSError):
        server.logout()
        return
    with suppress(OSError):
        server.shutdown()
