"""A real browser in front of the real application, on a fresh database of each kind.

`live` is the application listening on loopback, with its database and its catalogue; `page` a page of
chromium where any complaint of a script or of the security policy fails the test; `axe` looks at a page.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from guichet.accounts.models import User
from guichet.accounts.policy import Person
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.application import application
from tests.browser import chromium, faults, page_of
from tests.web.pages import PASSWORD, with_password

# A loaded machine is slow, not wrong.
expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Live:
    """The application as a browser meets it."""

    address: str
    database: Database
    catalogue: Catalogue

    def person(self, role: str, *, communes: tuple[str, ...] = (), houses: tuple[int, ...] = ()) -> Person:
        """An account that may sign in with PASSWORD."""
        with self.database.writing() as session:
            made = make.person(session, role, communes=communes, houses=houses)
            session.execute(update(User).where(User.id == made.user_id).values(password_hash=with_password()))
            session.commit()
        return made

    def sign_in(self, page: Page, person: Person) -> None:
        """Through the form, by the keyboard."""
        self.enter(page, person.email, PASSWORD)

    def enter(self, page: Page, email: str, password: str) -> None:
        """The same with an account the demonstration made."""
        page.goto(f"{self.address}/connexion")
        page.locator("#email").fill(email)
        page.keyboard.press("Tab")
        page.keyboard.type(password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/connexion" not in url)


@contextmanager
def served(database: Database, home: Path, catalogue: Catalogue) -> Iterator[Live]:
    """The application on 127.0.0.1, on a free port."""
    app = application(database, home)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Live(f"http://127.0.0.1:{server.server_port}", database, catalogue)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def live(database: Database, tmp_path: Path) -> Iterator[Live]:
    """The application with the small territory of tests/make.py."""
    with database.writing() as session:
        catalogue = make.territory(session)
    with served(database, tmp_path / "home", catalogue) as running:
        yield running


# A file at a time: another file of the same process may open a browser of its own, and Playwright allows one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, started once a file."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, live: Live) -> Iterator[Page]:
    """A page of its own; closed before the application stops."""
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    with page_of(context) as opened:
        yield opened


@pytest.fixture
def axe(page: Page) -> Callable[[], None]:
    """axe() fails when the page now shown has a fault, or is wider than its window."""

    def look() -> None:
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    return look
