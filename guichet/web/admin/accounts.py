"""Accounts: the list, inviting, changing, closing."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.accounts import actions, queries, words
from guichet.accounts.entry import AccountEntry
from guichet.accounts.models import User
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.establishments.catalogue import House
from guichet.establishments.kinds import Kind
from guichet.web.admin.blueprint import bp
from guichet.web.door import at, catalogue, commit, db, needs, person, settings


@bp.get("/comptes")
@needs("manage_accounts")
def accounts() -> ResponseReturnValue:
    """Who may sign in, and until when."""
    asked, role = request.args.get("q", ""), request.args.get("role", "")
    number = request.args.get("page", "1")
    page = int(number) if number.isdecimal() and len(number) < 6 else 1
    found = queries.accounts(db(), catalogue(), at=at(), words=asked, role=role, page=page)
    return render_template("admin/accounts.html", found=found, asked=asked, role=role, page=page, words=words)


@bp.get("/comptes/nouveau")
@needs("manage_accounts")
def new_account() -> ResponseReturnValue:
    """The empty form."""
    return _form_page(None, AccountEntry("", "", frozenset()), {})


@bp.post("/comptes/nouveau")
@needs("manage_accounts")
def invite() -> ResponseReturnValue:
    """Open the account; its holder receives the link."""
    typed, problems = _typed()
    try:
        _refuse(problems)
        user, _link = actions.invite(db(), typed, catalogue(), settings().public_url, actor=person(), at=at())
    except InvalidError as error:
        return _form_page(None, typed, problems | error.problems), error.status
    commit()
    flash(f"L’invitation de {user.name} part à {user.email}.", "success")
    return redirect(url_for("admin.account", account_id=user.id), 303)


@bp.get("/comptes/<int:account_id>")
@needs("manage_accounts")
def account(account_id: int) -> ResponseReturnValue:
    """One account."""
    user = queries.account(db(), account_id)
    return _form_page(user, actions.entry_of(user), {})


@bp.post("/comptes/<int:account_id>")
@needs("manage_accounts")
def change_account(account_id: int) -> ResponseReturnValue:
    """Change it; the holder's rights follow at the next page."""
    typed, problems = _typed()
    try:
        _refuse(problems)
        user = actions.change_account(
            db(),
            account_id,
            typed,
            catalogue(),
            settings().public_url,
            version=_version(),
            actor=person(),
            at=at(),
        )
    except DomainError as error:
        db().rollback()
        found = error.problems if isinstance(error, InvalidError) else {"": error.sentence}
        return _form_page(queries.account(db(), account_id), typed, problems | found), error.status
    commit()
    flash(f"Le compte de {user.name} est modifié.", "success")
    return redirect(url_for("admin.account", account_id=account_id), 303)


@bp.post("/comptes/<int:account_id>/invitation")
@needs("manage_accounts")
def invite_again(account_id: int) -> ResponseReturnValue:
    """Send the invitation again, with a new link."""
    actions.invite_again(db(), account_id, catalogue(), settings().public_url, actor=person(), at=at())
    return _done(account_id, "Une nouvelle invitation part ; l’ancien lien n’ouvre plus rien.")


@bp.post("/comptes/<int:account_id>/fermer")
@needs("manage_accounts")
def close_account(account_id: int) -> ResponseReturnValue:
    """Close it today."""
    actions.close(db(), account_id, day(at()), version=_version(), actor=person(), at=at())
    return _done(account_id, "Le compte est fermé et ses connexions aussi.")


@bp.post("/comptes/<int:account_id>/rouvrir")
@needs("manage_accounts")
def reopen_account(account_id: int) -> ResponseReturnValue:
    """Open it again, without a closing date."""
    actions.reopen(db(), account_id, version=_version(), actor=person(), at=at())
    return _done(account_id, "Le compte est rouvert.")


@bp.post("/comptes/<int:account_id>/deconnexions")
@needs("manage_accounts")
def end_sign_ins(account_id: int) -> ResponseReturnValue:
    """End its sign-ins, for instance when a computer was stolen."""
    actions.end_sign_ins(db(), account_id, actor=person(), at=at())
    return _done(account_id, "Les connexions de ce compte sont fermées.")


def _done(account_id: int, sentence: str) -> ResponseReturnValue:
    commit()
    flash(sentence, "success")
    return redirect(url_for("admin.account", account_id=account_id), 303)


def _form_page(user: User | None, typed: AccountEntry, problems: dict[str, str]) -> str:
    return render_template(
        "admin/account.html",
        user=user,
        typed=typed,
        closes_on=request.form.get(
            "closes_on", french.short_date(typed.closes_on) if typed.closes_on else ""
        ),
        problems=problems,
        closed=user is not None and user.closes_on is not None and user.closes_on <= day(at()),
        roles=list(words.ROLES.items()),
        role_hints=words.ROLE_HINTS,
        communes=[(town.code, town.name) for town in catalogue().towns.values()],
        houses=_houses_by_town(typed.houses),
    )


def _houses_by_town(ticked: frozenset[int]) -> list[tuple[str, list[House]]]:
    """The establishments, commune by commune, in the order of the catalogue; nobody directs childminders."""
    here: dict[str, list[House]] = {town.name: [] for town in catalogue().towns.values()}
    for house in catalogue().houses.values():
        if house.kind != Kind.CHILDMINDERS or house.id in ticked:
            here[house.commune_name].append(house)
    return [(town, houses) for town, houses in here.items() if houses]


def _typed() -> tuple[AccountEntry, dict[str, str]]:
    """The account as typed, and what could not even be read."""
    form = request.form
    problems: dict[str, str] = {}
    closes_on: date | None = None
    if form.get("closes_on", "").strip():
        try:
            closes_on = french.parse_date(form["closes_on"])
        except ValueError as error:
            problems["closes_on"] = str(error)
    entry = AccountEntry(
        email=form.get("email", ""),
        name=form.get("name", ""),
        roles=frozenset(form.getlist("roles")),
        communes=frozenset(form.getlist("communes")),
        houses=frozenset(int(one) for one in form.getlist("houses") if one.isdecimal() and len(one) < 10),
        closes_on=closes_on,
    )
    return entry, problems


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise InvalidError(problems)


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
