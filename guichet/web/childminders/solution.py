"""The solution found with a childminder, recorded with its proof; and its end."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.actions import waiting_decision
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.demands.models import Demand
from guichet.placements.childminders import actions
from guichet.placements.childminders.actions import SolutionEntry
from guichet.placements.childminders.queries import track_of
from guichet.web.childminders import shared
from guichet.web.childminders.blueprint import bp
from guichet.web.childminders.forms import EndForm, SolutionForm
from guichet.web.childminders.track import ONE, locked, reached
from guichet.web.demand.forms import put_refusal
from guichet.web.door import at, commit, db, needs, person

FOUND = ("Noter la solution trouvée", "Enregistrer la solution")
OVER = ("Mettre fin à la solution d’attente", "Noter la fin")


@bp.get(f"{ONE}/solution")
@needs("close")
def solution(demand_id: int) -> str:
    """The form of a solution."""
    demand = reached(demand_id)
    form = SolutionForm(data={"since": max(demand.entry_on, day(at()))})
    form.offer(track_of(db(), demand_id).names)
    return _show(demand, form, FOUND)


@bp.post(f"{ONE}/solution")
@needs("close")
def keep_solution(demand_id: int) -> ResponseReturnValue:
    """Record it: beside the wait for a crèche, or instead of it."""
    person().demand("close")
    demand, form = locked(demand_id), SolutionForm(request.form)
    names = track_of(db(), demand_id).names
    form.offer(names)
    if not form.validate():
        return _show(demand, form, FOUND), 422
    chosen = form.chosen
    since = form.since.data or day(at())
    entry = SolutionEntry(since, form.proof.data, form.waits.data == "yes", chosen)
    waits = demand.state == "commission" and waiting_decision(db(), demand.id) is not None
    try:
        actions.record_solution(
            db(), demand, entry, names.get(chosen or 0, ""),
            actor=person(), at=at(), decision_waits=waits, version=shared.version(),
        )  # fmt: skip
        commit()
    except DomainError as refusal:
        return _refused(demand_id, form, FOUND, refusal)
    if entry.keeps_waiting:
        flash("La solution d’attente est notée. La demande attend toujours sa place en crèche.", "success")
    else:
        flash("La solution est enregistrée : la demande est placée.", "success")
    if chosen:
        flash("Pensez à mettre à jour les places libres de cette personne.", "info")
    return redirect(url_for("childminders.track", demand_id=demand_id), 303)


@bp.get(f"{ONE}/solution/fin")
@needs("close")
def end(demand_id: int) -> str:
    """The form of its end."""
    return _show(reached(demand_id), EndForm(), OVER)


@bp.post(f"{ONE}/solution/fin")
@needs("close")
def keep_end(demand_id: int) -> ResponseReturnValue:
    """The waiting solution is over."""
    person().demand("close")
    demand, form = locked(demand_id), EndForm(request.form)
    if not form.validate():
        return _show(demand, form, OVER), 422
    try:
        actions.end_solution(db(), demand, form.because.data, actor=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(demand_id, form, OVER, refusal)
    flash("La fin de la solution d’attente est notée.", "success")
    return redirect(url_for("childminders.track", demand_id=demand_id), 303)


def _refused(
    demand_id: int, form: SolutionForm | EndForm, said: tuple[str, str], refusal: DomainError
) -> ResponseReturnValue:
    db().rollback()
    db().expunge_all()
    at_fields = put_refusal(form, refusal)
    return _show(locked(demand_id), form, said, "" if at_fields else refusal.sentence), refusal.status


def _show(demand: Demand, form: SolutionForm | EndForm, said: tuple[str, str], sentence: str = "") -> str:
    title, button = said
    return render_template(
        "childminders/solution.html", demand=demand, form=form, title=title, button=button, sentence=sentence
    )
