"""Debian's chromium for the tests, and what axe says of a page."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

AXE: str = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    # Faults are told in full; of what passes, axe then describes one element instead of all of them.
    "resultTypes": ["violations"],
}
SHOWN = """JSON.stringify([
    document.documentElement.outerHTML, location.pathname, innerWidth, innerHeight, scrollX, scrollY,
    matchMedia("(prefers-color-scheme: dark)").matches, document.styleSheets.length,
    [...document.querySelectorAll("*")].indexOf(document.activeElement),
    [...document.querySelectorAll("input, select, textarea")].map(one => [one.value, one.checked]),
])"""
LOOKED = f"""async rules => {{
    const shown = {SHOWN};
    if (!window.axe) {{
        {AXE}
    }}
    return [shown, (await window.axe.run(document, rules)).violations];
}}"""
RANDOM = re.compile(r"[\w-]{40,}\.[\w-]{6}\.[\w-]{27}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
"""What is drawn for each page or form: its token, its number."""
TRIES = 20
"""The times that a page may leave under the eyes of axe."""
_sound: set[str] = set()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without its window and without the network."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--no-proxy-server",
            ],
        )
        yield opened
        opened.close()


@contextmanager
def page_of(context: BrowserContext) -> Iterator[Page]:
    """A page where any complaint of a script or of the security policy fails the test, then the context closed."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda told: complaints.append(told.text) if "Security Policy" in told.text else None
    )
    yield opened
    context.close()
    assert complaints == []


def faults(page: Page) -> list[tuple[str, list[Any]]]:
    """What axe finds on the page now shown: the rule, and where.

    A page shown before to the letter by this process, as when a journey is made again on the other database,
    was found without a fault and is not looked at twice.
    """
    for _ in range(TRIES):
        # A click returns as soon as the next page begins to come: it has no document yet.
        page.wait_for_load_state("load")
        try:
            if RANDOM.sub("", page.evaluate(SHOWN)) in _sound:
                return []
            shown, found = page.evaluate(LOOKED, RULES)
        except Error as left:
            # A page that waits for a worker asks for itself again every few seconds: the next one is looked at.
            if "context was destroyed" not in left.message:
                raise
            continue
        if not found:
            _sound.add(RANDOM.sub("", shown))
        return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    raise AssertionError("this page never stays long enough to be looked at")
