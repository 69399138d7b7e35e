"""Every refusal is a page with one French sentence and the right status."""

import logging

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from guichet.core.errors import DomainError

LOG = logging.getLogger("guichet.web")

TITLES = {
    400: "Demande incorrecte",
    403: "Accès refusé",
    404: "Page introuvable",
    405: "Action impossible ici",
    409: "Le dossier a changé",
    413: "Envoi trop volumineux",
    422: "Saisie à corriger",
    429: "Trop d’essais",
}
SENTENCES = {
    400: "Le navigateur a envoyé une demande que le guichet ne comprend pas.",
    404: "Cette page n’existe pas, ou vous n’y avez pas accès.",
    405: "Cette adresse ne s’ouvre pas de cette façon.",
    413: "Ce que vous envoyez dépasse la taille permise (8 Mo pour un document). Réduisez-le, puis recommencez.",
}
STALE = (
    "Une autre personne a modifié ce dossier en même temps que vous. Revenez en arrière : votre saisie y est "
    "encore ; rechargez le dossier, puis enregistrez de nouveau si elle convient toujours."
)
DATABASE_AWAY = (
    "Le guichet ne joint pas sa base de données. Patientez quelques secondes, puis rechargez la page."
)
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
        status = error.code or 500
        return page(SENTENCES.get(status, INTERNAL), status)

    @app.errorhandler(OperationalError)
    def _database(error: OperationalError) -> ResponseReturnValue:
        LOG.error("database: %s", error.orig)
        return page(DATABASE_AWAY, 503, "Base de données injoignable")

    @app.errorhandler(Exception)
    def _other(error: Exception) -> ResponseReturnValue:
        if app.testing:
            raise error
        LOG.exception("unexpected error")
        return page(INTERNAL, 500)
