"""Calm: a week of hours, the form of every need, of every offer and of every opening.

Minutes are counted from midnight, 0 to 1440; weekdays from Monday = 1 to Sunday = 7, as ISO 8601 does.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from guichet.core.errors import InvalidError
from guichet.core.french import MINUTES_IN_A_DAY, WEEKDAYS, clock_time, join_and, weekday_name

DAY = MINUTES_IN_A_DAY
HALF_HOUR = 30
WORKING_DAYS = (1, 2, 3, 4, 5)
USUAL_START = 7 * 60 + 30
USUAL_END = 18 * 60 + 30


@dataclass(frozen=True, order=True)
class Interval:
    """From `start` to `end`, in minutes of the day, on one weekday (Monday = 1). The end is excluded."""

    weekday: int
    start: int
    end: int

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True)
class Week:
    """The hours of a usual week: sorted intervals that neither overlap nor touch. Build it with `Week.of`."""

    intervals: tuple[Interval, ...] = ()

    @classmethod
    def of(cls, intervals: Iterable[Interval | tuple[int, int, int]], field: str = "week") -> "Week":
        """Check, sort and join touching intervals.

        A night that passes midnight is two intervals: until 24 h on the first day, from 0 h on the next.
        Raises InvalidError with one sentence per faulty day, at the field `{field}-{weekday}`.
        """
        given = sorted(_interval(item) for item in intervals)
        problems: dict[str, str] = {}
        for weekday, group in groupby(given, key=lambda interval: interval.weekday):
            if sentence := _refusal(list(group)):
                problems[f"{field}-{weekday}"] = sentence
        if problems:
            raise InvalidError(problems)
        return cls(tuple(_joined(given)))

    @classmethod
    def same_hours(cls, weekdays: Iterable[int], *hours: tuple[int, int]) -> "Week":
        """The same hours, in minutes of the day, on each of these weekdays."""
        return cls.of((day, start, end) for day in set(weekdays) for start, end in hours)

    @classmethod
    def from_json(cls, stored: Sequence[Sequence[int]]) -> "Week":
        """Read the stored form [[weekday, start, end], …]. Raises InvalidError when it is not one."""
        try:
            triples = [(int(day), int(start), int(end)) for day, start, end in stored]
        except (TypeError, ValueError) as fault:
            raise InvalidError({"week": "La semaine enregistrée est illisible."}) from fault
        return cls.of(triples)

    def to_json(self) -> list[list[int]]:
        """The stored form, compact: [[1, 480, 1050], …]."""
        return [[interval.weekday, interval.start, interval.end] for interval in self.intervals]

    def __bool__(self) -> bool:
        return bool(self.intervals)

    @property
    def total_minutes(self) -> int:
        """Minutes in the week."""
        return sum(interval.minutes for interval in self.intervals)

    @property
    def by_day(self) -> dict[int, tuple[Interval, ...]]:
        """The intervals of each weekday that has some, Monday first."""
        return {day: tuple(group) for day, group in groupby(self.intervals, key=lambda one: one.weekday)}

    @property
    def days(self) -> tuple[int, ...]:
        """The weekdays that have hours, Monday first."""
        return tuple(self.by_day)

    def is_atypical(self, earliest: int = USUAL_START, latest: int = USUAL_END) -> bool:
        """Whether some hours fall before `earliest`, after `latest`, or on a Saturday or a Sunday."""
        return any(
            interval.weekday not in WORKING_DAYS or interval.start < earliest or interval.end > latest
            for interval in self.intervals
        )

    def half_hours(self) -> frozenset[tuple[int, int]]:
        """The (weekday, number 0 to 47) half-hours that are touched, even in part: a seat is then taken."""
        return frozenset(
            (interval.weekday, number)
            for interval in self.intervals
            for number in range(interval.start // HALF_HOUR, -(-interval.end // HALF_HOUR))
        )

    def includes(self, other: "Week") -> bool:
        """Whether every minute of the other week is in this one."""
        return not other.minus(self)

    def minus(self, other: "Week") -> "Week":
        """The hours of this week that the other does not have."""
        taken = other.by_day
        return Week(
            tuple(
                piece
                for interval in self.intervals
                for piece in _pieces(interval, taken.get(interval.weekday, ()))
            )
        )

    def describe(self) -> str:
        """In French, days of the same hours together: « lundi et mardi, de 8 h à 17 h ; jeudi, de 8 h à 12 h »."""
        if not self:
            return "aucun horaire"
        same: dict[tuple[tuple[int, int], ...], list[str]] = defaultdict(list)
        for day, intervals in self.by_day.items():
            same[tuple((one.start, one.end) for one in intervals)].append(weekday_name(day))
        return " ; ".join(f"{join_and(names)}, {_hours_in_words(hours)}" for hours, names in same.items())


def _interval(item: Interval | tuple[int, int, int]) -> Interval:
    return item if isinstance(item, Interval) else Interval(*item)


def _refusal(day: list[Interval]) -> str | None:
    """The sentence that refuses the sorted intervals of one weekday, or nothing."""
    if not 1 <= day[0].weekday <= len(WEEKDAYS):
        return "Ce jour de la semaine n’existe pas."
    name = weekday_name(day[0].weekday).capitalize()
    for one in day:
        if one.start < 0 or one.end > DAY:
            return f"{name} : une heure va de 0 h à 24 h. Pour une nuit, saisissez la suite le lendemain à partir de 0 h."
        if one.end == one.start:
            return f"{name} : l’heure de fin est la même que l’heure de début."
        if one.end < one.start:
            return (
                f"{name} : l’heure de fin est avant l’heure de début. Pour une nuit, allez jusqu’à 24 h, "
                "puis saisissez la suite le lendemain à partir de 0 h."
            )
    for before, after in pairwise(day):
        if after.start < before.end:
            return f"{name} : deux horaires se recouvrent."
    return None


def _joined(ordered: Iterable[Interval]) -> Iterator[Interval]:
    last: Interval | None = None
    for one in ordered:
        if last and last.weekday == one.weekday and last.end == one.start:
            last = Interval(last.weekday, last.start, one.end)
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def _pieces(interval: Interval, taken: Iterable[Interval]) -> Iterator[Interval]:
    """What is left of an interval once sorted others of the same day are taken out."""
    start = interval.start
    for other in taken:
        if other.start >= interval.end:
            break
        if start < other.start:
            yield Interval(interval.weekday, start, other.start)
        start = max(start, other.end)
    if start < interval.end:
        yield Interval(interval.weekday, start, interval.end)


def _hours_in_words(hours: Iterable[tuple[int, int]]) -> str:
    return join_and([f"de {clock_time(start)} à {clock_time(end)}" for start, end in hours])


@dataclass(frozen=True)
class Preset:
    """A usual week offered by one press in the week's editor."""

    code: str
    label: str
    week: Week


PRESETS = (
    Preset("five_days", "Cinq jours", Week.same_hours(WORKING_DAYS, (480, 1050))),
    Preset("four_days", "Quatre jours, sans le mercredi", Week.same_hours((1, 2, 4, 5), (480, 1050))),
    Preset("three_days", "Trois jours, lundi, mardi et jeudi", Week.same_hours((1, 2, 4), (480, 1050))),
    Preset("five_mornings", "Cinq matins", Week.same_hours(WORKING_DAYS, (480, 720))),
    Preset("five_afternoons", "Cinq après-midi", Week.same_hours(WORKING_DAYS, (810, 1050))),
    Preset("school_wednesday", "Le mercredi", Week.same_hours((3,), (480, 1050))),
)
