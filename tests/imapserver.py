"""A real IMAP server on the loopback, with one empty mailbox: another program, spoken to over its protocol."""

import contextlib
import imaplib
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from guichet.core.lifeline import dies_with_parent, free_port

USER, PASSWORD = "reponses", "mot-de-passe-d’été"
START_S = 30.0


class ImapServer:
    """The server, and what a test does in its mailbox as any mail program would."""

    def __init__(self, port: int) -> None:
        self.port = port

    def settings(self) -> dict[str, str]:
        """What the guichet is told to read it."""
        return {
            "IMAP_HOST": "127.0.0.1",
            "IMAP_PORT": str(self.port),
            "IMAP_SECURITY": "none",
            "IMAP_USER": USER,
            "IMAP_PASSWORD": PASSWORD,
        }

    @contextlib.contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """The mailbox, as its owner."""
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        server.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        server.select("INBOX")
        yield server
        server.logout()

    def put(self, *mails: bytes) -> None:
        """Mails arrive, in this order."""
        with self.opened() as server:
            for mail in mails:
                assert server.append("INBOX", "", "", mail)[0] == "OK"

    def marks(self) -> list[str]:
        """What the box says of each mail, in order: « settled », « people » or « new »."""
        with self.opened() as server:
            lines = [one for one in server.fetch("1:*", "(FLAGS)")[1] if one]
        said = {"\\Answered": "settled", "\\Flagged": "people"}
        return [next((word for flag, word in said.items() if flag in line.decode()), "new") for line in lines]

    def put_long_ago(self, mail: bytes) -> None:
        """It was already there when the box was given to the guichet."""
        with self.opened() as server:
            assert server.append("INBOX", "", '"01-Sep-2026 10:00:00 +0200"', mail)[0] == "OK"

    def look(self) -> None:
        """Somebody opens every mail in her own program."""
        with self.opened() as server:
            server.store("1:*", "+FLAGS.SILENT", "\\Seen")

    def empty(self) -> None:
        """Everything is thrown away."""
        with self.opened() as server:
            server.store("1:*", "+FLAGS.SILENT", "\\Deleted")
            server.expunge()


@contextlib.contextmanager
def cut_before(port: int, word: bytes) -> Iterator[int]:
    """A way to a server on the loopback that breaks as soon as the client says a word; gives its own port."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        going = threading.Thread(target=_carry, args=(door, port, word), daemon=True)
        going.start()
        yield int(door.getsockname()[1])
    going.join(START_S)


def _carry(door: socket.socket, port: int, word: bytes) -> None:
    client, _ = door.accept()
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        ends = {client: server, server: client}
        while True:
            for end in select.select(list(ends), [], [])[0]:
                said = end.recv(65_536)
                if not said or (end is client and word in said):
                    return
                ends[end].sendall(said)


@contextlib.contextmanager
def imap_server() -> Iterator[ImapServer]:
    """Start one; it answers when this returns."""
    port = free_port()
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    user = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    program = subprocess.Popen(
        [sys.executable, "-c", "from pymap.main import main; main()", *words, *user],
        stdout=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(),
    )
    try:
        _wait_for(program, port)
        yield ImapServer(port)
    finally:
        program.terminate()
        program.wait()


def _wait_for(program: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            return
        except OSError:
            assert program.poll() is None and time.monotonic() < until, "the IMAP server does not start"
            time.sleep(0.02)
