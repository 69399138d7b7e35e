"""The application on a fresh database, and who may visit it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from guichet.accounts.models import User
from guichet.accounts.policy import Person
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.application import application
from tests.web.pages import Visitor, with_password


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    made = application(database, tmp_path / "home")
    made.testing = True
    return made


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    """The small territory of tests/make.py."""
    with database.writing() as session:
        return make.territory(session)


@pytest.fixture
def visitor(app: Flask, database: Database) -> Visitor:
    return Visitor(app, database)


@pytest.fixture
def visit(app: Flask, database: Database, catalogue: Catalogue) -> Callable[..., Visitor]:
    """visit("rpe_agent", communes=(…)) gives a visitor signed in with that role; `.person` is who it is."""

    def _visit(role: str, **limits: tuple[str, ...]) -> Visitor:
        with database.writing() as session:
            person: Person = make.person(session, role, **limits)
            session.execute(
                update(User).where(User.id == person.user_id).values(password_hash=with_password())
            )
            session.commit()
        visitor = Visitor(app, database)
        visitor.person = person
        visitor.enter(person.email)
        return visitor

    return _visit
