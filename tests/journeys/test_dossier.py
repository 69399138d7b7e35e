"""In a browser: a proof checked with its copy, the family corrected, a double made one; axe on every page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from guichet.demands.models import Demand
from guichet.families.dossier import FactEntry
from tests import make
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def known_twice(live: Live) -> tuple[int, int]:
    with live.database.writing() as session:
        by = make.person(session)
        home = FactEntry("residence", "address_proof")
        first = make.demand(session, live.catalogue, by, facts=(home,))
        other = make.demand(session, live.catalogue, by, child=make.child(first_name="Lyna"))
        session.commit()
        return first.id, other.id


def test_an_agent_completes_a_dossier_and_merges_its_double(
    live: Live, page: Page, axe: Callable[[], None], tmp_path: Path
) -> None:
    one, other = known_twice(live)
    copy = tmp_path / "facture.pdf"
    copy.write_bytes(PDF)
    live.sign_in(page, live.person("rpe_agent"))

    page.goto(f"{live.address}/demandes/{one}/justificatifs")
    axe()
    page.get_by_role("link", name="Adresse").click()
    axe()
    page.get_by_label("Fichier").set_input_files(copy)
    page.get_by_role("button", name="Garder cette copie").click()
    page.get_by_text("facture.pdf").wait_for()
    with page.expect_download() as kept:
        page.get_by_role("link", name="facture.pdf").click()
    assert Path(kept.value.path()).read_bytes() == PDF
    page.get_by_role("button", name="Vérifié").click()
    page.get_by_text("Dossier complet").wait_for()
    axe()

    page.goto(f"{live.address}/demandes/{one}/famille")
    axe()
    page.locator("#adult1_phone").fill("06 12")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Une réponse est à corriger").wait_for()
    axe()
    page.locator("#adult1_phone").fill("06 39 98 00 77")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(f"**/demandes/{one}")

    page.goto(f"{live.address}/doublons")
    axe()
    page.get_by_role("link", name="Comparer").click()
    axe()
    page.get_by_role("button", name="Réunir les deux demandes").click()
    page.wait_for_url(f"**/demandes/{one}")
    with live.database.reading() as session:
        joined = session.get(Demand, other)
    assert joined is not None
    assert (joined.state, joined.closed_reason) == ("withdrawn", "merged")


def test_a_birth_is_confirmed_in_a_browser(live: Live, page: Page, axe: Callable[[], None]) -> None:
    with live.database.writing() as session:
        expected = make.child(first_name="", birth_date=None, due_date=make.TODAY)
        demand = make.demand(session, live.catalogue, make.person(session), child=expected)
        session.commit()
    live.sign_in(page, live.person("rpe_agent"))
    page.goto(f"{live.address}/demandes/{demand.id}/enfant")
    axe()
    page.goto(f"{live.address}/demandes/{demand.id}/naissance")
    page.get_by_text("La naissance n’aura pas lieu").click()
    axe()
