"""Calm: what a calendar problem says, before anybody has read whether it has a meaning (problem.py)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

Amount = int | Fraction

MORNING, AFTERNOON = "am", "pm"


class HalfDay(NamedTuple):
    """A morning (« am ») or an afternoon (« pm ») in Europe/Paris; they sort in the order of time."""

    day: date
    half: str

    def __str__(self) -> str:
        """As in the files: « 2027-01-04 am »."""
        return f"{self.day.isoformat()} {self.half}"


class Placement(NamedTuple):
    """When and where a session is held."""

    half_day: HalfDay
    room: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody called to sit; `busy` wins over `if_needed` (free, but better left alone)."""

    id: str
    busy: frozenset[HalfDay] = frozenset()
    if_needed: frozenset[HalfDay] = frozenset()


@dataclass(frozen=True, slots=True)
class Room:
    """A room, the commune it stands in and the half-days when it is taken by others."""

    id: str
    commune: str
    busy: frozenset[HalfDay] = frozenset()


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes between two communes, both ways; a pair that no line names is too far."""

    start: str
    end: str
    minutes: Amount


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of a commission: its holder, those who may replace her, its voice and what its presence is worth."""

    person: str
    weight: Amount
    deputies: tuple[str, ...] = ()
    voting: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """A session to find a date for, between two days both included, if possible on `target`.

    `pinned` is kept whatever it breaks; `previous` is what was published before.
    """

    id: str
    start: date
    end: date
    target: date
    pinned: Placement | None = None
    previous: Placement | None = None


@dataclass(frozen=True, slots=True)
class Commission:
    """Who sits, where, and what a valid session needs: `quorum` voting seats filled, one of each `required` list."""

    id: str
    team: str
    rooms: tuple[str, ...]
    min_days_between: int
    quorum: int
    seats: tuple[Seat, ...]
    sessions: tuple[Session, ...]
    required: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What a tour of a team may hold, and the price of each thing in points."""

    per_half_day: int
    max_travel_minutes: Amount
    tour_cost: Amount
    unplaced_cost: Amount
    days_per_point: Amount
    if_needed_cost: Amount
    move_cost: Amount


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a plan depends on: the same problem gives the same plan.

    `work_limit` is counted in the solver's own deterministic work; `time_limit_s`, in seconds of a watch.
    """

    half_days: tuple[HalfDay, ...]
    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    commissions: tuple[Commission, ...]
    rules: Rules
    travel: tuple[Travel, ...] = ()
    seed: int = 1
    work_limit: float = 60
    time_limit_s: float = 120
