"""From a demand: who has room, the list handed to the family, what came of each contact."""

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core.clock import day
from guichet.core.errors import ConflictError, DomainError
from guichet.core.workflow import expect_version
from guichet.demands import reading
from guichet.demands.delays import CHILDMINDER_ANSWER
from guichet.demands.models import Demand
from guichet.demands.states import OPEN_STATES
from guichet.placements.childminders import actions, words
from guichet.placements.childminders.queries import Found, track_of, who_fits
from guichet.web.childminders import shared
from guichet.web.childminders.blueprint import bp
from guichet.web.childminders.forms import ContactForm
from guichet.web.demand.forms import put_refusal
from guichet.web.door import at, catalogue, commit, db, delays, needs, not_for_them, person, trace

ONE = "/demandes/<int:demand_id>/assistantes-maternelles"
FIRST_TICKED = 6
"""A list of some names is called; a long one is put away."""
MOST_CHOSEN = 60
GONE = "Une des personnes choisies n’a plus de place aux heures demandées. Relisez la liste, puis choisissez de nouveau."


@bp.get(ONE)
@needs("orient")
def track(demand_id: int) -> str:
    """Who has room on the wanted days, nearest first, and what was already done."""
    demand = reached(demand_id)
    return _show(demand, None)


@bp.post(ONE)
@needs("orient")
def hand(demand_id: int) -> ResponseReturnValue:
    """Hand the chosen ones to the family by letter."""
    demand = locked(demand_id)
    chosen = _ticked()
    try:
        expect_version(demand, shared.version())
        fitting = who_fits(db(), demand, catalogue(), day(at()), among=chosen) if chosen else []
        if len(fitting) != len(chosen):
            raise ConflictError(GONE)
        actions.hand_list(
            db(), demand, [one.proposal for one in fitting], catalogue(),
            actor=person(), at=at(), answer_within_days=delays()[CHILDMINDER_ANSWER.key],
        )  # fmt: skip
        commit()
    except DomainError as refusal:
        db().rollback()
        return _show(locked(demand_id), frozenset(chosen), refusal.sentence), refusal.status
    flash(
        "La liste part : la famille la reçoit par lettre ou par courriel, comme elle l’a choisi.", "success"
    )
    return redirect(url_for("childminders.track", demand_id=demand_id), 303)


@bp.get(f"{ONE}/<int:childminder_id>/contact")
@needs("orient")
def contact(demand_id: int, childminder_id: int) -> str:
    """The form that says what came of asking one professional."""
    demand = reached(demand_id)
    return _contact_page(demand, childminder_id, ContactForm())


@bp.post(f"{ONE}/<int:childminder_id>/contact")
@needs("orient")
def keep_contact(demand_id: int, childminder_id: int) -> ResponseReturnValue:
    """Write it down."""
    demand, form = locked(demand_id), ContactForm(request.form)
    if not form.validate():
        return _contact_page(demand, childminder_id, form), 422
    one = shared.found(childminder_id)
    try:
        actions.note_contact(
            db(), demand, (one.id, one.name), form.result.data, form.note.data, actor=person(), at=at()
        )
        commit()
    except DomainError as refusal:
        put_refusal(form, refusal)
        return _contact_page(demand, childminder_id, form), refusal.status
    flash(f"Le contact avec {one.name} est noté.", "success")
    return redirect(url_for("childminders.track", demand_id=demand_id), 303)


def reached(demand_id: int) -> Demand:
    """The demand, if the desk's work on it is the person's."""
    opened = reading.open_demand(db(), person(), demand_id, day(at()))
    if opened is None or not opened.works:
        raise not_for_them("demand", demand_id)
    trace("read", "demand", demand_id, "assistantes maternelles")
    return opened.demand


def locked(demand_id: int) -> Demand:
    """The same, ours alone until the transaction ends."""
    demand = reading.lock_demand(db(), person(), demand_id, day(at()), "orient")
    if demand is None:
        raise not_for_them("demand", demand_id)
    return demand


def _ticked() -> list[int]:
    typed = request.form.getlist("childminders")[:MOST_CHOSEN]
    return sorted({int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 10})


def _show(demand: Demand, ticked: frozenset[int] | None, sentence: str = "") -> str:
    done = track_of(db(), demand.id)
    found = who_fits(db(), demand, catalogue(), day(at()))
    whole = [one for one in found if one.fit.degree == "full"]
    part = [one for one in found if one.fit.degree != "full"]
    return render_template(
        "childminders/track.html",
        demand=demand,
        groups=[
            ("Conviennent toute la semaine demandée", whole),
            ("Conviennent en partie, ou plus tard", part),
        ],
        found=found,
        done=done,
        ticked=_first(whole or part, done.names) if ticked is None else ticked,
        open=demand.state in OPEN_STATES,
        words=words,
        sentence=sentence,
        answer_days=delays()[CHILDMINDER_ANSWER.key],
    )


def _first(found: list[Found], known: Collection[int]) -> frozenset[int]:
    """The nearest who were neither proposed nor asked yet."""
    return frozenset([one.one.id for one in found if one.one.id not in known][:FIRST_TICKED])


def _contact_page(demand: Demand, childminder_id: int, form: ContactForm) -> str:
    one = shared.found(childminder_id)
    return render_template(
        "childminders/contact.html", demand=demand, one=one, form=form, catalogue=catalogue()
    )
