"""Calm: the week of an establishment as a commission reads it from afar: mornings and afternoons, at their fullest."""

from dataclasses import dataclass
from datetime import date, timedelta

from guichet.core.week import Interval, Week
from guichet.establishments.capacity import Load, Verdict
from guichet.establishments.heat import Cell, Heat

NOON = 13 * 60
HALVES = ((0, NOON), (NOON, 24 * 60))
"""Morning and afternoon: what most contracts turn on."""
MOST_WEEKS = 8


@dataclass(frozen=True)
class HalfDay:
    """The fullest half-hours of half a day; None when it is closed. `asked` when the week of the demand is there."""

    cell: Cell | None
    asked: bool = False
    mine: bool = False
    """The demand already has its seat among those counted."""

    @property
    def free(self) -> int:
        """Seats free now."""
        return self.cell.free if self.cell else 0

    @property
    def after(self) -> int:
        """Seats free once the demand has its own."""
        return self.free - (self.asked and not self.mine)

    @property
    def counts(self) -> dict[Load, int]:
        """Who takes the seats."""
        return dict(self.cell.loads) if self.cell else {}


def half_days(heat: Heat, week: Week, *, mine: bool = False) -> tuple[tuple[HalfDay, ...], ...]:
    """Mornings, then afternoons, for each day shown."""
    return tuple(
        tuple(
            _half(heat, rank, (start, end), _asks(week, day.isoweekday(), start, end), mine)
            for rank, day in enumerate(heat.days)
        )
        for start, end in HALVES
    )


def pieces(week: Week) -> tuple[Interval, ...]:
    """A week cut into its mornings and its afternoons: what a part of it may be made of."""
    return tuple(
        Interval(one.weekday, max(one.start, start), min(one.end, end))
        for one in week.intervals
        for start, end in HALVES
        if max(one.start, start) < min(one.end, end)
    )


def largest_part(week: Week, verdict: Verdict) -> Week | None:
    """The largest part of a week that fits, by half-days; None when nothing fits or when everything does."""
    full = Week.of((*verdict.blocked.intervals, *_beside(verdict.closed, verdict.blocked)))
    kept = [one for one in pieces(week) if not _asks(full, one.weekday, one.start, one.end)]
    best = Week.of(kept)
    return best if best and best != week else None


def first_open_week(closed: tuple[tuple[date, date], ...], entry: date) -> date:
    """The Monday of the first whole week from an entry on that no closure touches, or the first of all."""
    first = entry + timedelta(days=-entry.weekday() % 7)
    for number in range(MOST_WEEKS):
        monday = first + timedelta(weeks=number)
        friday = monday + timedelta(days=4)
        if not any(start <= friday and monday <= end for start, end in closed):
            return monday
    return first


def _half(heat: Heat, rank: int, half: tuple[int, int], asked: bool, mine: bool) -> HalfDay:
    cells = [
        cell
        for row in heat.rows
        if row.start < half[1] and half[0] < row.end and (cell := row.cells[rank]) is not None and cell.places
    ]
    if not cells:
        return HalfDay(None, asked)
    return HalfDay(min(cells, key=lambda one: (one.free, -one.taken)), asked, mine)


def _beside(closed: Week, blocked: Week) -> tuple[Interval, ...]:
    return closed.minus(blocked).intervals


def _asks(week: Week, weekday: int, start: int, end: int) -> bool:
    return any(one.weekday == weekday and one.start < end and start < one.end for one in week.intervals)
