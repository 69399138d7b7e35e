"""The catalogue of the offer: every establishment of the territory, how it works, what it has free."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from guichet.core.clock import day
from guichet.core.parameters import read as read_parameters
from guichet.establishments import words
from guichet.establishments.catalogue import House
from guichet.establishments.childminder_queries import free_on
from guichet.establishments.kinds import MINDED, Kind
from guichet.establishments.outlook import Outlook, at_once
from guichet.establishments.queries import Freshness, freshness
from guichet.establishments.supply import next_september
from guichet.placements.settings import REVIEW_EVERY, SETTINGS
from guichet.placements.stays import with_children
from guichet.web.door import at, catalogue, db, needs, person, supplies
from guichet.web.places.blueprint import bp
from guichet.web.places.opening import may_here


@dataclass(frozen=True)
class OfferLine:
    """An establishment in the list. `free` is what it has on each of the two days: places by the hour of a crèche,
    a number for childminders; None where places are not counted or not shown."""

    house: House
    fresh: Freshness
    stale: bool
    free: tuple[Outlook | int | None, ...]


@bp.get("/etablissements")
@needs("read_offer")
def page() -> ResponseReturnValue:
    """The list, filtered by commune and by kind; a director's own establishments first."""
    today = day(at())
    september = next_september(today)
    commune, kind = request.args.get("commune", ""), request.args.get("genre", "")
    limit = read_parameters(db(), SETTINGS)[REVIEW_EVERY.key]
    fresh = freshness(db())
    chosen = [
        one
        for one in catalogue().houses.values()
        if one.id in fresh and commune in ("", one.commune_code) and kind in ("", one.kind)
    ]
    days = (today, september)
    seen = [one.id for one in chosen if one.is_collective and may_here("read_places", one)]
    offered = {one: supplies()[one] for one in seen if one in supplies()}
    places = with_children(db(), offered, seen, *days) if offered else {}
    minded = free_on(db(), days)

    def free(house: House, rank: int) -> Outlook | int | None:
        if house.kind in MINDED:
            found = minded.get(house.id if house.kind == Kind.MAM else house.commune_code)
            return found[rank] if found else 0
        there = places.get(house.id)
        return at_once(there, days[rank]) if there and there.supply.opened else None

    lines = [
        OfferLine(one, fresh[one.id], _is_stale(fresh[one.id], today, limit), (free(one, 0), free(one, 1)))
        for one in sorted(chosen, key=_in_order)
    ]
    return render_template(
        "places/list.html",
        lines=lines,
        september=september,
        commune=commune,
        kind=kind,
        communes=[(one.code, one.name) for one in catalogue().towns.values()],
        kinds=list(words.KIND.items()),
        words=words,
        stale=sum(line.stale for line in lines),
    )


def _in_order(house: House) -> tuple[bool, bool, str, str]:
    mine = person().reaches_house("edit_sheet", house.id, house.commune_code)
    return not mine, not house.is_collective, house.commune_name, house.name


def _is_stale(fresh: Freshness, today: date, limit: int) -> bool:
    return fresh.reviewed_on is None or (today - fresh.reviewed_on).days > limit
