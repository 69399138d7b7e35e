"""Calm: what an establishment can really take, from any date: the seats its children take, what is left, who fits.

Sources: `supply.py` for what is offered; the weekly hours of the arrêté of 8 October 2021 for what is allowed above
the licence. One who asks is judged in the section of the day of entry, on every week until the horizon or its
presumed departure. Closures are left out of that judgement: a closed week refuses nobody.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, reduce
from itertools import pairwise

from guichet.core.months import add_months
from guichet.core.week import Week
from guichet.establishments import grid
from guichet.establishments.supply import (
    AgeGroup,
    Frame,
    Supply,
    frame_on,
    last_move,
    nearest_section,
    next_september,
    presumed_end,
    section_at,
)

HORIZON = timedelta(weeks=52)
ONE_DAY = timedelta(days=1)


class Load(StrEnum):
    """Why a seat is not free, kept apart on every screen."""

    PRESENT = "present"
    ACCEPTED = "accepted"
    OFFERED = "offered"
    HELD = "held"
    DRAFT = "draft"


class Colour(StrEnum):
    """green: it fits · amber: under 115 %, the director must confirm the staffing · red: it does not."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Stay:
    """A child's place: its week, its first and last days (both included), and why it counts."""

    id: int
    born_on: date
    week: Week
    first: date
    last: date
    load: Load = Load.ACCEPTED
    demand: int | None = None

    def load_on(self, day: date) -> Load:
        """An accepted child is present from its first day."""
        return Load.PRESENT if self.load is Load.ACCEPTED and self.first <= day else self.load


@dataclass(frozen=True)
class Span:
    """Days, both included, during which nothing changes: the frame, and the seats taken by section and in all."""

    first: date
    last: date
    frame: Frame
    taken: dict[int, int]
    total: int
    minutes: int

    def free(self, section: int | None, *, amber: bool = False) -> int:
        """The open seats left to a section, as a tally: never more than what is left to the whole (None).

        With `amber`, the seats above the licence count too, when the week's hours leave some.
        """
        frame = self.frame
        whole, more = frame.open, 0
        if amber and self.minutes < frame.minutes:
            whole, more = frame.peak, frame.peak - frame.open
        if section is None:
            return grid.left(whole, self.total)
        share = frame.shares[section] + more
        own = grid.left(share, self.taken.get(section, 0))
        return grid.lower(own, grid.left(whole, self.total))


