"""The childminder track in a real browser: a list chosen by keyboard, a contact, a solution; axe finds nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from guichet.accounts.policy import AGENT
from guichet.core import clock
from guichet.demands.actions import OrientationEntry, orient
from guichet.demands.models import Demand
from guichet.placements.childminders.models import ChildminderListLine
from tests import make
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def oriented(live: Live) -> int:
    """A demand oriented towards a childminder, and three professionals, one of whom fits in part."""
    with live.database.transaction() as session:
        agent = make.person(session)
        demand = make.demand(session, live.catalogue, agent)
        entry = OrientationEntry("childminder", "Vu")
        orient(session, demand, entry, live.catalogue, actor=agent, at=make.NOON)
        make.childminder(session, "Ana Delmas", phone="06 39 98 22 22")
        long_ago = clock.day(clock.now()) - timedelta(days=300)
        make.childminder(session, "Bea Morand", confirmed_on=long_ago, special_care=True, atypical_hours=True)
        return demand.id


def test_an_agent_finds_a_childminder_for_a_family_by_keyboard(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    number = oriented(live)
    live.sign_in(page, live.person(AGENT))
    page.goto(f"{live.address}/demandes/{number}")
    page.get_by_role("link", name="Chercher une assistante maternelle").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Choisir qui proposer").wait_for()
    axe()
    page.get_by_label("Proposer Bea Morand").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Envoyer la liste à la famille").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Déjà proposées à la famille").wait_for()
    axe()
    with live.database.reading() as session:
        assert session.scalars(select(ChildminderListLine.childminder_id)).all() == [1]
    page.get_by_role("link", name="Noter un contact avec Ana Delmas").click()
    page.get_by_label("Un rendez-vous est pris avec la famille").check()
    axe()
    page.get_by_role("button", name="Noter le contact").click()
    page.get_by_text("Le contact avec Ana Delmas est noté.").wait_for()
    page.get_by_role("link", name="Noter la solution trouvée").click()
    page.get_by_role("button", name="Enregistrer la solution").click()
    page.get_by_text("réponses sont à corriger").wait_for()
    axe()
    page.get_by_label("Chez qui").select_option("Ana Delmas")
    page.get_by_label("Comment le sait-on").fill("Contrat vu au guichet")
    page.get_by_label("La famille attend toujours une place en crèche").check()
    page.get_by_role("button", name="Enregistrer la solution").click()
    page.get_by_text("La solution d’attente est notée.").wait_for()
    axe()
    with live.database.reading() as session:
        assert session.get_one(Demand, number).state == "oriented"


def test_the_register_is_kept_on_a_large_screen_and_on_a_phone(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    oriented(live)
    live.sign_in(page, live.person(AGENT))
    for size in (None, PHONE):
        if size:
            page.set_viewport_size(size)
        for path in ("", "?vue=a-confirmer", "/2", "/1/modifier", "/1/places/1", "/nouvelle", "/importer"):
            page.goto(f"{live.address}/assistantes-maternelles{path}")
            axe()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live.address}/assistantes-maternelles/1/places/nouvelles")
    page.get_by_role("button", name="Le mercredi", exact=True).click()
    page.get_by_role("button", name="Enregistrer les places").click()
    page.get_by_text("Les places libres sont à jour").wait_for()
    axe()
