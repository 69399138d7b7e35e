"""Where the week of a demand fits: in the establishments wished for, then elsewhere, those that fit first, then nearest."""

from flask import render_template
from flask.typing import ResponseReturnValue

from guichet.core.clock import day
from guichet.demands.reading import open_demand
from guichet.establishments.catalogue import House
from guichet.placements.childminders.fit import Point, distance_km
from guichet.placements.fitting import Fit, ask_of, days_to_ask, where_it_fits
from guichet.placements.saying import verdict_in_words
from guichet.placements.stays import load_houses
from guichet.web.door import at, catalogue, db, needs, not_for_them, person, trace
from guichet.web.places.blueprint import bp
from guichet.web.places.opening import may_here


@bp.get("/demandes/<int:demand_id>/places")
@needs("read_places")
def demand(demand_id: int) -> ResponseReturnValue:
    """One line an establishment: now and in September, what blocks, which days fit, from when."""
    today = day(at())
    opened = open_demand(db(), person(), demand_id, today)
    if opened is None:
        raise not_for_them("demand", demand_id)
    asked = opened.demand
    child = asked.child
    ask = ask_of(asked.week, child.birth_date, child.due_date, asked.id)
    days = days_to_ask(asked.entry_on, today)
    fits: list[Fit] = []
    if ask is not None:
        reached = [one.id for one in catalogue().houses.values() if _counts(one)]
        fits = where_it_fits(load_houses(db(), reached, days[0]).values(), ask, days) if reached else []
    wished = [one.establishment_id for one in asked.wishes if one.establishment_id]
    by_house = {one.house: one for one in fits}
    far = {one.house: _distance(asked.home_code, catalogue().houses[one.house]) for one in fits}
    trace("read", "demand", demand_id, "places")
    return render_template(
        "places/demand.html",
        demand=asked,
        days=days,
        today=today,
        counted=ask is not None,
        wished=[(rank, by_house[house]) for rank, house in enumerate(wished, 1) if house in by_house],
        others=sorted(
            (one for one in fits if one.house not in wished and one.first is not None),
            key=lambda one: (
                not one.now,
                one.first,
                far[one.house] or 0,
                catalogue().houses[one.house].label,
            ),
        ),
        houses=catalogue().houses,
        far=far,
        in_words=verdict_in_words,
        reads_week=lambda house: may_here("read_places", catalogue().houses[house]),
    )


def _distance(home: str | None, house: House) -> int | None:
    """Kilometres as the crow flies between the commune of the family and that of the establishment; None unknown."""
    towns = catalogue().towns
    if home not in towns or house.commune_code not in towns:
        return None
    here, there = (Point(towns[one].latitude, towns[one].longitude) for one in (home, house.commune_code))
    return round(distance_km(here, there))


def _counts(house: House) -> bool:
    return house.is_collective and house.is_open and may_here("read_places", house)
