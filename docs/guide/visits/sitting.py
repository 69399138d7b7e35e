"""A session: the roll, a decision, the dry run, what follows; then the offers, a freed seat, an emergency, a family."""

import re

from playwright.sync_api import Browser, Page, expect
from visits.visit import Visit

TOWN = "Commission d’admission de Blanzy"
PATIENCE = 120_000
"""Milliseconds for what a worker does apart."""
LINK = re.compile(r"https?://\S+/reponse/[\w.-]+")


def the_sitting(browser: Browser, address: str) -> None:
    """The session of the day from its roll to its signatures, as its secretary sees it."""
    desk = Visit(browser, address, "coordination")
    page = desk.page
    session = today_of(desk)
    desk.draw("seance", 760)
    member = Visit(browser, address, "presidence.blanzy")
    member.open(f"{session}/liens")
    member.draw("seance-lien", 480)
    desk.open(session)
    desk.press("Ouvrir la séance", "deroulement")
    for there in page.get_by_label(re.compile("^présent")).all():
        there.check()
    desk.draw("seance-appel", 820)
    desk.press("Noter les présences")
    expect(page.get_by_text("Quorum atteint")).to_be_visible()
    decide_all(desk)
    page.goto(f"{session}/signature")
    desk.press("Essayer la signature")
    expect(page.get_by_role("heading", name="Contrôle indépendant")).to_be_visible(timeout=PATIENCE)
    desk.draw("seance-essai", 1200)
    page.get_by_role("link", name="Lire les lettres une à une").click()
    page.wait_for_url(re.compile("lettres"))
    desk.draw("seance-lettre", 860)
    desk.open("/commissions/suites")
    desk.draw("suites", 620)


def the_answers(browser: Browser, address: str) -> None:
    """The family by its link, the desk on the phone, the direction with a freed seat, an emergency."""
    desk = Visit(browser, address, "agent")
    family = Visit(browser, address, None)
    family.open(link_of(family.page, address))
    family.draw("famille-reponse", 760)
    desk.open("/reponses?vue=attendues")
    desk.draw("reponses", 560)
    desk.page.get_by_role("link", name=re.compile("^Noter la réponse")).first.click()
    desk.page.wait_for_url(re.compile(r"/reponses/\d+$"))
    desk.draw("reponse-noter", 1000)
    desk.open("/demandes?etat=orientees")
    desk.page.locator("tbody tr").first.get_by_role("link").first.click()
    desk.page.wait_for_url(re.compile(r"/demandes/\d+$"))
    desk.open(f"{desk.page.url}/urgence")
    desk.draw("urgence", 900)
    director = Visit(browser, address, "direction.lucioles")
    director.open("/places-liberees")
    director.draw("places-liberees", 420)
    director.page.get_by_role("link", name=re.compile("^Qui convient")).first.click()
    director.page.wait_for_url(re.compile(r"/places-liberees/\d+$"))
    director.draw("place-liberee-qui", 620)


def today_of(desk: Visit) -> str:
    """The page of the session that the commission holds today."""
    desk.open("/commissions")
    desk.page.locator("#seances").get_by_role("link", name=TOWN).first.click()
    desk.page.wait_for_url(re.compile(r"/seances/\d+$"))
    return desk.page.url


def decide_all(desk: Visit) -> None:
    """The demands one after the other: a place where the week holds, the waiting list elsewhere."""
    page = desk.page
    drawn = False
    for _ in range(len(page.locator(".sit-left li, .sit-done li").all())):
        before = page.locator(".sit-where").inner_text()
        desk.press("Point suivant")
        expect(page.locator(".sit-where")).not_to_have_text(before)
        if page.locator("[data-decision]").count() == 0:
            continue
        holds = page.locator(".sit-wishes li").first.get_by_text("la semaine tient").count() > 0
        if not drawn:
            desk.draw("seance-demande", 1000)
            drawn = True
        if holds:
            desk.press(re.compile("Accepter"))
        else:
            if page.locator(".sit-wishes").get_by_text("la semaine tient").count() > 0:
                reason = "places attribuées à des demandes mieux classées"
                page.get_by_label("Motif du refus ou de l’attente").select_option(label=reason)
            desk.press(re.compile("Liste d’attente"))
        expect(page.locator(".sit-drafted")).to_be_visible()
    desk.open(page.url)


def link_of(page: Page, address: str) -> str:
    """The page that a letter offering a place leads to, once the mailbox of the demonstration has received it."""
    for _ in range(PATIENCE // 1000):
        page.goto(f"{address}/boite")
        placed = page.locator("tbody tr").filter(has_text="une place est").get_by_role("link")
        if placed.count():
            placed.first.click()
            found = LINK.search(page.locator(".letter-text").inner_text())
            if found:
                return found[0]
        page.wait_for_timeout(1000)
    raise RuntimeError("Aucun courriel de la boîte ne propose une place.")
