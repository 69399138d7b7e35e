"""Calm: the half-days when a member is busy, or better left alone, from all she said once for every commission.

What is said by hand on a half-day wins over everything; leave and busy times win over the weekly pattern. Times
are instants: the hours of a half-day are those of a clock in Paris, on both sides of the changes of hour.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from guichet.core.french import PARIS
from guichet.scheduling.planning.problem import MORNING, HalfDay

HOURS = {MORNING: (time(8, 30), time(12, 30)), "pm": (time(13, 30), time(17, 30))}
"""The working hours of a half-day: an appointment before or after leaves it free."""


class Word(StrEnum):
    """What a member answers for a half-day."""

    FREE = "free"
    IF_NEEDED = "if_needed"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Interval:
    """Some time when the member is busy, or perhaps (`tentative`); both instants carry their time zone."""

    start: datetime
    end: datetime
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """Whole days away, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Said:
    """All that is known of a member's time.

    `weekly` is by weekday (1 Monday … 5 Friday) and half-day; a pair that is not there is free.
    """

    weekly: dict[tuple[int, str], Word]
    leaves: tuple[Leave, ...] = ()
    by_hand: dict[HalfDay, Word] | None = None
    busy: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Availability:
    """The half-days of a calendar when the member is busy, and those when she comes only if needed."""

    busy: frozenset[HalfDay]
    if_needed: frozenset[HalfDay]

    def without(self, taken: frozenset[HalfDay]) -> "Availability":
        """The same, with half-days that somebody else took."""
        return Availability(self.busy | taken, self.if_needed - taken)


def availability(said: Said, half_days: Iterable[HalfDay]) -> Availability:
    """What a calendar problem needs to know of this member."""
    wanted = tuple(half_days)
    met = _met(said.busy, frozenset(wanted))
    words = {half_day: _word(said, half_day, met.get(half_day, ())) for half_day in wanted}
    return Availability(
        frozenset(half_day for half_day, word in words.items() if word is Word.NOT),
        frozenset(half_day for half_day, word in words.items() if word is Word.IF_NEEDED),
    )


def hours_of(half_day: HalfDay) -> tuple[datetime, datetime]:
    """When it begins and ends, as instants in Europe/Paris."""
    start, end = HOURS[half_day.half]
    return datetime.combine(half_day.day, start, PARIS), datetime.combine(half_day.day, end, PARIS)


def _met(busy: Iterable[Interval], wanted: frozenset[HalfDay]) -> dict[HalfDay, list[bool]]:
    """For each half-day that a busy time meets, whether each of these times is tentative."""
    found: dict[HalfDay, list[bool]] = {}
    if not wanted:
        return found
    first, last = min(wanted).day, max(wanted).day
    for one in busy:
        day = max(one.start.astimezone(PARIS).date(), first)
        end = min(one.end.astimezone(PARIS).date(), last)
        while day <= end:
            for half in HOURS:
                half_day = HalfDay(day, half)
                if half_day in wanted and _overlap(one, half_day):
                    found.setdefault(half_day, []).append(one.tentative)
            day += timedelta(1)
    return found


def _overlap(one: Interval, half_day: HalfDay) -> bool:
    start, end = hours_of(half_day)
    return one.start < end and start < one.end


def _word(said: Said, half_day: HalfDay, met: Collection[bool]) -> Word:
    if said.by_hand and half_day in said.by_hand:
        return said.by_hand[half_day]
    if any(leave.first <= half_day.day <= leave.last for leave in said.leaves):
        return Word.NOT
    if not all(met):
        return Word.NOT
    weekly = said.weekly.get((half_day.day.isoweekday(), half_day.half), Word.FREE)
    return Word.IF_NEEDED if met and weekly is Word.FREE else weekly
