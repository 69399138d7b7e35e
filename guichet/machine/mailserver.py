"""The demonstration's mail server: a real SMTP conversation, every message kept in a Maildir, none sent on.

Two kinds of addresses show what goes wrong in real life: `inconnu…@` does not exist (550), `plustard…@`
must be tried again (451).
"""

import asyncio
import signal
from mailbox import Maildir
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

UNKNOWN = "inconnu"
LATER = "plustard"
MESSAGE_BYTES = 20 * 1024 * 1024


class Postman:
    """Answers the SMTP server: who may receive, and where the message goes."""

    def __init__(self, folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.box = Maildir(folder, create=True)

    async def handle_RCPT(  # noqa: N802 - the name the library calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept or refuse one recipient."""
        if address.lower().startswith(UNKNOWN):
            return "550 5.1.1 Adresse inconnue"
        if address.lower().startswith(LATER):
            return "451 4.7.1 Revenez plus tard"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one message, with the recipients of the conversation at its head."""
        head = "".join(f"Delivered-To: {address}\r\n" for address in envelope.rcpt_tos)
        content = envelope.content or b""
        self.box.add(head.encode() + (content.encode() if isinstance(content, str) else content))
        return "250 2.0.0 OK"


def serve(host: str, port: int, folder: Path) -> None:
    """Serve until SIGINT or SIGTERM. Raises OSError when the port is taken."""
    asyncio.run(_serve(host, port, folder))


async def _serve(host: str, port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop.set)
    postman = Postman(folder)
    server = await loop.create_server(
        lambda: SMTP(postman, hostname="guichet", enable_SMTPUTF8=True, data_size_limit=MESSAGE_BYTES),
        host,
        port,
    )
    async with server:
        await told_to_stop.wait()
