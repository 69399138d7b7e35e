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
from guichet.placements.offers.answer_links import AnswerLinks
from tests import make
from tests.application import application
from tests.web.offering import offered
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


@pytest.fixture
def agent(visit: Callable[..., Visitor]) -> Visitor:
    return visit("rpe_agent")


@pytest.fixture
def admin(visit: Callable[..., Visitor]) -> Visitor:
    return visit("administrator")


@pytest.fixture
def links(app: Flask) -> AnswerLinks:
    known = app.extensions["guichet.settings"]
    return AnswerLinks(known.public_url, known.secret_key)


@pytest.fixture
def offer_id(database: Database, catalogue: Catalogue, links: AnswerLinks) -> int:
    """A place decided yesterday, its family asked to answer."""
    return offered(database, catalogue, links)
