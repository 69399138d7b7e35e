"""A year of commissions: who is free, the calendar, what members answer, the convocations, the dated tasks."""

import re

from playwright.sync_api import Browser, Page, expect
from visits.visit import Visit

TOWN = "Commission d’admission de Génelard"
CHAIR = "theophile.grandvaux"
SPRING = re.compile(r"\b(avril|mai) 20")
PATIENCE = 90
"""Looks at what a worker does apart, one a second."""


def the_year(browser: Browser, address: str) -> None:
    """The coordination plans, asks the members, publishes and convenes; a member answers by his mails."""
    desk = Visit(browser, address, "coordination")
    for path, name, height in (
        ("/calendrier/disponibilites", "calendrier-disponibilites", 700),
        ("/calendrier/salles", "calendrier-salles", 620),
        ("/calendrier/echeances", "echeances", 760),
    ):
        desk.open(path)
        desk.draw(name, height)
    run = computed(desk)
    desk.draw("calendrier-annee", 760)
    desk.open(f"{run}?vue=essayer")
    desk.draw("calendrier-essayer", 1300)
    consult(browser, desk, run)
    publish(desk)
    convene(browser, desk)
    member = Visit(browser, address, "membre")
    member.open("/mes-disponibilites")
    member.draw("mes-disponibilites", 860)


def computed(desk: Visit) -> str:
    """The page of the calendar that the demonstration asked for at its start, once it is computed."""
    desk.open("/calendrier/campagnes")
    desk.page.get_by_role("link", name=re.compile("^Calendrier 20")).first.click()
    desk.page.get_by_role("link", name="Calcul n°").first.click()
    done(desk.page)
    return desk.page.url


def done(page: Page) -> None:
    """The page looks again by itself until the worker has finished."""
    expect(page.get_by_text("d’écart au mieux")).to_be_visible(timeout=PATIENCE * 1000)


def consult(browser: Browser, desk: Visit, run: str) -> None:
    """The members are asked; one of them says no to his date of the spring; the calendar follows."""
    desk.open(run)
    desk.press("Interroger les membres", "reponses$")
    guest = Visit(browser, desk.address, None)
    guest.open(link_of(desk, "vos-dates"))
    guest.draw("vos-dates", 640)
    guest.page.locator("form.own-answer").filter(has_text=SPRING).get_by_role("button", name="Non").click()
    desk.page.reload()
    desk.draw("calendrier-reponses", 620)
    desk.press("Recalculer avec les réponses")
    done(desk.page)
    made = desk.page.url
    desk.open(f"{made}/differences")
    desk.draw("calendrier-differences", 620)
    desk.open(made)


def publish(desk: Visit) -> None:
    """What the publication makes is shown before it is done."""
    desk.page.get_by_role("link", name="Publier ce calendrier").click()
    desk.page.wait_for_url(re.compile("publier$"))
    desk.draw("calendrier-publier", 760)
    desk.press(re.compile("^Publier la version"))
    desk.page.wait_for_load_state()


def convene(browser: Browser, desk: Visit) -> None:
    """The spring session is convened; the chair opens his convocation."""
    desk.open("/commissions")
    desk.page.get_by_role("link", name=TOWN).first.click()
    desk.page.get_by_role("link", name=SPRING).first.click()
    desk.page.wait_for_url(re.compile(r"/seances/\d+$"))
    session = desk.page.url
    desk.press("Convoquer les membres")
    link = link_of(desk, "convocation")
    desk.open(f"{session}/convocations")
    desk.draw("convocations", 760)
    guest = Visit(browser, desk.address, None)
    guest.open(link)
    guest.draw("convocation-repondre", 860)


def link_of(desk: Visit, path: str) -> str:
    """The page that the last mail to the chair leads to, once it has come."""
    before = desk.page.url
    for _ in range(PATIENCE):
        desk.open("/boite")
        for row in desk.page.locator("tbody tr").filter(has_text=CHAIR).all():
            row.get_by_role("link").click()
            said = desk.page.locator(".letter-text").inner_text()
            found = re.search(rf"https?://\S+/{path}/[\w.-]+", said)
            if found:
                desk.open(before)
                return found[0]
            desk.open("/boite")
        desk.page.wait_for_timeout(1000)
    raise RuntimeError(f"Aucun courriel à {CHAIR} ne mène à {path}.")
