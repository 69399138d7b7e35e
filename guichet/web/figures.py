"""The figures' screen: the fiche-action's own indicators, drawn and in tables, and their file."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.months import add_months
from guichet.demands.states import STATES
from guichet.observatory import masking
from guichet.observatory.indicators import Asked, Figures, Place, figures, places
from guichet.web import door, exports
from guichet.web.charts import Series
from guichet.web.circles import Spot, circle_map

bp = Blueprint("figures", __name__)

MONTHS_SHOWN = 12
SHORT_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avril",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
GROUPS = (
    ("received", "reçues", ("received",)),
    ("oriented", "orientées", ("oriented",)),
    ("commission", "en commission", ("commission",)),
    ("placed", "placées", ("placed",)),
    ("unplaced", "sans place", ("unplaced",)),
    ("withdrawn", "fermées", ("withdrawn", "expired")),
)
"""The series of the chart: (tone, word, states)."""


@bp.get("/indicateurs")
@door.needs("read_figures")
def page() -> ResponseReturnValue:
    """Demands received, by state, families with a solution and without, by commune and month."""
    known = places(door.db())
    asked, problems = _asked(known)
    found = figures(door.db(), asked, known)
    html = render_template(
        "figures/page.html",
        asked=asked,
        problems=problems,
        typed={name: request.args.get(name, "") for name in ("du", "au")},
        communes=[(place.code, place.name) for place in known],
        bassins=sorted({(place.bassin, place.bassin_name) for place in known}),
        found=found,
        states=STATES,
        labels=_labels(found.months),
        series=_series(found),
        drawn=circle_map(_spots(found), _map_words(asked)) if not asked.commune else "",
        export=url_for(
            "figures.export",
            du=asked.first.isoformat(),
            au=asked.last.isoformat(),
            commune=asked.commune or None,
            bassin=asked.bassin or None,
        ),
    )
    return html, 422 if problems else 200


@bp.get("/indicateurs/export.csv")
@door.needs("read_figures")
def export() -> Response:
    """One line a commune, small counts hidden: a file that may leave the guichet."""
    known = places(door.db())
    asked, _ = _asked(known)
    found = figures(door.db(), asked, known)
    hidden = masking.masked_table([[town.by_state[state] for state in STATES] for town in found.towns])
    names = [*(town.name for town in found.towns), "ensemble"]
    door.trace("export", "figures", None, f"du {asked.first} au {asked.last}")
    head = ("Commune", *STATES.values(), "total", "reçues du", "au")
    rows = ((name, *_shown(row), asked.first, asked.last) for name, row in zip(names, hidden, strict=True))
    return exports.csv_response("indicateurs.csv", head, rows)


def _asked(known: list[Place]) -> tuple[Asked, dict[str, str]]:
    """The filters of the address; what cannot be read gets its sentence and leaves the usual period."""
    today = day(door.at())
    problems: dict[str, str] = {}
    first = _date("du", add_months(today.replace(day=1), 1 - MONTHS_SHOWN), problems)
    last = _date("au", today, problems)
    if first > last:
        problems.setdefault("au", "La fin de la période est avant son début.")
        first = add_months(last.replace(day=1), 1 - MONTHS_SHOWN)
    communes, bassins = {place.code for place in known}, {place.bassin for place in known}
    commune, bassin = request.args.get("commune", ""), request.args.get("bassin", "")
    return Asked(
        first, last, commune if commune in communes else "", bassin if bassin in bassins else ""
    ), problems


def _date(name: str, usual: date, problems: dict[str, str]) -> date:
    typed = request.args.get(name, "").strip()
    if not typed:
        return usual
    try:
        return french.parse_date(typed)
    except ValueError as refusal:
        problems[name] = str(refusal)
        return usual


def _labels(months: Sequence[date]) -> list[str]:
    return [f"{SHORT_MONTHS[month.month - 1]} {month.year % 100}" for month in months]


def _series(found: Figures) -> list[Series]:
    return [
        Series(word, tuple(sum(counts[state] for state in states) for counts in found.by_month), tone)
        for tone, word, states in GROUPS
    ]


def _spots(found: Figures) -> list[Spot]:
    return [
        Spot(town.name, town.place.latitude, town.place.longitude, town.received)
        for town in found.towns
        if town.place
    ]


def _map_words(asked: Asked) -> str:
    first, last = french.plain_date(asked.first), french.plain_date(asked.last)
    return f"Demandes reçues par commune, du {first} au {last} : l’aire d’un cercle dit leur nombre."


def _shown(row: tuple[int | None, ...]) -> tuple[object, ...]:
    return tuple(masking.SHOWN_AS if value is None else value for value in row)
