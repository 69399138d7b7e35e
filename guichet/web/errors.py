"""Every refusal is a page with one French sentence and the right status."""

import logging

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeftError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from guichet.core.db_trouble import Trouble, trouble_of
from guichet.core.errors import DomainError

LOG = logging.getLogger("guichet.web")

TITLES = {
    400: "Page à recharger",
    403: "Accès refusé",
    404: "Page introuvable",
    405: "Action impossible ici",
    409: "Le dossier a changé",
    413: "Envoi trop volumineux",
    422: "Saisie à corriger",
    429: "Trop d’essais",
}
SENTENCES = {
    400: "Le guichet n’a pas compris ce que le navigateur a envoyé. Revenez à la page précédente, rechargez-la, puis recommencez.",
    404: "Cette page n’existe pas, ou vous n’y avez pas accès.",
    405: "Cette adresse ne s’ouvre pas de cette façon.",
    413: "Ce que vous envoyez dépasse la taille permise (8 Mo pour un document). Réduisez-le, puis recommencez.",
}
STALE = (
    "Une autre personne a modifié ce dossier en même temps que vous. Revenez en arrière : votre saisie y est "
    "encore ; rechargez le dossier, puis enregistrez de nouveau si elle convient toujours."
)
DATABASE = {
    Trouble.AWAY: (
        "Base de données injoignable",
        "Le guichet ne joint pas sa base de données. Patientez quelques secondes, puis rechargez la page.",
    ),
    Trouble.BUSY: (
        "Base de données occupée",
        "Trop de travaux se font en même temps : la base de données n’a pas pu prendre le vôtre. Patientez "
        "quelques secondes, puis recommencez.",
    ),
    Trouble.OUTDATED: (
        "Guichet à mettre à jour",
        "La base de données n’est pas à la version du programme. Prévenez l’administrateur du serveur : il doit "
        "lancer « guichet migrate ».",
    ),
}
INTERNAL = "Le guichet a rencontré une erreur. Elle est consignée ; rien n’a été enregistré à moitié."
CSRF = (
    "Cette page est restée ouverte trop longtemps ou a été ouverte deux fois. Rechargez-la, puis recommencez."
)


def page(sentence: str, status: int, title: str = "") -> ResponseReturnValue:
    """One page for all refusals."""
    heading = title or TITLES.get(status, "Le guichet n’a pas pu répondre")
    return render_template("errors/error.html", title=heading, sentence=sentence, status=status), status


def install(app: Flask) -> None:
    """Turn exceptions into pages."""

    @app.errorhandler(DomainError)
    def _domain(error: DomainError) -> ResponseReturnValue:
        return page(error.sentence, error.status)

    @app.errorhandler(StaleDataError)
    def _stale(_error: StaleDataError) -> ResponseReturnValue:
        return page(STALE, 409)

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> ResponseReturnValue:
        return page(CSRF, 400)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        original = getattr(error, "original_exception", None)
        if isinstance(original, DBAPIError):
            # After the page was made, when its reading could not be traced.
            return _database(original)
        status = error.code or 500
        return page(SENTENCES.get(status, INTERNAL), status)

    @app.errorhandler(NoConnectionLeftError)
    def _no_connection(error: NoConnectionLeftError) -> ResponseReturnValue:
        return _trouble(Trouble.BUSY, error)

    @app.errorhandler(DBAPIError)
    def _database(error: DBAPIError) -> ResponseReturnValue:
        trouble = trouble_of(error.orig)
        return _other(error) if trouble is Trouble.FAULT else _trouble(trouble, error.orig or error)

    @app.errorhandler(Exception)
    def _other(error: Exception) -> ResponseReturnValue:
        if app.testing:
            raise error
        LOG.exception("unexpected error")
        return page(INTERNAL, 500)


def _trouble(trouble: Trouble, error: BaseException) -> ResponseReturnValue:
    LOG.error("%s %s: %s: %s", request.method, request.path, trouble, error)
    title, sentence = DATABASE[trouble]
    return page(sentence, 503, title)
