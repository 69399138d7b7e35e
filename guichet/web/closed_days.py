"""The table of closed days, year by year, and the computation of a notice explained."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import InvalidError, NotFoundError
from guichet.core.names import clean_name
from guichet.scheduling.days import closed_actions as actions
from guichet.scheduling.days.calendar import UNITS, Delay, Unit, notice
from guichet.scheduling.days.closed_periods import Line, periods
from guichet.scheduling.days.seeding_apart import closed_days_apart
from guichet.scheduling.days.seeding_words import BRIDGE, LOCAL, PUBLIC, SCHOOL, ZONES, warning
from guichet.scheduling.places.queries import days_of_year, public_holidays, seeded_years
from guichet.web.door import at, commit, db, needs, person

bp = Blueprint("closed_days", __name__, url_prefix="/calendrier/jours-fermes")
REASON = {
    PUBLIC: "jour férié",
    SCHOOL: "vacances scolaires",
    BRIDGE: "pont",
    LOCAL: "fermeture locale",
}
DEFAULT_ZONE = "A"
"""That of the académie de Dijon."""
YEARS_AHEAD = 3
MOST_NOTICE = 90
BEFORE = timedelta(days=150)


@bp.get("")
@needs("keep_commissions")
def page() -> ResponseReturnValue:
    """The closed days of a year."""
    return _shown(_year(), request.args, {})


@bp.post("/reprendre")
@needs("keep_commissions")
def seed() -> ResponseReturnValue:
    """Take them from the official calendars, read by another process before anything is locked."""
    year, zone = _year(), request.form.get("zone", "")
    if zone not in ZONES:
        return _shown(year, request.form, {"zone": "Choisissez la zone A, B ou C."}), 422
    days, published_until = closed_days_apart(year, zone)
    changed = actions.seed_year(db(), year, zone, days, published_until, actor=person(), at=at())
    commit()
    lines = french.count(changed, "ligne change", "lignes changent")
    flash(f"Les calendriers officiels de {year} sont repris, zone {zone} : {lines}.", "success")
    return _back(year)


@bp.post("/fermer")
@needs("keep_commissions")
def close() -> ResponseReturnValue:
    """A local closure."""
    try:
        entry = actions.ClosureEntry(
            clean_name(request.form.get("name", "")), _date("first_on"), _date("last_on")
        )
        count = actions.close(db(), entry, actor=person(), at=at())
        commit()
    except InvalidError as refusal:
        db().rollback()
        return _shown(_year(), request.form, refusal.problems), refusal.status
    if count:
        flash(f"{french.count(count, 'jour est fermé', 'jours sont fermés')} de plus aux séances.", "success")
    else:
        flash("Ces jours étaient déjà fermés.", "info")
    return _back(entry.first.year if entry.first else _year())


@bp.post("/changer")
@needs("keep_commissions")
def change() -> ResponseReturnValue:
    """Open the days of a period for sessions all the same, or close them again."""
    try:
        first, last = (date.fromisoformat(request.form.get(name, "")) for name in ("first", "last"))
    except ValueError as fault:
        raise InvalidError({"first": "Ces jours ne se lisent pas : rechargez la page."}) from fault
    closed = request.form.get("closed") == "yes"
    count = actions.change_days(db(), first, last, closed=closed, actor=person(), at=at())
    commit()
    said = ("est fermé", "sont fermés") if closed else ("est ouvert", "sont ouverts")
    flash(f"{french.count(count, f'jour {said[0]}', f'jours {said[1]}')} aux séances.", "success")
    return _back(first.year)


def _shown(year: int, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    today = day(at())
    years = seeded_years(db())
    known = years.get(year)
    lines = [Line(row.on, row.reason, row.name, row.by_hand, row.closed) for row in days_of_year(db(), year)]
    latest = list(years.values())[-1:]
    said, asked = _notice(typed)
    return render_template(
        "closed_days.html",
        year=year,
        years=sorted({*range(today.year, today.year + YEARS_AHEAD), *years, year}),
        known=known,
        warning=warning(year, known.published_until) if known else "",
        periods=[one for one in periods(lines) if one.days],
        reason=REASON,
        zones=[(zone, f"Zone {zone}") for zone in ZONES],
        zone=known.zone if known else latest[0].zone if latest else DEFAULT_ZONE,
        typed=typed,
        problems={**problems, **asked},
        notices=said,
    )


def _notice(typed: Mapping[str, str]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The same delay counted in the three ways, each explained; nothing before a session is typed."""
    if "seance" not in typed:
        return [], {}
    problems, days = {}, typed.get("delai", "").strip()
    try:
        on = french.parse_date(typed["seance"])
    except ValueError as fault:
        problems["seance"] = str(fault)
    if not days.isdecimal() or int(days) > MOST_NOTICE:
        problems["delai"] = f"Écrivez un nombre de jours entre 0 et {MOST_NOTICE}."
    if problems:
        return [], problems
    holidays = public_holidays(db(), on - BEFORE, on)
    return [(UNITS[unit], notice(on, Delay(int(days), unit), holidays).explanation) for unit in Unit], {}


def _year() -> int:
    asked = request.values.get("annee", type=int) or day(at()).year
    if not actions.FIRST_YEAR <= asked <= actions.LAST_YEAR:
        raise NotFoundError
    return asked


def _date(name: str) -> date | None:
    typed = request.form.get(name, "").strip()
    try:
        return french.parse_date(typed) if typed else None
    except ValueError as fault:
        raise InvalidError({name: str(fault)}) from fault


def _back(year: int) -> ResponseReturnValue:
    return redirect(url_for("closed_days.page", annee=year), 303)
