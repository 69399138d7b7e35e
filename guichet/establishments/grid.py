"""Calm: a week of half-hours held in one whole number, so that a week is added or compared in one operation.

A *tally* is an int of 336 lanes of 16 bits, one a half-hour from Monday 0 h: lane (weekday - 1) × 48 + number.
Each lane counts children or places, up to 32,767. Adding two tallies adds them half-hour by half-hour; the top
bit of each lane is kept free, so that a subtraction can say where it would have gone below nothing.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from guichet.core.week import HALF_HOUR, Interval, Week

LANES_A_DAY = 48
LANES = 7 * LANES_A_DAY
BITS = 16
MASK = (1 << BITS * LANES) - 1
ONES = MASK // ((1 << BITS) - 1)
TOPS = ONES << BITS - 1
TALLY_BYTES = LANES * BITS // 8


def run(first: int, length: int) -> int:
    """One in each of `length` lanes from lane `first`."""
    return (ONES & ((1 << BITS * length) - 1)) << BITS * first


def lanes_between(weekday: int, start: int, end: int) -> int:
    """One in each half-hour that the hours touch, even in part: a seat is then taken. Minutes of the day."""
    first = start // HALF_HOUR
    return run((weekday - 1) * LANES_A_DAY + first, -(-end // HALF_HOUR) - first)


def lanes_of(week: Week) -> int:
    """One in each half-hour that a week touches."""
    return _lanes_of(week.intervals)


@lru_cache(maxsize=4096)
def _lanes_of(intervals: tuple[Interval, ...]) -> int:
    found = 0
    for one in intervals:
        found |= lanes_between(one.weekday, one.start, one.end)
    return found


def lacking(limit: int, load: int, asked: int) -> int:
    """One in each half-hour asked where one more child would pass the limit."""
    room = (limit | TOPS) - load - asked
    return ((asked << BITS - 1) & ~room) >> BITS - 1


def where(tally: int) -> int:
    """One in each half-hour that counts something."""
    return ((tally | TOPS) - ONES & TOPS) >> BITS - 1


def lower(one: int, other: int) -> int:
    """The smaller of two tallies, half-hour by half-hour."""
    fits = ((other | TOPS) - one & TOPS) >> BITS - 1
    whole = fits * ((1 << BITS) - 1)
    return (one & whole) | (other & ~whole & MASK)


def left(limit: int, load: int) -> int:
    """What remains of the limit, half-hour by half-hour, nothing where it is passed."""
    return limit - lower(limit, load)


def counts(tally: int) -> memoryview:
    """The 336 numbers of a tally, Monday 0 h first."""
    return memoryview(tally.to_bytes(TALLY_BYTES, "little")).cast("H")


def tally_of(numbers: Sequence[int] | Iterable[int]) -> int:
    """The tally of 336 numbers, Monday 0 h first."""
    return int.from_bytes(array("H", numbers).tobytes(), "little")


def total(tally: int) -> int:
    """The sum of all lanes, in half-hours."""
    return sum(counts(tally))


def week_of(tally: int) -> Week:
    """The hours where a tally counts something, whole half-hours joined."""
    return Week(tuple(_runs(counts(tally)))) if tally else Week()


def _runs(numbers: memoryview) -> Iterator[Interval]:
    """The hours that count something, in order, those that touch already joined."""
    for weekday in range(1, 8):
        day = numbers[(weekday - 1) * LANES_A_DAY : weekday * LANES_A_DAY].tolist()
        since: int | None = None
        for number, value in enumerate((*day, 0)):
            if value and since is None:
                since = number
            elif not value and since is not None:
                yield Interval(weekday, since * HALF_HOUR, number * HALF_HOUR)
                since = None


def day_lanes(weekday: int) -> int:
    """Full lanes on one weekday, nothing on the others."""
    return run((weekday - 1) * LANES_A_DAY, LANES_A_DAY) * ((1 << BITS) - 1)


def of_day(tally: int, weekday: int) -> int:
    """The lanes of one weekday alone."""
    return tally & day_lanes(weekday)
