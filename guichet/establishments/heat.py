"""Calm: the week of an establishment as a table: half-hours down, days across, who takes each seat."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from guichet.core.week import HALF_HOUR
from guichet.establishments import grid
from guichet.establishments.capacity import House, Load, taken_on
from guichet.establishments.outlook import span_on


@dataclass(frozen=True)
class Cell:
    """Some hours of a day: places of the licence, kept seats, children by kind of load, and what is free.

    `free` may be less than the difference: a section never offers more than what is left to the whole.
    """

    places: int
    kept: int
    loads: tuple[tuple[Load, int], ...]
    free: int

    @property
    def taken(self) -> int:
        """Children, of every kind."""
        return sum(number for _, number in self.loads)

    @property
    def heat(self) -> int:
        """0 when full, 1 below a fifth of what is offered, 2 below a half, 3 from a half on."""
        offered = self.places - self.kept
        if self.free <= 0 or offered <= 0:
            return 0
        return 1 if self.free * 5 < offered else 2 if self.free * 2 < offered else 3


@dataclass(frozen=True)
class Row:
    """Hours during which nothing differs, on any day. A cell is None on a day when the place is not open."""

    start: int
    end: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Heat:
    """The days shown, and the rows. `closed` are days of a closure, `day` are those that never open."""

    days: tuple[date, ...]
    closed: tuple[bool, ...]
    rows: tuple[Row, ...]


def heat(house: House, monday: date, section: int | None = None) -> Heat:
    """The week that begins on a Monday, for a section or for the whole establishment (None)."""
    days = [monday + timedelta(days=number) for number in range(7)]
    columns = [_column(house, day, section) for day in days]
    shown = [number for number in range(7) if any(columns[number]) or number < 5]
    halves = range(grid.LANES_A_DAY)
    rows = [tuple(columns[number][half] for number in shown) for half in halves]
    return Heat(
        tuple(days[number] for number in shown),
        tuple(_is_closed(house, days[number]) for number in shown),
        tuple(_joined(rows)),
    )


def _column(house: House, day: date, section: int | None) -> list[Cell | None]:
    span = span_on(house, day)
    frame = span.frame
    given = frame.licence if section is None else frame.shares[section]
    kept = frame.licence - frame.open if section is None else 0
    taken = taken_on(house.supply, house.stays, day)
    loads = {
        load: grid.counts(
            sum(lanes for (one, kind), lanes in taken.items() if kind is load and section in (None, one))
        )
        for load in Load
    }
    places, held, free = grid.counts(given), grid.counts(kept), grid.counts(span.free(section))
    start = (day.isoweekday() - 1) * grid.LANES_A_DAY
    closed = _is_closed(house, day)
    return [
        None
        if closed or not (places[lane] or any(loads[load][lane] for load in Load))
        else Cell(places[lane], held[lane], tuple((load, loads[load][lane]) for load in Load), free[lane])
        for lane in range(start, start + grid.LANES_A_DAY)
    ]


def _joined(rows: list[tuple[Cell | None, ...]]) -> Iterator[Row]:
    number = 0
    for cells, same in groupby(rows):
        length = sum(1 for _ in same)
        if any(cells):
            yield Row(number * HALF_HOUR, (number + length) * HALF_HOUR, cells)
        number += length


def _is_closed(house: House, day: date) -> bool:
    return any(first <= day <= last for first, last in house.supply.closed)
