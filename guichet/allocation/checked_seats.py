"""Calm: a result laid out by slot for the checker, with names only; it shares no function with the engine."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from guichet.allocation.problem import Demand, Problem, Result, Rules

Cell = tuple[str, str, str]
# Points of the worst member of the unit (negative), its order, the member's own order: the lower sits first.
Rank = tuple[int, int, int]
Present = tuple[Rank, str, str | None]


@dataclass(frozen=True, slots=True)
class Filled:
    """A slot once filled: who sits on an open seat, a seat of its group, a reserve that opened; who is left out;
    and, by group, the reserved seats that neither its group nor a decision took."""

    open: tuple[str, ...]
    reserved: tuple[str, ...]
    opened: tuple[str, ...]
    left_out: tuple[str, ...]
    empty: Mapping[str, int]


def unit_of(demand: Demand) -> str:
    """The name under which demands go together; one alone has its own."""
    return f"together {demand.together}" if demand.together is not None else f"alone {demand.id}"


def own_seats(demand: Demand) -> set[Cell]:
    """The cells where the child has a seat now."""
    if demand.current is None:
        return set()
    return {(demand.current.establishment, demand.current.section, slot) for slot in demand.current.slots}


def cells_at(demand: Demand, establishment: str) -> set[Cell]:
    """The cells a demand needs at an establishment."""
    return {(establishment, demand.section, slot) for slot in demand.slots}


class Layout:
    """Who sits where, and on which seats, according to a result."""

    def __init__(self, problem: Problem, result: Result) -> None:
        self.rules = problem.rules
        self.given = {line.demand: line for line in result.assignments}
        self.places = {(p.establishment, p.section): p for p in problem.places}
        self.scores = {d.id: {wish.establishment: wish.score for wish in d.wishes} for d in problem.demands}
        self.units: dict[str, list[Demand]] = {}
        for demand in problem.demands:
            if demand.pinned is None:
                self.units.setdefault(unit_of(demand), []).append(demand)
        self.decided: dict[Cell, list[Present]] = {}
        self.present: dict[Cell, list[Present]] = {}
        self.freed: Counter[Cell] = Counter()
        self.freed_by_decision: Counter[Cell] = Counter()
        self.used = 0
        for demand in problem.demands:
            self._sit(demand)
        for inside in (*self.decided.values(), *self.present.values()):
            inside.sort()
        # Those decided by people sit first: what they leave is what the others compete for.
        self.left = {cell: self._after_decided(cell) for cell in self.decided}

    def _sit(self, demand: Demand) -> None:
        line, own = self.given.get(demand.id), own_seats(demand)
        if line is None:
            return
        if line.seat == "current":
            self.used += len(own)
            return
        used = cells_at(demand, line.establishment)
        self.used += len(used)
        self.freed.update(own - used)
        if demand.pinned:
            self.freed_by_decision.update(own - used)
        for cell in used - own:
            if demand.pinned:
                self.decided.setdefault(cell, []).append(((0, 0, demand.order), demand.id, demand.group))
            else:
                one = (self.rank(demand, line.establishment), demand.id, demand.group)
                self.present.setdefault(cell, []).append(one)

    def rank(self, demand: Demand, establishment: str) -> Rank:
        """Where a demand ranks at an establishment it asks for: as the worst of its unit."""
        members = self.units[unit_of(demand)]
        worst = max((-self.scores[member.id][establishment], member.order) for member in members)
        return (*worst, demand.order)

    def capacity(self, cell: Cell) -> tuple[int, dict[str, int]]:
        """Open seats, the places that children leave included, and reserved seats by group."""
        places, slot = self.places.get((cell[0], cell[1])), cell[2]
        if places is None:
            return self.freed[cell], {}
        reserved = {group: kept.get(slot, 0) for group, kept in places.reserved.items()}
        return places.open.get(slot, 0) + self.freed[cell], reserved

    def filled_by_decision(self, cell: Cell) -> Filled:
        """How the seats of a slot go to those decided by people, without the places that others leave."""
        opened, reserved = self.capacity(cell)
        opened -= self.freed[cell] - self.freed_by_decision[cell]
        filled = seat_by_seat(self.decided[cell], opened, reserved, self.rules)
        if not filled.left_out:
            return filled
        # Nobody that people decided is left out for an open seat given to who has a reserve.
        reserves_first = replace(self.rules, reserved_first=True)
        return seat_by_seat(self.decided[cell], opened, reserved, reserves_first)

    def _after_decided(self, cell: Cell) -> tuple[int, dict[str, int]]:
        """Seats left; where a reserve opened to a decision, the largest gave it, the first by name among equals."""
        opened = self.capacity(cell)[0]
        filled = self.filled_by_decision(cell)
        reserved = dict(filled.empty)
        for _ in filled.opened:
            reserved[max(sorted(reserved), key=lambda group: reserved[group])] -= 1
        return opened - len(filled.open), reserved

    def filled(self, cell: Cell, added: Iterable[Present] = ()) -> Filled:
        """How a slot fills with those admitted there, and with those added."""
        opened, reserved = self.left.get(cell) or self.capacity(cell)
        present = sorted([*self.present.get(cell, ()), *added])
        return seat_by_seat(present, opened, reserved, self.rules)

    def with_unit(
        self, members: Iterable[Demand], establishment: str, cell: Cell
    ) -> tuple[list[Demand], Filled]:
        """The members who ask for this slot, and how it fills once the whole unit is there.

        Each member leaves the seat of its own that it does not use there, and sits on the one it uses: the others
        of the unit gain the first and lose the second.
        """
        asking = []
        opened, reserved = self.left.get(cell) or self.capacity(cell)
        for demand in members:
            asked, own = cell in cells_at(demand, establishment), cell in own_seats(demand)
            if asked and not own:
                asking.append(demand)
            if own:
                opened += self._sits_on_own(demand, cell) - asked
        added = [(self.rank(demand, establishment), demand.id, demand.group) for demand in asking]
        present = sorted([*self.present.get(cell, ()), *added])
        return asking, seat_by_seat(present, opened, reserved, self.rules)

    def _sits_on_own(self, demand: Demand, cell: Cell) -> bool:
        line = self.given.get(demand.id)
        if line is None:
            return False
        return line.seat == "current" or cell in cells_at(demand, line.establishment)


def seat_by_seat(present: list[Present], opened: int, reserved: Mapping[str, int], rules: Rules) -> Filled:
    """Give each seat, in the order of the rules, to the first ranked of those who may have it."""
    standing = list(present)
    empty = dict(reserved)
    on_open: list[str] = []
    on_reserved: list[str] = []
    on_opened: list[str] = []

    def give_reserved() -> None:
        for group, seats in reserved.items():
            for _ in range(seats):
                first = next((one for one in standing if one[2] == group), None)
                if first is None:
                    break
                standing.remove(first)
                on_reserved.append(first[1])
                empty[group] -= 1

    def give_open() -> None:
        on_open.extend(one[1] for one in standing[:opened])
        del standing[:opened]

    for give in (give_reserved, give_open) if rules.reserved_first else (give_open, give_reserved):
        give()
    if rules.unfilled_reserve_opens:
        seats = sum(empty.values())
        on_opened.extend(one[1] for one in standing[:seats])
        del standing[:seats]
    return Filled(
        tuple(on_open), tuple(on_reserved), tuple(on_opened), tuple(one[1] for one in standing), empty
    )
