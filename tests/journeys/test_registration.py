"""From the sign-in to the registered demand by the keyboard alone, axe finding nothing on the way."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from guichet.demands.models import Demand, Draft
from guichet.notifications.models import LetterRow
from tests import make
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser


def type_in(page: Page, *words: str) -> None:
    """Fill the fields one after the other, as hands do: a word, Tab, a word… An empty word skips a field."""
    for word in words:
        if word:
            page.keyboard.type(word)
        page.keyboard.press("Tab")


def wait_for_the_first_field(page: Page) -> None:
    """The browser gives the focus after the page is loaded: what is typed before goes nowhere."""
    expect(page.locator(":focus")).to_have_count(1)


def go_on(page: Page, step: str) -> None:
    wait_for_the_first_field(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/{step}(#.*)?$"))
    wait_for_the_first_field(page)


def reach(page: Page, selector: str) -> None:
    """Tab until the focus is there: what cannot be reached by the keyboard fails."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is out of reach of the keyboard")


def test_a_demand_is_registered_by_the_keyboard_alone(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    live.sign_in(page, live.person("rpe_agent"))
    page.goto(f"{live.address}/demandes/nouvelle")
    axe()
    go_on(page, "enfant")
    axe()
    type_in(page, "Lina", "Verdoux", "14/3/2026")
    go_on(page, "famille")
    axe()
    type_in(page, "Camille", "Verdoux", "0639980001", "camille.verdoux@exemple.test")
    reach(page, "#address")
    type_in(page, "12 rue des Lilas")
    page.keyboard.type("71300")
    go_on(page, "besoin")
    axe()
    page.keyboard.type("1/9/2027")
    reach(page, "[data-preset]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-week-sum]")).to_have_text("47,5 h par semaine")
    reach(page, "#week-1")
    go_on(page, "voeux")
    axe()
    page.keyboard.type("Les Luc")
    reach(page, "form[data-autosave] .button-main")
    go_on(page, "situation")
    axe()
    page.keyboard.press("Space")
    reach(page, "form[data-autosave] .button-main")
    go_on(page, "verification")
    axe()
    expect(page.locator("#channel")).to_be_focused()
    expect(page.get_by_text("Les Lucioles (Montceau-les-Mines)")).to_be_visible()
    reach(page, "#notice_given")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/demandes/\d+$"))
    expect(page.get_by_role("status").first).to_contain_text("est enregistrée")
    with live.database.reading() as session:
        demand = session.scalars(select(Demand)).one()
        assert demand.weekly_minutes == 47 * 60 + 30
        assert session.scalars(select(LetterRow.kind)).all() == ["acknowledgement"]
        assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_refused_step_and_a_probable_double_are_where_the_reading_begins(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    agent = live.person("rpe_agent")
    with live.database.writing() as session:
        known = make.demand(session, live.catalogue, agent)
        session.commit()
    live.sign_in(page, agent)
    page.goto(f"{live.address}/demandes/nouvelle")
    go_on(page, "enfant")
    type_in(page, "Lyna", "Verdoux", "31/02/2026")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    axe()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#birth_date")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("14/3/2026")
    go_on(page, "famille")
    draft = page.url.partition("/famille")[0]
    page.goto(f"{draft}/verification")
    axe()
    page.goto(f"{draft}/famille")
    wait_for_the_first_field(page)
    type_in(page, "Camille", "Verdoux", "0639980001", "camille.verdoux@exemple.test")
    reach(page, "#address")
    type_in(page, "12 rue des Lilas")
    page.keyboard.type("71300")
    go_on(page, "besoin")
    page.goto(f"{draft}/verification")
    expect(page.locator("#doubles")).to_be_focused()
    expect(page.get_by_role("link", name="Ouvrir cette demande")).to_have_attribute(
        "href", f"/demandes/{known.id}"
    )
    axe()


def test_what_is_being_typed_is_found_again_after_leaving(live: Live, page: Page) -> None:
    live.sign_in(page, live.person("rpe_agent"))
    page.goto(f"{live.address}/demandes/nouvelle")
    go_on(page, "enfant")
    # On a slow machine a first draft leaves between the two words.
    with page.expect_response(lambda answer: "Verdoux" in (answer.request.post_data or "")):
        type_in(page, "Lina", "Verdoux")
    expect(page.locator(".draft")).to_contain_text("Brouillon enregistré")
    page.goto(f"{live.address}/demandes/nouvelle")
    page.get_by_role("link", name=re.compile("Lina Verdoux")).focus()
    go_on(page, "enfant")
    expect(page.locator("#child_first_name")).to_have_value("Lina")


def test_the_pages_of_a_change_pass_axe(live: Live, page: Page, axe: Callable[[], None]) -> None:
    agent = live.person("rpe_agent")
    with live.database.writing() as session:
        demand = make.demand(session, live.catalogue, agent)
        session.commit()
    live.sign_in(page, agent)
    for step in ("besoin", "voeux"):
        page.goto(f"{live.address}/demandes/{demand.id}/{step}")
        axe()


def test_twins_the_second_takes_a_first_name_and_two_ticks(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    live.sign_in(page, live.person("rpe_agent"))
    page.goto(f"{live.address}/demandes/nouvelle")
    go_on(page, "enfant")
    type_in(page, "Lina", "Verdoux", "14/3/2026", "")
    page.keyboard.type("jumeaux")
    reach(page, "#current_care_until")
    go_on(page, "famille")
    type_in(page, "Camille", "Verdoux", "0639980001", "camille.verdoux@exemple.test")
    reach(page, "#address")
    type_in(page, "12 rue des Lilas")
    page.keyboard.type("71300")
    go_on(page, "besoin")
    page.keyboard.type("1/9/2027")
    reach(page, "[data-preset]")
    page.keyboard.press("Enter")
    reach(page, "#week-1")
    go_on(page, "voeux")
    page.keyboard.type("Les Luc")
    reach(page, "form[data-autosave] .button-main")
    go_on(page, "situation")
    reach(page, "form[data-autosave] .button-main")
    go_on(page, "verification")
    reach(page, "#notice_given")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/enfant-suivant"))
    axe()
    page.keyboard.type("Nour")
    go_on(page, "verification")
    axe()
    reach(page, "#notice_given")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/demandes/\d+$"))
    with live.database.reading() as session:
        demands = session.scalars(select(Demand)).all()
        assert len({demand.family_id for demand in demands}) == 1
        assert len(demands) == 2
