"""The commands that start processes: all of them under the supervisor, or one alone for the compose file."""

import os
import signal
import sys
from pathlib import Path

import click

from guichet.core.lifeline import dies_with_parent
from guichet.core.settings import Settings
from guichet.demo.accounts import ACCOUNTS, PASSWORD
from guichet.machine import programs
from guichet.machine.mailserver import serve
from guichet.machine.supervisor import Supervisor

ACCOUNTS_SHOWN = 6


@click.command()
def run() -> None:
    """The single-machine mode; ends with 0 when told to stop, with 1 when it cannot go on."""
    if os.environ.get("GUICHET_STOP_WITH_PARENT") == "1":
        # Under `make run`: whoever ends make, even by kill -9, ends Guichet.
        bind = dies_with_parent(signal.SIGTERM, parent=os.getppid())
        if bind:
            bind()
    settings = Settings.from_environment(os.environ)
    sys.exit(Supervisor(settings, os.environ, _accounts() if settings.demo else ()).run())


@click.command()
def web() -> None:
    """Becomes the web server."""
    _become(programs.web(os.environ, Settings.from_environment(os.environ).port))


@click.command()
def worker() -> None:
    """Becomes a Celery worker."""
    _become(programs.worker(os.environ))


@click.command()
@click.option(
    "--schedule", type=click.Path(path_type=Path), default=None, help="Fichier de ses derniers passages."
)
def beat(schedule: Path | None) -> None:
    """Becomes Celery's beat."""
    home = Settings.from_environment(os.environ).home
    home.mkdir(parents=True, exist_ok=True)
    _become(programs.beat(schedule or home / "beat-schedule"))


@click.command()
@click.option("--host", default=programs.LOOPBACK, show_default=True)
@click.option("--port", type=int, default=2525, show_default=True)
def mailbox(host: str, port: int) -> None:
    """Serves SMTP until told to stop."""
    serve(host, port, Settings.from_environment(os.environ).mailbox)


def _accounts() -> tuple[str, ...]:
    """What the console says of the demonstration's accounts: the first ones, the page says the others."""
    shown = [f"    {account.email:<38} {account.what}" for account in ACCOUNTS[:ACCOUNTS_SHOWN]]
    return (f"Comptes de démonstration, mot de passe « {PASSWORD} » :", *shown)


def _become(program: programs.Program) -> None:
    os.execv(program.command[0], program.command)  # noqa: S606 - a fixed command of this project
