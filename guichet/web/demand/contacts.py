"""Appointments and exchanges with a family, from the page of its demand."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.demands import contacts, reading
from guichet.demands.models import Contact, Demand
from guichet.web.demand import forms
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace

bp = Blueprint("contacts", __name__, url_prefix="/demandes/<int:demand_id>")


@bp.get("/rendez-vous")
@needs("orient")
def plan(demand_id: int) -> ResponseReturnValue:
    """The form of an appointment, at the desk's place."""
    demand = _reached(demand_id)
    place = catalogue().services[demand.desk_id].name
    return _show(demand, forms.AppointmentForm(data={"place": place}), PLAN)


@bp.post("/rendez-vous")
@needs("orient")
def keep_appointment(demand_id: int) -> ResponseReturnValue:
    """Write an appointment down."""
    demand, form = _reached(demand_id), forms.AppointmentForm(request.form)

    def act() -> None:
        contacts.plan_appointment(
            db(), demand, form.planned_for, form.place.data, form.note.data, actor=person(), at=at()
        )

    return _end(demand, form, PLAN, act, "Le rendez-vous est noté.")


@bp.get("/echange")
@needs("orient")
def exchange(demand_id: int) -> ResponseReturnValue:
    """The form of a call, a visit or a mail."""
    return _show(_reached(demand_id), forms.ExchangeForm(), EXCHANGE)


@bp.post("/echange")
@needs("orient")
def keep_exchange(demand_id: int) -> ResponseReturnValue:
    """Write an exchange down."""
    demand, form = _reached(demand_id), forms.ExchangeForm(request.form)

    def act() -> None:
        contacts.note_exchange(db(), demand, form.kind.data, form.note.data, actor=person(), at=at())

    return _end(demand, form, EXCHANGE, act, "L’échange est noté.")


@bp.get("/rendez-vous/<int:contact_id>")
@needs("orient")
def outcome(demand_id: int, contact_id: int) -> ResponseReturnValue:
    """The form that says what became of an appointment."""
    demand = _reached(demand_id)
    contact = _appointment(demand_id, contact_id)
    return _show(demand, forms.OutcomeForm(), OUTCOME, contact)


@bp.post("/rendez-vous/<int:contact_id>")
@needs("orient")
def keep_outcome(demand_id: int, contact_id: int) -> ResponseReturnValue:
    """Say what became of an appointment."""
    demand, form = _reached(demand_id), forms.OutcomeForm(request.form)
    contact = _appointment(demand_id, contact_id)

    def act() -> None:
        contacts.record_outcome(db(), contact, form.outcome.data, form.note.data, actor=person(), at=at())

    return _end(demand, form, OUTCOME, act, "Le rendez-vous est à jour.", contact)


PLAN = ("Fixer un rendez-vous", "Noter le rendez-vous")
EXCHANGE = ("Noter un échange", "Noter l’échange")
OUTCOME = ("Le rendez-vous a-t-il eu lieu ?", "Enregistrer")


def _reached(demand_id: int) -> Demand:
    opened = reading.open_demand(db(), person(), demand_id, day(at()))
    if opened is None or not opened.works:
        raise not_for_them("demand", demand_id)
    if request.method == "GET":
        trace("read", "demand", demand_id, "contact")
    return opened.demand


def _appointment(demand_id: int, contact_id: int) -> Contact:
    contact = reading.contact_of(db(), demand_id, contact_id, lock=request.method == "POST")
    if contact is None or contact.planned_for is None:
        raise not_for_them("demand", demand_id)
    return contact


def _end(
    demand: Demand,
    form: Form,
    words: tuple[str, str],
    act: Callable[[], None],
    done: str,
    contact: Contact | None = None,
) -> ResponseReturnValue:
    if not form.validate():
        return _show(demand, form, words, contact), 422
    try:
        act()
        commit()
    except DomainError as refusal:
        at_fields = forms.put_refusal(form, refusal)
        sentence = "" if at_fields else refusal.sentence
        return _show(demand, form, words, contact, sentence), refusal.status
    flash(done, "success")
    return redirect(url_for("demand.page", demand_id=demand.id), 303)


def _show(
    demand: Demand, form: Form, words: tuple[str, str], contact: Contact | None = None, sentence: str = ""
) -> str:
    title, button = words
    return render_template(
        "demand/contact.html",
        demand=demand,
        form=form,
        title=title,
        button=button,
        contact=contact,
        sentence=sentence,
    )
