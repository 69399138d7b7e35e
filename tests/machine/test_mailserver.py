"""The demonstration's mail server, in its own process, spoken to by the standard library."""

import os
import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage
from mailbox import Maildir

import pytest

from guichet.core.lifeline import free_port


@pytest.fixture
def server(tmp_path):
    """A running server: its port and its Maildir."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "guichet", "mailbox", "--port", str(port)],
        env={**os.environ, "GUICHET_HOME": str(tmp_path)},
    )
    wait_for(port, process)
    yield port, tmp_path / "mailbox"
    process.terminate()
    assert process.wait(10) == 0


def wait_for(port, process):
    for _ in range(200):
        assert process.poll() is None
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the mail server did not answer")


def letter(to):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "guichet@exemple.test", to, "Votre demande d’accueil"
    message.set_content("Bonjour,\nvotre demande est reçue.\n")
    return message


def send(port, to):
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as link:
        return link.send_message(letter(to))


def test_a_message_is_kept_with_its_recipient(server):
    port, folder = server
    send(port, "famille@exemple.test")
    (message,) = Maildir(folder, create=False)
    assert message["Delivered-To"] == "famille@exemple.test"
    assert "reçue" in message.get_payload(decode=True).decode()


def test_an_unknown_recipient_is_refused_for_good_and_nothing_is_kept(server):
    port, folder = server
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(port, "inconnu.martin@exemple.test")
    assert refusal.value.recipients["inconnu.martin@exemple.test"][0] == 550
    assert len(Maildir(folder, create=False)) == 0


def test_a_busy_recipient_is_to_be_tried_again(server):
    port, _ = server
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(port, "plustard@exemple.test")
    assert refusal.value.recipients["plustard@exemple.test"][0] == 451
