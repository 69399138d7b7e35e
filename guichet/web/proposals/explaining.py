"""Where one demand stands in a proposal and why: points, seats and slots only, so that anyone can count again."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from guichet.allocation.explaining import telling, words
from guichet.allocation.runs import queries
from guichet.allocation.runs.models import AllocationRun
from guichet.allocation.runs.queries import Sight
from guichet.bareme.letter import explain
from guichet.bareme.queries import bareme_in_force
from guichet.bareme.score import score
from guichet.core.clock import day
from guichet.core.leased import DONE
from guichet.core.week import Week
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.lines import number_of
from guichet.demands.queries import may_read
from guichet.web.door import at, catalogue, db, needs, not_for_them, person, trace
from guichet.web.places.opening import may_here
from guichet.web.proposals import showing
from guichet.web.proposals.blueprint import bp
from guichet.web.proposals.opening import opened


@bp.get("/propositions/<int:run_id>/demandes/<int:demand_id>")
@needs(queries.RIGHT)
def line(run_id: int, demand_id: int) -> ResponseReturnValue:
    """One demand in one proposal."""
    return shown(run_id, demand_id, {}, {})


@bp.get("/demandes/<int:demand_id>/proposition")
@needs(queries.RIGHT)
def of_demand(demand_id: int) -> ResponseReturnValue:
    """One demand in the last proposal that examined it."""
    run_id = queries.last_run_of(db(), demand_id)
    if run_id is not None:
        return shown(run_id, demand_id, {}, {})
    if not may_read(db(), person(), demand_id, day(at()), queries.RIGHT):
        raise not_for_them("demand", demand_id)
    return render_template("proposals/none.html", demand_id=demand_id)


def shown(run_id: int, demand_id: int, typed: dict[str, str], problems: dict[str, str]) -> str:
    """The page of a line, with the form of a decision for whoever may take it."""
    run = opened(run_id)
    found = queries.line(db(), person(), run_id, demand_id, day(at()))
    if found is None or run.state != DONE:
        raise not_for_them("demand", demand_id)
    sight = queries.sight_of(person())
    trace("read", "demand", demand_id, "proposition")
    return render_template(
        "proposals/line.html",
        run=run,
        line=found,
        number=number_of(found.received_on, demand_id),
        week=Week.from_json(found.week_pattern),
        wishes=[_wish(found, wish) for wish in found.wishes if sight.sees(wish["house"])],
        points=_points(run, found, sight),
        pin=queries.pins(db(), run_id).get(demand_id),
        place=showing.place_words(found, catalogue(), sight),
        seat=words.seat_words(found.seat, found.pinned, showing.reserve_labels(run.choices)),
        catalogue=catalogue(),
        typed=typed,
        problems=problems,
        told=telling,
        labels=showing.reserve_labels(run.choices),
        may_see=lambda house: may_here("read_places", house),
        back=url_for("proposals.read", run_id=run_id, vue="demandes"),
        words=words,
    )


def _wish(found: Row[*tuple[Any, ...]], wish: dict[str, Any]) -> dict[str, Any]:
    told = telling.wish_sentence(wish, together=bool(found.together))
    shown = wish | {"house": catalogue().houses.get(wish["house"]), "told": told}
    if "since" in wish:
        since = date.fromisoformat(wish["since"])
        # The first whole week of the slot: sections change on a 1 September, in the middle of a week.
        shown["monday"] = (since + timedelta(days=-since.weekday() % 7)).isoformat()
    return shown


def _points(
    run: AllocationRun, found: Row[*tuple[Any, ...]], sight: Sight
) -> list[tuple[Any, int, Any, bool]]:
    """For each wish: the establishment, the points counted in the run, their lines today, whether they agree.

    The lines are counted again from the file as it is now: when the totals differ, the page says that it changed.
    """
    bareme = bareme_in_force(db(), day(run.asked_at))
    if bareme is None:
        return []
    facts = facts_of_demands(db(), [found.demand_id], catalogue(), day(run.asked_at))[found.demand_id]
    restricted = person().may("read_referral")
    counted = []
    for wish in found.wishes:
        house = catalogue().houses.get(wish["house"])
        if "points" not in wish or house is None or not sight.sees(house.id):
            continue
        now = score(bareme, facts, house.id)
        told = explain(bareme, now, house.name, restricted=restricted)
        counted.append((house, wish["points"], told, now.total == wish["points"]))
    return counted
