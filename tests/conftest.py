"""What every test may ask for. Data comes from the plain builders of tests/make.py."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from guichet.core.db import Database, make_database
from guichet.core.migrate import upgrade
from tests.services import GivenPostgres, open_postgres

DIALECTS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[GivenPostgres]:
    """A real PostgreSQL: the one of DATABASE_URL, or one started for these tests."""
    with open_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("model") / "model.db"
    database = make_database(f"sqlite:///{path}")
    upgrade(database.engine)
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_model(postgres: GivenPostgres) -> str:
    """A migrated PostgreSQL database, to be cloned."""
    name = f"model_{os.getpid()}"
    database = make_database(postgres.create(name))
    upgrade(database.engine)
    database.engine.dispose()
    return name


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh migrated database, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        path = tmp_path / "guichet.db"
        shutil.copy(request.getfixturevalue("sqlite_model"), path)
        yield f"sqlite:///{path}"
        return
    server: GivenPostgres = request.getfixturevalue("postgres")
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield server.create(name, request.getfixturevalue("postgres_model"))
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh migrated database, on SQLite and on PostgreSQL in turn."""
    made = make_database(database_url)
    yield made
    made.engine.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session; what the test does not commit is rolled back."""
    with database.writing() as opened:
        yield opened
        opened.rollback()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where no browser can be had, say so on one line and leave out only what needs it."""
    if os.environ.get("GUICHET_NO_BROWSER") != "1":
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
