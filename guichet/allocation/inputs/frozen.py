"""Calm: what a run freezes: the problem as its file says it, and what its names mean, in plain JSON.

The problem alone is enough to compute again; the rest is what the pages need to say the answer in words, with the
names and the points of the day, even when the files have changed since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from guichet.allocation.inputs.choices import Choices
from guichet.allocation.inputs.composing import Composed, Hall, age_of
from guichet.allocation.inputs.offers import ages_of
from guichet.allocation.inputs.slots import Ages, Slot, weeks_by_month
from guichet.allocation.problem import Problem
from guichet.core.french import weekday_name
from guichet.core.week import Week
from guichet.establishments import grid

Json = dict[str, Any]


@dataclass(frozen=True)
class Names:
    """What the names of a problem mean."""

    slots: Mapping[str, Any]
    houses: Mapping[str, Any]
    demands: Mapping[str, Any]
    months: tuple[date, ...]

    @classmethod
    def of(cls, inputs: Json) -> "Names":
        """From the stored inputs of a run."""
        return cls(
            inputs["slots"],
            inputs["houses"],
            inputs["demands"],
            tuple(date.fromisoformat(month) for month in inputs["months"]),
        )

    def when(self, slot: str) -> list[tuple[list[date], Week]]:
        """The hours of a slot, with the months that have them."""
        return [
            ([self.months[month] for month in months], Week.from_json(week))
            for months, week in self.slots[slot]["when"]
        ]

    def section(self, house: str, slot: str, demand: str) -> str:
        """The section of an establishment that a slot speaks of, for a child of a demand."""
        low, high = self.slots[slot]["ages"]
        age = self.demands[demand]["age"]
        meeting = [one for one in self.houses[house]["sections"] if one[1] < high and low < one[2]]
        own = [one for one in meeting if one[1] <= age < one[2]]
        return str((own or meeting or [["Tous les âges"]])[0][0])

    def flexible_days(self, problem: Problem) -> dict[str, dict[str, list[str]]]:
        """For the demands that accept fewer days, the slots of each of their days."""
        found: dict[str, dict[str, list[str]]] = {}
        for demand in problem.demands:
            if self.demands[demand.id]["fewer_days"]:
                days = found.setdefault(demand.id, {})
                for slot in demand.slots:
                    days.setdefault(weekday_name(self.slots[slot]["weekday"]), []).append(slot)
        return found

    def is_closed(self, house: str, slot: str) -> bool:
        """Whether an establishment never opens at some hours of a slot."""
        hours = Week.from_json(self.houses[house]["hours"])
        return not all(hours.includes(week) for _, week in self.when(slot))

    def points(self, demand: str, house: str) -> int | None:
        """The points of a demand at an establishment; None when it does not wish for it."""
        found: int | None = self.demands[demand]["points"].get(house)
        return found


def freeze(
    problem_file: Json,
    composed: Composed,
    halls: Mapping[int, Hall],
    names: Mapping[int, str],
    choices: Choices,
    left_out: list[tuple[int, str, str]],
    closed: Mapping[int, tuple[tuple[int, str], ...]],
) -> Json:
    """The inputs of a run. `problem_file` is the problem in the format of `guichet allocate`; `names` are those of
    the establishments; `left_out` are (demand, number, why) not examined; `closed` are wishes that the barème closes."""
    return {
        "problem": problem_file,
        "months": [month.isoformat() for month in choices.months],
        "slots": {slot.name: _slot(slot) for slot in composed.cut.slots},
        "houses": {hall.code: _house(hall, names, choices) for hall in halls.values()},
        "demands": {
            one.number: {
                "id": one.id,
                "family": one.family,
                "age": age_of(one, choices),
                "minutes": one.week.total_minutes,
                "fewer_days": one.fewer_days,
                "points": {halls[asked.house].code: asked.points for asked in one.asked},
                "lost": [*map(list, composed.lost.get(one.id, ())), *map(list, closed.get(one.id, ()))],
            }
            for one in composed.ordered
        },
        "left_out": [list(one) for one in left_out],
        "no_room": list(composed.no_room),
        "points_digest": points_digest(composed),
    }


def with_pins(inputs: Mapping[str, Any], pins: Mapping[int, int | None]) -> Json:
    """The same inputs with these decisions and no other: an establishment by demand, None for no proposal.

    A child decided by people is no longer proposed together with its brothers and sisters.
    """
    codes = {house["id"]: code for code, house in inputs["houses"].items()}
    decided: dict[str, Json] = {}
    for number, demand in inputs["demands"].items():
        if demand["id"] in pins:
            house = pins[demand["id"]]
            decided[number] = {"refused": True} if house is None else {"establishment": codes[house]}
    problem = inputs["problem"]
    demands = [
        one
        | {"pinned": decided.get(one["id"]), "together": None if one["id"] in decided else one["together"]}
        for one in problem["demands"]
    ]
    return {**inputs, "problem": problem | {"demands": demands}}


def opening_hours(hall: Hall, choices: Choices) -> Week:
    """The hours when an establishment may ever receive a child during the period."""
    licences = 0
    for span in hall.house.periods:
        if span.last >= choices.months[0]:
            licences |= grid.where(span.frame.licence)
    return grid.week_of(licences)


def minutes_left(hall: Hall, choices: Choices) -> int | None:
    """Where seats above the licence are opened: the minutes a week that 100 % of the hours still leave.

    Article R2324-27 CSP allows 115 % at an hour as long as the week stays within its hours; None elsewhere.
    """
    if hall.id not in choices.amber or hall.peak is None:
        return None
    return min(span.frame.minutes - span.minutes for span in hall.house.periods)


def points_digest(composed: Composed) -> str:
    """The fingerprint of every point counted: (demand, establishment, points), sorted."""
    lines = sorted((one.number, asked.house, asked.points) for one in composed.ordered for asked in one.asked)
    return sha256(
        "\n".join(f"{number} {house} {points}" for number, house, points in lines).encode()
    ).hexdigest()


def _slot(slot: Slot) -> Json:
    ages: Ages = slot.ages
    return {
        "ages": list(ages),
        "weekday": slot.weekday,
        "when": [[months, week.to_json()] for months, week in weeks_by_month(slot)],
    }


def _house(hall: Hall, names: Mapping[int, str], choices: Choices) -> Json:
    return {
        "id": hall.id,
        "name": names[hall.id],
        "hours": opening_hours(hall, choices).to_json(),
        "minutes_left": minutes_left(hall, choices),
        "sections": [[one.name, *ages] for one, ages in ages_of(hall.house.supply.groups).items()],
        "shares": dict(hall.shares),
    }
