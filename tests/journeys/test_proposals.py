"""A proposal in a real browser: asked for and decided by the keyboard, followed without a script, axe on each page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from guichet.accounts.policy import COORDINATOR, Person
from tests import make
from tests.journeys.conftest import Live
from tests.proposals import bench, in_force, places, proposed, waiting

pytestmark = pytest.mark.browser


@pytest.fixture
def coordinator(live: Live) -> Person:
    """With a barème, one seat, and two children who wish for it; the first is the older demand."""
    by = live.person(COORDINATOR)
    with live.database.writing() as session:
        in_force(session, by)
        places(session, make.house(live.catalogue, "lucioles"), 1, may_exceed=True, insertion_percent=10)
        for rank, name in enumerate(("Bob", "Ana"), start=1):
            since = make.TODAY - timedelta(days=31 * rank)
            waiting(session, live.catalogue, by, name, since=since, need=make.need(fewer_days=True))
        session.commit()
    return by


def test_a_proposal_is_asked_followed_and_decided_by_the_keyboard_alone(
    live: Live, page: Page, axe: Callable[[], None], coordinator: Person
) -> None:
    live.sign_in(page, coordinator)
    page.goto(f"{live.address}/propositions")
    page.get_by_role("link", name="Nouvelle proposition").first.press("Enter")
    page.locator("#title").fill("Rentrée 2027")
    page.get_by_role("button", name="Calculer la proposition").press("Enter")
    expect(page.get_by_text("En attente d’un travailleur")).to_be_visible()
    axe()
    bench(live.database).work()
    # The page looks again by itself: nothing is pressed.
    expect(page.get_by_role("heading", name="Les Lucioles")).to_be_visible()
    page.get_by_role("link", name="Par demande").press("Enter")
    page.get_by_role("link", name="Bob").press("Enter")
    expect(page.get_by_text("le vôtre")).to_be_visible()
    page.get_by_label("Proposer Les Lucioles").focus()
    page.keyboard.press("Space")
    page.get_by_label("Motif").fill("La mère reprend son travail lundi")
    page.get_by_role("button", name="Décider et recalculer").press("Enter")
    expect(page.get_by_text("En attente d’un travailleur")).to_be_visible()
    bench(live.database).work()
    page.get_by_role("link", name="Voir ce qui change").first.press("Enter")
    expect(page.get_by_role("heading", name="Entrent")).to_be_visible()
    expect(page.get_by_text("La mère reprend son travail lundi")).to_be_visible()
    axe()


def test_no_page_of_the_proposals_has_a_fault_wide_or_narrow(
    live: Live, page: Page, axe: Callable[[], None], coordinator: Person
) -> None:
    run = proposed(live.database, coordinator)
    assert run.state == "done"
    live.sign_in(page, coordinator)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (
            "/propositions",
            "/propositions/nouvelle",
            *(
                f"/propositions/{run.id}?vue={view}"
                for view in ("etablissements", "demandes", "arbitrer", "jours", "regles")
            ),
            "/demandes/1/proposition",
            "/demandes/2/proposition",
        ):
            page.goto(f"{live.address}{address}")
            axe()
