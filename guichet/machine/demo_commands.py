"""The command that fills an empty installation with the demonstration."""

import gc
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from guichet.core.db import TURN_SUFFIX
from guichet.core.settings import Settings
from guichet.demo.load import load
from guichet.machine.data_commands import opened, prepare


@click.command()
def load_demo() -> None:
    """Whole or not at all in the single-machine mode: an interrupted first start begins again."""
    settings = Settings.from_environment(os.environ)
    file = Path(make_url(settings.database_url).database or "")
    if settings.is_sqlite and not file.exists():
        draft = file.with_name(f"{file.name}.en-cours")
        _remove(draft)
        try:
            _fill(replace(settings, database_url=f"sqlite:///{draft}"))
            draft.replace(file)
        finally:
            _remove(draft)
    else:
        _fill(settings)
    click.echo("La démonstration est chargée.")


def _fill(settings: Settings) -> None:
    # What a batch makes stays alive until its commit: to look for what does not, as often as usual, is a tenth
    # of the first minute.
    gc.set_threshold(50_000, 20, 20)
    with opened(settings) as database:
        prepare(database, settings)
        load(database, settings)


def _remove(file: Path) -> None:
    """A SQLite file and those that may stand beside it."""
    for suffix in ("", "-wal", "-shm", TURN_SUFFIX):
        with suppress(FileNotFoundError):
            file.with_name(file.name + suffix).unlink()
