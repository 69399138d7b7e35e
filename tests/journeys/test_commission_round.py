"""A round of two commissions in several browsers: sat, tried, signed by two, told, answered, and what came of it.

The territory and the accounts are the demonstration's; the families are those of tests/rounds.py. axe looks at every
page on the way.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing.dry_run_bench import TrialBench
from guichet.core import clock, french, process
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.demo.accounts import AGENT, COORDINATOR, DIRECTORS, PASSWORD, PRESIDENTS
from guichet.notifications.mailer import Mailer
from guichet.notifications.relay import Relay
from guichet.placements.models import Placement
from guichet.placements.offers.answer_links import AnswerLinks
from tests import make
from tests.browser import faults, page_of
from tests.journeys.conftest import Live, served
from tests.mailserver import mail_server
from tests.rounds import BLANZY, MONTCEAU, OURS, THEIRS, Town
from workers import session_sweeps

pytestmark = pytest.mark.browser
LETTERS_LEAVE_WITHIN = timedelta(days=8)
Enter = Callable[[str], Page]


@pytest.fixture
def dialect() -> str:
    """The rooms are tried on both databases; this journey looks at the pages."""
    return "sqlite"


@pytest.fixture
def town(database: Database) -> Town:
    with database.transaction() as session:
        return Town(session)


@pytest.fixture
def live(database: Database, town: Town, tmp_path: Path) -> Iterator[Live]:
    with served(database, tmp_path / "home", town.catalogue) as running:
        yield running


@pytest.fixture
def enter(browser: Browser, live: Live) -> Iterator[Enter]:
    """A browser of their own for somebody of the demonstration; "" for a family, who has no account."""
    with ExitStack() as opened:

        def _enter(email: str) -> Page:
            context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
            page = opened.enter_context(page_of(context))
            if email:
                live.enter(page, email, PASSWORD)
            return page

        yield _enter


def look(page: Page) -> None:
    """No fault of accessibility, and nothing wider than the window."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_round_sits_in_two_browsers_signs_and_the_families_answer(
    town: Town, live: Live, enter: Enter, tmp_path: Path
) -> None:
    secretary, president = enter(COORDINATOR.email), enter(PRESIDENTS[0].email)

    both_commissions_sit(live, town, secretary, president)
    for name in (MONTCEAU, BLANZY):
        signed_by_two(live, town, name, secretary, president)
    with live.database.reading() as session:
        loads = set(session.execute(select(Placement.demand_id, Placement.establishment_id, Placement.load)))
    ours, theirs = (make.house(town.catalogue, one) for one in (OURS, THEIRS))
    assert loads == {
        (town.demands["Nino"], ours, "offered"),
        (town.demands["Basile"], ours, "offered"),
        (town.demands["Zoé"], theirs, "offered"),
    }

    links = letters_left(live, tmp_path)
    family = enter("")
    family.goto(links["nino@exemple.test"])
    look(family)
    family.get_by_role("button", name="J’accepte cette place").click()
    expect(family.get_by_text("Merci. La place est acceptée")).to_be_visible()
    look(family)
    # Families answer on a phone.
    family.set_viewport_size({"width": 390, "height": 844})
    family.goto(links["basile@exemple.test"])
    family.get_by_text("Je refuse cette place").click()
    family.get_by_label("Pourquoi ?").select_option(index=1)
    look(family)
    family.get_by_role("button", name="Refuser cette place").click()
    expect(family.get_by_text("Votre refus est noté")).to_be_visible()

    agent, director = enter(AGENT.email), enter(DIRECTORS[0].email)
    the_seat_goes_to_the_next_child(live, director, secretary)
    an_emergency_does_not_wait(live, town, agent, director)
    a_week_passes(live, town)
    the_next_session_ratifies(live, secretary)
    what_follows(live, town, secretary)


