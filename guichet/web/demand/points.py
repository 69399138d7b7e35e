"""The points of a demand: the card of its page, the whole explanation, and what a person sets by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.accounts.words import ROLES
from guichet.bareme.bareme import Assessed, Bareme
from guichet.bareme.facts import Facts
from guichet.bareme.letter import Explanation, explain
from guichet.bareme.sayings import in_points
from guichet.bareme.score import Score, score
from guichet.bareme.telling import tell_ties
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.demands.assessing import assess, remove_assessment
from guichet.demands.events import Event
from guichet.demands.facts import facts_of
from guichet.demands.facts_reading import passages_of, passages_told
from guichet.demands.models import Assessment, Demand
from guichet.demands.reading import Opened, facts_of_demand, lock_demand, open_demand
from guichet.demands.states import OPEN_STATES
from guichet.families.models import Fact
from guichet.web.bareme.kept import applied
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace

bp = Blueprint("points", __name__)

MOST_ON_CARD = 4
"""Establishments whose points stand on the demand's page; the others are on the page of the points."""


@dataclass(frozen=True)
class At:
    """The points at one establishment, and how they are told."""

    label: str
    score: Score
    told: Explanation


@dataclass(frozen=True)
class ByHand:
    """A criterion that a person sets: its range, what stands now, and what was typed."""

    code: str
    label: str
    hint: str
    lowest: int
    highest: int
    is_priority: bool
    kept: Assessment | None
    points: str
    reason: str


@dataclass(frozen=True)
class Points:
    """What the card and the page show. `restricted`: the reader may read what a social service said."""

    title: str
    bareme_id: int
    at: tuple[At, ...]
    more: int
    restricted: bool


def card(demand: Demand, opened: Opened, facts: Sequence[Fact], events: Sequence[Event]) -> Points | None:
    """The card of the demand's page, from what it has already read: no statement more."""
    now = applied()
    if now is None or demand.state not in OPEN_STATES:
        return None
    known = facts_of(demand, facts, passages_told(events), catalogue(), day(at()))
    shown = _at(now.bareme, known, _restricted(opened))
    return Points(
        now.title, now.id, shown[:MOST_ON_CARD], max(len(shown) - MOST_ON_CARD, 0), _restricted(opened)
    )


@bp.get("/demandes/<int:demand_id>/points")
@needs("read_demand")
def page(demand_id: int) -> ResponseReturnValue:
    """Every line of every establishment wished for, what is missing, and what a person sets."""
    return _page(demand_id, "", {}, {})


@bp.post("/demandes/<int:demand_id>/points")
@needs("assess")
def keep(demand_id: int) -> ResponseReturnValue:
    """Set, or take back, the points of one criterion."""
    demand = lock_demand(db(), person(), demand_id, day(at()), "assess")
    if demand is None:
        raise not_for_them("demand", demand_id)
    db().refresh(demand, ["assessments"])
    code = request.form.get("criterion", "")
    typed = {name: request.form.get(name, "") for name in ("points", "reason")}
    try:
        said = _set(demand, code, typed)
        commit()
    except DomainError as error:
        db().rollback()
        problems = error.problems if isinstance(error, InvalidError) else {"points": error.sentence}
        return _page(demand_id, code, typed, problems), error.status
    flash(said, "success")
    return redirect(url_for("points.page", demand_id=demand_id), 303)


def _set(demand: Demand, code: str, typed: dict[str, str]) -> str:
    now = applied()
    if now is None:
        raise DomainError("Aucun barème n’est en vigueur : il n’y a pas de points à donner.")
    seen = request.form.get("seen", "")
    kept = datetime.fromisoformat(seen) if seen else None
    if request.form.get("act") == "remove":
        remove_assessment(db(), demand, now.bareme, code, seen=kept, actor=person(), at=at())
        return "L’appréciation est retirée."
    assess(
        db(),
        demand,
        now.bareme,
        code,
        _whole(typed["points"]),
        typed["reason"],
        role=_role(),
        seen=kept,
        actor=person(),
        at=at(),
    )
    return "L’appréciation est enregistrée, avec son motif."


def _page(demand_id: int, code: str, typed: dict[str, str], problems: dict[str, str]) -> str:
    today = day(at())
    opened = open_demand(db(), person(), demand_id, today)
    if opened is None:
        raise not_for_them("demand", demand_id)
    now, demand = applied(), opened.demand
    trace("read", "demand", demand_id, "points")
    told: tuple[At, ...] = ()
    if now:
        passages = passages_of(db(), [demand_id]).get(demand_id, 0)
        declared = facts_of_demand(db(), demand, restricted=True)
        told = _at(now.bareme, facts_of(demand, declared, passages, catalogue(), today), _restricted(opened))
    # The rights « assess » and « orient » reach the same demands (accounts/policy.py).
    by_hand = _by_hand(now.bareme, demand, code, typed) if now and opened.works else []
    return render_template(
        "demand/points.html",
        demand=demand,
        now=now,
        told=told,
        restricted=_restricted(opened),
        explains=opened.works,
        by_hand=by_hand,
        faulty=code,
        problems={f"{name}-{code}": sentence for name, sentence in problems.items()},
        ties=tell_ties(now.bareme.ties) if now else (),
        in_points=in_points,
    )


def _at(bareme: Bareme, facts: Facts, restricted: bool) -> tuple[At, ...]:
    houses = catalogue().houses
    found = []
    for house_id in facts.houses:
        if not houses[house_id].is_collective:
            continue
        made = score(bareme, facts, house_id)
        found.append(
            At(
                houses[house_id].label,
                made,
                explain(bareme, made, houses[house_id].label, restricted=restricted),
            )
        )
    return tuple(found)


def _by_hand(bareme: Bareme, demand: Demand, code: str, typed: dict[str, str]) -> list[ByHand]:
    kept = {one.criterion: one for one in demand.assessments}
    named = [*bareme.criteria, *bareme.bypasses]
    found = []
    for one in named:
        if one.code not in bareme.by_hand:
            continue
        lowest, highest = bareme.by_hand[one.code]
        now = kept.get(one.code)
        said = (
            typed
            if one.code == code
            else {"points": str(now.points) if now else "", "reason": now.reason if now else ""}
        )
        hint = (
            one.proof
            if isinstance(one, Assessed)
            else "Décidée avant les points : la demande passe devant, avec ce motif."
        )
        found.append(
            ByHand(
                one.code,
                one.label[:1].upper() + one.label[1:],
                hint,
                lowest,
                highest,
                not isinstance(one, Assessed),
                now,
                said["points"],
                said["reason"],
            )
        )
    return found


def _restricted(opened: Opened) -> bool:
    return opened.works and person().may("read_referral")


def _role() -> str:
    held = person().roles
    return next((words for role, words in ROLES.items() if role in held), "le guichet")


def _whole(typed: str) -> int | None:
    said = typed.strip().replace("−", "-").replace("\u00a0", "").replace(" ", "").removeprefix("+")
    return int(said) if said.removeprefix("-").isdecimal() and len(said) < 7 else None
