"""What every page keeps: headers, no script of its own, a token in each form, reading that changes nothing, hostile text."""

import logging
from collections.abc import Callable

import html5lib
import pytest
from flask import Flask
from sqlalchemy import select, update

from guichet.accounts.models import User
from guichet.accounts.words import TRACE_ACTIONS, TRACE_SUBJECTS
from guichet.core.db import Base, Database
from guichet.core.journal import AuditEntry
from guichet.core.settings import Settings
from guichet.core.week import WORKING_DAYS, Week
from guichet.demands.dossier import WishEntry
from guichet.families.dossier import FactEntry
from guichet.placements.actions import StayEntry, add_stay
from guichet.web.app import create_app
from guichet.web.queue_address import KEPT
from tests import make
from tests.proposals import in_force, places, proposed, waiting
from tests.web.pages import Visitor
from tests.web.test_rights import address, answer, rules, token_of

Visit = Callable[..., Visitor]
MORNINGS = Week.same_hours(WORKING_DAYS, (510, 720))
LONG = 650
"""Letters that the server still lets through in one address, percent-encoded (gunicorn: 4,094 signs)."""
TRACED_TABLES = {"audit_entry", "sign_in", "sign_in_attempt"}
"""What a reading may write: its own trace, and that the sign-in is in use."""


def settings(app: Flask) -> Settings:
    return app.extensions["guichet.settings"]


def rows(database: Database) -> dict[str, int]:
    """How many lines each table holds."""
    with database.reading() as session:
        return {
            name: len(session.execute(select(*table.primary_key.columns)).all())
            for name, table in Base.metadata.tables.items()
        }


# Headers
def test_every_answer_carries_the_headers_that_protect_it(app, visit: Visit):
    visitor = visit("coordinator")
    token = token_of(visitor, "/compte")
    kinds = set()
    for rule, method in [*rules(app)]:
        url = address(app, rule)
        response = answer(visitor, method, url, token)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe-eval" not in policy, url
        assert "unsafe-inline" not in policy or "sandbox" in policy, url
        assert response.headers["X-Content-Type-Options"] == "nosniff", url
        assert response.headers["Referrer-Policy"] == "same-origin", url
        assert "Server" not in response.headers and "X-Powered-By" not in response.headers, url
        kinds.add((response.status_code // 100, response.mimetype))
    assert {kind for kind, _ in kinds} >= {2, 3, 4}


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/nulle-part", 404),
        ("DELETE", "/connexion", 405),
        ("POST", "/connexion", 400),
        ("GET", "/connexion?suite=%ff", 200),
        ("GET", "/static/rien.css", 404),
    ],
)
def test_refusals_carry_them_too(visitor, method, url, status):
    response = visitor.client.open(url, method=method)
    assert response.status_code == status
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors" in response.headers["Content-Security-Policy"]


def test_pages_of_a_signed_in_person_stay_in_no_cache(app, visit: Visit):
    visitor = visit("coordinator")
    token = token_of(visitor, "/compte")
    for rule, method in rules(app):
        if rule.endpoint not in ("static", "favicon"):
            url = address(app, rule)
            assert "no-store" in answer(visitor, method, url, token).headers["Cache-Control"], url


def test_no_page_carries_a_script_or_a_style_of_its_own(app, visit: Visit, database, catalogue):
    with database.writing() as session:
        make.demand(session, catalogue, make.person(session))
        session.commit()
    visitor = visit("coordinator")
    for rule, method in rules(app):
        if method != "GET" or rule.endpoint in ("static", "letters.body", "mailbox.body"):
            continue
        response = answer(visitor, method, address(app, rule, demand_id=1, letter_id=1, one=1, other=1), "")
        if response.mimetype != "text/html":
            continue
        tree = html5lib.parse(response.get_data(as_text=True), namespaceHTMLElements=False)
        for element in tree.iter():
            assert not (element.tag == "script" and element.get("src") is None), rule.rule
            assert element.tag != "style" and element.get("style") is None, rule.rule
            assert not any(str(name).startswith("on") for name in element.attrib), rule.rule


