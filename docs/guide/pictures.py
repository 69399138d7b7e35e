"""Draw again the pictures of the guide: the demonstration on a home of its own, visited by each public.

`make guide-pictures` runs it. Dates move with the day; names do not, the demonstration's seed being fixed.
Needs Debian's chromium (or CHROMIUM=/path).
"""

import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from guichet.demo.accounts import DOMAIN, PASSWORD

IMAGES = Path(__file__).parent / "images"
ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 1280, 860
READY_WITHIN = 180
"""Seconds for the demonstration to be made and to answer."""
QUALITY = 82
COMPLETE = re.compile(r"incomplète|naissance|à renouveler|urgente")
HOUSE = "Les Lucioles"


class Visit:
    """One person of the demonstration in a window of the guide's size."""

    def __init__(self, browser: Browser, address: str, local: str | None) -> None:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="fr-FR", timezone_id="Europe/Paris"
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.address = address
        if local:
            self.open("/connexion")
            self.page.fill("#email", f"{local}@{DOMAIN}")
            self.page.fill("#password", PASSWORD)
            self.page.keyboard.press("Enter")
            self.page.wait_for_url(lambda url: "/connexion" not in url)

    def open(self, path: str) -> None:
        """A page of the site."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        if answer is None or not answer.ok:
            raise RuntimeError(f"La page {path} n’a pas répondu.")

    def press(self, name: str | re.Pattern[str], leads_to: str | None = None) -> None:
        """A button, and the address it must lead to."""
        self.page.get_by_role("button", name=name).first.click()
        if leads_to:
            self.page.wait_for_url(re.compile(leads_to))

    def draw(self, name: str, height: int = HEIGHT) -> None:
        """Write images/name.webp: the first `height` pixels of the page."""
        self.page.wait_for_load_state("load")
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        asked = {"format": "webp", "quality": QUALITY}
        drawn = self.page.context.new_cdp_session(self.page).send("Page.captureScreenshot", asked)
        (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(drawn["data"]))
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


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


@contextmanager
def demonstration() -> Iterator[str]:
    """`guichet run` on a home of its own and a free port; gives its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="guichet-guide-") as home:
        told = {"GUICHET_DEMO": "1", "GUICHET_HOME": home, "PORT": str(port), "GUICHET_STOP_WITH_PARENT": "1"}
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ"}}
        command = [str(Path(sys.executable).with_name("guichet")), "run"]
        running = subprocess.Popen(command, env=kept | told, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"{address}/connexion", running)
            yield address
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(30)


def wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    """Until the page answers; an ended process or a too long silence is an error."""
    for _ in range(READY_WITHIN * 2):
        if running.poll() is not None:
            raise RuntimeError("La démonstration s’est arrêtée avant de répondre.")
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - our own loopback address
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError("La démonstration ne répond pas.")


def main() -> None:
    """Draw them all."""
    IMAGES.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium est absent (sudo apt-get install chromium).")
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for part in (the_desk, the_childminders, the_commission, the_others):
            part(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
