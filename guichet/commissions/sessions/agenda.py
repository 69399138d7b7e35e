"""Calm: the order in which a session examines what is before it, and which demands are not ready to be.

Nobody is named here: a demand is its number and an age in months.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from guichet.core.french import whole_months

DEMAND_ITEM = "demand"
APPROVAL, FOLLOW_UP, NEEDS, TEXT = "approval", "follow_up", "needs", "text"
BY_HAND = (APPROVAL, FOLLOW_UP, NEEDS, TEXT)
OPENING = (APPROVAL, FOLLOW_UP, NEEDS)
"""What is usually settled before the demands."""
A_DAY = 24 * 60
USUAL_MINUTES = 90
"""How long a session lasts when nobody says: what a calendar counts for it when nothing is set."""
SHORTEST_MINUTES, LONGEST_SESSION, QUARTER = 15, 12 * 60, 15
UNBORN, BABIES, MIDDLE, OLDER = "unborn", "babies", "middle", "older"
SECTIONS = (UNBORN, BABIES, MIDDLE, OLDER)
MIDDLE_FROM, OLDER_FROM = 12, 24
"""Months of age on the day of the entry wished."""

NOT_RENEWED, PAPERS, BIRTH, WINDOW, LATE, ELSEWHERE = (
    *("not_renewed", "papers", "birth", "window"),
    *("late", "elsewhere"),
)
REASONS = (NOT_RENEWED, PAPERS, BIRTH, WINDOW, LATE, ELSEWHERE)


@dataclass(frozen=True)
class Candidate:
    """A demand on the list of the session, as the agenda looks at it."""

    demand_id: int
    number: str
    birth: date | None
    """None while the child is not born, or the birth not confirmed."""
    entry_on: date
    seniority_on: date
    renewal_due_on: date
    papers_missing: int = 0
    birth_to_confirm: bool = False
    houses: frozenset[int] = frozenset()
    """The establishments wished for."""
    points: int | None = None


@dataclass(frozen=True)
class Terms:
    """What a session looks at: its day, its establishments, its window, and whether its list is still open."""

    sits_on: date
    houses: frozenset[int]
    window: tuple[date, date] | None = None
    closed: bool = False
    """The closing day has passed and the agenda was made: what came since waits."""
    known: frozenset[int] = frozenset()
    """The demands that were on it when it closed."""


@dataclass(frozen=True)
class Line:
    """One item in its place. `rank` is 0 for an item not stored yet."""

    kind: str
    title: str = ""
    duration: int = 0
    demand_id: int | None = None
    section: str = ""
    id: int = 0


@dataclass(frozen=True)
class Sorted:
    """The demands to examine, in order with their section; and those set apart with their reasons."""

    ready: tuple[tuple[str, Candidate], ...]
    apart: tuple[tuple[Candidate, tuple[str, ...]], ...]


def closes_on(sits_on: date, days: int) -> date:
    """The last day a demand may come on the agenda."""
    return sits_on - timedelta(days=days)


def section_of(candidate: Candidate) -> str:
    """The age section on the day of the entry wished, not on the day of the session."""
    months = age_at_entry(candidate)
    if months is None:
        return UNBORN
    return BABIES if months < MIDDLE_FROM else MIDDLE if months < OLDER_FROM else OLDER


def age_at_entry(candidate: Candidate) -> int | None:
    """Whole months on the day of the entry wished; None for a child not born then."""
    if candidate.birth is None or candidate.birth > candidate.entry_on:
        return None
    return whole_months(candidate.birth, candidate.entry_on)


def why_apart(candidate: Candidate, terms: Terms) -> tuple[str, ...]:
    """Why a demand is not examined at this session; empty when it is."""
    found = []
    if candidate.birth_to_confirm:
        found.append(BIRTH)
    if candidate.renewal_due_on < terms.sits_on:
        found.append(NOT_RENEWED)
    if candidate.papers_missing:
        found.append(PAPERS)
    if terms.window and not terms.window[0] <= candidate.entry_on <= terms.window[1]:
        found.append(WINDOW)
    if candidate.houses and not candidate.houses & terms.houses:
        found.append(ELSEWHERE)
    if terms.closed and candidate.demand_id not in terms.known:
        found.append(LATE)
    return tuple(found)


def sort(candidates: Iterable[Candidate], terms: Terms) -> Sorted:
    """The demands by age section, then by points where they are known, then by seniority and number."""
    ready, apart = [], []
    for one in candidates:
        reasons = why_apart(one, terms)
        if reasons:
            apart.append((one, reasons))
        else:
            ready.append((section_of(one), one))
    ready.sort(key=lambda pair: (SECTIONS.index(pair[0]), *_rank(pair[1])))
    apart.sort(key=lambda pair: _rank(pair[0]))
    return Sorted(tuple(ready), tuple(apart))


def build(kept: Collection[Line], found: Sorted, each: int) -> tuple[Line, ...]:
    """The agenda made again: what people wrote keeps its order, before or after the demands; `each` in minutes.

    A written item that stood after a demand stays after all of them; the others open the session.
    """
    before: list[Line] = []
    after: list[Line] = []
    met = False
    for one in kept:
        met = met or one.kind == DEMAND_ITEM
        if one.kind != DEMAND_ITEM:
            (after if met else before).append(one)
    known = {one.demand_id: one for one in kept if one.kind == DEMAND_ITEM}
    demands = [
        replace(
            known.get(one.demand_id, Line(DEMAND_ITEM, duration=each, demand_id=one.demand_id)),
            section=section,
        )
        for section, one in found.ready
    ]
    return (*before, *demands, *after)


def with_item(lines: Collection[Line], added: Line) -> tuple[Line, ...]:
    """The same agenda with an item written by hand: what opens a session goes before the demands, the rest ends it."""
    order = list(lines)
    if added.kind not in OPENING:
        return (*order, added)
    first = next((rank for rank, one in enumerate(order) if one.kind == DEMAND_ITEM), len(order))
    order.insert(first, added)
    return tuple(order)


def moved(lines: Collection[Line], line_id: int, up: bool) -> tuple[Line, ...]:
    """The same lines, one of them a place up or down; unchanged at the ends or when it is not there."""
    order = list(lines)
    here = next((rank for rank, one in enumerate(order) if one.id == line_id), None)
    if here is None:
        return tuple(order)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    return tuple(order)


def starts(lines: Collection[Line], starts_at: int) -> tuple[int, ...]:
    """When each line begins, in minutes from midnight; an agenda too long for its day goes on the next morning."""
    found, now = [], starts_at
    for one in lines:
        found.append(now % A_DAY)
        now += one.duration
    return tuple(found)


def length(lines: Iterable[int]) -> int:
    """The minutes of an agenda from those of its items, up to the next quarter of an hour; 0 for an empty one."""
    return -(-sum(lines) // QUARTER) * QUARTER


def _rank(one: Candidate) -> tuple[bool, int, date, str]:
    return (one.points is None, -(one.points or 0), one.seniority_on, one.number)