def both_commissions_sit(live: Live, town: Town, secretary: Page, president: Page) -> None:
    """The roll is called; what one records the other sees; the second commission knows of the first."""
    with live.database.reading() as session:
        numbers = {town.number(session, name): name for name in town.demands}
    opened(live, town, MONTCEAU, secretary)
    look(secretary)
    president.goto(screen(live, town, MONTCEAU))
    expect(president.get_by_role("heading", name="Appel")).to_be_visible()
    decided = {"Milo": "Refuser", "Nino": "Accepter", "Basile": "Accepter", "Zoé": "Accepter"}
    for rank in range(len(decided)):
        secretary.get_by_role("button", name="Point suivant").click()
        title = secretary.get_by_role("heading", level=1)
        # Of one that is still to decide: the page left behind shows the number before.
        expect(title).to_have_text(re.compile("|".join(one for one in numbers if numbers[one] in decided)))
        number = title.inner_text().removeprefix("n°\u00a0")
        choice = decided.pop(numbers[number])
        if choice == "Refuser":
            secretary.get_by_label("Motif du refus").select_option("rank")
        secretary.get_by_role("button", name=re.compile(choice)).first.click()
        expect(secretary.locator(".sit-drafted")).to_contain_text("en projet")
        # The other screen follows by itself: nothing is pressed there.
        expect(president.get_by_role("heading", name=number)).to_be_visible()
        expect(president.locator(".sit-drafted")).to_be_visible()
        if rank == 0:
            look(president)
            secretary.set_viewport_size({"width": 390, "height": 844})
            look(secretary)
            secretary.set_viewport_size({"width": 1280, "height": 900})
            look(secretary)
    assert decided == {}
    opened(live, town, BLANZY, secretary)
    secretary.get_by_role("button", name="Point suivant").click()
    expect(secretary.get_by_text("Ailleurs dans ce tour")).to_be_visible()
    look(secretary)
    secretary.get_by_role("button", name=re.compile("Accepter")).click()
    expect(secretary.locator(".sit-drafted")).to_contain_text("Place accordée")


def opened(live: Live, town: Town, name: str, secretary: Page) -> None:
    """The session opened from its page, both members there."""
    secretary.goto(f"{live.address}/commissions/seances/{town.sessions[name]}")
    look(secretary)
    secretary.get_by_role("button", name="Ouvrir la séance").click()
    present = secretary.get_by_label(re.compile("^présent"))
    expect(present).to_have_count(2)
    for there in present.all():
        there.check()
    secretary.get_by_role("button", name="Noter les présences").click()
    expect(secretary.get_by_text("Quorum atteint")).to_be_visible()


def screen(live: Live, town: Town, name: str) -> str:
    return f"{live.address}/commissions/seances/{town.sessions[name]}/deroulement"


def signed_by_two(live: Live, town: Town, name: str, secretary: Page, president: Page) -> None:
    """The dry run by a worker, a letter read, then the two signatures."""
    address = f"{live.address}/commissions/seances/{town.sessions[name]}/signature"
    secretary.goto(address)
    secretary.get_by_role("button", name="Essayer la signature").click()
    expect(secretary.get_by_text("En attente d’un travailleur")).to_be_visible()
    look(secretary)
    links = AnswerLinks(live.address, "s" * 40)
    assert TrialBench(live.database, clock.now, process.this_process(), links).work() == 1
    # The page looks again by itself: nothing is pressed.
    expect(secretary.get_by_text("Rien à signaler")).to_be_visible()
    look(secretary)
    for page, told in ((secretary, "Votre signature est notée"), (president, "La séance est signée")):
        page.goto(address)
        page.get_by_label(re.compile("^Je signe")).check()
        look(page)
        page.get_by_role("button", name="Signer").click()
        expect(page.get_by_text(told)).to_be_visible()
    look(president)


def letters_left(live: Live, home: Path) -> dict[str, str]:
    """The worker hands the letters over once the delay has passed; the link of each family by its address."""
    with mail_server() as server:
        told = {"GUICHET_HOME": str(home), "SMTP_PORT": str(server.port), "MAIL_FROM": "guichet@exemple.test"}
        mailer = Mailer(Settings.from_environment(told))
        Relay(live.database, mailer, clock.now, "avant").drain(timedelta(minutes=1))
        assert not [mail for mail in server.accepted if "/reponse/" in _text(mail)]
        after = clock.now() + LETTERS_LEAVE_WITHIN
        Relay(live.database, mailer, lambda: after, "après").drain(timedelta(minutes=1))
        mailer.close()
        found = {}
        for mail in server.accepted:
            link = re.search(rf"{live.address}/reponse/\S+", _text(mail))
            if link:
                found[mail["To"].addresses[0].addr_spec] = link[0]
    assert set(found) == {f"{name}@exemple.test" for name in ("nino", "basile", "zoe")}
    return found


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def the_seat_goes_to_the_next_child(live: Live, director: Page, secretary: Page) -> None:
    """Of those who wait, the one whose days are freed; the direction proposes, the coordination confirms."""
    director.goto(f"{live.address}/places-liberees")
    expect(director.get_by_text("place refusée par la famille")).to_be_visible()
    look(director)
    director.get_by_role("link", name=re.compile("Qui convient")).click()
    expect(director.get_by_role("link", name="Suzie Verdoux", exact=True)).to_be_visible()
    expect(director.get_by_text("Rémi Verdoux")).to_have_count(0)
    look(director)
    director.get_by_role("link", name="Proposer la place à Suzie Verdoux").click()
    director.get_by_label("Motif").fill("La suivante qui convient à ces deux jours.")
    look(director)
    director.get_by_role("button", name="Enregistrer, à confirmer").click()
    expect(director.get_by_text("La proposition est enregistrée")).to_be_visible()
    secretary.goto(f"{live.address}/places-liberees")
    secretary.get_by_role("link", name=re.compile("Confirmer")).click()
    look(secretary)
    secretary.get_by_role("button", name="Confirmer la décision").click()
    expect(secretary.get_by_text("La décision est confirmée")).to_be_visible()


