"""The week of an establishment, and what the coming months leave free: for one, and for the whole territory."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.months import add_months
from guichet.establishments.capacity import House as Places
from guichet.establishments.capacity import Load
from guichet.establishments.catalogue import House
from guichet.establishments.heat import heat
from guichet.establishments.outlook import Month, by_month
from guichet.placements import words
from guichet.placements.stays import load_houses
from guichet.web.charts import Series
from guichet.web.door import at, catalogue, db, needs
from guichet.web.figures import SHORT_MONTHS
from guichet.web.places.blueprint import bp
from guichet.web.places.opening import asked_day, may_here, opened, places_of, tabs

MONTHS = 12
TONES = "abcd"
WEEK_END = (5, 6)
"""A Saturday, one looks at the week to come."""


@bp.get("/etablissements/<int:house_id>/semaine")
@needs("read_places")
def week(house_id: int) -> ResponseReturnValue:
    """The heat table of one week, for the whole establishment or one section."""
    house = opened("read_places", house_id)
    chosen, problem = asked_day()
    monday = chosen - timedelta(days=chosen.weekday())
    if not request.args.get("le") and chosen.weekday() in WEEK_END:
        monday += timedelta(days=7)
    places = places_of(house, monday)
    section = next(
        (one for one in places.supply.sections if request.args.get("section") in (str(one.id), one.name)),
        None,
    )
    table = heat(places, monday, section.id if section else None)
    page = render_template(
        "places/week.html",
        house=house,
        tabs=tabs(house),
        table=table,
        section=section,
        sections=_section_tabs(house, places, monday, str(section.id) if section else ""),
        monday=monday,
        previous=_address(house, monday - timedelta(days=7)),
        following=_address(house, monday + timedelta(days=7)),
        problem=problem,
        typed=request.args.get("le", "") or french.short_date(monday),
        load_words=words.LOAD,
        loads=list(Load),
    )
    return page, 422 if problem else 200


@bp.get("/etablissements/<int:house_id>/previsions")
@needs("read_places")
def outlook(house_id: int) -> ResponseReturnValue:
    """Twelve months of free places, by section."""
    house = opened("read_places", house_id)
    today = day(at())
    places = load_houses(db(), [house.id], today, add_months(today, MONTHS + 1))[house.id]
    months = by_month(places, today, MONTHS)
    groups = places.supply.groups
    return render_template(
        "places/outlook.html",
        house=house,
        tabs=tabs(house),
        months=months,
        groups=groups,
        labels=labels(months),
        series=[
            Series(one.name, tuple(month.sections[one.id].week for month in months), TONES[rank % 4])
            for rank, one in enumerate(groups)
        ],
        best=max(months, key=lambda one: one.whole.week),
    )


@dataclass(frozen=True)
class HouseMonths:
    """A line of the territory's forecast."""

    house: House
    months: list[Month]


@bp.get("/etablissements/previsions")
@needs("read_places")
def territory() -> ResponseReturnValue:
    """Twelve months of free places in every establishment that the person may see, and together."""
    today = day(at())
    offer = catalogue()
    reached = [one.id for one in offer.houses.values() if one.is_collective and may_here("read_places", one)]
    found = load_houses(db(), reached, today, add_months(today, MONTHS + 1))
    lines = [
        HouseMonths(offer.houses[house], by_month(places, today, MONTHS))
        for house, places in found.items()
        if places.supply.opened
    ]
    lines.sort(key=lambda one: (one.house.commune_name, one.house.name))
    sums = [sum(line.months[rank].whole.week for line in lines) for rank in range(MONTHS)]
    days = [sum(line.months[rank].whole.day for line in lines) for rank in range(MONTHS)]
    names = labels(lines[0].months) if lines else []
    return render_template(
        "places/territory.html",
        lines=lines,
        sums=sums,
        days=days,
        labels=names,
        series=[
            Series("toute la semaine", tuple(sums), "a"),
            Series("certains jours seulement", tuple(a - b for a, b in zip(days, sums, strict=True)), "b"),
        ],
    )


def labels(months: list[Month]) -> list[str]:
    """« déc. 26 » for each month."""
    return [f"{SHORT_MONTHS[one.first.month - 1]} {one.first.year % 100}" for one in months]


def _address(house: House, monday: date) -> str:
    return url_for(
        "places.week", house_id=house.id, le=monday.isoformat(), section=request.args.get("section") or None
    )


def _section_tabs(house: House, places: Places, monday: date, wanted: str) -> list[dict[str, object]]:
    choices = [("", "Tout l’établissement"), *((str(one.id), one.name) for one in places.supply.sections)]
    return [
        {
            "label": label,
            "url": url_for("places.week", house_id=house.id, le=monday.isoformat(), section=code or None),
            "current": code == wanted,
        }
        for code, label in choices
    ]
