"""The main job in a browser: met, oriented, enlisted, decided by two persons, told; axe finds nothing on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from guichet.core import french
from guichet.demands.models import Demand
from guichet.notifications.models import LetterRow
from tests import make
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser
SESSION = "Commission de printemps"


def registered(live: Live) -> int:
    with live.database.writing() as session:
        agent = make.person(session)
        demand = make.demand(session, live.catalogue, agent, at=make.NOON, received_on=make.TODAY)
        session.commit()
        return demand.id


def become(live: Live, page: Page, role: str, **limits: tuple[int, ...]) -> str:
    """Somebody else takes the chair; gives their name."""
    page.context.clear_cookies()
    person = live.person(role, **limits)
    live.sign_in(page, person)
    return person.name


def test_from_the_interview_to_the_letter_of_the_decision(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    demand_id = registered(live)
    address = f"{live.address}/demandes/{demand_id}"
    today = french.short_date(make.TODAY)

    become(live, page, "rpe_agent")
    page.goto(address)
    axe()
    page.get_by_text("Autres actions").click()
    page.get_by_role("link", name="Noter un échange").click()
    axe()
    page.get_by_label("Ce qui s’est dit").fill("La mère reprend son travail en septembre.")
    page.get_by_role("button", name="Noter l’échange").click()
    expect(page.get_by_text("La mère reprend son travail en septembre.")).to_be_visible()

    page.get_by_role("link", name="Orienter", exact=True).click()
    axe()
    page.get_by_role("textbox", name="Date de l’entretien").fill(today)
    page.get_by_role("button", name="Enregistrer l’orientation").click()
    expect(page.get_by_role("status").first).to_contain_text("L’orientation est enregistrée.")

    page.get_by_role("link", name="Inscrire en commission").click()
    axe()
    page.get_by_role("button", name="Inscrire en commission").click()
    axe()
    expect(page.get_by_role("alert")).to_contain_text("Indiquez la date de la commission.")
    page.get_by_label("Date de la nouvelle commission").fill(today)
    page.get_by_label("Nom de la nouvelle commission").fill(SESSION)
    page.get_by_role("button", name="Inscrire en commission").click()
    expect(page.get_by_role("status").first).to_contain_text("La demande est inscrite.")

    house = make.house(live.catalogue, "lucioles")
    director = become(live, page, "director", houses=(house,))
    page.goto(f"{live.address}/decisions")
    axe()
    page.get_by_role("link", name="Décider : ").click()
    axe()
    page.get_by_label("Une place est attribuée").check()
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.get_by_role("status").first).to_contain_text("La décision est enregistrée.")
    expect(page.get_by_text("Une autre personne que")).to_contain_text(director)

    become(live, page, "rpe_agent")
    page.goto(address)
    page.get_by_role("link", name="Confirmer la décision").click()
    axe()
    expect(page.get_by_role("region", name="Texte de la lettre")).to_contain_text("Une place est proposée")
    page.get_by_role("button", name="Confirmer la décision et envoyer la lettre").click()
    expect(page.get_by_role("status").first).to_contain_text("La lettre part maintenant")
    axe()
    timeline = page.get_by_role("list", name="Historique")
    expect(timeline).to_contain_text("Courrier : place proposée")
    expect(timeline).to_contain_text(director)
    with live.database.reading() as session:
        assert session.get_one(Demand, demand_id).state == "placed"
        kinds = select(LetterRow.kind).where(LetterRow.subject_id == demand_id).order_by(LetterRow.id)
        assert list(session.scalars(kinds)) == ["acknowledgement", "orientation", "commission_date", "placed"]


def test_on_a_phone_the_page_of_a_demand_holds_in_the_window(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    demand_id = registered(live)
    become(live, page, "rpe_agent")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live.address}/demandes/{demand_id}")
    axe()
    page.goto(f"{live.address}/demandes/{demand_id}/rendez-vous")
    axe()
