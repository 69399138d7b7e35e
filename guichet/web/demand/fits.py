"""Where the week of a demand fits, at a glance: the card of its page, one line an establishment wished for."""

from dataclasses import dataclass
from datetime import date

from guichet.core.clock import day
from guichet.demands.models import Demand
from guichet.demands.states import OPEN_STATES
from guichet.establishments.capacity import HORIZON
from guichet.placements.fitting import ask_of, at_a_glance, days_at_a_glance
from guichet.placements.saying import verdict_in_brief
from guichet.placements.stays import with_children
from guichet.web.door import at, catalogue, db, person, supplies
from guichet.web.places.opening import may_here

MOST_ON_CARD = 5


@dataclass(frozen=True)
class Line:
    """An establishment wished for, and for each day (tone, words, more words)."""

    house: int
    name: str
    days: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Fits:
    """What the card shows; `days` are those judged, in order."""

    days: tuple[date, ...]
    lines: tuple[Line, ...]


def card(demand: Demand) -> Fits | None:
    """The card of a demand that still waits, in one statement; None when nothing can be compared.

    Left out: the establishments whose places the person may not read, those without a licence by the hour.
    """
    if not person().may("read_places") or demand.state not in OPEN_STATES:
        return None
    today, child = day(at()), demand.child
    ask = ask_of(demand.week, child.birth_date, child.due_date, demand.id)
    wished = _wished(demand)
    if ask is None or not wished:
        return None
    days = days_at_a_glance(demand.entry_on, today, ask.born_on)
    offered = {house: supplies()[house] for house in wished}
    found = at_a_glance(with_children(db(), offered, wished, days[0], days[-1] + HORIZON).values(), ask, days)
    houses = catalogue().houses
    lines = (
        Line(house, houses[house].label, tuple(verdict_in_brief(one, ask.week) for one in found[house]))
        for house in wished
    )
    return Fits(days, tuple(lines))


def _wished(demand: Demand) -> list[int]:
    offered, houses = supplies(), catalogue().houses
    ranked = dict.fromkeys(one.establishment_id for one in demand.wishes if one.establishment_id)
    kept = [
        house
        for house in ranked
        if houses[house].is_collective and house in offered and offered[house].opened
    ]
    return [house for house in kept if may_here("read_places", houses[house])][:MOST_ON_CARD]
