"""Letters a second, from their release to the mail server, through one real worker.

Beside it a floor that does the same work without our layers (no database, no lease, no queue): a bare loop that
writes the same mails and pushes them over one kept connection to the same mail server, in the same minutes. A
second, for what it tells of the mail server itself: the same loop with mails written beforehand. The bare loop
writes a mail as the library's manual does (EmailMessage); the product writes the same with the older classes. `python benchmarks/mail.py [letters] [rounds]`, or `make bench-mail`.
"""

import asyncio
import multiprocessing
import os
import platform
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guichet.core import clock, nudge  # noqa: E402 - after the path
from guichet.core.db import Database, make_database  # noqa: E402
from guichet.core.lifeline import dies_with_parent, free_port  # noqa: E402
from guichet.core.migrate import upgrade  # noqa: E402
from guichet.machine import programs  # noqa: E402
from guichet.machine.embedded import EmbeddedRedis  # noqa: E402
from guichet.notifications import outbox, queries  # noqa: E402
from guichet.notifications.render import Rendered, render  # noqa: E402
from tests.letters import letter, recipient  # noqa: E402
from tests.services import open_postgres  # noqa: E402
from workers.nudge import redis_nudge  # noqa: E402

LETTERS, ROUNDS = 400, 5
GOAL = 0.5
PATIENCE_S = 120
RESULTS = ROOT / "benchmarks" / "RESULTS.md"


@dataclass(frozen=True)
class Place:
    """One installation under measure."""

    name: str
    database: Database


class Sink:
    """Counts what it accepts."""

    def __init__(self, count: "Synchronized[int]") -> None:
        self.count = count

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Accept everything."""
        with self.count.get_lock():
            self.count.value += 1
        return "250 2.0.0 OK"


def serve(port: int, count: "Synchronized[int]") -> None:
    """The mail server, alone in its process."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Sink(count)), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def mail_server() -> Iterator[tuple[int, "Synchronized[int]"]]:
    """Its port, and the number of messages it accepted so far."""
    port = free_port()
    count = multiprocessing.Value("i", 0)
    process = multiprocessing.Process(target=serve, args=(port, count), daemon=True)
    process.start()
    until(lambda: answers(port))
    yield port, count
    process.terminate()
    process.join()


def answers(port: int) -> bool:
    """Whether somebody speaks SMTP there."""
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=2).close()
    except OSError:
        return False
    return True


