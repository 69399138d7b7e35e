"""Invented years of commissions, as section 3 of the study describes them: same shape, drawn from a seed.

Members are busy 35 % of the time (a weekly pattern, chance events, two weeks of leave), rooms 15 %. Each territory
is 30 km × 30 km, its shared people travel together, three of its communes lend one room of the headquarters.
"""

from datetime import date, timedelta
from math import hypot
from random import Random

from guichet.scheduling.days.seeding import closed_days
from guichet.scheduling.planning.problem import (
    AFTERNOON,
    MORNING,
    Commission,
    HalfDay,
    Person,
    Problem,
    Room,
    Rules,
    Seat,
    Session,
    Travel,
)

YEAR = 2027
BUSY, ROOM_BUSY, KILOMETRES, MINUTES_A_KILOMETRE = 0.35, 0.15, 30.0, 1.6
RULES = Rules(2, 20, 36, 3000, 3, 5, 200)
TERRITORY = 14
MONTHS = (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12)
CADENCES = {"monthly": MONTHS, "four": (1, 4, 9, 11), "two": (5, 11)}
SHARED = (
    ("doctor", 20),
    ("nurse", 20),
    ("vice-president", 20),
    ("rpe", 12),
    ("caf", 12),
    ("coordinator", 12),
)
LOCAL = ("mayor", "deputy-mayor", "director", "parents")


def usable_half_days(year: int = YEAR) -> tuple[HalfDay, ...]:
    """Mornings and afternoons of the working days out of the holidays of zone A, from the notice of January."""
    closed = {line.day for line in closed_days(year, "A")}
    days = (date(year, 1, 11) + timedelta(n) for n in range(366))
    return tuple(
        HalfDay(day, half)
        for day in days
        if day.year == year and day.weekday() < 5 and day not in closed
        for half in (MORNING, AFTERNOON)
    )


def year_of(communes: int, cadence: str, seed: int, **limits: float) -> Problem:
    """A problem of so many communes; `cadence` is « mixed » or « monthly »."""
    chance = Random(f"{communes} {cadence} {seed}")
    half_days = usable_half_days()
    people: list[Person] = []
    rooms: list[Room] = []
    travel: list[Travel] = []
    commissions: list[Commission] = []
    for first in range(0, communes, TERRITORY):
        team = f"T{first // TERRITORY + 1}"
        size = min(TERRITORY, communes - first)
        officer = f"caf-{first // TERRITORY // 3}"
        shared = {role: officer if role == "caf" else f"{team}-{role}" for role, _ in SHARED}
        known = {person.id for person in people}
        people += [_person(chance, name, half_days) for name in shared.values() if name not in known]
        rooms.append(_room(chance, f"{team}-hq", f"{team}-c0", half_days))
        spots = [(chance.uniform(0, KILOMETRES), chance.uniform(0, KILOMETRES)) for _ in range(size)]
        for i, (x, y) in enumerate(spots):
            for j, (a, b) in enumerate(spots[:i]):
                minutes = round(hypot(x - a, y - b) * MINUTES_A_KILOMETRE)
                travel.append(Travel(f"{team}-c{j}", f"{team}-c{i}", minutes))
        for i in range(size):
            name = f"{team}-c{i}"
            local = [f"{name}-{role}" for role in LOCAL]
            people += [_person(chance, one, half_days) for one in local]
            if i >= 3:
                rooms.append(_room(chance, f"{name}-room", name, half_days))
            months = CADENCES["monthly"] if cadence == "monthly" else CADENCES[_cadence(chance)]
            commissions.append(
                Commission(
                    id=name,
                    team=team,
                    rooms=(f"{team}-hq",) if i < 3 else (f"{name}-room",),
                    min_days_between=14,
                    quorum=6,
                    required=((local[0], local[1]), (shared["doctor"], shared["nurse"])),
                    seats=(
                        *(Seat(shared[role], weight) for role, weight in SHARED),
                        *(Seat(one, 10) for one in local),
                    ),
                    sessions=tuple(_session(name, month) for month in months),
                )
            )
    return Problem(
        half_days, tuple(people), tuple(rooms), tuple(commissions), RULES, tuple(travel), seed=seed, **limits
    )


def _cadence(chance: Random) -> str:
    return chance.choices(("monthly", "four", "two"), (0.3, 0.5, 0.2))[0]


def _session(commission: str, month: int) -> Session:
    start = date(YEAR, month, 1)
    end = (start + timedelta(31)).replace(day=1) - timedelta(1)
    target = date(YEAR, 5, 3) if month == 5 else start + timedelta(14)
    return Session(f"{commission}-{month:02}", start, end, target)


def _person(chance: Random, name: str, half_days: tuple[HalfDay, ...]) -> Person:
    share = chance.uniform(BUSY - 0.1, BUSY + 0.1)
    weekly = {
        (day, half) for day in range(5) for half in (MORNING, AFTERNOON) if chance.random() < share * 0.55
    }
    leaves = [date(YEAR, 1, 4) + timedelta(7 * chance.randrange(52)) for _ in range(2)]
    busy = {
        one
        for one in half_days
        if (one.day.weekday(), one.half) in weekly
        or any(0 <= (one.day - leave).days < 7 for leave in leaves)
        or chance.random() < share * 0.45
    }
    return Person(name, frozenset(busy))


def _room(chance: Random, name: str, commune: str, half_days: tuple[HalfDay, ...]) -> Room:
    return Room(name, commune, frozenset(one for one in half_days if chance.random() < ROOM_BUSY))