# Forms
def test_no_form_works_without_its_token(app, visit: Visit, database):
    visitor = visit("coordinator")
    before = rows(database)
    tried = 0
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            response = visitor.client.post(address(app, rule), data={"csrf_token": "faux"})
            assert response.status_code == 400, rule.rule
            tried += 1
    assert tried > 20
    assert rows(database) == before


def test_reading_changes_nothing_but_its_trace(app, visit: Visit, database, catalogue):
    with database.writing() as session:
        make.demand(
            session, catalogue, make.person(session), facts=(FactEntry("residence", "address_proof"),)
        )
        session.commit()
    visitor = visit("coordinator")
    before = rows(database)
    for rule, method in rules(app):
        if method == "GET":
            url = address(
                app, rule, demand_id=1, letter_id=1, fact_id=1, account_id=1, manager_id=1, desk_id=1
            )
            answer(visitor, "GET", url, "")
    after = rows(database)
    assert {name for name in after if after[name] != before[name]} <= TRACED_TABLES


# Errors
def test_a_failure_shows_one_sentence_and_none_of_the_machine(app, database, caplog):
    broken = create_app(settings(app), database)
    broken.testing = False

    @broken.get("/panne")
    def breakdown() -> str:
        raise RuntimeError("chemin/secret du serveur")

    with caplog.at_level(logging.CRITICAL):
        response = broken.test_client().get("/panne")
    page = response.get_data(as_text=True)
    assert response.status_code == 500
    assert "Le guichet a rencontré une erreur." in page
    for told in ("chemin/secret", "Traceback", "RuntimeError", ".py"):
        assert told not in page


@pytest.mark.parametrize(
    "url",
    [
        "/demandes/99999999999999999999999",
        "/demandes/-1",
        "/administration/comptes/2147483648",
        "/demandes/9223372036854775808",
    ],
)
def test_an_absurd_number_in_an_address_is_a_page_not_found(visit: Visit, url):
    person = visit("coordinator" if "demandes" in url else "administrator")
    response = person.client.get(url)
    assert response.status_code == 404


@pytest.mark.parametrize(
    "typed", ["\u202e<script>'\";--\x00", "9" * 30, "9" * 17, "-1", "31/02/2026", "é" * LONG]
)
def test_an_absurd_address_of_a_list_is_a_page_all_the_same(app, visit: Visit, typed):
    names = (
        *KEPT, "q", "page", "avant", "apres", "rang", "tri", "du", "au", "date", "commission", "commune",
        "bassin", "personne", "demande", "action", "role", "suite", "compte",
    )  # fmt: skip
    for role in ("coordinator", "administrator"):
        visitor = visit(role)
        for rule, method in rules(app):
            if method == "GET" and not rule.arguments:
                for name in names if rule.endpoint in ("queue.page", "letters.undelivered") else ("",):
                    query = {name: typed} if name else dict.fromkeys(names, typed)
                    response = visitor.client.get(rule.rule, query_string=query, buffered=True)
                    response.close()
                    assert response.status_code < 500, (rule.rule, query)
                    assert "<script>'" not in response.get_data(as_text=True), rule.rule


def test_a_null_character_is_dropped_from_what_is_typed_and_refused_in_a_path(visit: Visit, visitor):
    visitor.get("/connexion")
    page = visitor.post("/connexion", {"email": "a\x00@exemple.test", "password": "x"}, status=401)
    assert 'value="a@exemple.test"' in page
    visitor.get("/connexion?suite=%00")
    agent = visit("rpe_agent")
    agent.get("/demandes/nouvelle/a%00b/enfant", status=404)
    agent.get("/demandes?q=a%00")


# What families type
MARK = "<b onclick=1>&lt;\"'"
"""Shown, it must be text; kept raw in the page, it would be an element."""


