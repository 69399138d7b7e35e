"""The comforts of guichet.js in a real browser; axe finds nothing on the page of pieces, at three widths."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from guichet.web.security import PAGE_POLICY
from tests.browser import chromium, faults, page_of
from tests.web.test_style import make_app

pytestmark = pytest.mark.browser

SEARCHED = """{% extends "layout.html" %}{% block content %}<h1>Essai</h1><textarea aria-label="Note"></textarea>
<p hidden><input type="checkbox" id="keys" data-keys checked><label for="keys">Raccourcis</label></p>{% endblock %}"""
DRAFT_FORM = """{% extends "layout.html" %}{% import "_macros.html" as m %}{% block content %}<h1>Essai</h1>
{% call m.form("/envoi", draft="/brouillon") %}{{ m.text("first_name", "Prénom") }}{{ m.week_editor() }}
{{ m.buttons() }}{% endcall %}{% endblock %}"""


def app_with_drafts() -> Flask:
    app = make_app()
    app.extensions["drafts"] = []

    @app.get("/essai")
    def form() -> str:
        return app.jinja_env.from_string(DRAFT_FORM).render(
            {"actor": None, "nav": [], "demo": False, "service_name": "Guichet d’essai"}
            | {"get_flashed_messages": lambda **_: []}
        )

    @app.get("/recherche")
    def searched() -> str:
        return app.jinja_env.from_string(SEARCHED).render(
            {
                "actor": None,
                "nav": [],
                "demo": False,
                "service_name": "Guichet d’essai",
                "search_url": "/essai",
            }
            | {"get_flashed_messages": lambda **_: []}
        )

    @app.post("/brouillon")
    def draft() -> str:
        if request.form["first_name"] == "panne":
            return "", 503
        app.extensions["drafts"].append((request.headers["X-CSRFToken"], request.form.to_dict()))
        return ""

    @app.post("/envoi")
    def send() -> str:
        app.extensions["drafts"].append(("sent", request.form.to_dict()))
        return "<!doctype html><title>Reçu</title><h1>Reçu</h1>"

    @app.after_request
    def policy(answer):
        answer.headers["Content-Security-Policy"] = PAGE_POLICY
        return answer

    return app


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, list]]:
    app = app_with_drafts()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app.extensions["drafts"]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="fr-FR", timezone_id="Europe/Paris", permissions=["clipboard-read", "clipboard-write"]
    )
    with page_of(context) as opened:
        yield opened


@pytest.mark.parametrize("width", [1920, 1280, 390])
def test_axe_finds_nothing_and_nothing_overflows(site, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site[0]}/style")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_week_is_typed_with_a_preset_and_a_copied_day(site, page):
    page.goto(f"{site[0]}/style")
    page.get_by_role("button", name="Quatre jours").click()
    expect(page.locator("[data-week-sum]")).to_have_text("38 h par semaine")
    expect(page.locator("#week-3")).to_have_value("")
    page.locator("#week-1").fill("0830")
    page.locator("#week-1").blur()
    expect(page.locator("#week-1")).to_have_value("8h30")
    page.get_by_role("button", name="Recopier lundi du lundi au vendredi").click()
    expect(page.locator("#week-3")).to_have_value("8h30")
    expect(page.locator("#week-6")).to_have_value("")
    expect(page.locator("[data-week-sum]")).to_have_text("45 h par semaine")


def test_a_phone_number_is_copied_in_one_press(site, page):
    page.goto(f"{site[0]}/style")
    page.get_by_role("button", name="Copier : Téléphone").click()
    expect(page.get_by_role("button", name="Copié : Téléphone")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "0353011234"


def test_a_menu_closes_with_escape_and_gives_the_focus_back(site, page):
    page.goto(f"{site[0]}/style")
    opener = page.get_by_text("Autres actions", exact=True)
    opener.click()
    expect(page.get_by_role("link", name="Noter un appel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Noter un appel")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_slash_goes_to_the_search_unless_one_is_typing_or_turned_it_off(site, page):
    page.goto(f"{site[0]}/recherche")
    search, note = page.get_by_role("searchbox"), page.get_by_label("Note")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    note.press("/")
    expect(note).to_have_value("/")
    page.get_by_label("Raccourcis").uncheck()
    page.reload()
    expect(page.get_by_label("Raccourcis")).not_to_be_checked()
    page.keyboard.press("/")
    expect(search).not_to_be_focused()


def test_the_summary_of_errors_is_where_the_reading_begins(site, page):
    page.goto(f"{site[0]}/style")
    expect(page.locator(".error-summary")).to_be_focused()


def test_a_draft_is_kept_while_typing_and_the_page_says_when(site, page):
    page.goto(f"{site[0]}/essai")
    page.get_by_label("Prénom").fill("Lina")
    expect(page.locator(".draft")).to_contain_text("Brouillon enregistré à ")
    token, kept = site[1][-1]
    assert token == "token"
    assert kept["first_name"] == "Lina"


def test_a_draft_that_could_not_be_kept_says_so(site, page):
    page.goto(f"{site[0]}/essai")
    page.get_by_label("Prénom").fill("panne")
    expect(page.locator(".draft")).to_contain_text("n’a pas pu être enregistré")


def test_a_hurried_second_press_sends_nothing_more(site, page):
    page.goto(f"{site[0]}/essai")
    page.get_by_label("Prénom").fill("Noé")
    page.get_by_role("button", name="Continuer").dblclick()
    expect(page.get_by_role("heading", name="Reçu")).to_be_visible()
    sent = [kept for kind, kept in site[1] if kind == "sent"]
    assert [kept["first_name"] for kept in sent] == ["Noé"]


def test_everything_is_there_without_the_script(site, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site[0]}/style")
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_visible()
    expect(page.get_by_role("button", name="Copier : Téléphone")).to_have_count(0)
    expect(page.locator("#week-7-2-end")).to_be_visible()
    context.close()
