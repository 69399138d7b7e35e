"""Calm: who holds the seats of one slot of a section, and on which kind of seat, so that a refusal can be counted again.

The seat of an assignment speaks of the whole week; here each slot is filled by itself, as the rules say.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from guichet.allocation.filling import OPEN_SEAT, RESERVED_SEAT, fill
from guichet.allocation.problem import CURRENT, OPEN, Assignment, Demand, Places, Problem

OPENED = "opened"
"""A reserved seat that nobody of its group asked for."""
Rank = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Holder:
    """A seat of a slot. `seat` is open, opened, or the group whose reserved seat it is; `demand` is the one whose
    points count, the lowest of brothers and sisters; `rank` sorts, the best first."""

    demand: Demand
    seat: str
    rank: Rank

    def within_reach(self, group: str | None) -> bool:
        """Whether a demand of this group could have held that seat."""
        return self.seat in (OPEN, OPENED) or self.seat == group


class Holders:
    """Who holds what, read slot by slot from a result. Decisions of people and places kept hold other seats."""

    def __init__(self, problem: Problem, given: Mapping[str, Assignment]) -> None:
        self.rules = problem.rules
        self.places: dict[tuple[str, str], Places] = {
            (one.establishment, one.section): one for one in problem.places
        }
        self.units: dict[str, list[Demand]] = {}
        self.inside: dict[tuple[str, str], list[tuple[Demand, str]]] = {}
        self.decided: dict[tuple[str, str], list[Demand]] = {}
        self.left: dict[tuple[str, str], list[Demand]] = {}
        for demand in problem.demands:
            self.units.setdefault(demand.together or demand.id, []).append(demand)
            line = given.get(demand.id)
            keeps = line is not None and line.seat == CURRENT
            if line and demand.pinned:
                self.decided.setdefault((line.establishment, demand.section), []).append(demand)
            elif line and not keeps:
                self.inside.setdefault((line.establishment, demand.section), []).append((demand, line.seat))
            if demand.current and not keeps:
                there = demand.current.establishment, demand.current.section
                self.left.setdefault(there, []).append(demand)
        self.known: dict[tuple[str, str, str], tuple[Holder, ...]] = {}

    def lowest(self, demand: Demand, establishment: str) -> Demand:
        """The one whose points count there: the demand, or the lowest of brothers and sisters asked together."""
        unit = self.units[demand.together or demand.id]
        return max(unit, key=lambda one: rank(one, establishment))

    def needs(self, demand: Demand, section: str, slot: str) -> int:
        """How many seats of a slot the brothers and sisters ask for together; 1 for a child alone."""
        unit = self.units[demand.together or demand.id]
        return sum(one.section == section and slot in one.slots for one in unit)

    def at(self, establishment: str, section: str, slot: str) -> tuple[Holder, ...]:
        """Those admitted there on a slot, the best ranked first."""
        key = establishment, section, slot
        if key not in self.known:
            self.known[key] = self._seated(*key)
        return self.known[key]

    def _seated(self, establishment: str, section: str, slot: str) -> tuple[Holder, ...]:
        cell = establishment, section
        inside = sorted(
            (rank(self.lowest(demand, establishment), establishment), demand.order, demand, seat)
            for demand, seat in self.inside.get(cell, ())
            if slot in demand.slots
        )
        decided = [one for one in self.decided.get(cell, ()) if slot in one.slots]
        freed = sum(1 for one in self.left.get(cell, ()) if one.current and slot in one.current.slots)
        places = self.places.get(cell)
        seats = fill(
            [one.group for one in decided] + [demand.group for _, _, demand, _ in inside],
            (places.open.get(slot, 0) if places else 0) + freed,
            {group: kept.get(slot, 0) for group, kept in places.reserved.items()} if places else {},
            self.rules.reserved_first,
            self.rules.unfilled_reserve_opens,
        )[len(decided) :]
        return tuple(
            Holder(self.lowest(demand, establishment), _seat(kind, demand, seat), place)
            for kind, (place, _, demand, seat) in zip(seats, inside, strict=True)
        )


def before(holders: Collection[Holder], place: Rank, group: str | None) -> list[Holder]:
    """Those better ranked on seats that a demand of this group could have held, the best first."""
    return [one for one in holders if one.within_reach(group) and one.rank < place]


def rank(demand: Demand, establishment: str) -> Rank:
    """How a demand is compared at an establishment, the lowest first: more points, then the order."""
    score = next((wish.score for wish in demand.wishes if wish.establishment == establishment), 0)
    return -score, demand.order


def _seat(kind: int | None, demand: Demand, seat: str) -> str:
    if kind == OPEN_SEAT:
        return OPEN
    if kind == RESERVED_SEAT and demand.group:
        return demand.group
    return OPENED if kind is not None else seat
