"""Putting a version in force after a second look, and saying its last day."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.bareme import actions
from guichet.bareme.checks import refusals_in_force
from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_of
from guichet.bareme.telling import differences
from guichet.core import french
from guichet.core.errors import DomainError, InvalidError
from guichet.web.bareme.blueprint import bp
from guichet.web.bareme.kept import applied, forget, seen, towns, version
from guichet.web.door import at, commit, db, needs, person


@bp.get("/<int:version_id>/mettre-en-vigueur")
@needs("edit_bareme")
def look(version_id: int) -> ResponseReturnValue:
    """What changes if this draft becomes the barème."""
    return _force_page(version(version_id), "", {})


@bp.post("/<int:version_id>/mettre-en-vigueur")
@needs("edit_bareme")
def put_in_force(version_id: int) -> ResponseReturnValue:
    """Make it the barème from the day typed."""
    found = version(version_id)
    typed = request.form.get("starts_on", "")
    try:
        starts_on = _day(typed, "starts_on")
        actions.put_in_force(db(), found, starts_on, seen=seen(), actor=person(), at=at())
        commit()
    except DomainError as error:
        db().rollback()
        return _force_page(version(version_id), typed, _problems(error, "starts_on")), error.status
    return _told(found, f"« {found.title} » entre en vigueur le {french.plain_date(starts_on)}.")


@bp.get("/<int:version_id>/fermer")
@needs("edit_bareme")
def last_day(version_id: int) -> ResponseReturnValue:
    """Ask for the last day, and why."""
    return _close_page(version(version_id), {"ends_on": "", "reason": ""}, {})


@bp.post("/<int:version_id>/fermer")
@needs("edit_bareme")
def close(version_id: int) -> ResponseReturnValue:
    """Close the barème in force."""
    found = version(version_id)
    typed = {name: request.form.get(name, "") for name in ("ends_on", "reason")}
    try:
        ends_on = _day(typed["ends_on"], "ends_on")
        actions.close(db(), found, ends_on, seen=seen(), actor=person(), at=at(), reason=typed["reason"])
        commit()
    except DomainError as error:
        db().rollback()
        return _close_page(version(version_id), typed, _problems(error, "ends_on")), error.status
    return _told(found, f"« {found.title} » s’applique jusqu’au {french.plain_date(ends_on)}.")


def _day(typed: str, field: str) -> date:
    try:
        return french.parse_date(typed)
    except ValueError as refusal:
        raise InvalidError({field: str(refusal)}) from refusal


def _problems(error: DomainError, field: str) -> dict[str, str]:
    if not isinstance(error, InvalidError):
        return {field: error.sentence}
    return {key.replace("content", field): sentence for key, sentence in error.problems.items()}


def _force_page(found: BaremeVersion, typed: str, problems: dict[str, str]) -> str:
    present = applied()
    bareme = bareme_of(found)
    return render_template(
        "bareme/force.html",
        version=found,
        typed=typed,
        problems=problems,
        present=present,
        lacking=refusals_in_force(bareme),
        differences=differences(present.bareme, bareme, towns()) if present else (),
    )


def _close_page(found: BaremeVersion, typed: dict[str, str], problems: dict[str, str]) -> str:
    return render_template("bareme/close.html", version=found, typed=typed, problems=problems)


def _told(found: BaremeVersion, sentence: str) -> ResponseReturnValue:
    forget()
    flash(sentence, "success")
    return redirect(url_for("bareme.read", version_id=found.id), 303)
