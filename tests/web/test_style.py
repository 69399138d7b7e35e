"""The pieces of the screens: right HTML, no inline script or style, labels, links of the error summary."""

import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form, PasswordField, SelectMultipleField
from wtforms.validators import InputRequired

from guichet.web import style, templating
from guichet.web.fields import FrenchDateField, choices

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
NAV = [{"label": "Demandes", "url": "/demandes", "current": True, "count": 3}]


class Reader:
    """What the account menu needs to know of the person signed in."""

    name = "Maud Vercel"


def make_app(signed_in: bool = True) -> Flask:
    app = Flask("guichet.web", template_folder=str(TEMPLATES), static_folder=str(templating.STATIC))
    app.secret_key = "only for these tests"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    templating.equip(app)
    app.register_blueprint(style.bp)
    shared = {"actor": Reader() if signed_in else None, "nav": NAV if signed_in else [], "demo": signed_in}
    app.context_processor(lambda: {"service_name": "Guichet d’essai", **shared})
    return app


@pytest.fixture
def app() -> Iterator[Flask]:
    made = make_app()
    with made.test_request_context("/style"):
        yield made


def page(app: Flask, url: str = "/style") -> str:
    answer = app.test_client().get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def piece(app: Flask, source: str, **facts: object) -> str:
    """A few macros drawn alone."""
    return app.jinja_env.from_string('{% import "_macros.html" as m %}' + source).render(**facts)


def tree(html: str):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def test_the_page_is_well_formed(app):
    tree(page(app))
    tree(page(make_app(signed_in=False)))


def test_nothing_is_inline_so_that_the_strict_policy_holds(app):
    root = tree(page(app))
    assert not root.findall(".//style")
    assert not [one for one in root.iter() if isinstance(one.tag, str) and "style" in one.attrib]
    assert not [one for one in root.iter() for name in one.attrib if str(name).startswith("on")]
    assert all(script.get("src", "").startswith("/static/") for script in root.findall(".//script"))


def test_every_identifier_is_unique(app):
    ids = [one.get("id") for one in tree(page(app)).iter() if one.get("id")]
    assert sorted(ids) == sorted(set(ids))


def test_every_box_has_a_label_and_every_description_exists(app):
    root = tree(page(app))
    ids = {one.get("id") for one in root.iter() if one.get("id")}
    labelled = {one.get("for") for one in root.findall(".//label")}
    boxes = [
        one
        for one in root.iter()
        if one.tag in {"input", "select", "textarea"} and one.get("type") != "hidden"
    ]
    assert boxes
    assert {box.get("id") for box in boxes} <= labelled
    assert labelled <= ids
    described = [one.get("aria-describedby").split() for one in root.iter() if one.get("aria-describedby")]
    assert {name for names in described for name in names} <= ids


def test_the_error_summary_leads_to_each_faulty_field(app):
    root = tree(page(app))
    summary = root.find(".//div[@class='error-summary']")
    targets = [link.get("href").removeprefix("#") for link in summary.findall(".//a")]
    assert targets == ["first_name", "birth"]
    for target in targets:
        faulty = root.find(f".//*[@id='{target}']")
        assert faulty.get("aria-invalid") == "true"
        assert f"{target}-error" in faulty.get("aria-describedby")


def test_the_summary_of_an_accepted_form_is_silent(app):
    assert piece(app, "{{ m.error_summary({}) }}").strip() == ""


def test_every_documented_macro_is_shown_on_the_page_of_pieces():
    declared = set(re.findall(r"{% set (\w+) = ", (TEMPLATES / "_macros.html").read_text()))
    shown = set(re.findall(r"\bm\.(\w+)", (TEMPLATES / "style.html").read_text()))
    by_field = {"textarea", "check", "radios", "fieldset", "copy_button"}
    assert declared - shown <= by_field
    assert shown <= declared


def test_every_state_has_its_word_its_drawing_and_its_colour(app):
    sheet = (templating.STATIC / "guichet.css").read_text()
    icons = (templating.STATIC / "icons.svg").read_text()
    for state, word in style.STATES.items():
        badge = piece(app, "{{ m.state_badge(state) }}", state=state)
        assert word in badge
        assert f"#{state}" in badge
        assert f'id="{state}"' in icons
        assert f".state-{state}," in sheet or f".state-{state} " in sheet


