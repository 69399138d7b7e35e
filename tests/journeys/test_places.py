"""The director's places in a real browser: a licence by the hour, a child, a week, who fits; axe finds nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from guichet.accounts.policy import DIRECTOR
from tests import make
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser


def typed_hours(page: Page, field: str, start: str, end: str) -> None:
    """The Monday's hours, then the same from Monday to Friday by its button."""
    page.locator(f"#{field}-1").fill(start)
    page.locator(f"[name='{field}-1-1-end']").fill(end)
    page.locator(f"#{field} [data-copy-day]").first.click()


def test_a_director_declares_places_and_a_child_then_sees_what_is_free(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    house, today = make.house(live.catalogue, "lucioles"), make.TODAY
    with live.database.transaction() as session:
        make.demand(
            session,
            live.catalogue,
            make.person(session),
            at=make.NOON,
            received_on=today,
            need=make.need(entry_on=today),
            child=make.child(birth_date=today - timedelta(days=200)),
        )
    live.sign_in(page, live.person(DIRECTOR, houses=(house,)))
    here = f"{live.address}/etablissements/{house}"
    page.goto(f"{here}/agrement")
    axe()
    page.locator("#capacity").fill("2")
    page.locator("#granted_on").fill("1/1/2025")
    page.locator("#may_exceed").check()
    typed_hours(page, "hours", "7h30", "18h30")
    for number in range(1, 6):
        page.locator(f"#bands-0-day-{number}").check()
    page.locator("#bands-0-start").fill("7h30")
    page.locator("#bands-0-end").fill("18h30")
    page.locator("#bands-0-places").fill("3")
    page.keyboard.press("Enter")
    page.locator(".error-summary a").click()
    expect(page).to_have_url(re.compile("#bands-0$"))
    axe()
    page.locator("#bands-0-places").fill("2")
    page.keyboard.press("Enter")
    page.get_by_text("L’agrément et les places sont enregistrés.").wait_for()
    axe()

    page.get_by_role("link", name="Ouvrir le surnombre").click()
    page.get_by_role("heading", name="Surnombre").wait_for()
    axe()
    page.locator("#staffed").check()
    page.keyboard.press("Enter")
    page.get_by_text("Le surnombre est ouvert aux propositions.").wait_for()
    axe()

    page.goto(f"{here}/enfants/nouveau")
    axe()
    page.locator("#first_name").fill("Nour B.")
    page.locator("#birth_date").fill((today - timedelta(days=500)).strftime("%d/%m/%Y"))
    typed_hours(page, "week", "8h", "17h")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("rowheader", name="Nour B.").wait_for()
    axe()

    for width, height in ((1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for address in (here, f"{here}/semaine", f"{here}/previsions", f"{live.address}/etablissements"):
            page.goto(address)
            axe()
    page.goto(f"{here}/semaine?le={(today + timedelta(days=7)).isoformat()}")
    expect(page.get_by_text("1 sur 2").nth(4)).to_be_visible()

    page.goto(f"{here}/place-liberee")
    page.get_by_role("button", name="Chercher qui convient").click()
    page.get_by_role("link", name="Lina Verdoux").wait_for()
    axe()
    page.get_by_role("link", name="Lina Verdoux").click()
    page.locator("#semaine").get_by_text("tient", exact=True).first.wait_for()
    axe()
    page.locator("#semaine").get_by_role("link", name="Détail").click()
    page.get_by_text("Toute la semaine tient").first.wait_for()
    axe()
