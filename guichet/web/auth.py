"""Sign in, sign out, and who is behind each request."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from guichet.accounts import signing_in
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import DomainError
from guichet.web.door import at, commit, database, db, open_to_all, signed_in

bp = Blueprint("auth", __name__)
TOKEN = "t"  # noqa: S105 - the name of a cookie's key


def install(app: Flask) -> None:
    """Know the person before every page; static files need nobody."""

    @app.before_request
    def _who() -> None:
        g.person = None
        token = session.get(TOKEN)
        if not token or request.endpoint in (None, "static", "health.health"):
            return
        found = signing_in.who(db(), token, at=at())
        if found is None:
            session.clear()
            return
        g.person, due = found
        if due:
            with database().transaction() as writing:
                signing_in.touch(writing, token, at=at())


@bp.get("/connexion")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """The form."""
    if g.person is not None:
        return redirect("/")
    return render_template("auth/sign_in.html", email="", problems={}, wanted=request.args.get("suite", ""))


@bp.post("/connexion")
@open_to_all
def open_session() -> ResponseReturnValue:
    """Check, then go where the person was going."""
    email, wanted = request.form.get("email", ""), request.form.get("suite", "")
    try:
        token, person = signing_in.sign_in(
            db(), email, request.form.get("password", ""), request.remote_addr or "", at=at()
        )
    except DomainError as error:
        journal.trace(
            db(),
            "sign_in_failed",
            "account",
            None,
            actor=Actor(None, "(inconnu)"),
            at=at(),
            detail=error.sentence,
        )
        commit()
        problems = {"email": error.sentence}
        page = render_template("auth/sign_in.html", email=email, problems=problems, wanted=wanted)
        return page, max(error.status, 401) if error.status != 400 else 401
    journal.trace(db(), "sign_in", "account", person.user_id, actor=person, at=at())
    commit()
    session.clear()
    session[TOKEN] = token
    return redirect(_inside(wanted))


@bp.post("/deconnexion")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this sign-in, here and in the database."""
    signing_in.sign_out(db(), session.get(TOKEN, ""))
    commit()
    session.clear()
    return redirect(url_for("auth.sign_in"))


@bp.get("/compte")
@signed_in
def account() -> ResponseReturnValue:
    """The person's own account."""
    return render_template("auth/account.html", person=g.person)


def _inside(wanted: str) -> str:
    """Only an address of this site may be returned to."""
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if inside else "/"
