"""The barème, the proposals, the figures, the accounts and the settings."""

import re

from playwright.sync_api import Browser
from visits.visit import Visit


def the_bareme(browser: Browser, address: str) -> None:
    """The voted points, and another version tried on the present demands."""
    coordinator = Visit(browser, address, "coordination")
    coordinator.open("/bareme")
    coordinator.page.get_by_role("link", name="Barème de démonstration 2026").first.click()
    coordinator.page.wait_for_url(re.compile(r"/bareme/\d+$"))
    coordinator.draw("bareme", 1000)
    coordinator.open("/bareme/essai")
    coordinator.page.get_by_label("Version essayée").select_option(label="Projet de barème 2027")
    coordinator.page.get_by_label("Comparée à").select_option(label="Barème de démonstration 2026")
    coordinator.press("Essayer", "essai.+")
    coordinator.draw("bareme-essai", 1100)


def the_proposal(browser: Browser, address: str) -> None:
    """What a run proposes, why a wish is refused, the price of the rules, a decision computed around."""
    coordinator = Visit(browser, address, "coordination")
    page = coordinator.page
    coordinator.open("/propositions")
    page.get_by_role("link", name="Commissions à venir").first.click()
    page.wait_for_url(re.compile(r"/propositions/\d+$"))
    run = page.url
    coordinator.draw("proposition", 900)
    coordinator.open(f"{run}?vue=regles")
    coordinator.draw("proposition-regles", 740)
    coordinator.open(f"{run}?vue=demandes")
    refused = page.locator("tbody tr").filter(has_text="dernier dossier admis").first
    refused.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/propositions/\d+/demandes/\d+$"))
    coordinator.draw("proposition-demande", 1000)


def the_others(browser: Browser, address: str) -> None:
    """What a member, a coordinator and an administrator see."""
    for local, path, name, height in (
        ("membre", "/demandes", "membre-demandes", 620),
        ("coordination", "/indicateurs", "indicateurs", 900),
        ("administration", "/administration/comptes", "comptes", 620),
        ("administration", "/administration/comptes/nouveau", "comptes-inviter", 760),
        ("administration", "/administration/reglages", "reglages", 900),
        ("administration", "/administration/traces", "traces", 560),
        ("administration", "/boite", "boite", 560),
    ):
        visit = Visit(browser, address, local)
        visit.open(path)
        visit.draw(name, height)
        visit.page.context.close()
