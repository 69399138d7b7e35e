"""The letters' screens, the mailbox and the figures in a real browser: axe finds nothing, by keyboard too."""

from collections.abc import Callable
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from guichet.accounts.policy import AGENT
from guichet.notifications import models as mail
from guichet.notifications.models import LetterRow
from tests import make
from tests.journeys.conftest import Live

pytestmark = pytest.mark.browser


def one_letter(live: Live, state: str, channel: str = mail.EMAIL) -> int:
    """A demand's acknowledgement, in that state."""
    with live.database.transaction() as session:
        demand = make.demand(session, live.catalogue, make.person(session))
        values = {"state": state, "channel": channel, "last_error": "550 5.1.1 Adresse inconnue"}
        session.execute(update(LetterRow).where(LetterRow.subject_id == demand.id).values(**values))
        return session.scalars(select(LetterRow.id).where(LetterRow.subject_id == demand.id)).one()


def test_a_refused_letter_is_corrected_by_keyboard(live: Live, page: Page, axe: Callable[[], None]) -> None:
    letter = one_letter(live, mail.REFUSED)
    live.sign_in(page, live.person(AGENT))
    page.goto(f"{live.address}/courriers")
    axe()
    page.get_by_role("link", name="Accusé de réception").click()
    axe()
    page.locator("#email").fill("camille@exemple.test")
    page.keyboard.press("Enter")
    page.get_by_text("Le courrier repart dans quelques secondes.").wait_for()
    axe()
    with live.database.reading() as session:
        assert session.get_one(LetterRow, letter).state == mail.PENDING
    page.goto(f"{live.address}/courriers/en-attente")
    axe()


def test_the_print_tray_is_emptied_by_keyboard(live: Live, page: Page, axe: Callable[[], None]) -> None:
    letter = one_letter(live, mail.TO_PRINT, mail.PRINT)
    live.sign_in(page, live.person(AGENT))
    page.goto(f"{live.address}/courriers/a-imprimer")
    axe()
    page.get_by_role("button", name="Marquer comme postés").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Un courrier est marqué comme posté.").wait_for()
    axe()
    with live.database.reading() as session:
        assert session.get_one(LetterRow, letter).state == mail.PRINTED


def test_the_figures_are_read_on_a_large_screen_and_on_a_phone(
    live: Live, page: Page, axe: Callable[[], None]
) -> None:
    one_letter(live, mail.PENDING)
    live.sign_in(page, live.person(AGENT))
    for width, height in ((1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live.address}/indicateurs?du=01/01/2026&au=31/12/2026")
        axe()


def test_a_received_mail_shows_its_form_and_its_text(
    live: Live, page: Page, axe: Callable[[], None], tmp_path: Path
) -> None:
    received = EmailMessage()
    received["Delivered-To"], received["Subject"] = "camille@exemple.test", "Accusé de réception"
    received["Date"] = "Mon, 23 Nov 2026 12:00:00 +0100"
    received.set_content("Bonjour en texte.")
    received.add_alternative(
        "<!doctype html><html lang='fr'><title>Bonjour</title><p>Bonjour</p>", subtype="html"
    )
    (tmp_path / "home").mkdir(exist_ok=True)
    Maildir(tmp_path / "home" / "mailbox", create=True).add(received.as_bytes())
    page.goto(f"{live.address}/boite")
    axe()
    page.get_by_role("link", name="Accusé de réception").click()
    expect(page.frame_locator("iframe").get_by_text("Bonjour")).to_have_text("Bonjour")
    axe()
