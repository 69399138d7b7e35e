"""Bring a database to the present shape, in this process, with plain Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def configuration() -> Config:
    """Alembic's configuration; the connection is passed, never written in a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(engine: Engine) -> None:
    """Apply the missing migrations, in one transaction."""
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
