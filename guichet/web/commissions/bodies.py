"""The commissions: their list, one of them, and the form of its règlement and its perimeter."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions import commission_actions, words
from guichet.commissions import reglement as rules
from guichet.commissions.commission_models import Commission
from guichet.commissions.commission_queries import commissions, seats_in_order
from guichet.commissions.sessions.queries import near, of_commission, rounds
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.web.commissions import typed
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.opening import opened, told
from guichet.web.door import at, catalogue, commit, db, needs, person


@bp.get("")
@needs("read_commissions")
def page() -> ResponseReturnValue:
    """The commissions the person may read, with the day of their next session."""
    return render_template(
        "commissions/list.html",
        lines=commissions(db(), person(), day(at())),
        near=near(db(), person(), day(at())),
        today=day(at()),
        houses=catalogue().houses,
        rounds=rounds(db()),
        keeps=person().may("keep_commissions"),
    )


@bp.get("/nouvelle")
@needs("keep_commissions")
def new() -> ResponseReturnValue:
    """The form of a new commission, filled with the model asked for."""
    return _form(None, typed.from_model(request.args.get("modele", "")))


@bp.post("/nouvelle")
@needs("keep_commissions")
def add() -> ResponseReturnValue:
    """Make it, then go and give it its seats."""
    try:
        entry = typed.commission_entry(request.form)
        made = commission_actions.create(db(), entry, catalogue(), actor=person(), at=at())
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(None, request.form, refusal), refusal.status
    flash("La commission est créée. Donnez-lui maintenant ses sièges.", "success")
    return redirect(url_for("commissions.read", commission_id=made.id), 303)


@bp.get("/<int:commission_id>")
@needs("read_commissions")
def read(commission_id: int) -> ResponseReturnValue:
    """Its règlement in words, its establishments, its seats."""
    found = opened(commission_id)
    today = day(at())
    bench = commission_actions.bench_of(found.seats, today)
    return render_template(
        "commissions/read.html",
        commission=found,
        lines=words.reglement_in_words(found.reglement),
        houses=[catalogue().houses[one.establishment_id] for one in found.houses],
        seats=seats_in_order([one for one in found.seats if not one.ends_on or one.ends_on > today]),
        former=seats_in_order([one for one in found.seats if one.ends_on and one.ends_on <= today]),
        bench=bench,
        warnings=list(rules.beyond_the_seats(found.reglement, bench, words.ROLE).values()),
        sessions=of_commission(db(), commission_id),
        plans=person().may("prepare_sessions"),
        words=words,
        today=today,
        keeps=person().may("keep_commissions"),
    )


@bp.get("/<int:commission_id>/modifier")
@needs("keep_commissions")
def edit(commission_id: int) -> ResponseReturnValue:
    """The form, as the commission is."""
    found = opened(commission_id, "keep_commissions")
    return _form(found, typed.from_commission(found))


@bp.post("/<int:commission_id>/modifier")
@needs("keep_commissions")
def change(commission_id: int) -> ResponseReturnValue:
    """Keep all of it, or nothing."""
    found = opened(commission_id, "keep_commissions")
    version = request.form.get("version", type=int)
    try:
        entry = typed.commission_entry(request.form)
        commission_actions.change(db(), found, entry, catalogue(), actor=person(), at=at(), version=version)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(opened(commission_id, "keep_commissions"), request.form, refusal), refusal.status
    flash("La commission est enregistrée. Les séances déjà convoquées gardent leur règlement.", "success")
    return redirect(url_for("commissions.read", commission_id=commission_id), 303)


def _form(found: Commission | None, shown: typed.Shown, refusal: DomainError | None = None) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    return render_template(
        "commissions/edit.html",
        commission=found,
        typed=shown,
        problems=problems,
        sentence=sentence,
        choices=typed.CHOICES,
        models=rules.MODELS,
        roles=words.ROLE,
        roles_opened=any(f"roles-{role}" in problems or shown.get(f"roles-{role}") for role in words.ROLE),
        houses=[(str(one.id), one.label) for one in catalogue().houses.values() if one.is_collective],
        chosen=shown.getlist("houses"),
    )
