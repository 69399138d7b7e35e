"""Calm: when a family that was offered a place is reminded, and how long it has at least."""

from datetime import date, timedelta

LAST_CALL = timedelta(days=2)
"""The last reminder leaves two days before the end."""
AT_LEAST = timedelta(days=5)
"""A letter that left late, a paper above all: silence is not noted before the family has had so long."""
LATE_ENTRY = timedelta(days=7)
"""An entry that nobody has confirmed a week after its day is shown as late."""


def first_reminder(opened_on: date, answer_by: date) -> date | None:
    """At mid-delay; two days before the end when the delay is short; None when it is too short for either."""
    middle = opened_on + (answer_by - opened_on) / 2
    return middle if opened_on < middle < answer_by - LAST_CALL else last_reminder(opened_on, answer_by)


def last_reminder(after: date, answer_by: date) -> date | None:
    """Two days before the end, when that is later than `after`."""
    last = answer_by - LAST_CALL
    return last if last > after else None
