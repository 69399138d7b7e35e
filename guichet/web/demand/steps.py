"""The steps of a demand, each on its small page: prefilled, refused with what was typed, never twice unseen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from guichet.commissions.actions import waiting_decision
from guichet.commissions.sessions import queries as session_queries
from guichet.core.clock import day
from guichet.core.errors import ConflictError, DomainError, InvalidError, NotFoundError
from guichet.core.workflow import expect_version
from guichet.demands import actions, reading
from guichet.demands.delays import FOLLOW_UP_WITHIN, RENEW_EVERY, REOPEN_WITHIN
from guichet.demands.models import Demand
from guichet.demands.timeline import read_timeline
from guichet.demands.workflow import DEMAND
from guichet.placements.offers.answers import leave_place
from guichet.web.demand import forms, showing
from guichet.web.door import at, catalogue, commit, db, delays, needs, not_for_them, person, trace

bp = Blueprint("steps", __name__)
LATEST = 3


def _no_values(_demand: Demand) -> dict[str, Any]:
    return {}


def _as_it_is(_form: Form, _demand: Demand) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class StepPage:
    """One step on its page. `act(form, demand, version)` changes; the page commits.

    `typed` fills the form for a first look; `prepare` gives it its choices, and the page what it shows more.
    """

    right: str
    step: str
    title: str
    lead: str
    button: str
    done: str
    form: type[Form]
    act: Callable[[Any, Demand, int | None], None]
    typed: Callable[[Demand], dict[str, Any]] = _no_values
    prepare: Callable[[Any, Demand], dict[str, Any]] = _as_it_is
    style: str = field(default="main")


def _orient(form: forms.OrientForm, demand: Demand, version: int | None) -> None:
    entry = actions.OrientationEntry(
        form.kind.data, form.note.data, form.interview_on.data, form.counts_as_seniority.data
    )
    actions.orient(
        db(),
        demand,
        entry,
        catalogue(),
        actor=person(),
        at=at(),
        follow_up_within_days=delays()[FOLLOW_UP_WITHIN.key],
        version=version,
    )


def _interview(demand: Demand) -> dict[str, Any]:
    held = reading.last_interview(db(), demand.id)
    return {
        "kind": demand.orientation or "commission",
        "interview_on": held or demand.interview_on,
        "note": demand.orientation_note,
    }


def _sessions(form: forms.EnlistForm, demand: Demand) -> dict[str, Any]:
    first_look = request.method == "GET"
    today = day(at())
    known = sorted({*session_queries.coming(db(), today), *reading.coming_sessions(db(), today)})
    form.offer(known, choose=first_look)
    return {"missing": reading.missing_papers(db(), demand)} if first_look else {}


def _enlist(form: forms.EnlistForm, demand: Demand, version: int | None) -> None:
    if form.session.data == forms.NEW_SESSION:
        on, name = form.session_on.data, form.session_name.data
        if on is None:
            raise InvalidError({"session_on": "Indiquez la date de la commission."})
        if not name:
            raise InvalidError({"session_name": "Indiquez le nom de la commission."})
    else:
        on, name = forms.session_of_code(form.session.data)
    missing = reading.missing_papers(db(), demand)
    actions.enlist(db(), demand, on, name, missing, catalogue(), actor=person(), at=at(), version=version)


def _postpone(form: forms.ReasonForm, demand: Demand, version: int | None) -> None:
    actions.postpone(
        db(),
        demand,
        form.reason.data,
        actor=person(),
        at=at(),
        decision_waits=_decision_waits(demand),
        version=version,
    )


def _decision_waits(demand: Demand) -> bool:
    """A recorded decision is not lost by the way: who moves the demand first says what becomes of it.

    Decisions are a room above demands: the door reads both, the workflow of the demand refuses.
    """
    return demand.state == "commission" and waiting_decision(db(), demand.id) is not None


def _other_solution(form: forms.OtherSolutionForm, demand: Demand, version: int | None) -> None:
    since = form.since.data or day(at())
    actions.place_by_other_solution(
        db(),
        demand,
        form.solution.data,
        since,
        form.proof.data,
        actor=person(),
        at=at(),
        decision_waits=_decision_waits(demand),
        version=version,
    )


def _release(form: forms.ReasonForm, demand: Demand, version: int | None) -> None:
    leave_place(db(), demand, form.reason.data, actor=person(), at=at(), version=version)


def _withdraw(form: forms.WithdrawForm, demand: Demand, version: int | None) -> None:
    days = delays()
    actions.withdraw(
        db(),
        demand,
        form.reason.data,
        form.detail.data,
        catalogue(),
        actor=person(),
        at=at(),
        reopen_within_days=days[REOPEN_WITHIN.key],
        decision_waits=_decision_waits(demand),
        version=version,
    )


def _reopen(_form: forms.ReopenForm, demand: Demand, version: int | None) -> None:
    days = delays()
    actions.reopen(
        db(),
        demand,
        actor=person(),
        at=at(),
        reopen_within_days=days[REOPEN_WITHIN.key],
        renew_every_days=days[RENEW_EVERY.key],
        version=version,
    )


def _renew(form: forms.RenewForm, demand: Demand, version: int | None) -> None:
    expect_version(demand, version)
    days = delays()[RENEW_EVERY.key]
    actions.renew(db(), demand, actor=person(), at=at(), days=days, how=form.how.data)


# fmt: off
STEPS = {
    "orienter": StepPage(
        "orient", "orient", "Orienter la demande",
        "Écrivez ce que l’entretien a donné. La famille reçoit la suite par lettre.",
        "Enregistrer l’orientation", "L’orientation est enregistrée. La famille reçoit sa lettre.",
        forms.OrientForm, _orient, _interview,
    ),
    "inscrire-en-commission": StepPage(
        "enlist", "enlist", "Inscrire en commission",
        "La famille reçoit la date de la commission.",
        "Inscrire en commission", "La demande est inscrite. La famille reçoit la date de la commission.",
        forms.EnlistForm, _enlist, prepare=_sessions,
    ),
    "retirer-de-commission": StepPage(
        "enlist", "postpone", "Retirer de la commission",
        "La demande reste orientée et garde sa date d’ancienneté. Aucune lettre ne part.",
        "Retirer de la commission", "La demande n’est plus inscrite à la commission.",
        forms.ReasonForm, _postpone,
    ),
    "autre-solution": StepPage(
        "close", "place", "Noter une autre solution",
        "La famille a trouvé une solution sans la commission. Aucune lettre ne part : c’est elle qui l’a dit.",
        "Enregistrer la solution", "La solution est enregistrée : la demande est placée.",
        forms.OtherSolutionForm, _other_solution,
    ),
    "liberer": StepPage(
        "enlist", "release", "Libérer la place",
        "La place n’est pas prise. La demande attend de nouveau, avec sa date d’ancienneté.",
        "Libérer la place", "La place est libérée. La demande attend de nouveau.",
        forms.ReasonForm, _release, style="danger",
    ),
    "retirer": StepPage(
        "close", "withdraw", "Retirer la demande",
        "La famille ne cherche plus. Elle reçoit une lettre qui le confirme ; la demande peut être rouverte quelque temps.",
        "Retirer la demande", "La demande est retirée. La famille reçoit une lettre de confirmation.",
        forms.WithdrawForm, _withdraw, style="danger",
    ),
    "rouvrir": StepPage(
        "close", "reopen", "Rouvrir la demande",
        "La demande redevient « reçue », avec sa date d’ancienneté.",
        "Rouvrir la demande", "La demande est rouverte.",
        forms.ReopenForm, _reopen,
    ),
    "renouveler": StepPage(
        "close", "", "Renouveler la demande",
        "La famille a toujours besoin d’un accueil. La demande garde sa date d’ancienneté.",
        "Renouveler la demande", "La demande est renouvelée.",
        forms.RenewForm, _renew,
    ),
}
# fmt: on
ADDRESS = f"/demandes/<int:demand_id>/<any({', '.join(repr(slug) for slug in STEPS)}):slug>"


@bp.get(ADDRESS)
@needs("orient", "enlist", "close")
def page(demand_id: int, slug: str) -> ResponseReturnValue:
    """The form of one step, prefilled."""
    step = STEPS[slug]
    demand = _reached(demand_id, step)
    form = step.form(data=step.typed(demand))
    trace("read", "demand", demand_id, step.title)
    return _show(step, demand, form, step.prepare(form, demand))


@bp.post(ADDRESS)
@needs("orient", "enlist", "close")
def take(demand_id: int, slug: str) -> ResponseReturnValue:
    """Take the step."""
    step = STEPS[slug]
    person().demand(step.right)
    demand = reading.lock_demand(db(), person(), demand_id, day(at()), step.right)
    if demand is None:
        raise not_for_them("demand", demand_id)
    form = step.form(request.form)
    shown = step.prepare(form, demand)
    if not form.validate():
        return _show(step, demand, form, shown), 422
    try:
        step.act(form, demand, request.form.get("version", type=int))
        commit()
    except DomainError as refusal:
        return _refused(step, demand_id, form, shown, refusal)
    flash(step.done, "success")
    return redirect(url_for("demand.page", demand_id=demand_id), 303)


def _reached(demand_id: int, step: StepPage) -> Demand:
    """The demand, if this right of the person reaches it."""
    person().demand(step.right)
    opened = reading.open_demand(db(), person(), demand_id, day(at()))
    if opened is None or not opened.works:
        raise not_for_them("demand", demand_id)
    return opened.demand


def _refused(
    step: StepPage, demand_id: int, form: Form, shown: dict[str, Any], refusal: DomainError
) -> ResponseReturnValue:
    """The same page with the sentence, what was typed, and the demand as it is now."""
    db().rollback()
    db().expunge_all()
    opened = reading.open_demand(db(), person(), demand_id, day(at()))
    if opened is None:
        raise NotFoundError
    at_fields = forms.put_refusal(form, refusal)
    shown = shown | {
        "sentence": "" if at_fields else refusal.sentence,
        "latest": _latest(demand_id) if isinstance(refusal, ConflictError) else [],
    }
    return _show(step, opened.demand, form, shown), refusal.status


def _latest(demand_id: int) -> list[dict[str, Any]]:
    return [showing.line(event) for event in read_timeline(db(), demand_id)[:LATEST]]


def _show(step: StepPage, demand: Demand, form: Form, shown: dict[str, Any]) -> str:
    possible = not step.step or bool(DEMAND.open_steps(demand, (step.step,)))
    context = {"sentence": "", "latest": [], "missing": ()} | shown
    return render_template(
        "demand/step.html",
        step=step,
        demand=demand,
        form=form,
        possible=possible,
        dates=showing.state_dates(demand),
        tags=showing.tags(demand, day(at())),
        **context,
    )
