"""The HTML of a letter, in a real browser: light and dark, on a screen and on a phone."""

import pytest
from playwright.sync_api import Browser

from guichet.notifications.render import render
from tests.browser import faults
from tests.letters import letter

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 900])
def test_a_letter_has_no_fault_of_accessibility_and_fits_its_window(
    browser: Browser, scheme: str, width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.set_content(render(letter()).html)
    found = faults(page)
    fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()
    assert found == []
    assert fits
