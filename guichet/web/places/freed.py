"""« Qui convient à cette place libérée ? »: hours and a date, and the waiting demands that fit, in order."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import InvalidError
from guichet.core.week import PRESETS, Week
from guichet.demands import words as demand_words
from guichet.demands.lines import number_of
from guichet.establishments.supply import AgeGroup
from guichet.placements.ranking import Standing, called_in_order, standings
from guichet.placements.waiting import candidates, matches
from guichet.web.door import at, catalogue, db, needs, person, trace
from guichet.web.places.blueprint import bp
from guichet.web.places.opening import asked_day, opened, places_of, tabs
from guichet.web.week_form import typed_from_week, week_from_form

SHOWN = 60
USUAL = PRESETS[0].week


@bp.get("/etablissements/<int:house_id>/place-liberee")
@needs("read_places")
def freed(house_id: int) -> ResponseReturnValue:
    """The form, and the list when hours are given."""
    house = opened("read_places", house_id)
    since, problem = asked_day()
    places = places_of(house, since)
    section = next(
        (one for one in places.supply.sections if str(one.id) == request.args.get("section")), None
    )
    problems = {"le": problem} if problem else {}
    hours = Week()
    try:
        hours = week_from_form(request.args, "heures")
    except InvalidError as refusal:
        problems |= refusal.problems
    asked = "section" in request.args
    if asked and not hours and not problems:
        problems["heures"] = "Indiquez au moins un jour, avec les heures qui se libèrent."
    found, more = [], False
    points: dict[int, Standing] = {}
    if hours and not problems:
        waiting, more = candidates(db(), person(), house.id, since, day(at()))
        found = matches(places.supply, places.periods, hours, section, since, waiting)
        points = standings(db(), found, house.id, catalogue(), day(at()))
        trace("search", "establishment", house.id, "place libérée")
    page = render_template(
        "places/freed.html",
        house=house,
        tabs=tabs(house),
        found=called_in_order(found, points)[:SHOWN],
        points=points,
        total=len(found),
        more=more,
        asked=bool(hours) and not problems,
        hours=hours,
        since=since,
        section=section,
        sections=[(one.id, one.name) for one in places.supply.sections],
        typed=dict(request.args) if asked else typed_from_week(USUAL, "heures"),
        day_typed=request.args.get("le", "") or french.short_date(since),
        problems=problems,
        presets=PRESETS,
        words=demand_words,
        number_of=number_of,
        days_named=lambda days: french.join_and([french.weekday_name(one) for one in days]),
        section_name=_section_name(section, since),
    )
    return page, 422 if problems else 200


def _section_name(section: AgeGroup | None, since: date) -> str:
    when = f"à partir du {french.plain_date(since)}"
    return f"section « {section.name} », {when}" if section else when