def test_every_icon_asked_for_exists(app):
    icons = set(re.findall(r'<symbol id="([\w-]+)"', (templating.STATIC / "icons.svg").read_text()))
    used = set(re.findall(r"icons\.svg\?v=\w+#([\w-]+)", page(app)))
    assert used
    assert used <= icons


@pytest.mark.parametrize("state", list(style.STATES))
def test_the_state_line_marks_one_place_and_only_one(app, state):
    drawn = tree(piece(app, "<!doctype html><title>x</title>{{ m.state_line(state) }}", state=state))
    here = [one for one in drawn.findall(".//li") if one.get("aria-current") == "step"]
    assert len(here) == 1
    assert f"state-{state}" in here[0].get("class")


def test_a_missing_value_says_so(app):
    assert "Non renseigné" in piece(
        app, '{{ m.row("Téléphone", none) }}{{ m.row("Courriel", "x@exemple.test") }}'
    )
    assert "Non renseigné" not in piece(app, '{{ m.row("Enfants", 0) }}')


def test_what_a_family_typed_is_never_markup(app):
    hostile = '"><script>alert(1)</script>'
    drawn = piece(
        app,
        "{{ m.row('Nom', bad, copy=true) }}{{ m.tag(bad) }}{{ m.text('name', bad, bad, bad, bad) }}"
        "{{ m.select('c', bad, [(bad, bad)], bad) }}{{ m.error_summary({'name': bad}) }}"
        "{{ m.week_editor(typed={'week-1-1-start': bad}, problems={'week-1': bad}) }}"
        "{{ m.bars(bad, [(bad, 3)]) }}{{ m.action(bad, bad, post=true, fields={'a': bad}) }}"
        "{{ column_chart([bad], [], bad) }}",
        bad=hostile,
    )
    assert "<script" not in drawn
    assert '""' not in drawn.replace('=""', "")


def test_a_posting_button_carries_the_token(app):
    drawn = piece(app, '{{ m.action("Retirer", "/x", post=true) }}{% call m.form("/y") %}{% endcall %}')
    assert drawn.count('name="csrf_token" value="token"') == 2


class SmallForm(Form):
    birth = FrenchDateField("Date de naissance", [InputRequired("Écrivez la date de naissance.")])
    password = PasswordField("Mot de passe")
    days = SelectMultipleField("Jours", choices=choices({"1": "lundi", "2": "mardi"}))


def test_a_mistyped_date_is_shown_again_with_its_sentence(app):
    form = SmallForm(MultiDict({"birth": "31/02/2026"}))
    assert not form.validate()
    drawn = piece(app, "{{ m.field(form.birth) }}", form=form)
    assert 'value="31/02/2026"' in drawn
    assert "Cette date n’existe pas dans le calendrier." in drawn


def test_a_date_is_shown_as_it_is_typed_in_france(app):
    form = SmallForm(MultiDict({"birth": "1/9/26", "days": "2", "password": "secret de famille"}))
    assert form.validate()
    drawn = piece(app, "{% for f in form %}{{ m.field(f) }}{% endfor %}", form=form)
    assert form.birth.data.isoformat() == "2026-09-01"
    assert 'value="2" checked' in drawn
    assert "secret de famille" not in drawn


def test_the_first_page_stays_light():
    weights = {one.name: one.stat().st_size for one in templating.STATIC.iterdir()}
    assert weights["guichet.css"] <= 25_000
    assert weights["guichet.js"] <= 8_000
    everywhere = sum(weights.pop(name) for name in ("guichet.css", "guichet.js", "icons.svg", "mark.svg"))
    # A page adds the sheets of its family, and its script if it has one: three files at most.
    assert everywhere + sum(sorted(weights.values())[-3:]) <= 60_000


def test_an_icon_never_speaks_in_place_of_a_word(app):
    assert isinstance(app.jinja_env.globals["icon"]("copy"), Markup)
    assert 'aria-hidden="true"' in app.jinja_env.globals["icon"]("copy")


def test_a_refusal_has_a_page_that_gives_back_what_was_typed(app):
    html = app.jinja_env.get_template("errors/conflict.html").render(
        app.jinja_env.globals
        | {"actor": None, "nav": [], "demo": False, "service_name": "Guichet d’essai"}
        | {
            "title": "Dossier modifié",
            "sentence": "Une autre personne l’a modifié.",
            "typed": [("Prénom", "Lina")],
        }
    )
    tree(html)
    assert "Lina" in html
