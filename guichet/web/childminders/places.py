"""The free places of one professional: added, changed, taken off."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError, NotFoundError
from guichet.core.week import PRESETS
from guichet.establishments import childminder_actions as actions
from guichet.establishments.childminder_entries import OpeningEntry
from guichet.establishments.childminders import Childminder, ChildminderOpening
from guichet.web.childminders import shared
from guichet.web.childminders.blueprint import bp
from guichet.web.childminders.forms import PlacesForm
from guichet.web.demand.forms import put_refusal
from guichet.web.door import at, commit, db, needs, person
from guichet.web.week_form import typed_from_week, week_from_form

ONE = "/assistantes-maternelles/<int:childminder_id>/places"


@bp.get(f"{ONE}/nouvelles")
@needs(shared.RIGHT)
def new_places(childminder_id: int) -> str:
    """An empty form, free from today."""
    return _show(shared.kept(childminder_id), None, PlacesForm(data={"from_on": day(at())}), {})


@bp.post(f"{ONE}/nouvelles")
@needs(shared.RIGHT)
def add_places(childminder_id: int) -> ResponseReturnValue:
    """Write some free places."""
    return _write(shared.kept(childminder_id), None)


@bp.get(f"{ONE}/<int:opening_id>")
@needs(shared.RIGHT)
def places(childminder_id: int, opening_id: int) -> str:
    """Some free places, to be changed."""
    one = shared.kept(childminder_id)
    opening = _opening(one, opening_id)
    return _show(one, opening, PlacesForm(obj=opening), typed_from_week(opening.week))


@bp.post(f"{ONE}/<int:opening_id>")
@needs(shared.RIGHT)
def change_places(childminder_id: int, opening_id: int) -> ResponseReturnValue:
    """Change them."""
    one = shared.kept(childminder_id)
    return _write(one, _opening(one, opening_id))


@bp.post(f"{ONE}/<int:opening_id>/retirer")
@needs(shared.RIGHT)
def remove_places(childminder_id: int, opening_id: int) -> ResponseReturnValue:
    """They are taken."""
    one = shared.kept(childminder_id)
    actions.remove_opening(
        db(), one, _opening(one, opening_id), actor=person(), at=at(), version=shared.version()
    )
    commit()
    flash("Ces places ne sont plus proposées.", "success")
    return _back(childminder_id)


def _write(one: Childminder, opening: ChildminderOpening | None) -> ResponseReturnValue:
    form, problems = PlacesForm(request.form), dict[str, str]()
    valid = form.validate()
    try:
        week = week_from_form(request.form)
    except InvalidError as refusal:
        problems, valid = refusal.problems, False
    if not valid:
        return _show(one, opening, form, request.form, problems), 422
    entry = OpeningEntry(form.places.data or 0, form.from_on.data or day(at()), week, form.until_on.data)
    try:
        actions.write_opening(db(), one, entry, opening, actor=person(), at=at(), version=shared.version())
        commit()
    except DomainError as refusal:
        put = put_refusal(form, refusal)
        problems = {key: said for key, said in getattr(refusal, "problems", {}).items() if key == "week"}
        sentence = "" if put or problems else refusal.sentence
        return _show(one, opening, form, request.form, problems, sentence), refusal.status
    flash("Les places libres sont à jour, et confirmées aujourd’hui.", "success")
    return _back(one.id)


def _opening(one: Childminder, opening_id: int) -> ChildminderOpening:
    for opening in one.openings:
        if opening.id == opening_id:
            return opening
    raise NotFoundError


def _back(childminder_id: int) -> ResponseReturnValue:
    return redirect(url_for("childminders.card", childminder_id=childminder_id), 303)


def _show(
    one: Childminder,
    opening: ChildminderOpening | None,
    form: PlacesForm,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    sentence: str = "",
) -> str:
    faults = {field.id: field.errors[0] for field in form if field.errors} | dict(problems or {})
    return render_template(
        "childminders/places.html",
        one=one,
        opening=opening,
        form=form,
        typed=typed,
        problems=problems or {},
        faults=faults,
        sentence=sentence,
        presets=PRESETS,
    )
