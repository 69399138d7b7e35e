"""Calm: the dated tasks around a session, from the call for updates to the answers of the families."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from guichet.scheduling.days.calendar import Delay, is_working, notice


class Task(StrEnum):
    """What is to be done around a session."""

    CALL_FOR_UPDATES = "call_for_updates"
    FILES_CLOSED = "files_closed"
    AGENDA_FROZEN = "agenda_frozen"
    CONVOCATION = "convocation"
    REMINDER = "reminder"
    SESSION = "session"
    MINUTES = "minutes"
    LETTERS = "letters"
    ANSWERS = "answers"


TASK = {
    Task.CALL_FOR_UPDATES: "demander aux familles de mettre à jour leur dossier",
    Task.FILES_CLOSED: "arrêter la liste des dossiers complets",
    Task.AGENDA_FROZEN: "figer l’ordre du jour et la proposition",
    Task.CONVOCATION: "envoyer les convocations",
    Task.REMINDER: "rappeler la séance aux membres",
    Task.SESSION: "tenir la séance",
    Task.MINUTES: "rédiger le procès-verbal",
    Task.LETTERS: "envoyer les lettres aux familles",
    Task.ANSWERS: "recevoir les réponses des familles",
}


@dataclass(frozen=True, slots=True)
class Lapses:
    """Days before the session (call, files, agenda, reminder) and after it (minutes, letters, answers)."""

    call_for_updates: int = 30
    files_closed: int = 15
    agenda_frozen: int = 12
    reminder: int = 2
    minutes: int = 5
    letters: int = 7
    answers: int = 21


@dataclass(frozen=True, slots=True)
class Milestone:
    """A task and the day by which it is done; `why` explains a date that a delay imposes, or is empty."""

    task: Task
    due: date
    why: str = ""


def milestones(
    session: date, delay: Delay, lapses: Lapses, public_holidays: Collection[date] = ()
) -> tuple[Milestone, ...]:
    """The tasks of a session in the order of their dates.

    What is before the session moves to the working day before, what follows it to the working day after. The
    agenda is frozen on the day of the convocation at the latest, and the files are closed before.
    """
    convocation = notice(session, delay, public_holidays)

    def before(days: int) -> date:
        return _moved(session - timedelta(days), -1, public_holidays)

    def after(days: int) -> date:
        return _moved(session + timedelta(days), 1, public_holidays)

    frozen = min(before(lapses.agenda_frozen), convocation.advised)
    closed = min(before(lapses.files_closed), frozen)
    return (
        Milestone(Task.CALL_FOR_UPDATES, min(before(lapses.call_for_updates), closed)),
        Milestone(Task.FILES_CLOSED, closed),
        Milestone(Task.AGENDA_FROZEN, frozen),
        Milestone(Task.CONVOCATION, convocation.advised, convocation.explanation),
        Milestone(Task.REMINDER, max(before(lapses.reminder), convocation.advised)),
        Milestone(Task.SESSION, session),
        Milestone(Task.MINUTES, after(lapses.minutes)),
        Milestone(Task.LETTERS, after(lapses.letters)),
        Milestone(Task.ANSWERS, after(lapses.answers)),
    )


def _moved(day: date, step: int, public_holidays: Collection[date]) -> date:
    while not is_working(day, public_holidays):
        day += timedelta(step)
    return day
