"""The catalogue of the offer: every establishment of the territory, how it works, what it has free."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from guichet.core.clock import day
from guichet.core.parameters import read as read_parameters
from guichet.establishments import words
from guichet.establishments.catalogue import House
from guichet.establishments.outlook import Outlook, at_once
from guichet.establishments.queries import Freshness, freshness
from guichet.establishments.supply import next_september
from guichet.placements.settings import REVIEW_EVERY, SETTINGS
from guichet.placements.stays import load_houses
from guichet.web.door import at, catalogue, db, needs
from guichet.web.places.blueprint import bp
from guichet.web.places.opening import may_here


@dataclass(frozen=True)
class OfferLine:
    """An establishment in the list. `now` and `september` are None where places are not counted or not shown."""

    house: House
    fresh: Freshness
    stale: bool
    now: Outlook | None
    september: Outlook | None


@bp.get("/etablissements")
@needs("read_offer")
def page() -> ResponseReturnValue:
    """The list, filtered by commune and by kind."""
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
    seen = [one.id for one in chosen if one.is_collective and may_here("read_places", one)]
    places = load_houses(db(), seen, today, september) if seen else {}

    def free(house: House, on: date) -> Outlook | None:
        found = places.get(house.id)
        return at_once(found, on) if found and found.supply.opened else None

    lines = [
        OfferLine(
            one, fresh[one.id], _is_stale(fresh[one.id], today, limit), free(one, today), free(one, september)
        )
        for one in sorted(chosen, key=lambda one: (not one.is_collective, one.commune_name, one.name))
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


def _is_stale(fresh: Freshness, today: date, limit: int) -> bool:
    return fresh.reviewed_on is None or (today - fresh.reviewed_on).days > limit
