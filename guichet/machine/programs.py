"""The command lines of the processes, the same under the supervisor and under the compose file."""

import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
WEB_PROCESSES = 2
WEB_THREADS = 4
WORKER_PROCESSES = 1
# A page that takes longer than this is a fault: its process is replaced.
PAGE_SECONDS = 60
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the kernel's memory disk, by its only name


@dataclass(frozen=True)
class Program:
    """One long-lived process.

    `patience`: seconds it may take to finish what it holds when told to stop. `orphaned`: the signal it
    gets when the supervisor dies without a word.
    """

    name: str
    label: str
    command: tuple[str, ...]
    patience: float = 10.0
    orphaned: signal.Signals = signal.SIGTERM


def web(env: Mapping[str, str], port: int) -> Program:
    """The pages. GUICHET_BIND, WEB_PROCESSES and WEB_THREADS change the address and the number."""
    command = [
        *(sys.executable, "-m", "gunicorn", "guichet.machine.wsgi:application"),
        *("--bind", f"{env.get('GUICHET_BIND', LOOPBACK)}:{port}"),
        *("--worker-class", "gthread", "--preload", "--no-control-socket"),
        *("--workers", env.get("WEB_PROCESSES", str(WEB_PROCESSES))),
        *("--threads", env.get("WEB_THREADS", str(WEB_THREADS))),
        *("--timeout", str(PAGE_SECONDS), "--graceful-timeout", "8", "--log-level", "warning"),
    ]
    if SHARED_MEMORY.is_dir():
        # The heartbeat of each process is a file touched every second: not on a disk that may be slow.
        command += ["--worker-tmp-dir", str(SHARED_MEMORY)]
    return Program("web", "Le site", tuple(command))


def worker(env: Mapping[str, str]) -> Program:
    """What sends the letters and does the long work. WORKER_PROCESSES changes the number."""
    return Program(
        "worker",
        "Le service d’envoi",
        (
            *(sys.executable, "-m", "celery", "-A", "workers.app:app", "worker"),
            *("--concurrency", env.get("WORKER_PROCESSES", str(WORKER_PROCESSES))),
            *("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
        patience=20.0,
        # With Redis gone at the same instant its own ends may never end (docs/adr/0005). The database knows
        # which letter has not left.
        orphaned=signal.SIGKILL,
    )


def beat(schedule: Path) -> Program:
    """The clock of the recurrent work; `schedule` is the file where it keeps its last times."""
    return Program(
        "beat",
        "L’horloge",
        (
            *(sys.executable, "-m", "celery", "-A", "workers.app:app", "beat"),
            *("--loglevel", "WARNING", "--pidfile=", "--schedule", str(schedule)),
        ),
    )


def mailbox(port: int) -> Program:
    """The demonstration's mail server."""
    return Program(
        "courrier",
        "La messagerie de démonstration",
        (sys.executable, "-m", "guichet", "mailbox", "--port", str(port)),
    )


def prepare(*, demo: bool) -> tuple[str, ...]:
    """The one-shot step before the others: the database to its last version, the demonstration if asked."""
    return (sys.executable, "-m", "guichet", "load-demo" if demo else "migrate")
