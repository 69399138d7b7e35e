"""Calm: what the guichet can see by itself of the tasks of a session; the others are ticked by hand."""

from dataclasses import dataclass
from datetime import date

from guichet.scheduling.milestones import Task

CALLED = ("convened", "sitting", "signed")
HELD = ("sitting", "signed")
TO_REDO = frozenset({Task.CONVOCATION, Task.REMINDER, Task.SESSION})
"""What a new date asks for again: the files and the agenda follow the session, the members are told anew."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Where a session stands."""

    state: str
    agenda_built_on: date | None = None
    convened_on: date | None = None
    called: int = 0
    """Members called who have still to come, and how many of them were reminded or answered."""
    reached: int = 0
    minutes: bool = False
    letters: int = 0
    letters_waiting: int = 0
    awaited: int = 0
    """Answers of families that were awaited, and those that still are."""
    still_awaited: int = 0


def seen(signs: Signs, warned_from: date, closes_on: date, reminder_on: date, today: date) -> frozenset[Task]:
    """The tasks that are done, as far as the guichet sees.

    The families are written to from `warned_from` on (update_warning.py); `closes_on` is the last day to complete
    a file; `reminder_on` is the day of the reminder.
    """
    found = set()
    if today > warned_from:
        found.add(Task.CALL_FOR_UPDATES)
    if signs.agenda_built_on is not None and today > closes_on:
        # No file comes in after its closing: the règlement arrests the list, the agenda says it.
        found.add(Task.FILES_CLOSED)
        if signs.agenda_built_on > closes_on or signs.state in CALLED:
            found.add(Task.AGENDA_FROZEN)
    if signs.state in CALLED:
        found.add(Task.CONVOCATION)
    if signs.convened_on is not None and signs.convened_on >= reminder_on:
        # A convocation that leaves when its reminder should is the reminder.
        found.add(Task.REMINDER)
    if signs.called and signs.reached == signs.called:
        found.add(Task.REMINDER)
    if signs.state in HELD:
        found |= {Task.SESSION, Task.FILES_CLOSED, Task.AGENDA_FROZEN, Task.REMINDER, Task.CALL_FOR_UPDATES}
    if signs.minutes:
        found.add(Task.MINUTES)
    if signs.state == "signed" and not signs.letters_waiting:
        found.add(Task.LETTERS)
    if signs.state == "signed" and not signs.still_awaited:
        found.add(Task.ANSWERS)
    return frozenset(found)
