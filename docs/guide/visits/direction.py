"""A director’s house, and the decisions of its commission."""

import re

from playwright.sync_api import Browser, Page
from visits.visit import Visit

HOUSE = "Les Lucioles"
COMPLETE = re.compile(r"incomplète|naissance|à renouveler|urgente")


def the_places(browser: Browser, address: str) -> None:
    """A director's house: its sheet, its week, its year, who fits, its children."""
    director = Visit(browser, address, "direction.lucioles")
    director.open("/etablissements")
    director.page.get_by_role("link", name=HOUSE).first.click()
    director.page.wait_for_url(re.compile(r"/etablissements/\d+$"))
    house = director.page.url
    director.draw("fiche", 900)
    for path, name, height in (
        ("semaine", "semaine", 1040),
        ("previsions", "previsions", 860),
        ("enfants", "enfants", 760),
    ):
        director.open(f"{house}/{path}")
        director.draw(name, height)
    director.open(f"{house}/place-liberee")
    director.press("Chercher qui convient", "place-liberee")
    director.page.get_by_role("heading", level=2).first.evaluate("title => title.scrollIntoView()")
    director.draw("qui-convient", 620)


def the_commission(browser: Browser, address: str) -> None:
    """A demand enlisted by the desk, decided by a director, confirmed by the desk."""
    agent = Visit(browser, address, "agent")
    demand = enlisted(agent)
    director = Visit(browser, address, "direction.lucioles")
    director.open("/decisions")
    director.draw("a-decider", 900)
    director.open(f"{demand}/decision")
    director.page.get_by_label("Une place est attribuée").check()
    director.page.get_by_label("Entrée le").fill("01/09/2027")
    director.draw("decision-enregistrer", 1000)
    director.press("Enregistrer la décision", r"/demandes/\d+$")
    agent.open(demand)
    agent.page.get_by_role("link", name="Confirmer la décision").first.click()
    agent.page.wait_for_url(re.compile(r"/decisions/\d+"))
    agent.draw("decision-relire", 900)
    agent.press(re.compile("^Confirmer la décision"), r"/demandes/\d+$")


def enlisted(agent: Visit) -> str:
    """Put a complete demand that wishes for the director's house before a commission of today."""
    page = agent.page
    agent.open("/demandes?etat=orientees")
    rows = page.locator("tbody tr").all()
    wanted = next(row for row in rows if HOUSE in row.inner_text() and not COMPLETE.search(row.inner_text()))
    wanted.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/demandes/\d+$"))
    demand = page.url
    agent.open(f"{demand}/inscrire-en-commission")
    agent.draw("inscrire-en-commission", 720)
    page.get_by_label("Une autre date").check()
    page.get_by_label("Date de la nouvelle commission").fill(today(page))
    page.get_by_label("Nom de la nouvelle commission").fill("Commission d’admission, séance du jour")
    agent.press("Inscrire en commission", r"/demandes/\d+$")
    return demand


def today(page: Page) -> str:
    """The day as it is typed, said by the browser."""
    said: str = page.evaluate("new Intl.DateTimeFormat('fr-FR').format(new Date())")
    return said
