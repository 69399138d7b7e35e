"""Traces: who opened which file, and when; by person, demand and date."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.accounts import words
from guichet.core import french
from guichet.demands import traces
from guichet.demands.traces import Asked
from guichet.web.addresses import asked_id
from guichet.web.admin.blueprint import bp
from guichet.web.door import db, needs, person, trace
from guichet.web.exports import csv_response

HEAD = ("Quand", "Qui", "Quoi", "Sur quoi", "Demande", "Précision")


@bp.get("/traces")
@needs("read_audit")
def audit() -> ResponseReturnValue:
    """The latest first."""
    asked, typed, problems = _asked()
    lines, next_ = traces.page_of_traces(db(), asked)
    if asked.demand is not None:
        trace("search", "audit", None, typed["demande"])
    page = render_template(
        "admin/audit.html",
        lines=lines,
        next=_address("admin.audit", typed | {"avant": str(next_)}) if next_ else None,
        first=_address("admin.audit", typed) if asked.before else None,
        export=_address("admin.export_audit", typed),
        typed=typed,
        problems=problems,
        people=traces.people(db()),
        actions=words.TRACE_ACTIONS,
        subjects=words.TRACE_SUBJECTS,
        details=words.TRACE_DETAILS,
        may_open=person().may("read_demand"),
    )
    return page, 422 if problems else 200


@bp.get("/traces.csv")
@needs("read_audit")
def export_audit() -> ResponseReturnValue:
    """The same lines as a file."""
    asked, _typed, _problems = _asked()
    found = traces.all_traces(db(), asked)
    trace("export", "audit", None, f"{len(found)} lignes")
    rows = (
        (
            line.at,
            line.who,
            words.TRACE_ACTIONS.get(line.action, line.action),
            words.TRACE_SUBJECTS.get(line.subject, line.subject),
            line.number,
            words.TRACE_DETAILS.get(line.detail, line.detail),
        )
        for line in found
    )
    return csv_response("traces.csv", HEAD, rows)


def _address(endpoint: str, typed: dict[str, str]) -> str:
    values: dict[str, Any] = dict(typed)
    return url_for(endpoint, **values)


def _asked() -> tuple[Asked, dict[str, str], dict[str, str]]:
    """What the address asks, as read, as typed, and what could not be read."""
    typed = {
        name: request.args[name].strip()
        for name in ("personne", "demande", "action", "du", "au")
        if request.args.get(name, "").strip()
    }
    problems: dict[str, str] = {}
    days: dict[str, date | None] = {"du": None, "au": None}
    for name in days:
        try:
            days[name] = french.parse_date(typed[name]) if name in typed else None
        except ValueError as error:
            problems[name] = str(error)
    asked = Asked(
        person=asked_id(typed.get("personne", "")),
        demand=_demand(typed.get("demande", ""), problems),
        action=typed.get("action", ""),
        since=days["du"],
        until=days["au"],
        before=asked_id(request.args.get("avant", "")),
    )
    return asked, typed, problems


def _demand(typed: str, problems: dict[str, str]) -> int | None:
    """The demand of a number as quoted (« 2026-00042 ») or of its end alone (« 42 »)."""
    if not typed:
        return None
    found = asked_id(typed.rpartition("-")[2])
    if found is None:
        problems["demande"] = "Écrivez un numéro de demande comme 2026-00042."
    return found
