"""Two web processes and a worker write at once on one SQLite file: nobody ever sees a locked database."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from benchmarks.driver import PRODUCT, Browser, Job, Server
from guichet.accounts.models import SignIn
from guichet.core import clock
from guichet.core.db import Database
from guichet.core.french import short_date
from guichet.demands.models import Demand
from guichet.demo.accounts import AGENT, PASSWORD
from guichet.demo.load import load_accounts, load_offer, load_territory
from guichet.notifications.models import LetterRow
from tests.faults.conftest import STARTED_S, Installation, installation

pytestmark = pytest.mark.faults

PERSONS, EACH = 6, 3
TODAY = clock.day(clock.now())
"""The real one: the processes of this file read it."""
STEPS = {
    "enfant": {"child_first_name": "Lina", "birth_date": short_date(TODAY - timedelta(days=250))},
    "famille": {
        "adult1_first_name": "Camille",
        "adult1_link": "mother",
        "adult1_phone": "06 39 98 00 01",
        "adult1_email": "camille@exemple.test",
        "adult1_activity": "employed",
        "adult1_has_authority": "y",
        "adult1_lives_with_child": "y",
        "address": "12 rue des Lilas",
        "postcode": "71300",
        "commune": "71306",
        "channel": "email",
        "custody": "together",
    },
    "besoin": {
        "entry_on": short_date(TODAY + timedelta(days=280)),
        "care": "regular",
        "meals": "y",
        "school_holidays": "all",
        "week-1-1-start": "8h",
        "week-1-1-end": "17h30",
    },
    "voeux": {"wish1": "mchildminder", "wish1_where": "71040"},
    "situation": {},
}


class Person(threading.Thread):
    """Somebody at a desk: signs in, registers, orients; whatever is not the answer of a good day is kept."""

    def __init__(self, port: int, name: str, number: int) -> None:
        super().__init__(daemon=True)
        self.browser, self.family, self.number = Browser(port), name, number
        self.trouble = ""
        self.longest = 0.0

    def run(self) -> None:
        try:
            self.send("/connexion")
            self.send("/connexion", {"email": AGENT.email, "password": PASSWORD}, 302)
            for index in range(self.number):
                self.register(f"{self.family}{'abcdefgh'[index]}")
        except Exception as error:
            self.trouble = repr(error)[:3000]
        finally:
            self.browser.connection.close()

    def register(self, name: str) -> None:
        self.send("/demandes/nouvelle")
        self.send("/demandes/nouvelle", {}, 303)
        draft = self.location.rsplit("/", 1)[0]
        for step, typed in STEPS.items():
            named = {"child_last_name": name} if step == "enfant" else {"adult1_last_name": name}
            self.send(f"{draft}/{step}", {**typed, **named}, 303)
        page = self.send(f"{draft}/verification")
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        last = {"seen": seen, "channel": "desk", "notice_given": "y", "not_the_same": "y"}
        self.send(f"{draft}/verification", last, 303)
        demand = self.location
        self.send(demand)
        self.send(f"{demand}/orienter", {"version": "1", "kind": "commission", "note": "Reçue."}, 303)

    def send(self, path: str, form: dict[str, str] | None = None, status: int = 200) -> str:
        start = time.monotonic()
        page = self.browser.send(Job(path, form, status), keep=True).decode()
        self.longest = max(self.longest, time.monotonic() - start)
        return page

    @property
    def location(self) -> str:
        return self.browser.location


@pytest.fixture
def guichet(sqlite_model: Path, tmp_path: Path) -> Iterator[Installation]:
    """Redis, mail server, worker and beat on a SQLite file with the territory of the demonstration."""
    path = tmp_path / "guichet.db"
    path.write_bytes(sqlite_model.read_bytes())
    with installation(tmp_path / "home", f"sqlite:///{path}") as made:
        with made.database.transaction() as session:
            load_territory(session, clock.now())
            load_offer(session, clock.now())
            load_accounts(session, clock.now())
        yield made


@pytest.fixture
def site(guichet: Installation) -> Iterator[Server]:
    """The production server: two processes of four threads."""
    server = Server(PRODUCT, guichet.worker.env | {"GUICHET_DEMO": "1"}, guichet.home / "web.log")
    yield server
    server.stop()


def at_once(site: Server, prefix: str, number: int) -> list[Person]:
    """Let several persons work at the same time, to their end."""
    persons = [Person(site.port, f"{prefix}{'mnopqr'[index]}", number) for index in range(PERSONS)]
    for person in persons:
        person.start()
    for person in persons:
        person.join(120)
    return persons


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_nobody_sees_a_locked_database_and_every_letter_leaves(guichet: Installation, site: Server) -> None:
    letters = count(guichet.database, LetterRow)
    persons = at_once(site, "Verd", EACH)
    assert [person.trouble for person in persons if person.trouble] == []
    assert count(guichet.database, Demand) == PERSONS * EACH
    guichet.posted = letters + 2 * PERSONS * EACH
    guichet.until_all_sent(STARTED_S)
    assert "OperationalError" not in guichet.said() + (guichet.home / "web.log").read_text(errors="replace")


def test_a_form_sent_long_after_the_last_page_does_not_wait_for_itself(
    guichet: Installation, site: Server
) -> None:
    person = Person(site.port, "Verdon", 1)
    person.run()
    assert person.trouble == ""
    with guichet.database.transaction() as session:
        session.execute(update(SignIn).values(seen_at=clock.now() - timedelta(minutes=20)))
    person.send("/demandes/nouvelle", {}, 303)
    person.browser.connection.close()
    with guichet.database.reading() as session:
        assert session.scalar(select(func.max(SignIn.seen_at))) > clock.now() - timedelta(minutes=5)
