"""Add a professional to the register, or change what is known of one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core.errors import DomainError
from guichet.establishments import childminder_actions as actions
from guichet.establishments.childminder_import import known_places
from guichet.establishments.childminders import Childminder
from guichet.web.childminders import shared
from guichet.web.childminders.blueprint import bp
from guichet.web.childminders.forms import ChildminderForm
from guichet.web.demand.forms import put_refusal
from guichet.web.door import at, catalogue, commit, db, needs, person


@bp.get("/assistantes-maternelles/nouvelle")
@needs(shared.RIGHT)
def new() -> str:
    """An empty form."""
    return _show(_offered(ChildminderForm()), None)


@bp.post("/assistantes-maternelles/nouvelle")
@needs(shared.RIGHT)
def add() -> ResponseReturnValue:
    """Add a professional; the free places are written next."""
    form = _offered(ChildminderForm(request.form))
    if not form.validate():
        return _show(form, None), 422
    try:
        shared.expect_kept(form.entry.commune_code or "")
        made = actions.add(db(), form.entry, (), known_places(catalogue()), actor=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(form, None, refusal)
    flash("La fiche est créée. Écrivez maintenant les places libres.", "success")
    return redirect(url_for("childminders.new_places", childminder_id=made.id), 303)


@bp.get("/assistantes-maternelles/<int:childminder_id>/modifier")
@needs(shared.RIGHT)
def edit(childminder_id: int) -> str:
    """What is known, to be changed."""
    one = shared.kept(childminder_id)
    return _show(_offered(ChildminderForm(obj=one)), one)


@bp.post("/assistantes-maternelles/<int:childminder_id>/modifier")
@needs(shared.RIGHT)
def change(childminder_id: int) -> ResponseReturnValue:
    """Change it."""
    one, form = shared.kept(childminder_id), _offered(ChildminderForm(request.form))
    if not form.validate():
        return _show(form, one), 422
    known = known_places(catalogue())
    try:
        changed = actions.change(
            db(), one, form.entry, known, actor=person(), at=at(), version=shared.version()
        )
        shared.expect_kept(one.commune_code)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _refused(form, shared.found(childminder_id), refusal)
    flash("La fiche est à jour." if changed else "Rien n’a changé.", "success" if changed else "info")
    return redirect(url_for("childminders.card", childminder_id=childminder_id), 303)


def _offered(form: ChildminderForm) -> ChildminderForm:
    houses = catalogue().houses
    mams = {str(number): houses[number].label for number in known_places(catalogue()).mams}
    form.offer({town.code: town.name for town in catalogue().towns.values()}, mams)
    if form.mam_id.data in (None, "None"):
        form.mam_id.data = ""
    return form


def _refused(form: ChildminderForm, one: Childminder | None, refusal: DomainError) -> ResponseReturnValue:
    at_fields = put_refusal(form, refusal)
    return _show(form, one, "" if at_fields else refusal.sentence), refusal.status


def _show(form: ChildminderForm, one: Childminder | None, sentence: str = "") -> str:
    return render_template("childminders/edit.html", form=form, one=one, sentence=sentence)
