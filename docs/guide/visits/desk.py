"""A day of the desk: families received, their proofs, their points, who has room for them."""

import re

from playwright.sync_api import Browser
from visits.visit import Visit

HOUSE = "Les Lucioles"


def the_desk(browser: Browser, address: str) -> None:
    """A day of an agent, from the sign-in to the proofs."""
    guest = Visit(browser, address, None)
    guest.open("/connexion")
    guest.draw("connexion", 620)
    agent = Visit(browser, address, "agent")
    agent.open("/aujourdhui")
    agent.draw("aujourdhui")
    agent.open("/demandes")
    agent.draw("demandes")
    register(agent)
    for path, name, height in (
        ("/courriers", "courriers-non-remis", 520),
        ("/courriers/a-imprimer", "courriers-a-imprimer", 620),
    ):
        agent.open(path)
        agent.draw(name, height)
    agent.open("/doublons")
    agent.page.get_by_role("link", name=re.compile("^Comparer")).first.click()
    agent.page.wait_for_url(re.compile(r"/doublons/\d+/\d+"))
    agent.draw("doublons-comparer", 900)


def register(agent: Visit) -> None:
    """A family registered in the six steps, then its page, its orientation and its proofs."""
    page = agent.page
    agent.open("/demandes/nouvelle")
    agent.press("Commencer une demande", "/enfant$")
    page.fill("#child_first_name", "Nino")
    page.fill("#child_last_name", "Vallombrin")
    page.fill("#birth_date", "12/04/2026")
    page.press("#birth_date", "Enter")
    page.wait_for_url(re.compile("/famille$"))
    page.fill("#adult1_first_name", "Clémence")
    page.fill("#adult1_last_name", "Vallombrin")
    page.fill("#adult1_phone", "06 39 98 04 71")
    page.fill("#adult1_email", "clemence.vallombrin@exemple.test")
    page.fill("#address", "7 rue des Tisserands")
    page.fill("#postcode", "71300")
    page.select_option("#commune", label="Montceau-les-Mines")
    agent.draw("nouvelle-famille", 900)
    page.press("#postcode", "Enter")
    page.wait_for_url(re.compile("/besoin$"))
    page.fill("#entry_on", "01/09/2027")
    page.locator("[data-preset]").nth(1).click()
    agent.draw("nouvelle-besoin", 900)
    page.press("#entry_on", "Enter")
    page.wait_for_url(re.compile("/voeux$"))
    page.select_option("#wish1", label=f"{HOUSE} (Montceau-les-Mines)")
    agent.press("Continuer", "/situation$")
    agent.press("Continuer", "/verification$")
    page.check("#notice_given")
    agent.draw("nouvelle-verification", 900)
    agent.press("Enregistrer la demande", r"/demandes/\d+$")
    demand = page.url
    agent.draw("demande", 900)
    agent.open(f"{demand}/orienter")
    agent.draw("orienter", 760)
    agent.open(f"{demand}/justificatifs")
    agent.draw("justificatifs", 820)


def the_points(browser: Browser, address: str) -> None:
    """On a demand: its points line by line, and where its week fits."""
    agent = Visit(browser, address, "agent")
    agent.open("/demandes?etat=en-commission")
    several = agent.page.locator("tbody tr").filter(has_text=re.compile(r"\+\d"))
    several.first.get_by_role("link").first.click()
    agent.page.wait_for_url(re.compile(r"/demandes/\d+$"))
    demand = agent.page.url
    agent.draw_part("demande-semaine", "#semaine")
    agent.open(f"{demand}/points")
    agent.draw("points", 720)
    agent.open(f"{demand}/places")
    agent.draw("places-demande", 900)


def the_childminders(browser: Browser, address: str) -> None:
    """The register of the relais, and who has room for a family."""
    agent = Visit(browser, address, "agent")
    agent.open("/assistantes-maternelles")
    agent.draw("assistantes-maternelles", 760)
    agent.open("/demandes?etat=orientees")
    agent.page.locator("tbody tr").last.get_by_role("link").first.click()
    agent.page.wait_for_url(re.compile(r"/demandes/\d+$"))
    agent.open(f"{agent.page.url}/assistantes-maternelles")
    agent.draw("assistantes-maternelles-proposer", 900)
