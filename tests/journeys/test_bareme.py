"""The barème in a real browser: written by the keyboard, and axe finds nothing on any of its pages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from guichet.accounts.policy import AGENT, COORDINATOR
from tests import make
from tests.baremes import stored
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser


def test_no_page_of_the_barème_has_a_fault_wide_or_narrow(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    current, draft = stored(live.database), stored(live.database, "bordeaux_2022", in_force=False)
    written = stored(live.database, "ville_non_identifiee", in_force=False)
    live.sign_in(page, live.person(COORDINATOR))
    with live.database.transaction() as session:
        demand_id = make.demand(session, live.catalogue, make.person(session)).id
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (
            "",
            f"/{current}",
            f"/{draft}",
            "/nouveau",
            f"/{written}/general",
            f"/{written}/criteres/nouveau",
            f"/{written}/criteres/historique",
            f"/{written}/criteres/inscription",
            f"/{written}/criteres/second_apres_refus",
            f"/{draft}/regles/quotas/minima",
            f"/{written}/mettre-en-vigueur",
            f"/{current}/fermer",
            f"/comparer?de={current}&vers={written}",
            f"/essai?version={written}&places=1",
        ):
            page.goto(f"{live.address}/bareme{address}")
            axe()
        page.goto(f"{live.address}/demandes/{demand_id}/points")
        axe()
        page.goto(f"{live.address}/demandes/{demand_id}")
        page.locator("#points summary").first.click()
        axe()


def test_a_criterion_is_written_by_the_keyboard_alone(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    draft = stored(live.database, "toulouse_2015", in_force=False)
    live.sign_in(page, live.person(COORDINATOR))
    page.goto(f"{live.address}/bareme/{draft}")
    page.get_by_role("link", name="Ajouter un critère").press("Enter")
    page.locator("#forme-0").focus()
    page.keyboard.press("Enter")
    page.locator("#label").fill("Parent mineur du quartier")
    page.keyboard.press("Tab")
    page.keyboard.type("15")
    page.keyboard.press("Enter")
    page.get_by_text("aucune condition n’est écrite").first.wait_for()
    axe()
    page.locator("#when-0-what").select_option("is:minor_parent:1")
    page.locator("#points").press("Enter")
    page.get_by_text("Le critère « Parent mineur du quartier » est enregistré.").wait_for()
    axe()


def test_a_person_sets_points_with_a_reason_by_the_keyboard(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    stored(live.database)
    with live.database.transaction() as session:
        demand_id = make.demand(session, live.catalogue, make.person(session)).id
    live.sign_in(page, live.person(AGENT))
    page.goto(f"{live.address}/demandes/{demand_id}/points")
    page.locator("#points-suivi_medico_social").fill("400")
    page.keyboard.press("Enter")
    page.get_by_text("Donnez de").first.wait_for()
    axe()
    page.locator("#points-suivi_medico_social").fill("40")
    page.locator("#reason-suivi_medico_social").fill("Courrier de la puéricultrice.")
    page.locator("#points-suivi_medico_social").press("Enter")
    page.get_by_text("L’appréciation est enregistrée").wait_for()
    axe()
