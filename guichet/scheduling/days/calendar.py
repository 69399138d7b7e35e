"""Calm: the days of a calendar: what is closed, how a notice is counted, cadences, and the dates around a session.

Nothing here fixes a delay: no text does for a commission that allots places. The delay, its unit and the cadence
come from the règlement of each commission; the presets only spare typing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from guichet.core.french import count, long_date
from guichet.scheduling.planning.problem import AFTERNOON, MORNING, HalfDay

SATURDAY, SUNDAY = 5, 6


class Unit(StrEnum):
    """How the days of a delay are counted."""

    CLEAR = "clear"
    """Jours francs: neither the day of sending nor that of the session counts; Saturdays and Sundays do."""
    CALENDAR = "calendar"
    """Jours calendaires: so many days later, whatever the days are."""
    WORKING = "working"
    """Jours ouvrés: Monday to Friday, public holidays left out."""


UNIT = {Unit.CLEAR: "jour franc", Unit.CALENDAR: "jour calendaire", Unit.WORKING: "jour ouvré"}
UNITS = {Unit.CLEAR: "jours francs", Unit.CALENDAR: "jours calendaires", Unit.WORKING: "jours ouvrés"}


@dataclass(frozen=True, slots=True)
class Delay:
    """So many days of this unit before a session."""

    days: int
    unit: Unit


COUNCIL_SMALL, COUNCIL_LARGE = Delay(3, Unit.CLEAR), Delay(5, Unit.CLEAR)
"""What binds a municipal council below 3,500 inhabitants (CGCT L2121-11), and from 3,500 (L2121-12): models only."""
ADVISORY = Delay(5, Unit.CALENDAR)
"""The five days of the advisory commissions of the State (CRPA R133-8): a model, not a law of these commissions."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The last day to convene: `limit` by the count, `advised` the last working day before or on it; and why."""

    limit: date
    advised: date
    explanation: str


def notice(session: date, delay: Delay, public_holidays: Collection[date] = ()) -> Notice:
    """When a convocation must have left for a session. A limit on a day off moves earlier, never later.

    A delay counted backwards is not extended when it ends on a Sunday or a holiday: sending later would shorten
    what the members are owed.
    """
    limit = _limit(session, delay, public_holidays)
    advised = limit
    while not is_working(advised, public_holidays):
        advised -= timedelta(1)
    many = f"{count(delay.days, UNIT[delay.unit], UNITS[delay.unit])} avant le {long_date(session)}"
    said = f"Convocation au plus tard le {long_date(limit)} : {many}"
    if delay.unit is Unit.CLEAR:
        said += ", le jour de l’envoi et celui de la séance ne comptent pas"
    elif delay.unit is Unit.WORKING:
        said += ", sans les samedis, les dimanches ni les jours fériés"
    if advised != limit:
        said += f". Ce jour n’est pas travaillé : envoyez-la le {long_date(advised)}"
    return Notice(limit, advised, f"{said}.")


def is_working(day: date, public_holidays: Collection[date]) -> bool:
    """Whether offices are open: Monday to Friday, holidays left out."""
    return day.weekday() < SATURDAY and day not in public_holidays


def half_days(start: date, end: date, closed: Collection[date]) -> tuple[HalfDay, ...]:
    """The half-days that commissions may use between two days, both included: weekdays that nothing closes."""
    days = (start + timedelta(n) for n in range((end - start).days + 1))
    return tuple(
        HalfDay(day, half) for day in days if is_working(day, closed) for half in (MORNING, AFTERNOON)
    )


def _limit(session: date, delay: Delay, public_holidays: Collection[date]) -> date:
    if delay.unit is Unit.CLEAR:
        return session - timedelta(delay.days + 1)
    if delay.unit is Unit.CALENDAR:
        return session - timedelta(delay.days)
    day, left = session, delay.days
    while left:
        day -= timedelta(1)
        left -= is_working(day, public_holidays)
    return day


class Cadence(StrEnum):
    """How often a commission sits in a year."""

    MONTHLY = "monthly"
    FOUR = "four"
    THREE = "three"
    TWO = "two"
    SEMESTER = "semester"


CADENCE = {
    Cadence.MONTHLY: "tous les mois, sauf en août",
    Cadence.FOUR: "quatre fois par an (janvier, avril ou mai, septembre, novembre)",
    Cadence.THREE: "trois fois par an (printemps, été, automne)",
    Cadence.TWO: "deux fois par an (printemps, automne)",
    Cadence.SEMESTER: "au moins une fois par semestre",
}
MONTHS: dict[Cadence, tuple[tuple[int, int], ...]] = {
    Cadence.MONTHLY: tuple((month, month) for month in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12)),
    Cadence.FOUR: ((1, 1), (4, 5), (9, 9), (11, 11)),
    Cadence.THREE: ((3, 5), (6, 7), (10, 11)),
    Cadence.TWO: ((4, 5), (10, 11)),
    Cadence.SEMESTER: ((1, 6), (7, 12)),
}
"""First and last month of each window; the semesters of source B are those of the calendar year."""


@dataclass(frozen=True, slots=True)
class Window:
    """When a session may be held, both days included, and the day it aims at."""

    start: date
    end: date
    target: date


def windows(year: int, cadence: Cadence, main: date | None = None) -> tuple[Window, ...]:
    """The windows of a year in order, each aiming at its middle, or at `main` in the window that holds it."""
    return tuple(_window(year, *months, main) for months in MONTHS[cadence])


def empty_windows(found: Collection[Window], open_days: Collection[date]) -> Iterator[str]:
    """One French sentence for each window without a single open day."""
    for window in found:
        if not any(window.start <= day <= window.end for day in open_days):
            yield (
                f"Aucun jour n’est ouvert entre le {long_date(window.start)} et le {long_date(window.end)} : "
                "aucune séance ne peut s’y tenir."
            )


def _window(year: int, first: int, last: int, main: date | None) -> Window:
    start = date(year, first, 1)
    end = (date(year, last, 28) + timedelta(4)).replace(day=1) - timedelta(1)
    middle = start + (end - start) // 2
    return Window(start, end, main if main and start <= main <= end else middle)
