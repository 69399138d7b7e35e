"""Sign in, sign out, choose a password, one's own account; and who is behind each request."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from guichet.accounts import links, own_actions, queries, signing_in, words
from guichet.accounts.demonstration import PASSWORD
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import DomainError, InvalidError
from guichet.web.door import (
    at,
    catalogue,
    commit,
    database,
    db,
    is_reading,
    open_to_all,
    person,
    settings,
    signed_in,
)

bp = Blueprint("auth", __name__)
TOKEN = "t"  # noqa: S105 - the name of a cookie's key
STRANGER = Actor(None, "(inconnu)")


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
        if due and is_reading():
            with database().transaction() as writing:
                signing_in.touch(writing, token, at=at())
        elif due:
            # In the session of the request: a second one would wait for the first to let go of SQLite.
            signing_in.touch(db(), token, at=at())
            commit()


@bp.get("/connexion")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """The form."""
    if g.person is not None:
        return redirect("/")
    return _sign_in_page(request.args.get("suite", ""))


@bp.post("/connexion")
@open_to_all
def open_session() -> ResponseReturnValue:
    """Check, then go where the person was going."""
    email, wanted = request.form.get("email", ""), request.form.get("suite", "")
    address = request.remote_addr or ""
    try:
        with database().reading() as reading:
            token, known = signing_in.sign_in(
                db(), email, request.form.get("password", ""), address, at=at(), reading=reading
            )
    except DomainError as error:
        journal.trace(
            db(),
            "sign_in_failed",
            "account",
            queries.id_of(db(), email),
            actor=STRANGER,
            at=at(),
            detail=f"{error.sentence} ({address})",
        )
        commit()
        return _sign_in_page(wanted, email, {"email": error.sentence}), max(error.status, 401)
    journal.trace(db(), "sign_in", "account", known.user_id, actor=known, at=at(), detail=address)
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


@bp.get("/mot-de-passe-oublie")
@open_to_all
def forgotten() -> ResponseReturnValue:
    """Ask for a link by mail."""
    return render_template("auth/forgotten.html", email="", problems={})


@bp.post("/mot-de-passe-oublie")
@open_to_all
def send_reset() -> ResponseReturnValue:
    """The same answer whether the account exists or not."""
    email = request.form.get("email", "")
    if "@" not in email:
        problems = {"email": "Écrivez votre adresse électronique."}
        return render_template("auth/forgotten.html", email=email, problems=problems), 422
    try:
        own_actions.request_reset(
            db(), email, request.remote_addr or "", catalogue(), settings().public_url, at=at()
        )
    except DomainError as error:
        problems = {"email": error.sentence}
        return render_template("auth/forgotten.html", email=email, problems=problems), error.status
    commit()
    return redirect(url_for("auth.reset_sent"), 303)


@bp.get("/mot-de-passe-oublie/envoye")
@open_to_all
def reset_sent() -> ResponseReturnValue:
    """Where to look now."""
    return render_template("auth/reset_sent.html")


@bp.get("/invitation/<token>")
@bp.get("/mot-de-passe/<token>")
@open_to_all
def choose(token: str) -> ResponseReturnValue:
    """The form behind a link; looking at it does not use the link up."""
    return _choose_page(token, {})


@bp.post("/invitation/<token>")
@bp.post("/mot-de-passe/<token>")
@open_to_all
def chosen(token: str) -> ResponseReturnValue:
    """Keep the password; the person then signs in with it."""
    typed, again = request.form.get("password", ""), request.form.get("again", "")
    try:
        own_actions.choose_password(db(), token, typed, again, catalogue(), at=at())
    except InvalidError as error:
        return _choose_page(token, error.problems), error.status
    commit()
    session.clear()
    flash("Votre mot de passe est enregistré. Connectez-vous.", "success")
    return redirect(url_for("auth.sign_in"), 303)


@bp.get("/compte")
@signed_in
def account() -> ResponseReturnValue:
    """The person's own account."""
    return _account_page({})


@bp.post("/compte/mot-de-passe")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change it, ending every other sign-in."""
    typed = request.form
    try:
        own_actions.change_password(
            db(),
            person().user_id or 0,
            typed.get("present", ""),
            typed.get("password", ""),
            typed.get("again", ""),
            catalogue(),
            keep=session.get(TOKEN, ""),
            at=at(),
        )
    except DomainError as error:
        commit()
        problems = error.problems if isinstance(error, InvalidError) else {"present": error.sentence}
        return _account_page(problems), error.status
    commit()
    flash("Votre mot de passe a changé. Vos autres connexions sont fermées.", "success")
    return redirect(url_for("auth.account"), 303)


@bp.post("/compte/deconnexions")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """End every sign-in of the account, this one too."""
    signing_in.sign_out_everywhere(db(), person().user_id or 0)
    commit()
    session.clear()
    flash("Toutes vos connexions sont fermées.", "success")
    return redirect(url_for("auth.sign_in"), 303)


def _sign_in_page(wanted: str, email: str = "", problems: dict[str, str] | None = None) -> str:
    shown = []
    if settings().demo:
        shown = queries.demonstration_accounts(db(), catalogue(), at=at())
        email = email or request.args.get("compte", "")
    return render_template(
        "auth/sign_in.html",
        email=email,
        problems=problems or {},
        wanted=wanted,
        accounts=shown,
        password=PASSWORD if email in {line.email for line in shown} else "",
    )


def _choose_page(token: str, problems: dict[str, str]) -> str:
    holder = links.holder_of(db(), token, at=at())
    return render_template("auth/choose.html", holder=holder, problems=problems)


@bp.errorhandler(links.LinkGoneError)
def _gone(error: links.LinkGoneError) -> ResponseReturnValue:
    return render_template("auth/gone.html", sentence=error.sentence), error.status


def _account_page(problems: dict[str, str]) -> str:
    known = person()
    stored = queries.account(db(), known.user_id or 0)
    return render_template(
        "auth/account.html",
        person=known,
        roles=[words.ROLES[role] for role in words.ROLES if role in known.roles],
        reach=queries.reach_in_words(stored.memberships, catalogue()),
        rights=words.rights_of(known),
        closes_on=stored.closes_on,
        problems=problems,
    )


def _inside(wanted: str) -> str:
    """Only an address of this site may be returned to. Browsers read « \\ » as « / » and drop controls."""
    plain = wanted.isprintable() and "\\" not in wanted
    inside = plain and wanted.startswith("/") and not wanted.startswith("//") and not urlsplit(wanted).netloc
    return wanted if inside else "/"
