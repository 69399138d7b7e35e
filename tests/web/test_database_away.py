"""The database away, busy or of another version: each is said in its own words, and the log says where."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text, update

from guichet.accounts.models import User
from guichet.core.db import Database, make_database
from tests import make
from tests.application import application
from tests.services import GivenPostgres
from tests.web.pages import PASSWORD, Visitor, with_password

SOON_MS = 50
IMPATIENT = {"sqlite": f"PRAGMA busy_timeout={SOON_MS}", "postgresql": f"SET lock_timeout={SOON_MS}"}


@contextmanager
def held_by_another_program(engine: Engine, dialect: str) -> Iterator[None]:
    """One that takes no turn: it reads and writes the accounts without end."""
    if dialect == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
        return
    with engine.connect() as connection, connection.begin():
        connection.execute(text("LOCK TABLE user_account, audit_entry IN EXCLUSIVE MODE"))
        yield


def before(database: Database, home: Path) -> Visitor:
    """Somebody before the site, as it answers in production."""
    return Visitor(application(database, home), database)


def test_a_database_that_is_away_is_said_so(
    database_url: str, dialect: str, postgres: GivenPostgres, tmp_path: Path
) -> None:
    if dialect == "postgresql":
        postgres.drop(database_url.rpartition("/")[2])
    else:
        database_url = f"sqlite:///{tmp_path}/nowhere/guichet.db"
    database = make_database(database_url)
    page = before(database, tmp_path).get("/sante", status=503)
    assert "<h1>Base de données injoignable</h1>" in page
    database.engine.dispose()


def test_a_database_of_another_version_is_not_said_to_be_away(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = make_database(database_url)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE user_account RENAME COLUMN has_links TO had_links"))
    page = before(database, tmp_path).get("/connexion", status=503)
    assert "<h1>Guichet à mettre à jour</h1>" in page
    assert "guichet migrate" in page
    (told,) = [one.getMessage() for one in caplog.records if one.name == "guichet.web"]
    assert told.startswith("GET /connexion")
    assert "has_links" in told
    database.engine.dispose()


@pytest.fixture
def impatient(database_url: str, dialect: str) -> Iterator[Database]:
    """A database before which one waits only an instant."""
    database = make_database(database_url)

    @event.listens_for(database.engine, "connect")
    def _grow_impatient(connection: Any, _record: Any) -> None:
        connection.cursor().execute(IMPATIENT[dialect])
        connection.commit()

    yield database
    database.engine.dispose()


def test_a_database_that_others_hold_too_long_is_said_to_be_busy(
    impatient: Database, dialect: str, tmp_path: Path
) -> None:
    with impatient.transaction() as session:
        person = make.person(session)
        session.execute(update(User).values(password_hash=with_password()))
    visitor = before(impatient, tmp_path)
    with held_by_another_program(impatient.engine, dialect):
        visitor.get("/connexion")
        page = visitor.post("/connexion", {"email": person.email, "password": PASSWORD}, status=503)
    assert "<h1>Base de données occupée</h1>" in page


def test_a_file_whose_reading_cannot_be_traced_is_not_shown(
    impatient: Database, dialect: str, tmp_path: Path
) -> None:
    with impatient.writing() as session:
        catalogue = make.territory(session)
        agent = make.person(session)
        session.execute(update(User).values(password_hash=with_password()))
        demand_id = make.demand(session, catalogue, agent).id
        session.commit()
    visitor = before(impatient, tmp_path)
    visitor.enter(agent.email)
    address = f"/demandes/{demand_id}"
    assert "Verdoux" in visitor.get(address)
    with held_by_another_program(impatient.engine, dialect):
        page = visitor.get(address, status=503)
    assert "<h1>Base de données occupée</h1>" in page
    assert "Verdoux" not in page
