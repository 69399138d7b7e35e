"""Calm: from the demands and the places of a day to the problem that the engine reads.

A demand asks for its week from its entry (or from the day chosen) to the horizon, or to the 31 August when school
begins; in the section of its age on that first day. Brothers and sisters who enter in the same month with the same
wishes are asked together. A place that a linked demand would leave is its `current`. Whoever the barème puts before
the points is pinned at the first wish that has room.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from guichet.allocation.faults import InvalidProblemError, refuse_pins_beyond_capacity
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.inputs.offers import Days, ages_of, offers_of
from guichet.allocation.inputs.slots import Cut, Need, cut
from guichet.allocation.problem import Current, Demand, Pin, Problem, Rules, Wish
from guichet.core.week import Week
from guichet.establishments.capacity import House
from guichet.establishments.supply import last_move, months_old, nearest_section, presumed_end

HELD = "held "
"""Before the number of a demand: the name, among the needs, of the place it would leave."""
NO_SECTION = "age"
NO_PLACES = "places"


@dataclass(frozen=True)
class Hall:
    """An establishment in a run: how files name it, its places, its reserves in percent by group."""

    id: int
    code: str
    house: House
    shares: Mapping[str, int]
    peak: Days | None = None
    """The days when its director opens the seats above the licence (R2324-27 CSP)."""


@dataclass(frozen=True)
class Asked:
    """One establishment a demand wishes for: its points, and what it ranks with (ties of the wish included)."""

    house: int
    points: int
    weight: int


@dataclass(frozen=True)
class Held:
    """The place a child has now and would leave for a wish."""

    house: int
    since: date
    week: Week


@dataclass(frozen=True)
class Applicant:
    """A demand, as the run reads it. `ties` settles equal points, the lowest first."""

    id: int
    number: str
    family: int
    born_on: date
    entry_on: date
    week: Week
    asked: tuple[Asked, ...]
    ties: tuple[int, ...]
    group: str | None = None
    held: Held | None = None
    bypass: str = ""
    fewer_days: bool = False
    """Whether the family would accept a part of its week."""


@dataclass(frozen=True)
class Decided:
    """What people decided for a demand: an establishment, or no proposal (None)."""

    house: int | None
    reason: str


@dataclass(frozen=True)
class Composed:
    """The problem, what its names mean, and what was left out of it."""

    problem: Problem
    cut: Cut
    ordered: tuple[Applicant, ...]
    """The demands of the problem, in the order that settles ties."""
    bypassed: Mapping[int, Decided]
    """Pins that the barème asks for, by demand."""
    no_room: tuple[int, ...]
    """Demands with a priority that no wish has room for."""
    wishless: tuple[int, ...]
    """Demands with no establishment that could take the child."""
    lost: Mapping[int, tuple[tuple[int, str], ...]]
    """Wishes left out, by demand: the establishment, and why."""


def compose(
    applicants: Iterable[Applicant],
    halls: Mapping[int, Hall],
    choices: Choices,
    decided: Mapping[int, Decided] | None = None,
) -> Composed:
    """The problem of a run. `decided` are the pins of people, by demand."""
    given = decided or {}
    ordered = sorted(applicants, key=lambda one: one.ties)
    lost = {one.id: tuple(_lost(one, halls, choices)) for one in ordered}
    ordered = [_without(one, lost[one.id]) for one in ordered]
    wishless = tuple(one.id for one in ordered if not one.asked)
    ordered = [one for one in ordered if one.asked]
    made = cut(
        [
            offer
            for hall in halls.values()
            for offer in offers_of(
                hall.code,
                hall.house,
                choices.months,
                hall.shares,
                peak=hall.peak if hall.id in choices.amber else None,
            )
        ],
        [need for one in ordered for need in _needs(one, halls, choices)],
        [month.strftime("%Y-%m") for month in choices.months],
    )
    pins = {one.id: Pin(_code(given[one.id].house, halls)) for one in ordered if one.id in given}
    demands = _demands(ordered, halls, made, pins, choices)
    rules = Rules(choices.reserved_first, choices.unfilled_reserve_opens)
    demands, bypassed, no_room = _bypass(ordered, demands, halls, made, rules)
    problem = Problem(tuple(slot.name for slot in made.slots), made.places, tuple(demands), rules)
    return Composed(problem, made, tuple(ordered), bypassed, no_room, wishless, lost)


def start_of(one: Applicant, choices: Choices) -> date:
    """The first day a demand asks for."""
    return max(one.entry_on, choices.seats_from or one.entry_on)


def end_of(one: Applicant, choices: Choices) -> date:
    """The last day a demand asks for."""
    return min(choices.horizon, presumed_end(one.born_on, start_of(one, choices)))


def age_of(one: Applicant, choices: Choices) -> int:
    """The age, in months, that gives the section."""
    return months_old(one.born_on, start_of(one, choices))


def _lost(one: Applicant, halls: Mapping[int, Hall], choices: Choices) -> Iterable[tuple[int, str]]:
    age = age_of(one, choices)
    for asked in one.asked:
        hall = halls.get(asked.house)
        if hall is None or not hall.house.supply.opened:
            yield asked.house, NO_PLACES
        elif not any(low <= age < high for low, high in ages_of(hall.house.supply.groups).values()):
            yield asked.house, NO_SECTION


def _without(one: Applicant, lost: Sequence[tuple[int, str]]) -> Applicant:
    """The demand without its impossible wishes."""
    gone = {house for house, _ in lost}
    return replace(one, asked=tuple(asked for asked in one.asked if asked.house not in gone)) if gone else one


def _needs(one: Applicant, halls: Mapping[int, Hall], choices: Choices) -> Iterable[Need]:
    first, last = _month(start_of(one, choices), choices), _month(end_of(one, choices), choices)
    yield Need(one.number, age_of(one, choices), one.week, first, last)
    if one.held and (hall := halls.get(one.held.house)):
        entered = max(one.held.since, last_move(start_of(one, choices)))
        section = nearest_section(hall.house.supply.groups, one.born_on, entered)
        yield Need(HELD + one.number, section.from_months, one.held.week, first, last, hall.code)


def _month(day: date, choices: Choices) -> int:
    first = choices.months[0]
    return min((day.year - first.year) * 12 + day.month - first.month, len(choices.months) - 1)


def _code(house: int | None, halls: Mapping[int, Hall]) -> str | None:
    return None if house is None else halls[house].code


def _demands(
    ordered: Sequence[Applicant],
    halls: Mapping[int, Hall],
    made: Cut,
    pins: Mapping[int, Pin],
    choices: Choices,
) -> list[Demand]:
    together = _together([one for one in ordered if one.id not in pins], choices)
    return [
        Demand(
            id=one.number,
            section=made.section_of[one.number],
            slots=made.slots_of[one.number],
            order=position,
            wishes=tuple(Wish(halls[asked.house].code, asked.weight) for asked in one.asked),
            group=one.group,
            current=_current(one, halls, made),
            together=together.get(one.id),
            pinned=pins.get(one.id),
        )
        for position, one in enumerate(ordered, start=1)
    ]


def _current(one: Applicant, halls: Mapping[int, Hall], made: Cut) -> Current | None:
    name = HELD + one.number
    if one.held is None or not made.slots_of.get(name):
        return None
    return Current(halls[one.held.house].code, made.section_of[name], made.slots_of[name])


def _together(ordered: Sequence[Applicant], choices: Choices) -> dict[int, str]:
    """A word for the children of a family who enter in the same month with the same wishes."""
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for one in ordered:
        if one.family not in choices.apart and not one.bypass:
            wishes = tuple(asked.house for asked in one.asked)
            alike[one.family, one.entry_on.replace(day=1), wishes].append(one.id)
    return {
        demand: f"family-{key[0]}" for key, members in alike.items() if len(members) > 1 for demand in members
    }


def _bypass(
    ordered: Sequence[Applicant],
    demands: list[Demand],
    halls: Mapping[int, Hall],
    made: Cut,
    rules: Rules,
) -> tuple[list[Demand], dict[int, Decided], tuple[int, ...]]:
    """Pin, in the order of ties, whoever is decided before the points at the first wish that has room."""
    bypassed: dict[int, Decided] = {}
    no_room: list[int] = []
    for rank, one in enumerate(ordered):
        if not one.bypass or demands[rank].pinned:
            continue
        found = _first_room(rank, one, demands, halls, made, rules)
        if found is None:
            no_room.append(one.id)
            continue
        bypassed[one.id] = Decided(found, one.bypass)
        demands[rank] = replace(demands[rank], pinned=Pin(halls[found].code))
    return demands, bypassed, tuple(no_room)


def _first_room(
    rank: int,
    one: Applicant,
    demands: Sequence[Demand],
    halls: Mapping[int, Hall],
    made: Cut,
    rules: Rules,
) -> int | None:
    pinned = [demand for demand in demands if demand.pinned]
    for asked in one.asked:
        tried = replace(demands[rank], pinned=Pin(halls[asked.house].code))
        try:
            refuse_pins_beyond_capacity(made.places, (*pinned, tried), rules)
        except InvalidProblemError:
            continue
        return asked.house
    return None
