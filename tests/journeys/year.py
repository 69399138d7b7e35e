"""What the journey of a year goes through: the desk and its screens, the mails of the members, a visitor on a phone."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select

from guichet.commissions.commission_models import Commission
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import clock
from guichet.core.db import Database
from guichet.notifications.models import LetterRow
from guichet.notifications.relay import Relay
from tests import calendars
from tests.browser import faults, page_of
from tests.campaigns import bench, dates, reread
from tests.journeys.conftest import Live
from tests.mailserver import MailServer
from tests.outbox import WHILE, Clock

TOWN = "Commission d’admission de Génelard"


@dataclass
class Post:
    """The mail server of the members, and the worker that writes to it."""

    server: MailServer
    relay: Relay
    hand: Clock

    def leave(self) -> None:
        """Everything that waits leaves."""
        self.relay.drain(WHILE)

    def link(self, name: str, path: str) -> str:
        """The path of a page in the last mail to somebody that has one."""
        found = [
            match[0]
            for mail in self.server.accepted
            if name in str(mail["To"])
            for match in [re.search(rf"/{path}/[\w.-]+", mail.get_body(("plain",)).get_content())]  # type: ignore[union-attr]
            if match
        ]
        return found[-1]

    def events(self, name: str) -> list[calendars.Read]:
        """What the agenda of somebody was told, in order."""
        return [
            calendars.of_mail(mail)[0]
            for mail in self.server.accepted
            if name in str(mail["To"]) and mail.get_content_type() == "multipart/mixed"
        ]


@dataclass
class Desk:
    """The coordination at her browser."""

    live: Live
    page: Page
    axe: Callable[[], None]

    def open(self, path: str) -> None:
        """A page of the site, looked at by axe."""
        self.page.goto(path if path.startswith("http") else self.live.address + path)
        self.axe()

    def press(self, name: str) -> None:
        """A button or a link of the page, then axe on what it leads to."""
        link = self.page.get_by_role("link", name=name, exact=True)
        (link if link.count() else self.page.get_by_role("button", name=name, exact=True)).first.click()
        self.page.wait_for_load_state()
        self.axe()

    def compute(self) -> tuple[int, dict[str, str]]:
        """The worker computes what the page waits for: the run, and the half-day of each session."""
        expect(self.page.get_by_text("Où en est le calcul")).to_be_visible()
        bench(self.live.database, clock=clock.now).work()
        # The page looks again by itself: nothing is pressed.
        expect(self.page.get_by_text("d’écart au mieux")).to_be_visible()
        self.axe()
        run_id = int(self.page.url.rpartition("/")[2])
        return run_id, dates(reread(self.live.database, run_id))

    def read_year(self) -> None:
        """Each view of the calendar, wide and narrow, the table of the drawing, and one session."""
        run = self.page.url
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            for view in ("", "?vue=seances", "?vue=membres", "?vue=essayer"):
                self.open(run + view)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.open(run)
        self.page.get_by_text("La même année en tableau").click()
        expect(self.page.get_by_role("row", name=TOWN)).to_be_visible()
        self.page.locator("svg.year a").first.press("Enter")
        expect(self.page.get_by_text("Pourquoi cette date")).to_be_visible()
        self.axe()
        self.page.goto(run)


@contextmanager
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    """Somebody without an account, who opened a link on a telephone: axe has looked."""
    phone = ViewportSize(width=390, height=844)
    with page_of(browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", viewport=phone)) as page:
        page.goto(address)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        yield page


def commission_id(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Commission.id).where(Commission.name == TOWN)).one()


def day_of(half_day: str) -> date:
    return date.fromisoformat(half_day.split()[0])


def session_on(database: Database, town: int, on: date) -> CommissionSession:
    """The session of the town on a day."""
    with database.reading() as session:
        return session.scalars(
            select(CommissionSession).where(
                CommissionSession.commission_id == town,
                CommissionSession.sits_on == on,
                CommissionSession.state.in_(("planned", "convened")),
            )
        ).one()


def letters(database: Database) -> int:
    """How many letters told somebody of her tasks."""
    with database.reading() as session:
        return len(session.scalars(select(LetterRow.id).where(LetterRow.kind == "session_tasks")).all())
