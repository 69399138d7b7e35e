"""What every route is given: the person, the instant, a session, the catalogue; and how it ends.

A GET reads in a reading session; a POST works in a writing one and says `commit()` itself. Readings of a
family's file are traced in a transaction of their own, before the page leaves: no trace, no page.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guichet.accounts.policy import Person
from guichet.core import clock, journal, parameters
from guichet.core.actor import Actor
from guichet.core.db import Database
from guichet.core.errors import DomainError, NotAllowedError, NotFoundError
from guichet.core.settings import Settings
from guichet.demands.delays import DELAYS
from guichet.demands.queries import is_linked
from guichet.establishments.catalogue import Catalogue, load_catalogue
from guichet.establishments.supply import Supply
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.stays import load_offer

P = ParamSpec("P")
R = TypeVar("R")

CATALOGUE_SECONDS = 20
SUPPLIES = "guichet.supplies"
NOBODY = Actor(user_id=None, name="(personne non connectée)")


def settings() -> Settings:
    """What the installation was told."""
    kept: Settings = current_app.extensions["guichet.settings"]
    return kept


def answer_links() -> AnswerLinks:
    """What makes the links of the letters that families answer."""
    return AnswerLinks(settings().public_url, settings().secret_key)


def database() -> Database:
    """The database of this process."""
    kept: Database = current_app.extensions["guichet.database"]
    return kept


def db() -> Session:
    """The session of this request: reading for a GET, writing otherwise."""
    if "db" not in g:
        g.db = database().reading() if is_reading() else database().writing()
    opened: Session = g.db
    return opened


def is_reading() -> bool:
    """Whether the request asks to see something, not to change it."""
    return request.method in ("GET", "HEAD", "OPTIONS")


def commit() -> None:
    """End the work of this request. Only doors commit."""
    db().commit()


def at() -> datetime:
    """The instant of this request, read once."""
    if "at" not in g:
        g.at = clock.now()
    instant: datetime = g.at
    return instant


def person() -> Person:
    """Who is signed in. Only behind `signed_in` or `needs`."""
    known: Person = g.person
    return known


def catalogue() -> Catalogue:
    """The offer, kept some seconds by each process."""
    kept = current_app.extensions.setdefault("guichet.catalogue", {})
    if kept.get("until", 0) < time.monotonic():
        kept["value"] = load_catalogue(db())
        kept["until"] = time.monotonic() + CATALOGUE_SECONDS
    value: Catalogue = kept["value"]
    return value


def delays() -> dict[str, int]:
    """The delays in force (demands/delays.py), kept some seconds by each process like the offer."""
    kept = current_app.extensions.setdefault("guichet.delays", {})
    if kept.get("until", 0) < time.monotonic():
        kept["value"] = parameters.read(db(), DELAYS)
        kept["until"] = time.monotonic() + CATALOGUE_SECONDS
    value: dict[str, int] = kept["value"]
    return value


def supplies() -> dict[int, Supply]:
    """What every open establishment offers before any child, kept some seconds by each process like the offer."""
    kept = current_app.extensions.setdefault(SUPPLIES, {})
    if kept.get("until", 0) < time.monotonic():
        kept["value"] = load_offer(db(), None)
        kept["until"] = time.monotonic() + CATALOGUE_SECONDS
    value: dict[int, Supply] = kept["value"]
    return value


def forget_catalogue() -> None:
    """Read the offer and the delays again at the next request: this process has just changed them."""
    current_app.extensions.pop("guichet.catalogue", None)
    current_app.extensions.pop("guichet.delays", None)
    current_app.extensions.pop(SUPPLIES, None)


def trace(action: str, subject_type: str, subject_id: int | None, detail: str = "") -> None:
    """Record that the person read, exported or was refused something, before the page leaves."""
    g.setdefault("traces", []).append((action, subject_type, subject_id, detail))


def signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """The route asks for an account, whatever its rights."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if g.get("person") is None:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
            return redirect(url_for("auth.sign_in", suite=wanted or None))
        return view(*args, **kwargs)

    guarded.rights = ("signed_in",)  # type: ignore[attr-defined]  # read by the test of rights
    return guarded


def needs(*actions: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """The route asks for at least one of these rights (accounts/policy.py)."""

    def guard(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if not any(person().may(action) for action in actions):
                trace("refused", "page", None, request.path)
                raise NotAllowedError("Votre compte ne donne pas accès à cette page.")
            return view(*args, **kwargs)

        outer = signed_in(guarded)
        outer.rights = actions  # type: ignore[attr-defined]  # read by the test of rights
        return outer

    return guard


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """The route needs no account, on purpose."""
    view.rights = ()  # type: ignore[attr-defined]  # read by the test of rights
    return view


def not_for_them(subject_type: str, subject_id: int) -> DomainError:
    """The file exists but not for this person, or does not exist: one answer, and a trace.

    Whoever declared a link with the family of a demand knows that it exists: they are told why.
    """
    trace("refused", subject_type, subject_id, request.path)
    if subject_type == "demand" and g.get("person") is not None and is_linked(db(), person(), subject_id):
        return NotAllowedError("Vous avez déclaré un lien avec cette famille : son dossier ne s’ouvre pas.")
    return NotFoundError()


def install(app: Flask) -> None:
    """Write the traces, then close what the request opened."""

    @app.after_request
    def _write_traces(response: Response) -> Response:
        kept: list[tuple[str, str, int | None, str]] = g.pop("traces", [])
        if kept:
            if "db" in g:
                g.db.rollback()
            who: Actor = g.get("person") or NOBODY
            with database().transaction() as session:
                for action, subject_type, subject_id, detail in kept:
                    journal.trace(
                        session, action, subject_type, subject_id, actor=who, at=at(), detail=detail
                    )
        return response

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        session = g.pop("db", None)
        if session is not None:
            session.close()
