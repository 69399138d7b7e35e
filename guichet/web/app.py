"""The web application: what it is made of, and in which order."""

from flask import Flask, Response, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from guichet.commissions.sitting.deciding import drop_drafts
from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.demands import leaving
from guichet.web import (
    answer,
    auth,
    calendar_doors,
    closed_days,
    decisions,
    door,
    doubles,
    errors,
    family_file,
    feeds,
    figures,
    health,
    incoming,
    invited,
    legal,
    letters,
    mailbox,
    milestones,
    navigation,
    papers,
    queue,
    security,
    style,
    today,
)
from guichet.web.addresses import RowNumber
from guichet.web.admin import routes as admin
from guichet.web.availability import routes as availability
from guichet.web.bareme import routes as bareme
from guichet.web.calendar import routes as campaigns
from guichet.web.childminders import routes as childminders
from guichet.web.commissions import routes as commissions
from guichet.web.demand import contacts, explaining, page, points, steps
from guichet.web.offers import routes as offers
from guichet.web.places import routes as places
from guichet.web.proposals import routes as proposals
from guichet.web.registration import routes as registration
from guichet.web.rooms import routes as rooms
from guichet.web.templating import equip

LARGEST_REQUEST = 9 * 1024 * 1024
LARGEST_FIELDS = 2 * 1024 * 1024


def create_app(settings: Settings, database: Database) -> Flask:
    """One application on one database. Several may live in a process (tests)."""
    app = Flask(__name__, template_folder=str(settings.templates), static_folder="static")
    secure = settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELDS,
        SESSION_COOKIE_NAME="__Host-guichet" if secure else "guichet",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.trusted_proxies:
        # Without it every attempt behind a proxy would come from one address, and be throttled together.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.extensions["guichet.settings"] = settings
    app.extensions["guichet.database"] = database
    app.jinja_env.undefined = StrictUndefined
    app.url_map.converters["int"] = RowNumber
    leaving.bind(drop_drafts)
    equip(app)
    CSRFProtect(app)
    security.install(app)
    door.install(app)
    auth.install(app)
    navigation.install(app)
    errors.install(app)
    for module in (
        admin,
        answer,
        offers,
        auth,
        availability,
        bareme,
        calendar_doors,
        campaigns,
        childminders,
        closed_days,
        commissions,
        feeds,
        figures,
        health,
        incoming,
        invited,
        legal,
        letters,
        milestones,
        queue,
        page,
        points,
        explaining,
        steps,
        contacts,
        decisions,
        doubles,
        family_file,
        papers,
        places,
        proposals,
        registration,
        rooms,
        today,
    ):
        app.register_blueprint(module.bp)
    if settings.demo:
        app.register_blueprint(style.bp)
        app.register_blueprint(mailbox.bp)

    @app.get("/")
    @door.open_to_all
    def home() -> ResponseReturnValue:
        if g.get("person") is None:
            return redirect(url_for("auth.sign_in"))
        return redirect(navigation.first_page(g.person))

    @app.get("/favicon.ico")
    @door.open_to_all
    def favicon() -> Response:
        return app.send_static_file("mark.svg")

    return app
