"""The session of who signs in: its cookie, its end, its secret, the attempts, and where it leads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from guichet.accounts import signing_in
from guichet.accounts.models import SignIn
from guichet.core import clock
from guichet.core.journal import AuditEntry
from guichet.core.settings import Settings
from guichet.web.app import create_app
from tests.web.pages import PASSWORD, Visitor
from tests.web.test_rights import ENDS_THE_SIGN_IN, token_of

Visit = Callable[..., Visitor]


def settings(app: Flask) -> Settings:
    return app.extensions["guichet.settings"]


# Cookies and sign-ins
def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visitor):
    response = visitor.client.get("/connexion")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Domain" not in cookie


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(app, database):
    secure = create_app(replace(settings(app), public_url="https://guichet.example"), database)
    response = secure.test_client().get("/connexion", base_url="https://guichet.example")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-guichet=") and "Secure" in cookie and "Path=/" in cookie
    assert "max-age" in response.headers["Strict-Transport-Security"]


def test_signing_in_gives_a_new_token_and_drops_what_the_visitor_brought(visit: Visit, database):
    visitor = visit("rpe_agent")
    first = visitor.client.get_cookie("guichet").value
    visitor.get("/compte")
    visitor.post("/deconnexion")
    visitor.sign_in(visitor.person.email)
    assert visitor.client.get_cookie("guichet").value != first
    with database.reading() as session:
        assert len(session.scalars(select(SignIn)).all()) == 1


@pytest.mark.parametrize(
    ("column", "age"), [("seen_at", signing_in.IDLE), ("expires_at", timedelta(seconds=1))]
)
def test_a_sign_in_ends_when_idle_and_in_any_case_after_ten_hours(visit: Visit, database, column, age):
    visitor = visit("rpe_agent")
    visitor.get("/compte")
    assert visitor.path == "/compte"
    with database.writing() as session:
        opened = session.scalars(select(SignIn)).one()
        setattr(opened, column, opened.created_at - age)
        session.commit()
    visitor.get("/compte")
    assert visitor.path == "/connexion"


def test_a_sign_in_lasts_ten_hours_at_most():
    assert timedelta(hours=2) == signing_in.IDLE
    assert timedelta(hours=10) == signing_in.LONGEST


def test_a_copy_of_the_table_of_sign_ins_opens_nothing(visit: Visit, visitor, database):
    visit("rpe_agent")
    with database.reading() as session:
        stored = session.scalars(select(SignIn.token_hash)).one()
    with visitor.client.session_transaction() as cookie:
        cookie["t"] = stored
    visitor.get("/compte")
    assert visitor.path == "/connexion"


def test_a_cookie_signed_with_another_secret_is_worth_nothing(app, visit: Visit, database):
    visitor = visit("rpe_agent")
    other = create_app(replace(settings(app), secret_key="z" * 40), database)
    stranger = Visitor(other, database)
    stranger.client.set_cookie("guichet", visitor.client.get_cookie("guichet").value)
    stranger.get("/compte")
    assert stranger.path == "/connexion"


def test_attempts_are_counted_by_address_too(visitor, database):
    for number in range(signing_in.MOST_BY_ADDRESS):
        with database.writing() as session:
            session.add(
                signing_in.SignInAttempt(at=clock.now(), email_hash=f"{number:064}", address="127.0.0.1")
            )
            session.commit()
    visitor.get("/connexion")
    page = visitor.post("/connexion", {"email": "zoe@exemple.test", "password": PASSWORD}, status=429)
    assert "Trop d’essais" in page


def test_without_a_trusted_proxy_nobody_chooses_their_own_address(app, database):
    attempt = {"email": "zoe@exemple.test", "password": "faux"}
    for proxies, kept in ((0, "127.0.0.1"), (1, "203.0.113.9")):
        visitor = Visitor(create_app(replace(settings(app), trusted_proxies=proxies), database), database)
        token = token_of(visitor, "/connexion")
        visitor.client.post(
            "/connexion", data={"csrf_token": token, **attempt}, headers={"X-Forwarded-For": "203.0.113.9"}
        )
        with database.reading() as session:
            last = select(signing_in.SignInAttempt.address).order_by(signing_in.SignInAttempt.id.desc())
            assert session.scalars(last).first() == kept


def test_a_failed_sign_in_is_traced_with_the_account_it_aimed_at_and_no_password(
    visit: Visit, visitor, database
):
    agent = visit("rpe_agent")
    visitor.get("/connexion")
    visitor.post("/connexion", {"email": agent.person.email, "password": "mot-secret"}, status=401)
    with database.reading() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in_failed")).one()
    assert line.subject_id == agent.person.user_id
    assert "mot-secret" not in line.detail


@pytest.mark.parametrize(
    "wanted",
    [
        "https://mechant.example/",
        "//mechant.example/",
        "/\\mechant.example",
        "/\t/mechant.example",
        "\\/mechant.example",
        "javascript:alert(1)",
        "mechant.example",
        "/\r\nSet-Cookie: a=b",
    ],
)
def test_signing_in_leads_to_no_other_site(visit: Visit, wanted):
    visitor = visit("rpe_agent")
    visitor.get("/compte")
    visitor.post("/deconnexion")
    visitor.get("/connexion")
    visitor.post(
        "/connexion",
        {"email": visitor.person.email, "password": PASSWORD, "suite": wanted},
        status=302,
        follow=False,
    )
    assert visitor.last.location == "/"


def test_signing_in_leads_where_the_person_was_going(visit: Visit):
    visitor = visit("rpe_agent")
    visitor.get("/compte")
    visitor.post("/deconnexion")
    visitor.get("/connexion")
    visitor.post(
        "/connexion",
        {"email": visitor.person.email, "password": PASSWORD, "suite": "/demandes?q=été"},
        status=302,
        follow=False,
    )
    assert visitor.last.location.startswith("/demandes?q=")


def test_the_pages_that_end_a_sign_in_are_forms(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ENDS_THE_SIGN_IN:
            assert "GET" not in rule.methods
