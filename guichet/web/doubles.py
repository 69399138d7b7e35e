"""The probable doubles of the whole territory: found, compared side by side, made one or set aside."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.actions import decision_waits
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.demands.comparison import Line, compare
from guichet.demands.merging import MOVABLE, Two, declare_different, merge
from guichet.demands.models import Demand
from guichet.demands.pairs import WINDOW, Pair, both, both_locked, one_pair, probable_pairs
from guichet.demands.queries import visible_to
from guichet.demands.states import OPEN_STATES
from guichet.families.models import Fact
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace
from guichet.web.family_typed import seen_version

bp = Blueprint("doubles", __name__, url_prefix="/doublons")
RIGHT = "merge"
HIDDEN = "réservé à son guichet"
READABLE, DECIDED = "readable", "decided"


@bp.get("")
@needs(RIGHT)
def page() -> ResponseReturnValue:
    """The probable pairs of a window, the likeliest first."""
    typed = request.args.get("avant", "")
    before = int(typed[:9]) if typed.isascii() and typed.isdigit() else None
    look = probable_pairs(db(), person(), day(at()), before)
    if look.pairs:
        numbers = ", ".join(f"{pair.earlier.number} et {pair.later.number}" for pair in look.pairs)
        trace("search", "double", None, numbers)
    return render_template("doubles/list.html", look=look, before=before, window=WINDOW)


@bp.get("/<int:one>/<int:other>")
@needs(RIGHT)
def comparison(one: int, other: int) -> ResponseReturnValue:
    """Two demands side by side."""
    pair = _pair(one, other)
    for side in (pair.earlier, pair.later):
        trace("read" if side.readable else "search", "demand", side.demand_id, "doublons")
    return _page(pair, {}, {})


@bp.post("/<int:one>/<int:other>/reunir")
@needs(RIGHT)
def join(one: int, other: int) -> ResponseReturnValue:
    """It is the same child: keep one demand."""
    try:
        kept, readable = _merge(one, other)
    except DomainError as refusal:
        db().rollback()
        problems = refusal.problems if isinstance(refusal, InvalidError) else {}
        sentence = "" if problems else refusal.sentence
        return _page(_pair(one, other), problems, request.form, sentence), refusal.status
    commit()
    flash(
        f"Les deux demandes sont réunies sous le n° {kept.number}. La famille en reçoit la lettre.", "success"
    )
    return redirect(f"/demandes/{kept.id}" if readable else url_for("doubles.page"), 303)


@bp.post("/<int:one>/<int:other>/differents")
@needs(RIGHT)
def differ(one: int, other: int) -> ResponseReturnValue:
    """These are two children."""
    pair = _pair(one, other)
    demands, _facts = both(db(), one, other)
    try:
        declare_different(
            db(), demands[one], demands[other], request.form.get("reason", ""), actor=person(), at=at()
        )
    except InvalidError as refusal:
        return _page(pair, refusal.problems, request.form), refusal.status
    commit()
    flash("C’est noté : ces deux enfants ne seront plus proposés comme doublons.", "success")
    return redirect(url_for("doubles.page"), 303)


def _pair(one: int, other: int) -> Pair:
    pair = one_pair(db(), person(), day(at()), one, other) if one != other else None
    if pair is None:
        raise not_for_them("demand", one)
    return pair


def _merge(one: int, other_one: int) -> tuple[Demand, bool]:
    """The kept demand, and whether the person reads it. Only a demand of the pair may be kept."""
    reading = visible_to(person(), "read_demand", day(at()))
    marks = {READABLE: reading, DECIDED: decision_waits(), **MOVABLE}
    demands, facts, marked = both_locked(db(), one, other_one, marks)
    if len(demands) < 2 or not any(READABLE in found for found in marked.values()):
        raise not_for_them("demand", one)
    ids = {str(id_): id_ for id_ in demands}
    kept_id = ids.pop(request.form.get("keep", ""), None)
    if kept_id is None:
        raise InvalidError({"keep": "Choisissez la demande à garder."})
    (other_id,) = ids.values()
    kept, other = demands[kept_id], demands[other_id]
    seen = {id_: seen_version({"version": request.form.get(f"version-{id_}", "")}) for id_ in demands}
    merge(
        db(),
        Two(kept, other, facts, compare(kept, other, facts, catalogue()), marked[other_id] & MOVABLE.keys()),
        catalogue(),
        actor=person(),
        at=at(),
        versions=(seen[kept_id], seen[other_id]),
        decision_waits=DECIDED in marked[other_id],
    )
    return kept, READABLE in marked[kept_id]


def _page(pair: Pair, problems: dict[str, str], typed: Any, conflict: str = "") -> str:  # noqa: ANN401
    demands, facts = both(db(), pair.earlier.demand_id, pair.later.demand_id)
    left, right = demands[pair.earlier.demand_id], demands[pair.later.demand_id]
    return render_template(
        "doubles/compare.html",
        pair=pair,
        lines=_lines(pair, left, right, facts),
        versions={left.id: left.version, right.id: right.version},
        keepable=[side for side in (pair.earlier, pair.later) if side.state in (*OPEN_STATES, "placed")],
        suggested=_suggested(pair),
        problems=problems,
        typed=typed,
        conflict=conflict,
        hidden=HIDDEN,
    )


def _lines(pair: Pair, left: Demand, right: Demand, facts: list[Fact]) -> list[Line]:
    """The comparison, without what the person may not read of a demand followed elsewhere."""
    shown = []
    for line in compare(left, right, facts, catalogue()):
        hidden_left = line.private and not pair.earlier.readable
        hidden_right = line.private and not pair.later.readable
        shown.append(
            replace(
                line,
                left=HIDDEN if hidden_left else line.left,
                right=HIDDEN if hidden_right else line.right,
            )
        )
    return shown


def _suggested(pair: Pair) -> int:
    """The placed one, else the earlier of those still open."""
    sides = (pair.earlier, pair.later)
    for wanted in (("placed",), OPEN_STATES):
        for side in sides:
            if side.state in wanted:
                return side.demand_id
    return pair.earlier.demand_id
