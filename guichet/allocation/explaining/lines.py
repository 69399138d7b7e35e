"""Calm: where each demand stands in a result, wish by wish, as the pages say it without reading the problem again."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guichet.allocation.explaining import words
from guichet.allocation.explaining.holders import Holder, Holders, Rank, before, rank
from guichet.allocation.inputs.frozen import Names
from guichet.allocation.problem import CURRENT, Assignment, Demand, Problem, Refusal, Result

PLACED, KEPT, UNPLACED = "placed", "kept", "unplaced"
OUTCOMES = (PLACED, KEPT, UNPLACED)
"""A new place is proposed; the child keeps the one it has; nothing is proposed."""
GRANTED, REFUSED, BLOCKING, AFTER, LOST, DECIDED = (
    "granted",
    "refused",
    "blocking",
    "after",
    "lost",
    "decided",
)
"""What became of a wish: granted; refused, with its witness; no slot explains it; less preferred than what is
granted; not examined; set aside by a decision of people."""


@dataclass(frozen=True)
class Standing:
    """One demand in a result. `house` is an id, `wishes` plain JSON (see `_wish`)."""

    demand: int
    position: int
    outcome: str
    house: int | None = None
    seat: str = ""
    points: int | None = None
    pinned: bool = False
    blocking: bool = False
    together: str = ""
    wishes: list[dict[str, Any]] = field(default_factory=list)


def standings(problem: Problem, result: Result, names: Names) -> list[Standing]:
    """Where every demand of the problem stands, in the order that settles ties."""
    reading = _Reading(problem, result, names)
    return [reading.standing(one) for one in sorted(problem.demands, key=lambda one: one.order)]


class _Reading:
    def __init__(self, problem: Problem, result: Result, names: Names) -> None:
        self.names = names
        self.given = {line.demand: line for line in result.assignments}
        self.refused = {(line.demand, line.establishment): line for line in result.refusals}
        self.blocking = {(line.demand, line.establishment) for line in result.blocking}
        self.order = {demand.id: demand.order for demand in problem.demands}
        self.holders = Holders(problem, self.given)

    def standing(self, demand: Demand) -> Standing:
        """One demand."""
        given = self.given.get(demand.id)
        outcome = UNPLACED if given is None else KEPT if given.seat == CURRENT else PLACED
        return Standing(
            demand=self.names.demands[demand.id]["id"],
            position=demand.order,
            outcome=outcome,
            house=None if given is None else self.names.houses[given.establishment]["id"],
            seat="" if given is None else given.seat,
            points=None if given is None else self.names.points(demand.id, given.establishment),
            pinned=demand.pinned is not None,
            blocking=any((demand.id, wish.establishment) in self.blocking for wish in demand.wishes),
            together=demand.together or "",
            wishes=list(self._wishes(demand, given)),
        )

    def _wishes(self, demand: Demand, given: Assignment | None) -> Iterator[dict[str, Any]]:
        reached = False
        for wish in demand.wishes:
            house = wish.establishment
            told: dict[str, Any] = {
                "house": self.names.houses[house]["id"],
                "points": self.names.points(demand.id, house),
            }
            if given and given.seat != CURRENT and given.establishment == house:
                reached = True
                yield told | {"what": GRANTED}
            elif reached:
                yield told | {"what": AFTER}
            elif demand.pinned:
                yield told | {"what": DECIDED}
            elif refusal := self.refused.get((demand.id, house)):
                yield told | {"what": REFUSED} | self._witness(demand, refusal)
            else:
                yield told | {"what": BLOCKING if (demand.id, house) in self.blocking else AFTER}
        for house, why in self.names.demands[demand.id]["lost"]:
            yield {"house": house, "what": LOST, "why": words.LOST.get(why, why)}

    def _witness(self, demand: Demand, refusal: Refusal) -> dict[str, Any]:
        """The slot that was full, and by how many points; `asked` are the points the demand was compared with.

        Brothers and sisters are compared with the points of the lowest of them.
        """
        seen, house = refusal.witness, refusal.establishment
        lowest = self.holders.lowest(demand, house)
        place = rank(lowest, house)
        inside = self.holders.at(house, seen.section, seen.slot)
        told: dict[str, Any] = {
            "slot": words.when_words(self.names.when(seen.slot)),
            "section": self.names.section(house, seen.slot, demand.id),
            "since": self.names.when(seen.slot)[0][0][0].isoformat(),
            "seats": seen.seats,
            "admitted": [self._held(one, house, place, demand.group) for one in inside],
            "better": len(before(inside, place, demand.group)),
            "needs": self.holders.needs(demand, seen.section, seen.slot),
            "asked": self.names.points(lowest.id, house),
            "asked_position": lowest.order,
        }
        if not seen.seats and self.names.is_closed(house, seen.slot):
            told["closed"] = True
        if seen.last_admitted:
            last = seen.last_admitted.demand
            told |= {"last": self.names.points(last, house), "last_position": self.order[last]}
        return told

    def _held(self, one: Holder, house: str, place: Rank, group: str | None) -> dict[str, Any]:
        """A seat as told to a demand ranked at `place`: points and order, never a name."""
        told: dict[str, Any] = {
            "points": self.names.points(one.demand.id, house),
            "position": one.demand.order,
            "seat": one.seat,
        }
        if not one.within_reach(group):
            told["apart"] = True
        if one.rank > place:
            told["after"] = True
        return told


def last_points(standings_: Collection[Standing]) -> Mapping[int, int]:
    """The points of the last admitted at each establishment, on seats open or reserved; not those of decisions."""
    found: dict[int, int] = {}
    for one in standings_:
        if one.outcome == PLACED and not one.pinned and one.house is not None and one.points is not None:
            found[one.house] = min(found.get(one.house, one.points), one.points)
    return found
