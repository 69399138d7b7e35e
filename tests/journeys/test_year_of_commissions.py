"""The year of commissions of the demonstration, from its campaign to its dated tasks, in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from guichet.accounts.demonstration import PASSWORD
from guichet.accounts.models import User
from guichet.accounts.signing_in import person_of
from guichet.commissions.milestones import queries as milestone_queries
from guichet.commissions.milestones.models import SessionTask
from guichet.core import clock, process
from guichet.core.db import Database, make_database
from guichet.core.settings import Settings
from guichet.demo.accounts import COORDINATOR
from guichet.demo.load import load
from guichet.establishments.catalogue import load_catalogue
from guichet.notifications.mailer import Mailer
from guichet.notifications.relay import Relay
from guichet.scheduling.milestones import Task
from tests import calendars, make
from tests.browser import faults
from tests.journeys.conftest import Live, served
from tests.journeys.year import TOWN, Desk, Post, commission_id, day_of, letters, session_on, visitor
from tests.mailserver import mail_server
from tests.outbox import Clock
from workers.milestones import keep

pytestmark = pytest.mark.browser
YEAR = make.TODAY.year + 1
MONTHS = (2, 5, 9, 11)
"""Before and after each change of the clocks."""
CHAIR, OTHER = "Théophile Grandvaux", "Apolline Fourneret"
"""Two presidencies; the first has no deputy, so that a date that does not suit him must move."""
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def database(copied: Callable[[str], AbstractContextManager[str]]) -> Iterator[Database]:
    """SQLite alone: what differs on the other database is tested room by room."""
    with copied("sqlite") as url:
        made = make_database(url)
        yield made
        made.engine.dispose()


@pytest.fixture
def live(database: Database, tmp_path: Path) -> Iterator[Live]:
    """The demonstration, with fewer families."""
    home = tmp_path / "home"
    load(database, Settings.from_environment({"GUICHET_HOME": str(home), "GUICHET_DEMO": "1"}), families=60)
    with database.reading() as session:
        catalogue = load_catalogue(session)
    with served(database, home, catalogue) as running:
        yield running


@pytest.fixture
def post(database: Database, tmp_path: Path) -> Iterator[Post]:
    with mail_server() as server:
        told = {"GUICHET_HOME": str(tmp_path), "SMTP_PORT": str(server.port)}
        mailer = Mailer(Settings.from_environment(told), timeout_s=5)
        # An hour from now: whatever this test writes is due.
        hand = Clock(clock.now() + timedelta(hours=1))
        yield Post(server, Relay(database, mailer, hand, process.this_process()), hand)
        mailer.close()


def test_a_year_is_planned_consulted_published_convened_and_followed(
    live: Live, page: Page, axe: Callable[[], None], browser: Browser, post: Post
) -> None:
    desk = Desk(live, page, axe)
    town = commission_id(live.database)
    spring = f"C{town}-{YEAR}-05"
    live.enter(page, COORDINATOR.email, PASSWORD)

    make_campaign(desk, town)
    run, first = desk.compute()
    assert {key for key in first if key.startswith(f"C{town}-")} == {
        f"C{town}-{YEAR}-{month:02}" for month in MONTHS
    }
    desk.read_year()

    desk.press("Interroger les membres")
    post.leave()
    object_by_mail(browser, live, post, CHAIR, first[spring])
    object_by_mail(browser, live, post, OTHER, None)
    page.reload()
    expect(page.get_by_text("a répondu", exact=True)).to_have_count(2)
    page.get_by_role("button", name="Recalculer avec les réponses").click()
    run, second = desk.compute()
    moved = {key for key in first if first[key] != second.get(key)}
    assert spring in moved and len(moved) <= len(first) // 4, "the rest is kept"
    differences(desk, run, len(moved))
    publish(desk, run, 1)

    uids = convene(desk, post, town, second)
    answer_and_subscribe(browser, live, post, second[spring])

    run, third = absorb(desk, run, day_of(second[spring]))
    moved = {key for key in second if second[key] != third.get(key)}
    assert spring in moved and len(moved) <= len(second) // 4
    differences(desk, run, len(moved))
    publish(desk, run, 2)
    post.leave()
    last = post.events(CHAIR)[-1]
    assert (last.method, last.events[0]["UID"], last.events[0]["SEQUENCE"]) == ("REQUEST", uids[spring], "1")
    assert last.at("DTSTART").astimezone(PARIS).date() == day_of(third[spring])

    follow(desk, post, town, day_of(third[spring]))


def make_campaign(desk: Desk, town: int) -> None:
    """The next civil year: four sessions each, and for one town the months that frame the clock changes."""
    desk.open("/calendrier")
    desk.press("Campagnes")
    desk.press("Nouvelle campagne")
    page = desk.page
    page.locator("#title").fill(f"Année {YEAR}")
    page.locator(f"#cadence-{town}").select_option("months")
    page.locator(".pace").filter(has_text=TOWN).locator("summary").click()
    for month in MONTHS:
        page.locator(f'input[name="months-{town}"][value="{month}"]').check()
    desk.press("Enregistrer la campagne")
    expect(page.get_by_text("une fois dans chacun")).to_have_count(0)
    expect(page.get_by_text("en février, mai, septembre, novembre")).to_be_visible()
    page.get_by_role("button", name="Calculer un calendrier").click()


def object_by_mail(browser: Browser, live: Live, post: Post, name: str, half_day: str | None) -> None:
    """A member opens the link of his mail, which answers nothing, then says no to a date, the first if not told."""
    address = live.address + post.link(name, "vos-dates")
    for _ in range(2):
        with visitor(browser, address) as page:
            expect(page.get_by_text("Votre réponse est enregistrée")).to_have_count(0)
    with visitor(browser, address) as page:
        forms = page.locator("form.own-answer")
        if half_day is not None:
            forms = forms.filter(has=page.locator(f'input[name="half_day"][value="{half_day}"]'))
        forms.first.locator('button[value="not"]').press("Enter")
        expect(page.get_by_text("C’est noté : vous ne pouvez pas")).to_be_visible()
        assert faults(page) == []


def differences(desk: Desk, run: int, moved: int) -> None:
    """The page says what moves, session by session."""
    desk.open(f"/calendrier/calculs/{run}/differences")
    expect(desk.page.locator("tbody tr")).to_have_count(moved)


def publish(desk: Desk, run: int, number: int) -> None:
    desk.open(f"/calendrier/calculs/{run}")
    desk.press("Publier ce calendrier")
    desk.press(f"Publier la version {number}")
    expect(desk.page.get_by_text(f"La version {number} est publiée")).to_be_visible()


def convene(desk: Desk, post: Post, town: int, known: dict[str, str]) -> dict[str, str]:
    """The sessions stand on the commission's screens; each is convened, and the agendas read the right hours."""
    desk.open(f"/commissions/{town}")
    uids = {}
    for month in MONTHS:
        key = f"C{town}-{YEAR}-{month:02}"
        sitting = session_on(desk.live.database, town, day_of(known[key]))
        desk.open(f"/commissions/seances/{sitting.id}")
        desk.press("Convoquer les membres")
        uids[key] = sitting.uid
        before = len(post.events(CHAIR))
        post.leave()
        (found,) = post.events(CHAIR)[before:]
        event = found.events[0]
        assert (found.method, event["UID"], event["SEQUENCE"]) == ("REQUEST", sitting.uid, "0")
        begins = datetime.combine(sitting.sits_on, datetime.min.time()) + timedelta(minutes=sitting.starts_at)
        # February and November are one hour from UTC, May and September two.
        hours = 2 if month in (5, 9) else 1
        assert found.at("DTSTART") == begins.replace(tzinfo=UTC) - timedelta(hours=hours)
        assert event["DTSTART"] == f"{begins:%Y%m%dT%H%M%S}", "the hour of the clock on the wall"
    desk.open(f"/commissions/seances/{sitting.id}/convocations")
    return uids


