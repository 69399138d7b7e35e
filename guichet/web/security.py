"""What every answer carries, and what no request may (OWASP ASVS 5.0, 3.4)."""

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def install(app: Flask) -> None:
    """Set the headers on every answer; a page that shows a mail's own HTML sets its own, stricter on scripts."""

    @app.before_request
    def _no_null() -> None:
        # No keyboard types it, and PostgreSQL refuses it in any text: it only ever comes from an attack.
        values = (value for source in (request.args, request.form) for _, value in source.items(multi=True))
        if "\x00" in request.path or any("\x00" in value for value in values):
            raise BadRequest

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
