"""Calm: whole months on the calendar."""

from calendar import monthrange
from datetime import date


def add_months(start: date, months: int) -> date:
    """The same day number `months` later, or the last day of the month when it has no such day.

    31 December + 2 months = 28 February, or 29 in a leap year. A negative number goes back.
    """
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