def answer_and_subscribe(browser: Browser, live: Live, post: Post, half_day: str) -> None:
    """He says that he comes, without an account, and his agenda reads all his sessions by its own address."""
    with visitor(browser, live.address + post.link(CHAIR, "convocation")) as page:
        page.locator('input[value="present"]').check()
        page.get_by_role("button", name="Envoyer ma réponse").click()
        expect(page.get_by_text("Votre réponse est enregistrée")).to_be_visible()
        page.get_by_text("S’abonner depuis votre agenda").click()
        page.get_by_role("button", name="Obtenir mon adresse").click()
        address = page.locator("code").inner_text()
        assert faults(page) == []
        feed = calendars.read(page.request.get(live.address + address[address.index("/agenda/") :]).body())
    begin = {feed.at("DTSTART", number).astimezone(PARIS).date() for number in range(len(feed.events))}
    assert day_of(half_day) in begin


def absorb(desk: Desk, run: int, on: date) -> tuple[int, dict[str, str]]:
    """Two weeks of absence around the session."""
    desk.open(f"/calendrier/calculs/{run}?vue=essayer")
    page = desk.page
    page.locator("#person").select_option(label=CHAIR)
    for field, one in (("first", on - timedelta(6)), ("last", on + timedelta(7))):
        page.locator(f"#{field}").fill(f"{one:%d/%m/%Y}")
    page.get_by_role("button", name="Déplacer le moins de séances possible").click()
    return desk.compute()


def follow(desk: Desk, post: Post, town: int, on: date) -> None:
    """The dated tasks of the spring session under a clock that is moved: kept, late, told once, done."""
    database, sitting = desk.live.database, session_on(desk.live.database, town, on)
    with database.reading() as session:
        user = session.scalars(
            select(User).where(User.email == COORDINATOR.email).options(selectinload(User.memberships))
        ).one()
        coordinator = person_of(user, user.memberships)

    def turn(days_before: int) -> int:
        """What the clock does that many days before the session; how many tasks of it are late."""
        at = datetime.combine(on - timedelta(days_before), datetime.min.time(), PARIS) + timedelta(hours=9)
        keep(database, desk.live.address, at)
        post.hand.at = at
        post.leave()
        with database.reading() as session:
            tasks = milestone_queries.open_tasks(session, coordinator, at.date())
            return sum(one.session_id == sitting.id and one.due_on < at.date() for one in tasks)

    assert turn(60) == 0
    desk.open(f"/calendrier/echeances/seance/{sitting.id}")
    expect(desk.page.locator("tbody tr")).to_have_count(len(Task))
    # The convocation has left: the guichet saw it.
    expect(desk.page.get_by_text("constaté par le guichet")).to_be_visible()
    before = letters(database)
    at_twenty = turn(20)
    written = letters(database)
    assert written > before
    assert turn(20) == at_twenty and letters(database) == written, "the same turn twice writes once"
    late = turn(10)
    assert late > at_twenty, "what nobody does becomes late"
    with database.reading() as session:
        task = session.scalars(
            select(SessionTask.id)
            .where(SessionTask.session_id == sitting.id, SessionTask.done_at.is_(None))
            .order_by(SessionTask.due_on)
        ).first()
    desk.open(f"/calendrier/echeances/{task}")
    desk.press("C’est fait")
    desk.open("/calendrier/echeances")
    assert turn(10) == late - 1
