"""Change what a registered demand asks: what is recorded stands beside the form."""

from collections.abc import Mapping

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.week import PRESETS
from guichet.demands import need as changes
from guichet.demands import words
from guichet.demands.models import Demand
from guichet.demands.queries import visible_to
from guichet.demands.states import OPEN_STATES
from guichet.families.words import child_called
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace
from guichet.web.registration import asking, gathering, summary
from guichet.web.registration.wizard import bp, fields

SAVED = "La modification est enregistrée. La famille en reçoit le récapitulatif daté."
SAME = "Rien n’a changé : aucun courrier n’est parti."


@bp.get("/<int:demand_id>/besoin")
@needs("register")
def need(demand_id: int) -> ResponseReturnValue:
    """The need as it stands, to be changed."""
    demand = _open_one(demand_id)
    return _need_page(demand, asking.typed_from_need(changes.need_of(demand)), {})


@bp.post("/<int:demand_id>/besoin")
@needs("register")
def change_need(demand_id: int) -> ResponseReturnValue:
    """A new version of the need."""
    demand, typed = _one(demand_id), fields()
    try:
        changed = changes.change_need(
            db(),
            demand,
            gathering.need_step(typed, day(at())),
            catalogue(),
            actor=person(),
            at=at(),
            version=_version(typed),
        )
    except (InvalidError, ConflictError) as refusal:
        return _need_page(demand, typed, _problems(refusal), _sentence(refusal)), refusal.status
    return _leave(demand_id, changed=changed)


@bp.get("/<int:demand_id>/voeux")
@needs("register")
def wishes(demand_id: int) -> ResponseReturnValue:
    """The wishes as they stand, to be changed."""
    demand = _open_one(demand_id)
    return _wishes_page(demand, asking.typed_from_wishes(changes.wish_entries(demand)), {})


@bp.post("/<int:demand_id>/voeux")
@needs("register")
def change_wishes(demand_id: int) -> ResponseReturnValue:
    """A new version of the wishes."""
    demand, typed = _one(demand_id), fields()
    if typed.get("more"):
        return _wishes_page(demand, typed, {})
    try:
        changed = changes.change_wishes(
            db(),
            demand,
            gathering.wishes_step(typed, catalogue(), person()),
            catalogue(),
            actor=person(),
            at=at(),
            version=_version(typed),
        )
    except (InvalidError, ConflictError) as refusal:
        return _wishes_page(demand, typed, _problems(refusal), _sentence(refusal)), refusal.status
    return _leave(demand_id, changed=changed)


def _one(demand_id: int) -> Demand:
    demand = changes.find(db(), demand_id, visible_to(person(), "register", day(at())))
    if demand is None:
        raise not_for_them("demand", demand_id)
    return demand


def _open_one(demand_id: int) -> Demand:
    demand = _one(demand_id)
    if demand.state not in OPEN_STATES:
        raise StepRefusedError(changes.CLOSED)
    trace("read", "demand", demand_id)
    return demand


def _version(typed: Mapping[str, str]) -> int:
    number = typed.get("version", "")
    # A form without its version was not made by this page: it is compared to a version that never exists.
    return int(number) if number.isascii() and number.isdigit() else 0


def _problems(refusal: InvalidError | ConflictError) -> dict[str, str]:
    return refusal.problems if isinstance(refusal, InvalidError) else {}


def _sentence(refusal: InvalidError | ConflictError) -> str:
    return refusal.sentence if isinstance(refusal, ConflictError) else ""


def _leave(demand_id: int, *, changed: bool) -> Response:
    commit()
    flash(SAVED if changed else SAME, "success" if changed else "info")
    return redirect(f"/demandes/{demand_id}", 303)


def _need_page(demand: Demand, typed: dict[str, str], problems: dict[str, str], conflict: str = "") -> str:
    return _page("registration/change_need.html", demand, typed, problems, conflict, presets=PRESETS)


def _wishes_page(demand: Demand, typed: dict[str, str], problems: dict[str, str], conflict: str = "") -> str:
    return _page(
        "registration/change_wishes.html",
        demand,
        typed,
        problems,
        conflict,
        wish_choices=asking.wish_choices(catalogue(), person().houses),
        lines=range(1, asking.lines_shown(typed) + 1),
        towns=[(town.code, town.name) for town in catalogue().towns.values()],
    )


def _page(
    template: str,
    demand: Demand,
    typed: dict[str, str],
    problems: dict[str, str],
    conflict: str,
    **more: object,
) -> str:
    child = demand.child
    return render_template(
        template,
        demand=demand,
        child_name=child_called(child.first_name, child.last_name),
        present=summary.need_rows(changes.need_of(demand)),
        present_week=demand.week,
        present_wishes=summary.wish_rows(changes.wish_entries(demand), catalogue()),
        typed=typed,
        problems=problems,
        conflict=conflict,
        demand_words=words,
        **more,
    )
