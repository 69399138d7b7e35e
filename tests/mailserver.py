"""A real mail server on the loopback that can be told to misbehave. It keeps every message it accepted."""

import asyncio
import contextlib
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from guichet.core.lifeline import free_port

REFUSED, LATER = "inconnu@exemple.test", "plustard@exemple.test"
USER, PASSWORD = "guichet", "mot-de-passe"


class MailServer:
    """Accepts, unless told otherwise: `manner` is "accept", "hang", "drop", "close", "busy" or "no_sender".

    `drop` keeps the message, then cuts before saying so; `hang` says nothing any more; `close` and `busy`
    answer 421 and 451 to every message; `no_sender` refuses whoever writes.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.manner = "accept"
        self.connections = 0
        self.accepted: list[EmailMessage] = []
        self.asked: list[str] = []
        self.received = threading.Condition()

    async def handle_EHLO(  # noqa: N802 - the name the library looks for
        self, server: SMTP, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """A new conversation."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Who writes."""
        if self.manner == "no_sender":
            return "550 5.7.1 sender not allowed"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """To whom."""
        self.asked.append(address)
        if address == REFUSED:
            return "550 5.1.1 mailbox unknown"
        if address == LATER:
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        """What."""
        if self.manner == "busy":
            return "451 4.3.0 too busy"
        if self.manner == "close":
            return "421 4.3.2 closing"
        while self.manner == "hang":
            await asyncio.sleep(0.05)
        with self.received:
            self.accepted.append(message_from_bytes(envelope.content, policy=policy.default))
            self.received.notify_all()
        if self.manner == "drop":
            server.transport.abort()
        return f"250 2.0.0 queued as {len(self.accepted)}"

    def wait_for(self, number: int, seconds: float) -> bool:
        """Whether that many messages have been accepted before the time is out."""
        with self.received:
            return self.received.wait_for(lambda: len(self.accepted) >= number, seconds)

    def copies(self) -> Counter[str]:
        """How many times each Message-ID was accepted."""
        with self.received:
            return Counter(str(message["Message-ID"]) for message in self.accepted)


@contextlib.contextmanager
def mail_server(tls: ssl.SSLContext | None = None, port: int | None = None) -> Iterator[MailServer]:
    """Start one; with `tls` it asks for STARTTLS and a password."""
    made = MailServer(port or free_port())

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        known = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=data == known, handled=False)

    options = {"tls_context": tls, "require_starttls": True, "authenticator": check, "auth_required": True}
    controller = Controller(made, hostname="127.0.0.1", port=made.port, **(options if tls else {}))
    controller.start()
    try:
        yield made
    finally:
        made.manner = "accept"
        controller.stop()
