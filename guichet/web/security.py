"""What every answer carries, and what no request may (OWASP ASVS 5.0, 3.4)."""

from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)


Typed = MultiDict[str, str]


def install(app: Flask) -> None:
    """Set the headers on every answer; a page that shows a mail's own HTML sets its own, stricter on scripts."""

    @app.before_request
    def _no_null() -> None:
        # PostgreSQL refuses it in any text. A pasted one is dropped, the rest of what was typed is kept.
        if "\x00" in request.path:
            raise NotFound
        if _has_null(request.args):
            request.args = _without_null(request.args)
        if _has_null(request.form):
            request.form = _without_null(request.form)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if not response.headers.get("Cache-Control"):
            # A family's file must not stay in the cache of a shared computer.
            response.headers["Cache-Control"] = "no-store"
        return response


def _has_null(typed: Typed) -> bool:
    return any("\x00" in value for _, value in typed.items(multi=True))


def _without_null(typed: Typed) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict((name, value.replace("\x00", "")) for name, value in typed.items(multi=True))
