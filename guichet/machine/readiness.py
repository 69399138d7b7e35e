"""Whether the single-machine database already has its last shape, known in a millisecond.

Asking Alembic costs more than a second of imports at each start, for an answer that is nearly always yes.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from guichet.core.settings import Settings

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "versions"
SQLITE = "sqlite:///"


def newest_migration() -> str:
    """The revision of the last migration: the number its file begins with."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("[0-9]*_*.py"))


def is_prepared(settings: Settings) -> bool:
    """Whether the step of preparation has nothing to do. When in doubt, no: the step itself will know."""
    file = Path(settings.database_url.removeprefix(SQLITE))
    if not settings.database_url.startswith(SQLITE) or not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as database:
            versions = database.execute("select version_num from alembic_version").fetchall()
            accounts = database.execute("select exists (select 1 from user_account)").fetchone()[0]
    except (sqlite3.Error, ValueError):
        return False
    return versions == [(newest_migration(),)] and (bool(accounts) or not settings.demo)