@dataclass(frozen=True)
class Ask:
    """One more child: its week, its birth (or due) date, and the demand whose own seats do not count."""

    week: Week
    born_on: date
    demand: int | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a week fits from a date. `blocked` are the hours asked that are full one week at least before
    `until`; `closed` those outside the hours of the licence; `fits_days` the largest set of days all green."""

    colour: Colour
    section: AgeGroup | None
    entry: date
    until: date
    blocked: Week = field(default_factory=Week)
    closed: Week = field(default_factory=Week)
    fits_days: tuple[int, ...] = ()
    too_many_hours: bool = False
    """The week of the establishment would pass 100 % of its hours."""


def spans(
    supply: Supply, stays: Sequence[Stay], since: date, until: date, without: int | None = None
) -> list[Span]:
    """The periods from `since` to `until` (included) during which nothing changes, in order.

    `without` is a demand whose own seats are not counted.
    """
    changes = _changes(supply, stays, since, until, without)
    frame_days = {since, *_frame_days(supply, since, until)}
    days = sorted(frame_days | changes.keys())
    made: list[Span] = []
    taken: dict[int, int] = {}
    total = minutes = 0
    frame = frame_on(supply, since)
    for first, after in pairwise([*days, until + ONE_DAY]):
        if moved := changes.get(first):
            taken = dict(taken)
            for section, lanes, spent in moved:
                taken[section] = taken.get(section, 0) + lanes
                total += lanes
                minutes += spent
        if first in frame_days:
            frame = frame_on(supply, first)
        made.append(Span(first, after - ONE_DAY, frame, taken, total, minutes))
    return made


def taken_on(supply: Supply, stays: Sequence[Stay], day: date) -> dict[tuple[int, Load], int]:
    """The seats taken on a day by section and by kind of load, as tallies."""
    found: dict[tuple[int, Load], int] = defaultdict(int)
    for stay in stays:
        if stay.first <= day <= stay.last:
            entered = max(stay.first, last_move(day))
            section = nearest_section(supply.groups, stay.born_on, entered)
            found[section.id, stay.load_on(day)] += grid.lanes_of(stay.week)
    return dict(found)


def fits(supply: Supply, periods: Sequence[Span], ask: Ask, entry: date) -> Verdict:
    """Whether a week fits from a date on, in every week until the horizon or the child's presumed departure.

    `periods` come from `spans` (with `without=ask.demand`) and must cover the entry.
    """
    until = min(entry + HORIZON - ONE_DAY, presumed_end(ask.born_on, entry), periods[-1].last)
    section = section_at(supply.groups, ask.born_on, entry)
    asked = grid.lanes_of(ask.week)
    if section is None or not asked:
        return Verdict(Colour.RED, section, entry, until)
    during = list(_between(periods, entry, until))
    short = 0
    for span in during:
        short |= _short(span, section.id, asked)
    if not short:
        return Verdict(Colour.GREEN, section, entry, until, fits_days=ask.week.days)
    beyond = shut = 0
    heavy = False
    for span in during:
        frame = span.frame
        share = frame.shares[section.id] + frame.peak - frame.open
        beyond |= grid.lacking(share, span.taken.get(section.id, 0), asked)
        beyond |= grid.lacking(frame.peak, span.total, asked)
        shut |= asked & ~grid.where(frame.licence)
        heavy = heavy or span.minutes + ask.week.total_minutes > frame.minutes
    amber = supply.may_exceed and not beyond and not heavy
    return Verdict(
        Colour.AMBER if amber else Colour.RED,
        section,
        entry,
        until,
        blocked=_hours(ask.week, short & ~shut),
        closed=_hours(ask.week, shut),
        fits_days=tuple(day for day in ask.week.days if not grid.of_day(short, day)),
        too_many_hours=heavy,
    )


def first_green(supply: Supply, periods: Sequence[Span], ask: Ask, since: date) -> date | None:
    """The first day from `since` when the week fits until the horizon, or None within these periods."""
    asked = grid.lanes_of(ask.week)
    good: dict[int, list[bool]] = {}
    for entry in _candidates(supply, periods, ask, since):
        section = section_at(supply.groups, ask.born_on, entry)
        if section is None or not asked:
            continue
        if section.id not in good:
            good[section.id] = [not _short(one, section.id, asked) for one in periods]
        until = min(entry + HORIZON - ONE_DAY, presumed_end(ask.born_on, entry))
        first = bisect_right(periods, entry, key=lambda one: one.first) - 1
        last = bisect_right(periods, until, key=lambda one: one.first)
        if all(good[section.id][first:last]):
            return entry
    return None


def _candidates(supply: Supply, periods: Sequence[Span], ask: Ask, since: date) -> list[date]:
    """The days when something may begin to fit: a seat frees, the child reaches a section, September comes."""
    last = periods[-1].last
    ages = {add_months(ask.born_on, one.from_months) for one in supply.groups}
    days = {since, next_september(since), *ages, *(one.first for one in periods)}
    return sorted(day for day in days if since <= day <= last)


def free_seats(
    periods: Sequence[Span], section: int | None, since: date, until: date, *, amber: bool = False
) -> int:
    """The seats free each half-hour in every week between two days, as a tally: what the fullest week leaves."""
    found = grid.MASK ^ grid.TOPS
    for span in _between(periods, since, until):
        found = grid.lower(found, span.free(section, amber=amber))
    return found


def free_by_month(
    house: "House", since: date, months: int, *, amber: bool = False
) -> dict[tuple[int, date], int]:
    """The seats free all through each month, by (section, first day of the month), as tallies.

    The first month begins at `since`. `house` must cover these months (`House.until`).
    """
    found: dict[tuple[int, date], int] = {}
    for rank in range(months):
        first = add_months(since.replace(day=1), rank)
        last = add_months(first, 1) - ONE_DAY
        for one in house.supply.groups:
            found[one.id, first] = free_seats(house.periods, one.id, max(first, since), last, amber=amber)
    return found


def weekly_free(
    supply: Supply, periods: Sequence[Span], since: date, weeks: int
) -> Iterator[tuple[date, dict[int, int]]]:
    """Each Monday with the free seats by section, as tallies, on the days of that week that are not closed."""
    monday = since - timedelta(days=since.weekday())
    free = {(span.first, one.id): span.free(one.id) for span in periods for one in supply.groups}
    for _ in range(weeks):
        days, spans_of_week = open_days(supply, monday), _between(periods, monday, monday + timedelta(days=6))
        firsts = [span.first for span in spans_of_week]
        yield (
            monday,
            {
                one.id: reduce(grid.lower, (free[first, one.id] for first in firsts)) & days
                for one in supply.groups
            },
        )
        monday += timedelta(days=7)


def open_days(supply: Supply, monday: date) -> int:
    """Full lanes on the days of a week that no closure covers."""
    sunday = monday + timedelta(days=6)
    found = grid.MASK
    for first, last in supply.closed:
        for number in range((max(first, monday) - monday).days, (min(last, sunday) - monday).days + 1):
            found &= ~grid.day_lanes(number + 1)
    return found


def _short(span: Span, section: int, asked: int) -> int:
    own = grid.lacking(span.frame.shares[section], span.taken.get(section, 0), asked)
    return own | grid.lacking(span.frame.open, span.total, asked)


def _between(periods: Sequence[Span], since: date, until: date) -> Iterator[Span]:
    start = max(bisect_right(periods, since, key=lambda one: one.first) - 1, 0)
    for rank in range(start, len(periods)):
        if periods[rank].first > until:
            return
        yield periods[rank]


def _hours(week: Week, lanes: int) -> Week:
    """The hours of a week that fall in these half-hours."""
    return week.minus(week.minus(grid.week_of(lanes))) if lanes else Week()


Change = tuple[int, int, int]


def _changes(
    supply: Supply, stays: Sequence[Stay], since: date, until: date, without: int | None
) -> dict[date, list[Change]]:
    """What is added to each section on which day: (section, tally, minutes), negative when a child leaves."""
    groups, moves = supply.groups, _moves_between(since, until)
    weights: dict[int, tuple[int, int]] = {}
    found: dict[date, list[Change]] = defaultdict(list)
    for stay in stays:
        if stay.last < since or stay.first > until or (without is not None and stay.demand == without):
            continue
        # Stays of the same hours share their week, as they are loaded: its weight is worked out once.
        if id(stay.week) not in weights:
            weights[id(stay.week)] = (grid.lanes_of(stay.week), stay.week.total_minutes)
        lanes, minutes = weights[id(stay.week)]
        for first, last, section in _pieces(groups, moves, stay, since, until):
            found[first].append((section, lanes, minutes))
            if last < until:
                found[last + ONE_DAY].append((section, -lanes, -minutes))
    return found


def _pieces(
    groups: Sequence[AgeGroup], moves: Sequence[date], stay: Stay, since: date, until: date
) -> Iterator[tuple[date, date, int]]:
    """The stay between two days, cut where the child moves to another section."""
    first, end = max(stay.first, since), min(stay.last, until)
    section = nearest_section(groups, stay.born_on, max(stay.first, last_move(first))).id
    for move in moves:
        if first < move <= end and (other := nearest_section(groups, stay.born_on, move).id) != section:
            yield first, move - ONE_DAY, section
            first, section = move, other
    yield first, end, section


def _moves_between(since: date, until: date) -> list[date]:
    """Every 1 September after a day, until another."""
    moves = []
    move = next_september(since + ONE_DAY)
    while move <= until:
        moves.append(move)
        move = next_september(move + ONE_DAY)
    return moves


def _frame_days(supply: Supply, since: date, until: date) -> Iterator[date]:
    for one in supply.opened:
        if one.first and since < one.first <= until:
            yield one.first
        if one.last and since <= one.last < until:
            yield one.last + ONE_DAY


@dataclass(frozen=True)
class House:
    """An establishment with its children: its periods are made once, and asked many times."""

    supply: Supply
    stays: tuple[Stay, ...]
    since: date
    until: date

    @cached_property
    def periods(self) -> list[Span]:
        """Every child counted."""
        return spans(self.supply, self.stays, self.since, self.until)

    def periods_for(self, ask: Ask) -> list[Span]:
        """The same without the seats that the demand itself already holds."""
        if ask.demand is None or all(stay.demand != ask.demand for stay in self.stays):
            return self.periods
        return spans(self.supply, self.stays, self.since, self.until, without=ask.demand)
