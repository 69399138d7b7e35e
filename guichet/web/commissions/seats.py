"""The seats of a commission: who holds them, who replaces them, since when and until when."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from guichet.commissions import commission_actions, words
from guichet.commissions.commission_models import Commission, Seat
from guichet.commissions.commission_queries import accounts_for_seats
from guichet.core.clock import day
from guichet.core.errors import DomainError, NotFoundError
from guichet.core.french import short_date
from guichet.web.commissions import typed
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.opening import opened, told
from guichet.web.door import at, commit, db, needs, person


@bp.get("/<int:commission_id>/sieges/nouveau")
@needs("keep_commissions")
def new_seat(commission_id: int) -> ResponseReturnValue:
    """The form of one more seat."""
    found = opened(commission_id, "keep_commissions")
    return _form(found, None, MultiDict({"voting": "yes", "starts_on": short_date(day(at()))}))


@bp.post("/<int:commission_id>/sieges/nouveau")
@needs("keep_commissions")
def add_seat(commission_id: int) -> ResponseReturnValue:
    """Keep it."""
    found = opened(commission_id, "keep_commissions")
    try:
        entry = typed.seat_entry(request.form, dict(accounts_for_seats(db(), day(at()))))
        commission_actions.add_seat(db(), found, entry, actor=person(), at=at())
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(opened(commission_id, "keep_commissions"), None, request.form, refusal), refusal.status
    return _kept(commission_id, "Le siège est ajouté.")


@bp.get("/<int:commission_id>/sieges/<int:seat_id>")
@needs("keep_commissions")
def seat(commission_id: int, seat_id: int) -> ResponseReturnValue:
    """The form of a seat, as it is."""
    found, one = _opened(commission_id, seat_id)
    return _form(found, one, typed.from_seat(one))


@bp.post("/<int:commission_id>/sieges/<int:seat_id>")
@needs("keep_commissions")
def change_seat(commission_id: int, seat_id: int) -> ResponseReturnValue:
    """Keep it."""
    found, one = _opened(commission_id, seat_id)
    version = request.form.get("version", type=int)
    try:
        entry = typed.seat_entry(request.form, dict(accounts_for_seats(db(), day(at()))))
        commission_actions.change_seat(db(), found, one, entry, actor=person(), at=at(), version=version)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(*_opened(commission_id, seat_id), request.form, refusal), refusal.status
    return _kept(commission_id, "Le siège est enregistré.")


def _opened(commission_id: int, seat_id: int) -> tuple[Commission, Seat]:
    found = opened(commission_id, "keep_commissions")
    one = next((seat for seat in found.seats if seat.id == seat_id), None)
    if one is None:
        raise NotFoundError
    return found, one


def _kept(commission_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("commissions.read", commission_id=commission_id, _anchor="sieges"), 303)


def _form(found: Commission, one: Seat | None, shown: typed.Shown, refusal: DomainError | None = None) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    return render_template(
        "commissions/seat.html",
        commission=found,
        seat=one,
        typed=shown,
        problems=problems,
        sentence=sentence,
        roles=list(words.ROLE.items()),
        accounts=accounts_for_seats(db(), day(at())),
    )
