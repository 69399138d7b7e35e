"""A proposal as files: the problem and the result anyone may compute again, and the list for a spreadsheet."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from guichet.allocation.explaining import words
from guichet.allocation.files import written
from guichet.allocation.runs import queries
from guichet.core.clock import day
from guichet.demands.lines import number_of
from guichet.families.words import child_called
from guichet.web import exports
from guichet.web.door import at, catalogue, db, needs, person, trace
from guichet.web.proposals import showing
from guichet.web.proposals.blueprint import bp
from guichet.web.proposals.opening import frozen, opened

HEAD = (
    "Rang de départage",
    "Numéro",
    "Enfant",
    "Entrée souhaitée",
    "Proposition",
    "Établissement",
    "Points",
    "Place",
    "Pourquoi pas le premier vœu",
)


@bp.get("/propositions/<int:run_id>/probleme.json")
@needs("propose")
def problem(run_id: int) -> ResponseReturnValue:
    """The frozen problem, as `guichet allocate` reads it."""
    return _file(run_id, "probleme", "inputs")


@bp.get("/propositions/<int:run_id>/resultat.json")
@needs("propose")
def result(run_id: int) -> ResponseReturnValue:
    """The result, as `guichet allocate` writes it."""
    return _file(run_id, "resultat", "result")


@bp.get("/propositions/<int:run_id>/export.csv")
@needs("export")
def export(run_id: int) -> ResponseReturnValue:
    """The lines that the person may read, for a spreadsheet."""
    run = opened(run_id)
    sight, labels = queries.sight_of(person()), showing.reserve_labels(run.choices)
    lines = queries.lines(db(), person(), run_id, day(at()))
    trace("export", "proposal", run_id)
    rows = (
        (
            line.position,
            number_of(line.received_on, line.demand_id),
            child_called(line.first_name, line.last_name),
            line.entry_on,
            words.OUTCOME[line.outcome],
            showing.place_words(line, catalogue(), sight) if line.establishment_id else "",
            line.points if sight.sees(line.establishment_id) else None,
            words.seat_words(line.seat, line.pinned, labels) if line.establishment_id else "",
            showing.why_words(line, sight),
        )
        for line in lines
    )
    return exports.csv_response(f"proposition-{run_id}.csv", HEAD, rows)


def _file(run_id: int, name: str, column: str) -> Response:
    run = frozen(run_id)
    content = run.result if column == "result" else (run.inputs or {}).get("problem")
    if content is None:
        abort(404)
    trace("export", "proposal", run_id, name)
    return Response(
        written(content),
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="proposition-{run_id}-{name}.json"',
            "Cache-Control": "no-store",
        },
    )
