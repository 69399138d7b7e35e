"""Calm: the settings of a campaign, what may not be written in them, and the windows of a commission between two days.

The prices are those of the model of the calendar: points, larger when a thing matters more. None comes from a text.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from guichet.core.french import MINUTES_IN_A_DAY, clock_time, count, long_date
from guichet.scheduling.days.calendar import CADENCE, Cadence, Delay, Window, is_working, notice, windows
from guichet.scheduling.planning.problem import AFTERNOON, MORNING, HalfDay, Rules

MONTHS_CHOSEN = "months"
"""Instead of a cadence of the table: one session in each of the months written."""
CADENCES = (*(one.value for one in Cadence), MONTHS_CHOSEN)
CADENCE_WORDS = {one.value: words for one, words in CADENCE.items()} | {
    MONTHS_CHOSEN: "une fois dans chacun des mois choisis"
}
LONGEST_DAYS = 550
"""A year and a half: what the school calendar lets one see."""
LONGEST_TITLE = 120

BOUNDS = {
    "per_half_day": (1, 4),
    "max_travel_minutes": (0, 120),
    "tour_cost": (0, 500),
    "days_per_point": (1, 60),
    "if_needed_cost": (0, 100),
    "keep_cost": (0, 200),
    "move_cost": (0, 1000),
    "unplaced_cost": (1000, 100_000),
    "session_minutes": (15, 240),
    "morning_starts": (7 * 60, 12 * 60),
    "afternoon_starts": (12 * 60, 19 * 60),
}
WEIGHT = (0, 100)
TIMES = ("morning_starts", "afternoon_starts")


def _usual_weights() -> dict[str, int]:
    """Points of a seat filled, by role: those who sit in several commissions are the hardest to gather."""
    return {"president": 20, "pmi": 20, "elected": 12, "coordinator": 12, "rpe": 12, "caf": 12}


@dataclass(frozen=True)
class Settings:
    """What a campaign prefers, and how much."""

    per_half_day: int = 2
    """Sessions one team may hold on one half-day."""
    max_travel_minutes: int = 20
    tour_cost: int = 36
    """Points lost each time a team travels."""
    days_per_point: int = 3
    """So many days away from the day aimed at cost one point."""
    if_needed_cost: int = 5
    keep_cost: int = 6
    """Points lost when a date moves from one calculation to the next, before anything is published."""
    move_cost: int = 200
    """Points lost when a published date moves."""
    unplaced_cost: int = 3000
    session_minutes: int = 90
    morning_starts: int = 9 * 60
    afternoon_starts: int = 14 * 60
    """Minutes from midnight."""
    weights: dict[str, int] = field(default_factory=_usual_weights)
    """Points of a seat filled, by role; a role left out brings `other_weight`."""
    other_weight: int = 10

    def weight(self, role: str) -> int:
        """What the presence of this role is worth."""
        return self.weights.get(role, self.other_weight)

    def rules(self, *, published: bool = True) -> Rules:
        """As the solver reads them; before the first publication, dates move more easily."""
        return Rules(
            per_half_day=self.per_half_day,
            max_travel_minutes=self.max_travel_minutes,
            tour_cost=self.tour_cost,
            unplaced_cost=self.unplaced_cost,
            days_per_point=self.days_per_point,
            if_needed_cost=self.if_needed_cost,
            move_cost=self.move_cost if published else self.keep_cost,
        )

    def starts_at(self, half_day: HalfDay, rank: int) -> int:
        """When the session of this rank (from 0) on the tour of a half-day begins, in minutes from midnight."""
        first = self.afternoon_starts if half_day.half == AFTERNOON else self.morning_starts
        return min(first + rank * (self.session_minutes + self.max_travel_minutes), 23 * 60)

    def hours_in_words(self, halves: Collection[str]) -> str:
        """Between which hours the sessions of these halves of a day are held, whatever their rank on a tour."""
        said = []
        for half, first, name in (
            (MORNING, self.morning_starts, "le matin"),
            (AFTERNOON, self.afternoon_starts, "l’après-midi"),
        ):
            more = (self.per_half_day - 1) * (self.session_minutes + self.max_travel_minutes)
            last = min(first + more + self.session_minutes, MINUTES_IN_A_DAY)
            if half in halves:
                said.append(f"{name}, entre {clock_time(first)} et {clock_time(last)}")
        return " ; ".join(said)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Settings":
        """As it was stored; a setting born later takes its default."""
        return cls(**{name: value for name, value in stored.items() if name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Pace:
    """How often one commission sits: a cadence of the table, or the months chosen; and its main session."""

    cadence: str
    months: tuple[int, ...] = ()
    main_on: date | None = None
    """The day that its main session aims at, in spring as a rule."""
    min_days: int = 14
    """Between two sessions of the commission."""


def refusals(title: str, first: date | None, last: date | None, settings: Settings) -> dict[str, str]:
    """What cannot be kept of a campaign, one French sentence a field."""
    found = {}
    if not title:
        found["title"] = "Donnez un nom à cette campagne, par exemple : calendrier 2027."
    elif len(title) > LONGEST_TITLE:
        found["title"] = f"Le nom ne peut pas dépasser {LONGEST_TITLE} caractères."
    if first is None:
        found["starts_on"] = "Indiquez le premier jour, par exemple 01/01/2027."
    if last is None:
        found["ends_on"] = "Indiquez le dernier jour, par exemple 31/12/2027."
    elif first is not None and last <= first:
        found["ends_on"] = "Le dernier jour vient après le premier."
    elif first is not None and (last - first).days > LONGEST_DAYS:
        found["ends_on"] = (
            "Une campagne ne dépasse pas dix-huit mois : les vacances ne sont pas publiées au-delà."
        )
    for name, (lowest, highest) in BOUNDS.items():
        if not lowest <= getattr(settings, name) <= highest:
            found[name] = (
                "Écrivez une heure de la demi-journée, par exemple 9 h."
                if name in TIMES
                else f"Écrivez un nombre entre {lowest} et {highest}."
            )
    low, high = WEIGHT
    for role, points in {**settings.weights, "other": settings.other_weight}.items():
        if not low <= points <= high:
            found[f"weight-{role}"] = f"Écrivez un nombre entre {low} et {high}."
    return found


def pace_refusals(pace: Pace, first: date, last: date) -> dict[str, str]:
    """What cannot be kept of the pace of a commission, one French sentence a field."""
    found = {}
    if pace.cadence not in CADENCES:
        found["cadence"] = "Choisissez une cadence dans la liste."
    if pace.cadence == MONTHS_CHOSEN and not pace.months:
        found["months"] = "Cochez au moins un mois."
    if pace.main_on is not None and not first <= pace.main_on <= last:
        found["main_on"] = "La séance principale se tient pendant la campagne."
    if not 0 <= pace.min_days <= 180:
        found["min_days"] = "Écrivez un nombre de jours entre 0 et 180."
    return found


def windows_of(pace: Pace, first: date, last: date) -> tuple[Window, ...]:
    """The windows of the pace between two days, both included, each aiming at its middle or at the main day."""
    found = [
        one
        for year in range(first.year, last.year + 1)
        for one in _of_year(pace, year)
        if _meets(one, first, last)
    ]
    return tuple(_cut(one, first, last, pace.main_on) for one in found)


def open_from(today: date, delay: Delay, holidays: Collection[date]) -> date:
    """The first day for which members can still be convened in time, by the delay of the règlement."""
    day = today
    while notice(day, delay, holidays).advised < today or not is_working(day, holidays):
        day += timedelta(1)
    return day


def in_time(found: Collection[Window], opens: date, name: str) -> tuple[list[Window], list[str]]:
    """The windows that can still be convened for, cut where they must be, and a sentence for each that cannot."""
    kept = [
        Window(max(one.start, opens), one.end, max(one.target, opens)) for one in found if one.end >= opens
    ]
    late = [one for one in found if one.end < opens]
    said = (
        [
            f"{name} : {count(len(late), 'période est passée', 'périodes sont passées')}, ou trop proche pour convoquer à temps ({_spans(late)})."
        ]
        if late
        else []
    )
    return kept, said


def empty(found: Collection[Window], open_days: Collection[date], name: str) -> Iterator[str]:
    """One sentence for each window without a single open day."""
    for one in found:
        if not any(one.start <= day <= one.end for day in open_days):
            yield (
                f"{name} : aucun jour n’est ouvert entre le {long_date(one.start)} et le {long_date(one.end)}. "
                "Cette séance restera sans date ; changez la cadence ou ouvrez des jours."
            )


def _of_year(pace: Pace, year: int) -> tuple[Window, ...]:
    if pace.cadence != MONTHS_CHOSEN:
        return windows(year, Cadence(pace.cadence), pace.main_on)
    every = windows(year, Cadence.MONTHLY, pace.main_on)
    by_month = {one.start.month: one for one in every}
    return tuple(
        by_month.get(month) or Window(date(year, month, 1), date(year, month, 31), date(year, month, 16))
        for month in pace.months
    )


def _meets(one: Window, first: date, last: date) -> bool:
    return one.start <= last and first <= one.end


def _cut(one: Window, first: date, last: date, main: date | None) -> Window:
    start, end = max(one.start, first), min(one.end, last)
    if main is not None and start <= main <= end:
        return Window(start, end, main)
    return Window(
        start, end, one.target if (start, end) == (one.start, one.end) else start + (end - start) // 2
    )


def _spans(found: Collection[Window]) -> str:
    return " ; ".join(f"{long_date(one.start)} au {long_date(one.end)}" for one in found)
