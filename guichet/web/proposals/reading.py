"""The list of proposals, one of them, and what changed from one to the next."""

from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.allocation.explaining import telling, words
from guichet.allocation.explaining.difference import ELSEWHERE, IN, OUT, moves
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.runs import queries
from guichet.allocation.runs.models import REPLAYED, AllocationRun
from guichet.core.clock import day
from guichet.core.errors import NotFoundError
from guichet.core.leased import DONE
from guichet.core.week import Week
from guichet.demands.lines import number_of
from guichet.web.door import at, catalogue, db, needs, person, trace
from guichet.web.proposals import showing
from guichet.web.proposals.blueprint import bp
from guichet.web.proposals.opening import frozen, opened

AGAIN_S = 3
"""Seconds between two looks at a run in progress."""
VIEWS = ("etablissements", "demandes", "arbitrer", "jours", "regles")


@bp.get("/propositions")
@needs(queries.RIGHT)
def page() -> ResponseReturnValue:
    """The last proposals, the latest first."""
    trace("read", "proposals", None)
    return render_template(
        "proposals/list.html", runs=queries.runs(db()), words=words, choices_of=Choices.from_json
    )


@bp.get("/propositions/<int:run_id>")
@needs(queries.RIGHT)
def read(run_id: int) -> ResponseReturnValue:
    """One proposal: how far it is while it is computed, then its result under five views."""
    run = opened(run_id)
    trace("read", "proposal", run_id)
    parent = db().get(AllocationRun, run.parent_id) if run.parent_id else None
    if run.state != DONE:
        page_ = render_template("proposals/waiting.html", run=run, parent=parent, words=words)
        response = make_response(page_)
        if run.state != "failed":
            # Seen again without script; what is read on this page is one line.
            response.headers["Refresh"] = str(AGAIN_S)
        return response
    view = request.args.get("vue", VIEWS[0])
    return _result(run, parent, view if view in VIEWS else VIEWS[0])


@bp.get("/propositions/<int:run_id>/differences")
@needs(queries.RIGHT)
def difference(run_id: int) -> ResponseReturnValue:
    """Who comes in, who goes out, who goes elsewhere, from the parent to this proposal."""
    run = opened(run_id)
    if run.parent_id is None or run.state != DONE:
        raise NotFoundError
    rows = queries.both(db(), person(), run_id, run.parent_id, day(at()))
    found = moves({row[1].demand_id: row[1] for row in rows}, {row[0].demand_id: row[0] for row in rows})
    trace("read", "proposal", run_id, "differences")
    return render_template(
        "proposals/difference.html",
        run=run,
        parent=opened(run.parent_id),
        kinds=[(kind, [one for one in found if one.kind == kind]) for kind in (IN, OUT, ELSEWHERE)],
        rows={row[0].demand_id: row for row in rows},
        pins=queries.pins(db(), run_id),
        catalogue=catalogue(),
        sight=queries.sight_of(person()),
        told=telling.wish_sentence,
        number_of=number_of,
        elsewhere=showing.ELSEWHERE,
    )


def _result(run: AllocationRun, parent: AllocationRun | None, view: str) -> str:
    sight = queries.sight_of(person())
    lines = queries.lines(db(), person(), run.id, day(at()))
    last = queries.last_points(db(), run.id)
    cases = [line for line in lines if line.blocking]
    return render_template(
        "proposals/result.html",
        run=run,
        parent=parent,
        view=view,
        lines=lines,
        cases=cases,
        halls=showing.halls(lines, last, catalogue(), sight),
        parts=_parts(run, lines, sight),
        pins=queries.pins(db(), run.id),
        choices=Choices.from_json(run.choices),
        unexamined=_unexamined(run, lines) if view == "arbitrer" else {},
        tabs=_tabs(run, view, lines, cases),
        sight=sight,
        catalogue=catalogue(),
        labels=showing.reserve_labels(run.choices),
        place_words=lambda line: showing.place_words(line, catalogue(), sight),
        why_words=lambda line: showing.why_words(line, sight),
        told=telling.wish_sentence,
        words=words,
        number_of=number_of,
        week_of=Week.from_json,
        replayed=run.kind == REPLAYED and parent is not None,
    )


def _tabs(run: AllocationRun, view: str, lines: Any, cases: list[Any]) -> list[dict[str, Any]]:  # noqa: ANN401
    labels = (
        ("etablissements", "Par établissement", None),
        ("demandes", "Par demande", len(lines)),
        ("arbitrer", "À arbitrer", len(cases)),
        ("jours", "Quelques jours seulement", len(run.counter_offers)),
        ("regles", "Règles et preuve", None),
    )
    return [
        {
            "label": label,
            "url": url_for("proposals.read", run_id=run.id, vue=code),
            "count": count,
            "current": view == code,
        }
        for code, label, count in labels
    ]


def _parts(run: AllocationRun, lines: Any, sight: queries.Sight) -> list[tuple[Any, dict[str, Any]]]:  # noqa: ANN401
    """The partial weeks, with the line of each demand that this person may read."""
    seen = {line.demand_id: line for line in lines}
    return [
        (seen[one["demand"]], one)
        for one in run.counter_offers
        if one["demand"] in seen and sight.sees(one["house"])
    ]


def _unexamined(run: AllocationRun, lines: Any) -> dict[str, Any]:  # noqa: ANN401
    """What was left out of the run, and the priorities without room; read in its frozen files."""
    inputs = frozen(run.id).inputs or {}
    seen = {line.demand_id: line for line in lines}
    return {
        "no_room": [seen[one] for one in inputs.get("no_room", ()) if one in seen],
        "left_out": inputs.get("left_out", []) if person().may("propose") else [],
    }