def an_emergency_does_not_wait(live: Live, town: Town, agent: Page, director: Page) -> None:
    """Recorded by the desk, confirmed by the direction."""
    agent.goto(f"{live.address}/demandes/{town.demands['Inès']}/urgence")
    look(agent)
    agent.get_by_label("Établissement").select_option(str(make.house(town.catalogue, OURS)))
    agent.locator("#entry_on").fill(french.short_date(town.today + timedelta(days=3)))
    agent.get_by_label("Motif").fill("Hospitalisation d’un parent.")
    agent.get_by_role("button", name="Enregistrer, à confirmer").click()
    expect(agent.get_by_text("L’admission en urgence est enregistrée")).to_be_visible()
    director.goto(f"{live.address}/demandes/{town.demands['Inès']}")
    director.get_by_role("link", name="Confirmer la décision").first.click()
    director.get_by_role("button", name="Confirmer la décision").click()
    expect(director.get_by_text("La décision est confirmée")).to_be_visible()


def a_week_passes(live: Live, town: Town) -> None:
    """What was today is a week ago: the day of the sessions, and the day by which a family was to be called."""
    before = town.today - timedelta(days=7)
    with live.database.transaction() as session:
        session.execute(update(CommissionSession).values(sits_on=before))
        called = update(FollowUp).where(FollowUp.demand_id == town.demands["Milo"])
        session.execute(called.values(due_on=before))


def the_next_session_ratifies(live: Live, secretary: Page) -> None:
    """Planned, convened and opened by the secretary, it takes note of both places given without it."""
    secretary.goto(f"{live.address}/commissions")
    secretary.get_by_role("link", name=MONTCEAU).first.click()
    secretary.get_by_role("link", name="Prévoir une séance").click()
    secretary.get_by_label("Jour de la séance").fill(french.short_date(day(clock.now())))
    secretary.get_by_label("Heure").fill("17h")
    secretary.get_by_role("button", name="Prévoir la séance").click()
    secretary.get_by_label("Urgence").fill("Des places ont été données hors séance.")
    session = secretary.url
    secretary.get_by_role("button", name="Convoquer les membres").click()
    expect(secretary.get_by_text("Les convocations partent")).to_be_visible()
    secretary.goto(f"{session}/ordre-du-jour")
    secretary.get_by_label("Nature du point").select_option("follow_up")
    secretary.get_by_label("Ce qui sera lu").fill("Réponses des familles")
    secretary.get_by_role("button", name="Ajouter le point").click()
    expect(secretary.get_by_role("main").get_by_text("Réponses des familles").first).to_be_visible()
    look(secretary)
    secretary.goto(session)
    secretary.get_by_role("button", name="Ouvrir la séance").click()
    expect(secretary.get_by_role("heading", name="Appel")).to_be_visible()
    secretary.goto(f"{session}/hors-seance")
    expect(secretary.get_by_label(re.compile("^n°"))).to_have_count(2)
    look(secretary)
    secretary.get_by_role("button", name="Prendre acte").click()
    expect(secretary.get_by_role("heading", name=re.compile("Ratifié à cette séance"))).to_be_visible()
    expect(secretary.get_by_text("Hospitalisation d’un parent.")).to_be_visible()
    look(secretary)


def what_follows(live: Live, town: Town, secretary: Page) -> None:
    """Answered lines are closed by the worker; the family to call is late, the answer of another is awaited."""
    session_sweeps.follow_sessions(live.database, clock.now())
    with live.database.reading() as session:
        waiting = {town.number(session, name) for name in ("Zoé", "Milo")}
        answered = {town.number(session, name) for name in ("Nino", "Basile")}
    for query, expected in (("", waiting), ("?closes=1", answered)):
        secretary.goto(f"{live.address}/commissions/suites{query}")
        look(secretary)
        told = secretary.locator("tbody").inner_text()
        assert {one for one in waiting | answered if one in told} == expected
    secretary.goto(f"{live.address}/commissions/suites")
    expect(secretary.get_by_text("1 suite est en retard")).to_be_visible()
    late = secretary.locator("tbody tr").filter(has_text="en retard")
    expect(late).to_have_count(1)
    expect(late).to_contain_text("chercher une autre solution")
