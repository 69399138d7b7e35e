"""What the rooms' tests share: a mail server, and a worker at the outbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from guichet.core import process
from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.notifications.mailer import Mailer
from guichet.notifications.relay import Relay
from tests.mailserver import MailServer, mail_server
from tests.outbox import Clock


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def relay(database: Database, server: MailServer, tmp_path: Path) -> Iterator[Relay]:
    told = {"GUICHET_HOME": str(tmp_path), "SMTP_PORT": str(server.port)}
    made = Relay(
        database, Mailer(Settings.from_environment(told), timeout_s=5), Clock(), process.this_process()
    )
    yield made
    made.mailer.close()
