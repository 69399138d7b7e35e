"""Calm: what an establishment offers each half-hour, before any child: its licence, its sections, its kept seats.

Sources: the licence modulated by the hour (R2324-20 CSP), the 115 % (R2324-27 CSP). Where the law is silent:

- an hour of the licence that is not given by section is shared among the sections in proportion to their places,
  by largest remainder, the section listed first winning a tie; a section never gets more than its own places;
- seats kept for others are taken out before sharing;
- a child is in the section of its age on the day it comes in, then moves each 1 September;
- above the licence, the extra seats belong to the whole establishment: its director says in which section.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from guichet.core.week import HALF_HOUR
from guichet.establishments import grid

PEAK_PERCENT = 115
SCHOOL_YEARS, LATEST_YEARS = 3, 6
MOVES = (9, 1)
"""When children change section, and when school begins."""
LAST_DAY = (8, 31)


@dataclass(frozen=True)
class AgeGroup:
    """A section: ages in whole months, the upper one excluded; places is its planning limit."""

    id: int
    name: str
    from_months: int
    to_months: int
    places: int


EVERYBODY = AgeGroup(0, "Tous les âges", 0, 12 * LATEST_YEARS, 10_000)
"""The one section of an establishment that declares none."""


@dataclass(frozen=True)
class Opened:
    """Places between two hours of a weekday, in minutes of the day; `section` None for the whole establishment."""

    weekday: int
    start: int
    end: int
    places: int
    section: int | None = None
    first: date | None = None
    last: date | None = None
    use: str = ""
    """For seats kept: occasional, emergency or reserved."""


@dataclass(frozen=True)
class Supply:
    """All that a calculation needs of one establishment."""

    house: int
    opened: tuple[Opened, ...]
    sections: tuple[AgeGroup, ...] = ()
    kept: tuple[Opened, ...] = ()
    closed: tuple[tuple[date, date], ...] = ()
    may_exceed: bool = False
    """Collective care whose règlement explains the 115 % (R2324-27 CSP)."""
    rounds_up: bool = False

    @property
    def groups(self) -> tuple[AgeGroup, ...]:
        """Its sections, or the one of everybody."""
        return self.sections or (EVERYBODY,)


@dataclass(frozen=True)
class Frame:
    """What is offered each half-hour while the licence does not change, as tallies (see grid.py).

    `licence` is the whole; `open` the licence less the kept seats; `peak` what 115 % allows, less the kept
    seats; `shares` the open seats by section. `minutes` is the week's capacity.
    """

    licence: int
    open: int
    peak: int
    shares: dict[int, int]
    minutes: int


def months_old(born_on: date, day: date) -> int:
    """Age in whole months; negative before birth."""
    return (day.year - born_on.year) * 12 + day.month - born_on.month - (day.day < born_on.day)


def section_at(groups: Sequence[AgeGroup], born_on: date, day: date) -> AgeGroup | None:
    """The section of a child's age on a day, or None when no section takes that age."""
    months = months_old(born_on, day)
    return next((one for one in groups if one.from_months <= months < one.to_months), None)


def nearest_section(groups: Sequence[AgeGroup], born_on: date, day: date) -> AgeGroup:
    """The section of a child who is there anyway: the closest in age when none takes that age."""
    months = months_old(born_on, day)
    for one in groups:
        if one.from_months <= months < one.to_months:
            return one
    return min(groups, key=lambda one: max(one.from_months - months, months - one.to_months + 1))


def presumed_end(born_on: date, starts_on: date) -> date:
    """31 August of the year of the third birthday, when school begins; later, of the year of the sixth.

    School is compulsory from the September of the year of the third birthday (L131-1 Code de l’éducation).
    """
    for years in (SCHOOL_YEARS, LATEST_YEARS):
        end = date(born_on.year + years, *LAST_DAY)
        if end > starts_on:
            return end
    return date(starts_on.year + (starts_on >= date(starts_on.year, *LAST_DAY)), *LAST_DAY)


def school_begins(born_on: date) -> date:
    """1 September of the year of the third birthday (L131-1 Code de l’éducation)."""
    return date(born_on.year + SCHOOL_YEARS, *MOVES)


def next_september(day: date) -> date:
    """The first 1 September on or after a day."""
    this_year = date(day.year, *MOVES)
    return this_year if day <= this_year else date(day.year + 1, *MOVES)


def last_move(day: date) -> date:
    """The last 1 September on or before a day."""
    this_year = date(day.year, *MOVES)
    return this_year if day >= this_year else date(day.year - 1, *MOVES)


@lru_cache(maxsize=512)
def frame_on(supply: Supply, day: date) -> Frame:
    """What an establishment offers on a day."""
    valid = [one for one in supply.opened if (one.first or day) <= day <= (one.last or day)]
    return _frame(supply, tuple(valid))


@lru_cache(maxsize=512)
def _frame(supply: Supply, opened: tuple[Opened, ...]) -> Frame:
    given = {one.id: 0 for one in supply.groups}
    shared = licence = 0
    for one in opened:
        seats = one.places * grid.lanes_between(one.weekday, one.start, one.end)
        licence += seats
        if one.section in given:
            given[one.section] += seats
        else:
            shared += seats
    kept = {one.id: 0 for one in supply.groups}
    kept_whole = 0
    for one in supply.kept:
        seats = one.places * grid.lanes_between(one.weekday, one.start, one.end)
        if one.section in kept:
            kept[one.section] += seats
        else:
            kept_whole += seats
    shared = grid.left(shared, kept_whole)
    parts = _shared_out(supply.groups, shared)
    shares = {key: grid.left(given[key] + parts[key], kept[key]) for key in given}
    all_kept = kept_whole + sum(kept.values())
    return Frame(
        licence,
        grid.left(licence, all_kept),
        grid.left(_peak(supply, licence), all_kept),
        shares,
        grid.total(licence) * HALF_HOUR,
    )


def _shared_out(groups: Sequence[AgeGroup], seats: int) -> dict[int, int]:
    """The seats of each half-hour among the sections."""
    sizes = tuple(one.places for one in groups)
    columns: list[list[int]] = [[] for _ in groups]
    for number, same in groupby(grid.counts(seats)):
        length = sum(1 for _ in same)
        for column, part in zip(columns, largest_remainder(number, sizes), strict=True):
            column += [part] * length
    return {one.id: grid.tally_of(column) for one, column in zip(groups, columns, strict=True)}


@lru_cache(maxsize=2048)
def largest_remainder(number: int, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """`number` seats among sections of these sizes, in proportion, none above its size."""
    whole = sum(sizes)
    if number >= whole:
        return sizes
    floors = [number * size // whole for size in sizes]
    order = sorted(range(len(sizes)), key=lambda rank: (-(number * sizes[rank] % whole), rank))
    for rank in order[: number - sum(floors)]:
        floors[rank] += 1
    return tuple(floors)


def _peak(supply: Supply, licence: int) -> int:
    """115 % of the licence at each half-hour; the licence itself where the rule does not apply."""
    if not supply.may_exceed:
        return licence
    more = 99 if supply.rounds_up else 0
    numbers = {number: (number * PEAK_PERCENT + more) // 100 for number in set(grid.counts(licence))}
    return grid.tally_of(numbers[number] for number in grid.counts(licence))
