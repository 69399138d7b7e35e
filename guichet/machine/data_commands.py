"""The commands that work on the database itself."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from guichet.core import clock, secretmark
from guichet.core import migrate as migrations
from guichet.core.db import Database, make_database
from guichet.core.db_trouble import Trouble, trouble_of
from guichet.core.errors import ConfigurationError
from guichet.core.settings import SECRET_FILE, Settings
from guichet.machine import backup as backups
from guichet.machine.homelock import HomeLock
from guichet.notifications import bounces

LARGEST_BOUNCE = 20 * 1024 * 1024


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The installation's database for one command. Raises ConfigurationError when it does not answer."""
    if settings.is_sqlite:
        settings.home.mkdir(parents=True, exist_ok=True)
    database = make_database(settings.database_url)
    try:
        yield database
    except (OperationalError, ProgrammingError) as error:
        if trouble_of(error.orig) is Trouble.OUTDATED:
            raise ConfigurationError(
                "La base de données n’est pas à la version du programme : lancez d’abord « guichet migrate »."
            ) from error
        first_line = str(error.orig).strip().splitlines()[0]
        raise ConfigurationError(f"La base de données ne répond pas comme il faut : {first_line}") from error
    finally:
        database.engine.dispose()


def prepare(database: Database, settings: Settings) -> None:
    """The database to its last shape; it remembers the mark of the secret it was first prepared with."""
    migrations.upgrade(database.engine)
    with database.transaction() as session:
        secretmark.keep(session, settings.secret_key)


@click.command()
def migrate() -> None:
    """Apply the missing migrations; nothing to do is a success too."""
    settings = Settings.from_environment(os.environ)
    with opened(settings) as database:
        prepare(database, settings)
    click.echo("La base de données est à jour.")
    _warn_of_another_secret(settings)


@click.command()
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write a new file; says what else must be kept."""
    settings = Settings.from_environment(os.environ)
    backups.backup(settings.database_url, file)
    click.echo(f"Sauvegarde faite : {file} ({_weight(file.stat().st_size)}).")
    click.echo(
        f"Gardez aussi le secret de l’installation ({_place(settings)}), dans un autre endroit que cette "
        "sauvegarde : elle ne le contient pas, et sans lui les pièces des familles ne peuvent plus être lues."
    )
    _warn_of_another_secret(settings)


@click.command()
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Remplacer une base qui contient déjà des données.")
def restore(file: Path, force: bool) -> None:
    """Replace the content of the database by the backup's."""
    settings = Settings.from_environment(os.environ)
    if HomeLock(settings.home).is_held():
        raise ConfigurationError("Guichet est en marche sur ce dossier : arrêtez-le avant de restaurer.")
    backups.restore(settings.database_url, file, force=force)
    click.echo("La base est restaurée. Lancez maintenant « guichet migrate », puis Guichet.")
    _warn_of_another_secret(settings)


@click.command()
def receive_bounce() -> None:
    """For the mail server's alias of the return address; always succeeds, so that no notice returns in turn."""
    settings = Settings.from_environment(os.environ)
    message = sys.stdin.buffer.read(LARGEST_BOUNCE)
    with opened(settings) as database, database.transaction() as session:
        received = bounces.receive(session, message, clock.now())
    click.echo(received.sentence)


def _warn_of_another_secret(settings: Settings) -> None:
    """Say it when the papers kept in the database were sealed with another secret than the one of this place."""
    with opened(settings) as database, database.reading() as session:
        if secretmark.is_another(session, settings.secret_key):
            click.echo(
                f"Attention : le secret d’ici ({_place(settings)}) n’est pas celui de l’installation d’où vient "
                "cette base ; remettez-le, sinon les pièces des familles ne pourront pas être lues.",
                err=True,
            )


def _place(settings: Settings) -> str:
    if os.environ.get("GUICHET_SECRET"):
        return "la variable GUICHET_SECRET"
    return f"le fichier {settings.home / SECRET_FILE}"


def _weight(size: int) -> str:
    return f"{size / 1_000_000:.1f} Mo".replace(".", ",")
