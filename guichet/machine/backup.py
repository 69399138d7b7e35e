"""One file that holds the whole database, and the way back, for SQLite and for PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.engine import URL, make_url

from guichet.core.errors import ConfigurationError

SQLITE_HEAD = b"SQLite format 3\x00"
POSTGRES_HEAD = b"PGDMP"
WRITTEN_BY_THE_PREPARATION = ("alembic_version", "secret_mark")
"""A database that holds nothing else is an empty one."""


def backup(url: str, file: Path) -> None:
    """Write the database at `url` into a new `file`, while the guichet works.

    Raises ConfigurationError with a French sentence: file already there, program missing, database away.
    """
    if file.exists():
        raise ConfigurationError(
            f"Le fichier {file} existe déjà : une sauvegarde n’en remplace jamais une autre."
        )
    if not file.absolute().parent.is_dir():
        raise ConfigurationError(f"Le dossier {file.absolute().parent} n’existe pas.")
    address = make_url(url)
    draft = file.with_name(f"{file.name}.en-cours")
    draft.unlink(missing_ok=True)
    # Nominal data: for the eyes of whoever makes the backup only, from its first byte.
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if address.get_backend_name() == "sqlite":
            _copy_sqlite(_sqlite_path(address), draft)
        else:
            _run_postgres(
                "pg_dump", address, ["--format=custom", "--no-owner", "--no-privileges", "--file", str(draft)]
            )
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def restore(url: str, file: Path, *, force: bool) -> None:
    """Put what `file` holds into the database at `url`, in place of all it holds.

    Raises ConfigurationError with a French sentence: not a backup for this database, program missing, or a
    database that already holds something and `force` is not asked.
    """
    address = make_url(url)
    sqlite = address.get_backend_name() == "sqlite"
    _check_kind(file, sqlite=sqlite)
    if not force and (full := _first_full_table(url, address)):
        raise ConfigurationError(
            f"La base de données n’est pas vide (table {full}). "
            "Ajoutez --force pour remplacer tout ce qu’elle contient par la sauvegarde."
        )
    if sqlite:
        _copy_sqlite(file, _sqlite_path(address))
    else:
        options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error"]
        _run_postgres("pg_restore", address, [*options, "--single-transaction", str(file)])


def _check_kind(file: Path, *, sqlite: bool) -> None:
    try:
        with file.open("rb") as content:
            head = content.read(len(SQLITE_HEAD))
    except OSError as error:
        raise ConfigurationError(f"La sauvegarde {file} ne peut pas être lue ({error.strerror}).") from error
    if head.startswith(SQLITE_HEAD if sqlite else POSTGRES_HEAD):
        return
    if head.startswith(POSTGRES_HEAD if sqlite else SQLITE_HEAD):
        made, meant = ("PostgreSQL", "SQLite") if sqlite else ("SQLite", "PostgreSQL")
        raise ConfigurationError(f"Cette sauvegarde vient de {made}, la base à remplir est {meant}.")
    raise ConfigurationError(f"Le fichier {file} n’est pas une sauvegarde de Guichet.")


def _first_full_table(url: str, address: URL) -> str:
    """The name of a table that holds a row, or nothing; a database that does not exist yet holds none."""
    if address.get_backend_name() == "sqlite" and not _sqlite_path(address).exists():
        return ""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            for table in sorted(inspect(connection).get_table_names()):
                name = engine.dialect.identifier_preparer.quote(table)
                if table not in WRITTEN_BY_THE_PREPARATION and connection.scalar(
                    select(text(f"1 from {name} limit 1"))
                ):
                    return table
        return ""
    finally:
        engine.dispose()


def _sqlite_path(address: URL) -> Path:
    if not address.database:
        raise ConfigurationError("La base de données n’est pas dans un fichier : rien à sauvegarder.")
    return Path(address.database)


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own copy: whole and coherent even while others write, and written in one transaction."""
    if not source.exists():
        raise ConfigurationError(f"La base de données {source} n’existe pas.")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as origin,
            closing(sqlite3.connect(target, timeout=30)) as copy,
        ):
            origin.backup(copy)
            found = copy.execute("pragma integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise ConfigurationError(f"SQLite refuse la copie : {error}.") from error
    if found != "ok":
        raise ConfigurationError(f"La copie est abîmée : {found}.")


def _run_postgres(program: str, address: URL, options: list[str]) -> None:
    path = shutil.which(program)
    if path is None:
        raise ConfigurationError(
            f"Le programme {program} est absent : installez les outils de PostgreSQL (paquet postgresql-client)."
        )
    # The password goes by the environment: a command line can be read by every user of the machine.
    env = {**os.environ, "PGPASSWORD": str(address.password or "")}
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(
        [path, "--dbname", plain, *options], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"code de sortie {done.returncode}"]
        raise ConfigurationError(f"{program} a échoué : {lines[0].removeprefix(program + ': ')}")
