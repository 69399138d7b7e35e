"""Calm: how two dates of birth, known or expected, may be those of one child."""

from datetime import date, timedelta
from typing import Literal

DateRelation = Literal["same", "swapped", "near", "expected", "different", "unknown"]

# A birth comes at most about fourteen weeks before its term, and three weeks after.
EARLY, LATE = timedelta(days=100), timedelta(days=21)


def swapped(day: date) -> date | None:
    """Day and month exchanged, or None when the calendar has no such date."""
    return date(day.year, day.day, day.month) if day.day <= 12 else None


def either_way(day: date) -> str:
    """One key for a date and for the same date with day and month exchanged: « 20260403 »."""
    other = swapped(day) or day
    return f"{min(day, other):%Y%m%d}"


def months_around(birth: date | None, due: date | None) -> tuple[str, ...]:
    """The months in which the birth may be looked for: its own, or those around the due date: « 2026-04 »."""
    if birth is not None:
        return (f"{birth:%Y-%m}",)
    if due is None:
        return ()
    index = due.year * 12 + due.month - 1
    return tuple(
        f"{year:04}-{month + 1:02}" for year, month in (divmod(index + n, 12) for n in (-3, -2, -1, 0, 1))
    )


def date_relation(
    birth: date | None, due: date | None, other_birth: date | None, other_due: date | None
) -> DateRelation:
    """Compare two children by their birth dates, or by the due date of the one who is not known to be born."""
    if birth and other_birth:
        return _births(birth, other_birth)
    if birth and other_due:
        return "expected" if other_due - EARLY <= birth <= other_due + LATE else "different"
    if other_birth and due:
        return date_relation(other_birth, other_due, birth, due)
    if due and other_due:
        # Two scans of one pregnancy give terms that differ by a few days.
        return "expected" if abs(due - other_due) <= LATE else "different"
    return "unknown"


def _births(one: date, other: date) -> DateRelation:
    if one == other:
        return "same"
    if swapped(one) == other:
        return "swapped"
    return "near" if _one_fault(f"{one:%d%m%Y}", f"{other:%d%m%Y}") else "different"


def _one_fault(one: str, other: str) -> bool:
    """Whether eight figures differ by one of them, or by two neighbours exchanged."""
    places = [place for place in range(8) if one[place] != other[place]]
    if len(places) == 1:
        return True
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and one[places[0]] == other[places[1]]
        and one[places[1]] == other[places[0]]
    )
