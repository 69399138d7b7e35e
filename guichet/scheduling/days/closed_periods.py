"""Calm: the closed days of a year gathered in periods, as people read a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from guichet.scheduling.days.calendar import SATURDAY


@dataclass(frozen=True, slots=True)
class Line:
    """One day of the table."""

    on: date
    reason: str
    name: str
    by_hand: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Period:
    """Days that follow one another for one reason, weekends between them left out; `days` counts the weekdays."""

    first: date
    last: date
    reason: str
    name: str
    by_hand: bool
    closed: bool
    days: int


def periods(lines: Sequence[Line]) -> list[Period]:
    """The periods in order; `lines` come in the order of their days."""
    found: list[Period] = []
    for line in lines:
        weekday = int(line.on.weekday() < SATURDAY)
        before = found[-1] if found else None
        if before is not None and _goes_on(before, line):
            found[-1] = replace(before, last=line.on, days=before.days + weekday)
        else:
            found.append(Period(line.on, line.on, line.reason, line.name, line.by_hand, line.closed, weekday))
    return found


def _goes_on(before: Period, line: Line) -> bool:
    same = (
        before.reason == line.reason
        and before.name == line.name
        and before.by_hand == line.by_hand
        and before.closed == line.closed
    )
    gap = (before.last + timedelta(number) for number in range(1, (line.on - before.last).days))
    return same and all(on.weekday() >= SATURDAY for on in gap)