def until(condition) -> None:
    """Wait for it, or give up the whole run."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            sys.exit("Rien ne bouge plus : mesure abandonnée.")
        time.sleep(0.005)


def bare_loop(mails: Iterable[bytes], number: int, port: int, count: "Synchronized[int]") -> float:
    """Letters a second of a floor."""
    before, start = count.value, time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
        for mail in mails:
            server.sendmail("guichet@exemple.test", ["parent@exemple.test"], mail)
    until(lambda: count.value == before + number)
    return number / (time.perf_counter() - start)


def through_the_worker(place: Place, number: int, run: str, count: "Synchronized[int]") -> float:
    """Letters a second from the commit that releases them."""
    keys = [f"{run}:{index}" for index in range(number)]
    with place.database.transaction() as session:
        for key in keys:
            outbox.post(
                session, letter(), key=key, subject_type="bench", subject_id=1, at=clock.now(), held=True
            )
    before = count.value
    with place.database.transaction() as session:
        outbox.release(session, keys, at=clock.now())
    start = time.perf_counter()
    until(lambda: count.value == before + number)
    spent = time.perf_counter() - start
    until(lambda: states(place.database) == {"sent"})
    return number / spent


def states(database: Database) -> set[str]:
    """The states in which there are letters."""
    with database.reading() as session:
        return {state for state, number in queries.counts(session).items() if number}


def plain_mail(rendered: Rendered) -> bytes:
    """A mail as the manual of the standard library writes it."""
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = make_msgid(domain="exemple.test")
    message["Date"] = format_datetime(clock.now())
    message["From"] = Address("Guichet unique petite enfance", addr_spec="guichet@exemple.test")
    message["To"] = Address(rendered.facts["recipient"]["name"], addr_spec="parent@exemple.test")
    message["Reply-To"] = Address(addr_spec="rpe@exemple.test")
    message["Subject"] = rendered.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    return message.as_bytes()


@contextmanager
def worker(place: Place, redis: EmbeddedRedis, home: Path, port: int) -> Iterator[None]:
    """One worker of one process, and no clock: only the nudge wakes it."""
    env = os.environ | {
        "GUICHET_HOME": str(home),
        "DATABASE_URL": place.database.engine.url.render_as_string(hide_password=False),
        "REDIS_URL": redis.url(),
        "SMTP_PORT": str(port),
        "WORKER_PROCESSES": "1",
    }
    nudge.bind(redis_nudge(redis.url()))
    with (home / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            programs.worker(env).command,
            env=env,
            stdout=log,
            stderr=log,
            preexec_fn=dies_with_parent(),
            cwd=ROOT,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
        nudge.bind(lambda: None)


def measure(place: Place, number: int, rounds: int, port: int, count: "Synchronized[int]") -> str:
    """One line of the table: medians over the rounds; in each, the three ways one after the other."""
    floors, written, ours = [], [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedRedis() as redis,
        worker(place, redis, Path(folder), port),
    ):
        through_the_worker(place, 20, f"{place.name}:warm", count)
        rendered = render(letter(recipient=recipient()))
        ready = plain_mail(rendered)
        for index in range(rounds):
            mails = (plain_mail(rendered) for _ in range(number))
            floors.append(bare_loop(mails, number, port, count))
            ours.append(through_the_worker(place, number, f"{place.name}:{index}", count))
            written.append(bare_loop([ready] * number, number, port, count))
    ratio, beside = middle_ratio(ours, floors), middle_ratio(ours, written)
    return (
        f"| {place.name} | {statistics.median(floors):.0f} | {statistics.median(ours):.0f} "
        f"| {min(ours):.0f}–{max(ours):.0f} | **{ratio:.2f}** | {'tenu' if ratio >= GOAL else 'MANQUÉ'} "
        f"| {statistics.median(written):.0f} | {beside:.2f} |"
    )


def middle_ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of the ratios, each taken within one round."""
    return statistics.median(our / their for our, their in zip(ours, theirs, strict=True))


def machine() -> str:
    """What it was measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}, charge {load:.1f} au départ"


def main(number: int, rounds: int) -> None:
    """Measure on both databases, print the table, keep it in RESULTS.md."""
    head = [
        f"## Courriers par seconde — {clock.day(clock.now()).isoformat()}",
        "",
        f"`python benchmarks/mail.py {number} {rounds}` ; {machine()}.",
        "",
        f"{number} courriers libérés d’un coup, un travailleur d’un processus ; {rounds} tours, où les trois façons se "
        "suivent ; médianes. La boucle nue écrit et pousse les mêmes courriels sur une connexion gardée, sans base ni "
        f"file. But : au moins {GOAL} fois la boucle nue. À droite, pour mémoire, la même boucle avec des courriels "
        "écrits d’avance : c’est le débit du serveur de messagerie.",
        "",
        "| base | boucle nue /s | travailleur /s | étendue | rapport | but | écrits d’avance /s | rapport |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines = []
    with mail_server() as (port, count), tempfile.TemporaryDirectory() as folder, open_postgres() as server:
        urls = {
            "SQLite": f"sqlite:///{folder}/guichet.db",
            "PostgreSQL": server.create(f"mail_{os.getpid()}"),
        }
        for name, url in urls.items():
            place = Place(name, make_database(url))
            upgrade(place.database.engine)
            lines.append(measure(place, number, rounds, port, count))
            place.database.engine.dispose()
    table = "\n".join([*head, *lines])
    print(table)
    before = RESULTS.read_text() if RESULTS.exists() else "# Mesures\n"
    RESULTS.write_text(f"{before.rstrip()}\n\n{table}\n")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [LETTERS, ROUNDS][len(given) :]))
