"""The form of a new proposal: which demands, which places, which rules."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.allocation.inputs.choices import Choices
from guichet.allocation.runs import actions, queries
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.core.months import add_months
from guichet.web.door import at, commit, db, needs, person, trace
from guichet.web.proposals.blueprint import bp

DATES = ("sessions_from", "sessions_until", "entries_from", "entries_until", "horizon")


@bp.get("/propositions/nouvelle")
@needs("propose")
def new() -> ResponseReturnValue:
    """The form, with the dates of the demands now in commission."""
    return _form(_usual(), {})


@bp.post("/propositions")
@needs("propose")
def ask() -> ResponseReturnValue:
    """Keep the request: a worker computes it."""
    problems: dict[str, str] = {}
    choices = _typed(problems)
    title = request.form.get("title", "").strip()
    try:
        if choices is None:
            raise InvalidError(problems)
        run = actions.ask_run(db(), title, choices, actor=person(), at=at())
        commit()
    except InvalidError as refusal:
        db().rollback()
        return _form(request.form, problems | refusal.problems), refusal.status
    except DomainError as refusal:
        db().rollback()
        return _form(request.form, {}, refusal.sentence), refusal.status
    trace("change", "proposal", run.id, "demandée")
    return redirect(url_for("proposals.read", run_id=run.id), 303)


def _usual() -> dict[str, Any]:
    """What most rounds choose: every demand in commission, until the 31 August that follows the last entry."""
    today = day(at())
    first, last, entry, latest = queries.asked_dates(db())
    entries_from = max(entry or today, today).replace(day=1)
    entries_until = max(latest or add_months(today, 9), entries_from)
    end = date(entries_until.year + (entries_until.month >= 8), 8, 31)
    horizon = min(end, add_months(entries_from, 23))
    shown = {
        "sessions_from": first or today,
        "sessions_until": last or add_months(today, 3),
        "entries_from": entries_from,
        "entries_until": min(entries_until, horizon),
        "horizon": horizon,
    }
    return {
        "title": f"Entrées jusqu’à {french.month_year(entries_until)}",
        "reserved_first": "first",
        "unfilled_reserve_opens": "y",
        **{name: french.short_date(value) for name, value in shown.items()},
    }


def _typed(problems: dict[str, str]) -> Choices | None:
    """The choices typed; None, with a sentence at each field, when they cannot be read."""
    dates = {name: _date(name, problems) for name in DATES}
    seats_from = _date("seats_from", problems, required=False)
    if problems or any(value is None for value in dates.values()):
        return None
    asked = {int(one) for one in request.form.getlist("together") if one.isdecimal() and len(one) < 10}
    return Choices(
        **{name: value for name, value in dates.items() if value},
        seats_from=seats_from,
        oriented="oriented" in request.form,
        amber=tuple(sorted(_numbers("amber"))),
        apart=tuple(family for family in sorted(queries.brothers_and_sisters(db())) if family not in asked),
        reserved_first=request.form.get("reserved_first") != "last",
        unfilled_reserve_opens="unfilled_reserve_opens" in request.form,
    )


def _date(name: str, problems: dict[str, str], *, required: bool = True) -> date | None:
    typed = request.form.get(name, "").strip()
    if not typed:
        if required:
            problems[name] = "Indiquez une date, par exemple 01/09/2027."
        return None
    try:
        return french.parse_date(typed)
    except ValueError as refusal:
        problems[name] = str(refusal)
        return None


def _numbers(name: str) -> set[int]:
    return {int(one) for one in request.form.getlist(name) if one.isdecimal() and len(one) < 10}


def _form(typed: Mapping[str, Any], problems: dict[str, str], sentence: str = "") -> str:
    families = queries.brothers_and_sisters(db())
    first, today = request.method == "GET", day(at())
    exceeding = queries.may_exceed(db())
    return render_template(
        "proposals/new.html",
        typed=typed,
        problems=problems,
        sentence=sentence,
        exceeding=exceeding,
        today=today,
        families=families,
        ticked={str(family) for family in families} if first else set(request.form.getlist("together")),
        amber={str(one.id) for one in exceeding if one.peak_until and one.peak_until >= today}
        if first
        else set(request.form.getlist("amber")),
    )
