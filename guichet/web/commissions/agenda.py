"""The agenda of a session: made from the demands that are ready, completed by hand, put in order."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions import words
from guichet.commissions.sessions import agenda as calm
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.agenda_queries import candidates, settings_of, terms
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.core.french import count
from guichet.web.commissions import typed
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.opening import told
from guichet.web.door import at, commit, db, is_reading, needs, not_for_them, person, trace
from guichet.web.registration.typed import Typed

EACH = 3
"""Minutes a demand, as the form first shows them."""


@bp.get("/seances/<int:session_id>/ordre-du-jour")
@needs("read_commissions")
def agenda(session_id: int) -> ResponseReturnValue:
    """The agenda, and the demands set apart with their reasons. Nobody is named."""
    found = _sitting(session_id)
    trace("read", "session", session_id)
    return _page(found)


@bp.post("/seances/<int:session_id>/ordre-du-jour")
@needs("prepare_sessions")
def build_agenda(session_id: int) -> ResponseReturnValue:
    """Make it, or make it again."""
    found = _sitting(session_id, "prepare_sessions")
    try:
        form = Typed(request.form)
        each = form.number("each", 1, agenda_actions.LONGEST_EACH)
        form.done()
        made = agenda_actions.build(db(), found, each or 0, actor=person(), at=at(), version=_version())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal)
    return _done(session_id, f"L’ordre du jour est établi : {count(made, 'demande')}.")


@bp.post("/seances/<int:session_id>/ordre-du-jour/points")
@needs("prepare_sessions")
def add_item(session_id: int) -> ResponseReturnValue:
    """Add an item written by hand."""
    found = _sitting(session_id, "prepare_sessions")
    try:
        entry = typed.item_entry(request.form)
        agenda_actions.add_item(db(), found, entry, actor=person(), at=at(), version=_version())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal)
    return _done(session_id, "Le point est ajouté.")


@bp.post("/seances/<int:session_id>/ordre-du-jour/points/<int:item_id>")
@needs("prepare_sessions")
def arrange(session_id: int, item_id: int) -> ResponseReturnValue:
    """Move an item, or take one away."""
    found = _sitting(session_id, "prepare_sessions")
    move = request.form.get("move", "")
    try:
        agenda_actions.arrange(db(), found, item_id, move, actor=person(), at=at(), version=_version())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal)
    return _done(session_id, "Le point est retiré." if move == "remove" else "Le point est déplacé.")


def _version() -> int | None:
    return request.form.get("version", type=int)


def _sitting(session_id: int, action: str = "read_commissions") -> CommissionSession:
    found = opened_session(db(), person(), session_id, day(at()), action, lock=not is_reading())
    if found is None:
        raise not_for_them("session", session_id)
    return found


def _done(session_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("commissions.agenda", session_id=session_id), 303)


def _refused(session_id: int, refusal: DomainError) -> ResponseReturnValue:
    db().rollback()
    return _page(_sitting(session_id, "prepare_sessions"), refusal), refusal.status


def _page(found: CommissionSession, refusal: DomainError | None = None) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    on_list = {one.demand_id: one for one in candidates(db(), found)}
    asked = terms(found, day(at()))
    return render_template(
        "commissions/agenda.html",
        sitting=found,
        lines=_lines(found, on_list, asked),
        apart=calm.sort(on_list.values(), asked).apart,
        closes_on=calm.closes_on(found.sits_on, settings_of(found).agenda_closes_days),
        asked=asked,
        age=calm.age_at_entry,
        prepares=person().may("prepare_sessions") and found.state in agenda_actions.OPEN,
        opens_files=person().may("read_demand"),
        words=words,
        kinds=[(code, words.ITEM[code]) for code in calm.BY_HAND],
        typed=request.form,
        each=EACH,
        problems=problems,
        sentence=sentence,
    )


def _lines(
    found: CommissionSession, on_list: dict[int, calm.Candidate], asked: calm.Terms
) -> list[dict[str, Any]]:
    """The items with their hour; a demand that left the list since, or is ready no more, says so."""
    lines = agenda_actions.lines_of(found.items)
    shown = []
    for line, starts_at in zip(lines, calm.starts(lines, found.starts_at), strict=True):
        demand = on_list.get(line.demand_id or 0)
        gone = [] if demand is None else [words.APART[one] for one in calm.why_apart(demand, asked)]
        if line.kind == calm.DEMAND_ITEM and demand is None:
            gone = ["n’attend plus cette séance"]
        shown.append({"line": line, "starts_at": starts_at, "demand": demand, "gone": gone})
    return shown
