"""The rounds: an entry window, and the frozen proposal that their sessions read."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from guichet.commissions import words
from guichet.commissions.sessions import rounds as session_rounds
from guichet.commissions.sessions.models import Round
from guichet.commissions.sessions.queries import computed_runs, of_round, one_round
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.web.commissions import typed
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.opening import told
from guichet.web.door import at, commit, db, is_reading, needs, not_for_them, person


@bp.get("/tours/nouveau")
@needs("keep_commissions")
def new_round() -> ResponseReturnValue:
    """The form of a new round."""
    return _form(None, MultiDict())


@bp.post("/tours/nouveau")
@needs("keep_commissions")
def add_round() -> ResponseReturnValue:
    """Keep it."""
    try:
        entry = typed.round_entry(request.form)
        made = session_rounds.save_round(db(), None, entry, actor=person(), at=at())
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(None, request.form, refusal), refusal.status
    return _kept(made.id, "Le tour est créé : prévoyez ses séances depuis chaque commission.")


@bp.get("/tours/<int:round_id>")
@needs("read_commissions")
def round_page(round_id: int) -> ResponseReturnValue:
    """Its window, its proposal, its sessions."""
    found = _opened(round_id)
    return render_template(
        "commissions/round.html",
        round=found,
        lines=of_round(db(), person(), round_id, day(at())),
        words=words,
        keeps=person().may("keep_commissions"),
    )


@bp.get("/tours/<int:round_id>/modifier")
@needs("keep_commissions")
def edit_round(round_id: int) -> ResponseReturnValue:
    """The form, as the round is."""
    found = _opened(round_id)
    shown: typed.Shown = MultiDict(
        {
            "title": found.title,
            "entry_from": french.short_date(found.entry_from),
            "entry_to": french.short_date(found.entry_to),
            "run_id": str(found.run_id or ""),
            "version": str(found.version),
        }
    )
    return _form(found, shown)


@bp.post("/tours/<int:round_id>/modifier")
@needs("keep_commissions")
def change_round(round_id: int) -> ResponseReturnValue:
    """Keep it."""
    found = _opened(round_id)
    version = request.form.get("version", type=int)
    try:
        entry = typed.round_entry(request.form)
        session_rounds.save_round(db(), found, entry, actor=person(), at=at(), version=version)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(_opened(round_id), request.form, refusal), refusal.status
    return _kept(round_id, "Le tour est enregistré.")


def _opened(round_id: int) -> Round:
    found = one_round(db(), round_id, lock=not is_reading())
    if found is None:
        raise not_for_them("page", round_id)
    return found


def _kept(round_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("commissions.round_page", round_id=round_id), 303)


def _form(found: Round | None, shown: typed.Shown, refusal: DomainError | None = None) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    return render_template(
        "commissions/edit_round.html",
        round=found,
        typed=shown,
        problems=problems,
        sentence=sentence,
        runs=computed_runs(db()),
    )
