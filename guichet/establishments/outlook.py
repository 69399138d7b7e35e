"""Calm: free places as people count them: for a whole week, for one day at least, in hours; month by month."""

from dataclasses import dataclass
from datetime import date, timedelta

from guichet.core.months import add_months
from guichet.core.week import HALF_HOUR
from guichet.establishments import grid
from guichet.establishments.capacity import House, Span, free_seats

CORE_START, CORE_END = 9 * 60, 16 * 60
"""The hours that nearly every child asks: a place free then is a place for the day."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Outlook:
    """What is free. `week`: places free every day of opening, from 9 h to 16 h; `day`: on the day that has most;
    `minutes`: free time of the week, all seats together."""

    week: int = 0
    day: int = 0
    minutes: int = 0

    def __add__(self, other: "Outlook") -> "Outlook":
        return Outlook(self.week + other.week, self.day + other.day, self.minutes + other.minutes)


@dataclass(frozen=True)
class Month:
    """One month of an establishment: its sections by id, and all of it."""

    first: date
    sections: dict[int, Outlook]
    whole: Outlook


def outlook(free: int, offered: int) -> Outlook:
    """What a tally of free seats is worth, on the days when something is offered."""
    seats, given = grid.counts(free), grid.counts(offered)
    days = []
    for number in range(7):
        start = number * grid.LANES_A_DAY
        core = range(start + CORE_START // HALF_HOUR, start + CORE_END // HALF_HOUR)
        if any(given[lane] for lane in core):
            days.append(min(seats[lane] for lane in core))
    return Outlook(min(days, default=0), max(days, default=0), sum(seats) * HALF_HOUR)


def at_once(house: House, day: date) -> Outlook:
    """What is free from a day on as long as nothing changes, in the whole establishment."""
    span = span_on(house, day)
    found = [outlook(span.free(one.id), span.frame.shares[one.id]) for one in house.supply.groups]
    return _within(found, outlook(span.free(None), span.frame.open))


def by_month(house: House, since: date, months: int) -> list[Month]:
    """What each month offers all through it; the first one from `since` on. `house` must cover them."""
    found: list[Month] = []
    for rank in range(months):
        first = add_months(since.replace(day=1), rank)
        start, last = max(first, since), add_months(first, 1) - ONE_DAY
        frame = span_on(house, start).frame
        sections = {
            one.id: outlook(free_seats(house.periods, one.id, start, last), frame.shares[one.id])
            for one in house.supply.groups
        }
        whole = outlook(free_seats(house.periods, None, start, last), frame.open)
        found.append(Month(first, sections, _within(list(sections.values()), whole)))
    return found


def span_on(house: House, day: date) -> Span:
    """The period a day falls in."""
    return next(one for one in house.periods if one.first <= day <= one.last)


def _within(sections: list[Outlook], whole: Outlook) -> Outlook:
    """The sections together cannot offer more than the establishment, nor it more than they take."""
    together = sum(sections, Outlook())
    return Outlook(
        min(together.week, whole.week), min(together.day, whole.day), min(together.minutes, whole.minutes)
    )
