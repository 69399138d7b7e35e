"""What every test may ask for. Data comes from the plain builders of tests/make.py."""

import gc
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.orm import Session

from guichet.core import clock
from guichet.core.db import Database, make_database
from guichet.core.migrate import upgrade
from tests import make
from tests.kept import Kept
from tests.services import DIALECTS, GivenPostgres, open_postgres

# A busy machine is not a fault: what an example takes is measured by the benchmarks. The same examples at each run, so
# that a change alone makes a test fail; others, and more of them, are looked for with --hypothesis-profile=search.
settings.register_profile("guichet", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("guichet")

# A file is made by one process: a long one begun last would be waited for alone. Of the two longest folders,
# mixed by name, one computes and the other mostly waits.
FOLDERS = {"journeys": 0, "faults": 0, "machine": 1, "rooms": 2, "web": 2}


@pytest.fixture(autouse=True)
def house_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins at the noon of tests/make.py, a Monday, and time goes on from there.

    Read outside, the day would be one on which some test fails: a Sunday, a 1st of May, a midnight, or the day
    when what tests/make.py asks for is past.
    """
    began = time.monotonic()
    monkeypatch.setattr(clock, "now", lambda: make.NOON + timedelta(seconds=time.monotonic() - began))


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


@pytest.fixture(scope="session")
def kept_sqlite(sqlite_model: Path) -> Iterator[Kept]:
    """The SQLite file of this process."""
    path = sqlite_model.with_name("kept.db")

    def _copy() -> str:
        for old in path.parent.glob(f"{path.name}-*"):
            old.unlink()
        path.unlink(missing_ok=True)
        shutil.copy(sqlite_model, path)
        return f"sqlite:///{path}"

    kept = Kept(_copy)
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def kept_postgresql(postgres: GivenPostgres, postgres_model: str) -> Iterator[Kept]:
    """The PostgreSQL database of this process."""
    name = f"kept_{os.getpid()}"

    def _copy() -> str:
        postgres.drop(name)
        return postgres.create(name, postgres_model)

    kept = Kept(_copy)
    yield kept
    kept.close()


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """SQLite and PostgreSQL in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def copied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], AbstractContextManager[str]]:
    """`with copied("sqlite") as url`: a migrated database of one's own, for longer than a test or to be broken."""

    @contextmanager
    def _copied(dialect: str) -> Iterator[str]:
        if dialect == "sqlite":
            path = tmp_path_factory.mktemp("copied") / "guichet.db"
            shutil.copy(request.getfixturevalue("sqlite_model"), path)
            yield f"sqlite:///{path}"
            return
        server: GivenPostgres = request.getfixturevalue("postgres")
        name = f"t_{uuid.uuid4().hex[:12]}"
        yield server.create(name, request.getfixturevalue("postgres_model"))
        server.drop(name)

    return _copied


@pytest.fixture
def database_url(dialect: str, copied: Callable[[str], AbstractContextManager[str]]) -> Iterator[str]:
    """The address of a migrated database that this test may break."""
    with copied(dialect) as url:
        yield url


@pytest.fixture
def database(request: pytest.FixtureRequest, dialect: str) -> Iterator[Database]:
    """A migrated and empty database, on SQLite and on PostgreSQL in turn."""
    kept: Kept = request.getfixturevalue(f"kept_{dialect}")
    with kept.fresh() as empty:
        yield empty


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session; what the test does not commit is rolled back."""
    with database.writing() as opened:
        yield opened
        opened.rollback()


def pytest_collection_finish() -> None:
    """What stands for the whole run is left out of every later collection of what is no more used."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long files first; and where no browser can be had, say so on one line and leave out only what needs it."""
    items.sort(key=lambda item: (FOLDERS.get(item.path.parent.name, len(FOLDERS)), item.path.name))
    if os.environ.get("GUICHET_NO_BROWSER") != "1":
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