def test_html_typed_in_any_field_of_a_family_is_never_rendered(app, visit: Visit, database, catalogue):
    with database.writing() as session:
        agent = make.person(session, name=f"Agent {MARK}")
        demand = make.demand(
            session,
            catalogue,
            agent,
            child=make.child(first_name=MARK, last_name=f"Nom {MARK}"),
            adults=(
                make.adult(
                    first_name=f"A {MARK}", last_name=f"B {MARK}", employer=MARK, work_place=MARK, phone=MARK
                ),
            ),
            household=make.household(
                address=f"1 rue {MARK}", address_more=MARK, city=f"Ville {MARK}", language=MARK
            ),
            need=make.need(variable_hours=True, variable_note=MARK, urgency_reason=MARK),
            wishes=(WishEntry(establishment_id=make.house(catalogue, "lucioles")),),
            facts=(FactEntry("residence", "address_proof"),),
        )
        session.commit()
        demand_id = demand.id
    seen = 0
    for role in ("coordinator", "administrator"):
        visitor = visit(role)
        for rule, method in rules(app):
            if method != "GET" or rule.endpoint in ("static", "favicon"):
                continue
            url = address(app, rule, demand_id=demand_id, letter_id=1, fact_id=1, account_id=1)
            response = answer(visitor, "GET", url, "")
            page = response.get_data(as_text=True)
            if response.mimetype == "text/html":
                assert "<b onclick" not in page, url
                tree = html5lib.parse(page, namespaceHTMLElements=False)
                assert not any(element.get("onclick") for element in tree.iter()), url
                seen += "onclick=1" in page
    assert seen > 5


def test_a_formula_typed_as_a_name_stays_text_in_every_export(app, visit: Visit, database, catalogue):
    formula, visitor = "=CMD|'/C calc'!A0", visit("coordinator")
    lucioles = make.house(catalogue, "lucioles")
    with database.writing() as session:
        agent = make.person(session, name=formula)
        in_force(session, visitor.person)
        places(session, lucioles, 1)
        waiting(session, catalogue, agent, "+1", child=make.child(first_name="+1", last_name="@SUM(A1)"))
        stay = StayEntry(make.TODAY, MORNINGS, first_name="@SUM(A1)", birth_date=make.TODAY)
        add_stay(session, lucioles, stay, actor=agent, at=make.NOON)
        session.execute(update(User).where(User.id == agent.user_id).values(created_at=make.NOON))
        session.commit()
    run = proposed(database, visitor.person, title=formula)
    for rule, method in rules(app):
        if method == "GET" and rule.rule.endswith(".csv"):
            url = address(app, rule, house_id=lucioles, run_id=run.id)
            text = answer(visitor, "GET", url, "").get_data(as_text=True)
            assert text.startswith("\ufeff"), url
            for line in text.splitlines():
                assert not any(cell.strip('"').startswith(("=", "+", "@")) for cell in line.split(";")), line


def test_a_long_text_is_refused_before_it_is_read(visit: Visit):
    visitor = visit("administrator")
    visitor.get("/administration/comptes/nouveau")
    page = visitor.post("/administration/comptes/nouveau", {"name": "x" * 10_000_000}, status=413)
    assert "dépasse la taille permise" in page


def test_every_word_of_a_trace_has_its_french(app, visit: Visit, database, catalogue):
    with database.writing() as session:
        make.demand(session, catalogue, make.person(session))
        session.commit()
    for role in ("coordinator", "administrator", "rpe_agent"):
        visitor = visit(role)
        for rule, method in rules(app):
            if method == "GET":
                answer(visitor, "GET", address(app, rule, demand_id=1, letter_id=1), "")
    with database.reading() as session:
        told = session.execute(select(AuditEntry.action, AuditEntry.subject_type).distinct()).all()
    assert {action for action, _ in told} <= set(TRACE_ACTIONS)
    assert {subject for _, subject in told} <= set(TRACE_SUBJECTS)
