"""The decisions of a commission: one person records, another reads the very letter, then confirms."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from guichet.commissions import actions, letters, queries
from guichet.commissions.between import offering
from guichet.commissions.between.mandate import may_grant
from guichet.commissions.models import BETWEEN, Decision
from guichet.commissions.words import BASIS
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError, NotFoundError
from guichet.core.french import shared_start
from guichet.core.week import PRESETS, Week
from guichet.core.workflow import expect_version
from guichet.demands import reading, words
from guichet.demands.lines import number_of, wishes_by_demand
from guichet.demands.models import Demand
from guichet.demands.queries import may_read
from guichet.notifications import queries as posted
from guichet.notifications import words as letter_words
from guichet.notifications.render import render
from guichet.placements.offers.answer_links import NOT_SHOWN
from guichet.web.decision_form import DropForm, RecordForm, houses_for, problems_of, week_given
from guichet.web.demand.forms import put_refusal
from guichet.web.door import answer_links, at, catalogue, commit, db, needs, not_for_them, person, trace
from guichet.web.family_typed import seen_version
from guichet.web.offers.doors import doors
from guichet.web.week_form import typed_from_week

bp = Blueprint("decisions", __name__)


@dataclass
class Seen:
    """What a form shows beside its fields: a sentence for the whole, the week as typed, its faults."""

    sentence: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


@bp.get("/decisions")
@needs("record_decision", "confirm_decision")
def page() -> ResponseReturnValue:
    """What waits for a second person, then the demands to decide, one session at a time."""
    today = day(at())
    sessions = queries.sessions_to_decide(db(), person(), today)
    chosen = _chosen(sessions, today)
    demands = queries.demands_of_session(db(), person(), chosen, today) if chosen else []
    waiting = queries.waiting_decisions(db(), person(), today)
    trace("read", "decisions", None, chosen.name if chosen else "")
    return render_template(
        "decisions/list.html",
        waiting=waiting,
        doors=doors(),
        sessions=sessions,
        chosen=chosen,
        shared=len(shared_start({*(one.name for one in sessions), *(one.session_name for one in waiting)})),
        demands=demands,
        wishes=wishes_by_demand(db(), [line.id for line in demands]),
        catalogue=catalogue(),
        houses=person().houses,
        me=person().user_id,
        today=today,
        words=words,
        number_of=number_of,
        week_of=Week.from_json,
    )


@bp.get("/demandes/<int:demand_id>/decision")
@needs("record_decision")
def record(demand_id: int) -> ResponseReturnValue:
    """The form of a decision, prefilled with what was asked."""
    opened = reading.open_demand(db(), person(), demand_id, day(at()))
    if opened is None or not opened.decides:
        raise not_for_them("demand", demand_id)
    demand = opened.demand
    houses = houses_for(demand, person(), catalogue())
    first = next(iter(houses), None)
    form = RecordForm(data={"establishment_id": first, "entry_on": demand.entry_on})
    form.offer(houses)
    trace("read", "demand", demand_id, "decision")
    return _show_record(demand, form, Seen(typed=typed_from_week(demand.week)))


@bp.post("/demandes/<int:demand_id>/decision")
@needs("record_decision")
def keep(demand_id: int) -> ResponseReturnValue:
    """Record the decision: nothing is told to the family before it is confirmed."""
    demand = reading.lock_demand(db(), person(), demand_id, day(at()), "record_decision")
    if demand is None:
        raise not_for_them("demand", demand_id)
    form = RecordForm(request.form)
    form.offer(houses_for(demand, person(), catalogue()))
    seen = Seen(typed=request.form.to_dict())
    if not form.validate():
        return _show_record(demand, form, seen), 422
    try:
        entry = form.entry(demand, week_given(request.form, form, demand))
        actions.record_decision(
            db(),
            demand,
            entry,
            catalogue(),
            person=person(),
            at=at(),
            version=request.form.get("version", type=int),
        )
        commit()
    except DomainError as refusal:
        return _refused_record(demand_id, form, seen, refusal)
    flash(
        "La décision est enregistrée. Une autre personne doit la confirmer : la lettre part alors.", "success"
    )
    return redirect(url_for("demand.page", demand_id=demand_id), 303)


@bp.get("/decisions/<int:decision_id>")
@needs("record_decision", "confirm_decision", "grant_between")
def read(decision_id: int) -> ResponseReturnValue:
    """The decision and the very letter that its confirmation sends."""
    decision, demand = _opened(decision_id, lock=False)
    trace("read", "demand", demand.id, "decision")
    return _show(decision, demand, DropForm())


@bp.post("/decisions/<int:decision_id>/confirmer")
@needs("confirm_decision", "grant_between")
def confirm(decision_id: int) -> ResponseReturnValue:
    """A second person confirms; the letter is posted."""
    decision, demand = _opened(decision_id)
    try:
        expect_version(demand, seen_version(request.form))
        actions.confirm_decision(
            db(),
            decision,
            demand,
            catalogue(),
            links=answer_links(),
            person=person(),
            at=at(),
            version=_decision_seen(),
        )
        commit()
    except DomainError as refusal:
        return _refused(decision_id, DropForm(), refusal)
    flash("La décision est confirmée. La lettre part maintenant à la famille, qui répond.", "success")
    return redirect(_after(demand.id), 303)


@bp.post("/decisions/<int:decision_id>/ecarter")
@needs("record_decision", "confirm_decision")
def drop(decision_id: int) -> ResponseReturnValue:
    """Set a recorded decision aside, with the reason."""
    decision, demand = _opened(decision_id)
    return _with_reason(
        decision,
        demand,
        lambda reason: actions.drop_decision(
            db(), decision, reason, person=person(), at=at(), version=_decision_seen()
        ),
        "La décision est écartée. La demande attend toujours une place.",
    )


@bp.post("/decisions/<int:decision_id>/annuler")
@needs("record_decision", "confirm_decision")
def annul(decision_id: int) -> ResponseReturnValue:
    """Bring the demand back to the commission while the letter has not left."""
    decision, demand = _opened(decision_id)
    return _with_reason(
        decision,
        demand,
        lambda reason: actions.annul_decision(
            db(), decision, demand, reason, person=person(), at=at(), version=_decision_seen()
        ),
        "La décision est annulée : sa lettre n’est pas partie. La demande attend de nouveau une place.",
    )


def _opened(decision_id: int, *, lock: bool = True) -> tuple[Decision, Demand]:
    """The decision and its demand, whole; both are ours alone when they will change."""
    today = day(at())
    decision = queries.decision(db(), person(), decision_id, today, lock=lock)
    if decision is None:
        raise not_for_them("decision", decision_id)
    return decision, queries.demand_of(db(), decision, lock=lock)


def _decision_seen() -> int:
    """The version of the decision that the form was made from."""
    return seen_version({"version": request.form.get("decision_version", "")})


def _with_reason(
    decision: Decision, demand: Demand, act: Callable[[str], None], done: str
) -> ResponseReturnValue:
    form = DropForm(request.form)
    if not form.validate():
        return _show(decision, demand, form), 422
    try:
        act(form.reason.data)
        commit()
    except DomainError as refusal:
        return _refused(decision.id, form, refusal)
    flash(done, "success")
    return redirect(_after(demand.id), 303)


def _after(demand_id: int) -> str:
    """The demand, for whoever still reads it.

    An establishment that nobody wished for reads it no more once its decision is set aside; a member who presides
    was shown one decision only.
    """
    if person().may("orient") or may_read(db(), person(), demand_id, day(at())):
        return url_for("demand.page", demand_id=demand_id)
    return url_for("decisions.page" if person().may("record_decision") else "offers.freed")


def _refused(decision_id: int, form: Form, refusal: DomainError) -> ResponseReturnValue:
    """The decision as it is now, with the sentence of the refusal."""
    db().rollback()
    db().expunge_all()
    decision, demand = _opened(decision_id, lock=False)
    at_fields = form.data and put_refusal(form, refusal)
    return _show(decision, demand, form, "" if at_fields else refusal.sentence), refusal.status


def _show(decision: Decision, demand: Demand, form: Form, sentence: str = "") -> str:
    """The decision; before its confirmation, the letter rendered as it will leave."""
    waits = decision.state == "recorded"
    asked = offering.answer_asked(db(), decision, answer_links(), at()) if waits else None
    shown = asked and replace(asked, link=NOT_SHOWN)
    ranked = waits and actions.is_ranked(db(), decision)
    letter = letters.decided(demand, decision, catalogue(), at(), shown, ranked=ranked)
    preview = render(letter).text if waits else ""
    key = f"demand:{demand.id}:decision:{decision.id}"
    return render_template(
        "decisions/read.html",
        decision=decision,
        demand=demand,
        form=form,
        sentence=sentence,
        preview=preview,
        letter=None if waits else next(iter(posted.by_keys(db(), [key])), None),
        mine=decision.recorded_by_id == person().user_id,
        may_confirm=_may_confirm(decision),
        may_move=demand.state in actions.MAY_BE_DECIDED.get(decision.basis, ()),
        basis=BASIS.get(decision.basis, ""),
        given=Week.from_json(decision.pattern) if decision.pattern else None,
        catalogue=catalogue(),
        words=words,
        letter_words=letter_words,
    )


def _may_confirm(decision: Decision) -> bool:
    if decision.basis == BETWEEN:
        return may_grant(db(), person(), decision.establishment_id or 0, day(at()))
    return person().may(queries.RIGHT)


def _show_record(demand: Demand, form: RecordForm, seen: Seen) -> str:
    return render_template(
        "decisions/record.html",
        demand=demand,
        form=form,
        seen=seen,
        summary=problems_of(form, seen.problems),
        presets=PRESETS,
        today=day(at()),
    )


def _refused_record(
    demand_id: int, form: RecordForm, seen: Seen, refusal: DomainError
) -> ResponseReturnValue:
    """The same form, what was typed kept, the demand as it is now."""
    db().rollback()
    db().expunge_all()
    opened = reading.open_demand(db(), person(), demand_id, day(at()))
    if opened is None:
        raise NotFoundError
    if isinstance(refusal, InvalidError):
        seen.problems = {name: said for name, said in refusal.problems.items() if name.startswith("week")}
    if not put_refusal(form, refusal) and not seen.problems:
        seen.sentence = refusal.sentence
    return _show_record(opened.demand, form, seen), refusal.status


def _chosen(sessions: list[queries.SessionCount], today: date) -> queries.SessionCount | None:
    """The session of the address; without one, the last that has sat, else the first to come."""
    on, name = request.args.get("date", ""), request.args.get("commission", "")
    for one in sessions:
        if (one.on.isoformat(), one.name) == (on, name):
            return one
    sat = [one for one in sessions if one.on <= today]
    return sat[-1] if sat else next(iter(sessions), None)
