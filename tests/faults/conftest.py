"""A whole installation to be broken on purpose: real database, Redis, mail server, Celery worker and beat."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guichet.core import clock, nudge
from guichet.core.db import Database, make_database
from guichet.core.lifeline import dies_with_parent
from guichet.machine import programs
from guichet.machine.embedded import EmbeddedRedis
from guichet.notifications import outbox, queries
from tests.letters import letter, recipient
from tests.mailserver import MailServer, mail_server
from workers.nudge import Nudge

STARTED_S = 40
"""What the start of a worker may take on a machine busy with other tests; never what is measured."""
BUSY_S = 4
"""Added at least to each promised delay: these tests share two processors with others."""


@pytest.fixture(autouse=True)
def house_clock() -> None:
    """The real one: the processes started here read it."""


class Supervised:
    """A process started again whenever it dies, as the supervisor or the compose file does."""

    def __init__(self, command: tuple[str, ...], env: dict[str, str], log: Path) -> None:
        self.command, self.env, self.log = command, env, log
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _keep(self) -> None:
        with self.log.open("ab") as output:
            while not self._stopping.is_set():
                self.process = subprocess.Popen(
                    self.command, env=self.env, stdout=output, stderr=output, preexec_fn=dies_with_parent()
                )
                self.starts += 1
                self.process.wait()
                self._stopping.wait(0.2)

    def children(self) -> list[int]:
        """Its pool, oldest first."""
        assert self.process is not None
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it for good, and wait until it has gone."""
        self._stopping.set()
        if self.process is not None:
            self.process.send_signal(how)
        self._thread.join(10 if how == signal.SIGKILL else STARTED_S)


class Installation:
    """Everything that stands between a commit and the recipient's mail server."""

    def __init__(self, home: Path, database: Database, redis: EmbeddedRedis, mail: MailServer) -> None:
        self.home, self.database, self.redis, self.mail = home, database, redis, mail
        self.posted = 0
        self.slack = float(BUSY_S)
        """Seconds added to each promised delay: what the start took shows how busy the machine is."""
        env = os.environ | {
            "GUICHET_HOME": str(home),
            "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "REDIS_URL": redis.url(),
            "SMTP_PORT": str(mail.port),
        }
        self.worker = Supervised(programs.worker(env).command, env, home / "worker.log")
        self.beat = Supervised(programs.beat(home / "beat").command, env, home / "beat.log")

    def post(self, number: int = 1, email: str = "parent@exemple.test") -> None:
        """Post letters, each in its own transaction, as pages do."""
        for _ in range(number):
            self.posted += 1
            with self.database.transaction() as session:
                outbox.post(
                    session,
                    letter(recipient=recipient(email)),
                    key=f"letter:{self.posted}",
                    subject_type="demand",
                    subject_id=1,
                    at=clock.now(),
                )

    def states(self) -> dict[str, int]:
        with self.database.reading() as session:
            return {state: number for state, number in queries.counts(session).items() if number}

    def until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait for it; tell what the worker said when it does not come."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{self.states()}\n{self.said()}"
            time.sleep(0.05)

    def until_all_sent(self, seconds: float) -> None:
        """Wait until every letter posted is marked sent."""
        self.until(lambda: self.states() == {"sent": self.posted}, seconds)

    def in_flight(self) -> bool:
        """Whether the mail server was given a recipient and has not answered."""
        return len(self.mail.asked) > len(self.mail.accepted)

    def hold_one(self) -> None:
        """A letter in the hands of the worker, whose mail server says nothing any more."""
        self.mail.manner = "hang"
        self.post()
        self.until(self.in_flight, 10)

    def none_lost_at_most_one_repeated(self) -> None:
        """Every letter arrived; at most one arrived twice, under the same identity."""
        copies = self.mail.copies()
        assert len(copies) == self.posted
        assert sum(copies.values()) <= self.posted + 1

    def said(self) -> str:
        logs = [(self.home / name).read_text(errors="replace")[-4000:] for name in ("worker.log", "beat.log")]
        return "\n--- beat ---\n".join(logs)

    def stop(self) -> None:
        self.mail.manner = "accept"
        self.worker.stop()
        self.beat.stop()


@contextlib.contextmanager
def installation(home: Path, database_url: str) -> Iterator[Installation]:
    """One that has already sent a letter: worker and beat are up."""
    home.mkdir(exist_ok=True)
    database = make_database(database_url)
    with EmbeddedRedis(home / "redis", kept=True) as redis, mail_server() as mail:
        made = Installation(home, database, redis, mail)
        nudge.bind(Nudge(redis.url(), rest_s=1).wake)
        try:
            start = time.monotonic()
            made.post()
            made.until_all_sent(STARTED_S)
            made.slack = max(made.slack, time.monotonic() - start)
            yield made
        finally:
            nudge.bind(lambda _work: None)
            made.stop()
            database.engine.dispose()


@pytest.fixture
def guichet(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """A running installation, on SQLite and on PostgreSQL in turn."""
    with installation(tmp_path / "home", database_url) as made:
        yield made


@pytest.fixture
def guichet_on_postgres(
    postgres: object, postgres_model: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    """A running installation on PostgreSQL only: for what does not depend on the database."""
    server = request.getfixturevalue("postgres")
    name = f"faults_{os.getpid()}_{time.monotonic_ns()}"
    with installation(tmp_path / "home", server.create(name, postgres_model)) as made:
        yield made
    server.drop(name)
