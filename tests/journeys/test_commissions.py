"""A commission in a real browser: made, given seats, its session planned, its agenda made; axe finds nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from guichet.accounts.policy import COORDINATOR
from guichet.core import clock
from guichet.core.french import short_date
from guichet.demands.models import Demand
from tests import make
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser
NAME = "Commission d’admission de Montceau"


def test_a_commission_is_made_and_its_agenda_too_without_a_fault_on_any_page(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    sits_on = clock.day(clock.now()) + timedelta(days=60)
    live.sign_in(page, live.person(COORDINATOR))
    page.goto(f"{live.address}/commissions/nouvelle")
    axe()
    page.get_by_label("Nom de la commission").fill(NAME)
    page.get_by_role("button", name="Enregistrer").click()
    axe()
    page.get_by_label("Les Lucioles").check()
    page.get_by_role("button", name="Enregistrer").click()
    axe()
    page.get_by_role("link", name="Ajouter un siège").click()
    axe()
    page.get_by_label("Rôle").select_option("president")
    page.get_by_label("Fonction").fill("Adjointe à la petite enfance")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le siège est ajouté.")).to_be_visible()
    axe()
    page.get_by_role("link", name="Prévoir une séance").click()
    axe()
    page.get_by_label("Jour de la séance").fill(short_date(sits_on))
    page.get_by_label("Heure").fill("14h")
    page.get_by_role("button", name="Prévoir la séance").click()
    axe()
    with live.database.writing() as session:
        for renewed in (sits_on, sits_on - timedelta(days=1)):
            child = make.child(last_name=f"Verdoux {renewed.day}")
            demand = make.demand(session, live.catalogue, make.person(session), child=child)
            make.enlisted(session, live.catalogue, demand, NAME, sits_on)
            session.flush()
            session.execute(update(Demand).where(Demand.id == demand.id).values(renewal_due_on=renewed))
        session.commit()
    page.get_by_role("link", name="Ordre du jour").click()
    page.get_by_role("button", name="Établir l’ordre du jour").click()
    expect(page.get_by_text("la famille n’a pas confirmé sa demande")).to_be_visible()
    page.get_by_label("Ce qui sera lu").fill("Approbation du procès-verbal")
    page.get_by_role("button", name="Ajouter le point").click()
    expect(page.get_by_text("Approbation du procès-verbal").first).to_be_visible()
    agenda = page.url
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (agenda, agenda.replace("/ordre-du-jour", ""), f"{live.address}/commissions"):
            page.goto(address)
            axe()
        for leave in ("reporter", "annuler"):
            page.goto(agenda.replace("ordre-du-jour", leave))
            axe()
