"""An admission in emergency, outside the commission: its form, with the count of the year in sight."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.actions import WAITING
from guichet.commissions.between.emergency import admit, emergencies_of_year
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.core.week import PRESETS
from guichet.demands import reading
from guichet.demands.models import Demand
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace
from guichet.web.family_typed import seen_version
from guichet.web.offers.blueprint import bp
from guichet.web.offers.giving import GiveForm, blank, entry_of

RIGHT = "propose_seat"


@bp.get("/demandes/<int:demand_id>/urgence")
@needs(RIGHT)
def emergency(demand_id: int) -> ResponseReturnValue:
    """The form, the first wish chosen."""
    opened = reading.open_demand(db(), person(), demand_id, day(at()))
    if opened is None or not (opened.works or opened.decides):
        raise not_for_them("demand", demand_id)
    demand = opened.demand
    first = next((one.establishment_id for one in demand.wishes if one.establishment_id), None)
    trace("read", "demand", demand_id, "urgence")
    return _show(demand, blank(demand, first, french.short_date(day(at()))))


@bp.post("/demandes/<int:demand_id>/urgence")
@needs(RIGHT)
def keep_emergency(demand_id: int) -> ResponseReturnValue:
    """Record it; a second person confirms, and the next session ratifies."""
    today = day(at())
    demand = reading.lock_demand(db(), person(), demand_id, today, RIGHT)
    if demand is None:
        raise not_for_them("demand", demand_id)
    form = GiveForm(request.form.to_dict())
    try:
        entry = entry_of(request.form)
        made = admit(
            db(), demand, entry, catalogue(), person=person(), at=at(), version=seen_version(request.form)
        )
        commit()
    except DomainError as refusal:
        db().rollback()
        db().expunge_all()
        opened = reading.open_demand(db(), person(), demand_id, today)
        if opened is None:
            raise
        form.problems = refusal.problems if isinstance(refusal, InvalidError) else {}
        form.sentence = "" if form.problems else refusal.sentence
        return _show(opened.demand, form), refusal.status
    trace("change", "demand", demand_id, "urgence")
    flash("L’admission en urgence est enregistrée. Une autre personne doit la confirmer.", "success")
    return redirect(url_for("decisions.read", decision_id=made.id), 303)


def _show(demand: Demand, form: GiveForm) -> str:
    mine = [
        one
        for one in catalogue().houses.values()
        if one.is_collective
        and one.is_open
        and (not person().houses or one.id in person().houses or "coordinator" in person().roles)
    ]
    ranks = {one.establishment_id: one.rank for one in demand.wishes if one.establishment_id}
    mine.sort(key=lambda one: (ranks.get(one.id, len(ranks) + 1), one.label))
    return render_template(
        "offers/give.html",
        title="Admettre en urgence",
        lead="Hors commission : une autre personne confirme, et la prochaine séance ratifie.",
        demand=demand,
        house=None,
        choices=[(one.id, one.label + (f", vœu {ranks[one.id]}" if one.id in ranks else "")) for one in mine],
        form=form,
        presets=PRESETS,
        waiting=WAITING,
        back=url_for("demand.page", demand_id=demand.id),
        back_label="Revenir à la demande",
        counts=emergencies_of_year(db(), day(at()).year),
        freed=None,
        may_insist=bool(person().houses) or "coordinator" in person().roles,
    )
