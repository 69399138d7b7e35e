"""One person of the demonstration, in a window of the size of the guide."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Browser, Page

from guichet.demo.accounts import DOMAIN, PASSWORD

IMAGES = Path(__file__).parents[1] / "images"
WIDTH, HEIGHT = 1280, 860
QUALITY = 82


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

    def draw_part(self, name: str, selector: str) -> None:
        """Write images/name.webp: one part of the page."""
        box = self.page.locator(selector).first.bounding_box()
        if box is None:
            raise RuntimeError(f"Rien à dessiner pour {name}.")
        clip = {**box, "scale": 1}
        asked = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
        drawn = self.page.context.new_cdp_session(self.page).send("Page.captureScreenshot", asked)
        (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(drawn["data"]))

    def draw(self, name: str, height: int = HEIGHT) -> None:
        """Write images/name.webp: the first `height` pixels of the page."""
        self.page.wait_for_load_state("load")
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        asked = {"format": "webp", "quality": QUALITY}
        drawn = self.page.context.new_cdp_session(self.page).send("Page.captureScreenshot", asked)
        (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(drawn["data"]))
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
