"""Settings: the delays of the desk, the managers, the desks and what each serves, the legal texts."""

from dataclasses import fields
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.milestones.settings import MILESTONES
from guichet.core import parameters as stored
from guichet.core import texts
from guichet.core.errors import ConflictError, InvalidError, NotFoundError
from guichet.core.names import search_key
from guichet.demands.delays import DELAYS
from guichet.establishments import actions as establishments
from guichet.establishments.actions import ManagerEntry
from guichet.establishments.models import Manager
from guichet.placements.settings import SETTINGS
from guichet.territory import actions as territory
from guichet.territory.actions import DeskEntry
from guichet.territory.models import Desk
from guichet.web.admin.blueprint import bp
from guichet.web.door import at, catalogue, commit, db, forget_catalogue, needs, person, trace
from guichet.web.legal_texts import LEGAL_TEXTS

GROUPS = (("Demandes", DELAYS), ("Places et réponses", SETTINGS), ("Commissions", MILESTONES))
DECLARED = tuple(item for _title, group in GROUPS for item in group)

Entry = TypeVar("Entry", ManagerEntry, DeskEntry)


@bp.get("/reglages")
@needs("change_parameters")
def parameters() -> ResponseReturnValue:
    """Every setting on one page."""
    return _settings_page({key: str(value) for key, value in stored.read(db(), DECLARED).items()}, {})


@bp.post("/reglages")
@needs("change_parameters")
def change_parameters() -> ResponseReturnValue:
    """Keep the delays that changed, all or none."""
    typed = {item.key: request.form.get(item.key, "").strip() for item in DECLARED}
    chosen = {item: _whole(typed[item.key]) for item in DECLARED}
    try:
        changed = stored.change_all(db(), chosen, actor=person(), at=at())
    except InvalidError as error:
        return _settings_page(typed, error.problems), error.status
    if changed:
        trace("change", "parameter", None, ", ".join(item.label for item in DECLARED if item.key in changed))
    return _kept("Les délais sont enregistrés.")


@bp.post("/reglages/communes")
@needs("change_parameters")
def serve_communes() -> ResponseReturnValue:
    """Say which desk serves each commune."""
    chosen = {code: _number(f"desk-{code}") for code in catalogue().towns}
    changed = territory.serve(db(), chosen, actor=person(), at=at())
    if changed:
        trace("change", "desk", None, "serve_commune")
    return _kept("Les points d’accueil des communes sont enregistrés.")


@bp.get("/gestionnaires/<int:manager_id>")
@needs("change_parameters")
def manager(manager_id: int) -> ResponseReturnValue:
    """What the letters of decision say of a manager."""
    return _manager_page(manager_id, None, {})


@bp.post("/gestionnaires/<int:manager_id>")
@needs("change_parameters")
def change_manager(manager_id: int) -> ResponseReturnValue:
    """Keep it for the next letters."""
    entry, version = _entry(ManagerEntry), _number("version")
    try:
        kept = establishments.change_manager(
            db(), manager_id, entry, actor=person(), at=at(), version=version
        )
    except (InvalidError, ConflictError) as refusal:
        db().rollback()
        return _manager_page(manager_id, entry, *_told(refusal)), refusal.status
    trace("change", "manager", manager_id)
    return _kept(f"Les réglages de « {kept.name} » sont enregistrés.")


@bp.get("/accueils/<int:desk_id>")
@needs("change_parameters")
def desk(desk_id: int) -> ResponseReturnValue:
    """What the receipts say of a desk."""
    return _desk_page(desk_id, None, {})


@bp.post("/accueils/<int:desk_id>")
@needs("change_parameters")
def change_desk(desk_id: int) -> ResponseReturnValue:
    """Keep it for the next letters."""
    entry, version = _entry(DeskEntry), _number("version")
    try:
        kept = territory.change_desk(db(), desk_id, entry, actor=person(), at=at(), version=version)
    except (InvalidError, ConflictError) as refusal:
        db().rollback()
        return _desk_page(desk_id, entry, *_told(refusal)), refusal.status
    trace("change", "desk", desk_id)
    return _kept(f"Le point d’accueil « {kept.name} » est enregistré.")


@bp.get("/mentions")
@needs("change_parameters")
def legal_texts() -> ResponseReturnValue:
    """What the legal pages still need to know."""
    typed = texts.read(db(), LEGAL_TEXTS)
    return render_template("admin/legal_texts.html", declared=LEGAL_TEXTS, typed=typed, problems={})


@bp.post("/mentions")
@needs("change_parameters")
def change_legal_texts() -> ResponseReturnValue:
    """Keep them; the legal pages show them at once."""
    typed = {item.key: request.form.get(item.key, "") for item in LEGAL_TEXTS}
    try:
        texts.change(db(), typed, actor=person(), at=at())
    except InvalidError as error:
        page = render_template(
            "admin/legal_texts.html", declared=LEGAL_TEXTS, typed=typed, problems=error.problems
        )
        return page, error.status
    trace("change", "text", None)
    return _kept("Les mentions sont enregistrées.")


def _kept(sentence: str) -> ResponseReturnValue:
    commit()
    forget_catalogue()
    flash(sentence, "success")
    return redirect(url_for("admin.parameters"), 303)


def _manager_page(
    manager_id: int, typed: ManagerEntry | None, problems: dict[str, str], conflict: str = ""
) -> str:
    """The form over what is stored now; `typed` is what a refused form said."""
    keeper = db().get(Manager, manager_id)
    if keeper is None:
        raise NotFoundError
    now = ManagerEntry(**{field.name: getattr(keeper, field.name) for field in fields(ManagerEntry)})
    return render_template(
        "admin/manager.html", keeper=keeper, now=now, typed=typed or now, problems=problems, conflict=conflict
    )


def _desk_page(desk_id: int, typed: DeskEntry | None, problems: dict[str, str], conflict: str = "") -> str:
    """The form over what is stored now; `typed` is what a refused form said."""
    known = db().get(Desk, desk_id)
    if known is None:
        raise NotFoundError
    now = DeskEntry(**{field.name: getattr(known, field.name) for field in fields(DeskEntry)})
    return render_template(
        "admin/desk.html", desk=known, now=now, typed=typed or now, problems=problems, conflict=conflict
    )


def _told(refusal: InvalidError | ConflictError) -> tuple[dict[str, str], str]:
    return (refusal.problems, "") if isinstance(refusal, InvalidError) else ({}, refusal.sentence)


def _settings_page(typed: dict[str, str], problems: dict[str, str]) -> str:
    offer = catalogue()
    return render_template(
        "admin/parameters.html",
        groups=GROUPS,
        typed=typed,
        problems=problems,
        towns=list(offer.towns.values()),
        services=list(offer.services.values()),
        desks=[(service.id, service.name) for service in offer.services.values()],
        keepers=sorted(offer.keepers.values(), key=lambda keeper: search_key(keeper.name)),
        missing=sum(not value for value in texts.read(db(), LEGAL_TEXTS).values()),
    )


def _entry(kind: type[Entry]) -> Entry:
    form = request.form
    typed = {field.name: form.get(field.name, "") for field in fields(kind)}
    numbers = {
        field.name: _number(field.name) for field in fields(kind) if field.name == "implicit_rejection_months"
    }
    return kind(**(typed | numbers))  # type: ignore[arg-type]  # one number among texts


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _whole(typed: str) -> int:
    """A whole number; below every bound when it is none."""
    return int(typed) if typed.isdecimal() and len(typed) < 7 else -1
