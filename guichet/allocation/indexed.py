"""Calm: a problem in whole numbers, the same however the problem was written down.

A cell is a slot of a section of an establishment. A unit is a demand, or several that go together; one that
people decided (pinned) is seated here, and leaves its unit. A key is the rank of a demand at an establishment
as one number, the lower the better: the points missing to the highest score, then the order of the worst member
of its unit, its place in the unit, and its kind (0, or the number of the group whose reserve it may use).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guichet.allocation.filling import OPEN_SEAT, RESERVED_SEAT, fill_decided
from guichet.allocation.problem import OPEN, Demand, Problem


class Ask(NamedTuple):
    """What one member needs at an establishment: its key there, its kind, the cells it has no seat of its own in."""

    key: int
    kind: int
    cells: tuple[int, ...]


class Option(NamedTuple):
    """A wish of a unit. `own` are the seats of its current places that it would use; `crowded` the cells that a
    member asks for while another asks for them or has a seat there now; `current` all the seats the unit has now,
    when it is of several. Not `allowed` when people decided of a brother or a sister elsewhere."""

    asks: tuple[Ask, ...]
    own: tuple[int, ...]
    crowded: tuple[int, ...]
    current: tuple[int, ...]
    allowed: bool


class Unit(NamedTuple):
    """Demands admitted together or not at all, by the place of their `order`; the seats they have now."""

    members: tuple[int, ...]
    options: tuple[Option, ...]
    current: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a decision of people gives: an establishment and its seat, or what the child already has."""

    establishment: str | None
    seat: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """The problem: demands by `order`, units from the first served, seats left once the pinned are seated.

    `seats` is all there was, `taken` what the pinned hold. `decoder` is (demands, members of the largest unit,
    kinds): what a key is made of.
    """

    demands: tuple[Demand, ...]
    slots: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]
    units: tuple[Unit, ...]
    unit_of: tuple[int, ...]
    open: list[int]
    reserved: list[list[int] | None]
    decoder: tuple[int, int, int]
    top_score: int
    pinned: dict[int, Pinned]
    seats: int
    taken: int

    def unit_at(self, key: int) -> int:
        """The unit that has this key."""
        demands, members, kinds = self.decoder
        return self.unit_of[key // (members * kinds) % demands]

    def demand_at(self, key: int) -> Demand:
        """The demand that has this key."""
        _, members, kinds = self.decoder
        return self.demands[self.units[self.unit_at(key)].members[key // kinds % members]]

    def score_at(self, key: int) -> int:
        """The points this key ranks with."""
        demands, members, kinds = self.decoder
        return self.top_score - key // (demands * members * kinds)


def indexed(problem: Problem) -> Indexed:
    """The problem in numbers. Its cost grows with the number of (wish, slot)."""
    return _Indexing(problem).done()


class _Indexing:
    """The tables that grow while the problem is read."""

    def __init__(self, problem: Problem) -> None:
        self.rules = problem.rules
        self.demands = tuple(sorted(problem.demands, key=lambda demand: demand.order))
        self.slots = tuple(sorted(problem.slots))
        self.number = {slot: i for i, slot in enumerate(self.slots)}
        self.patterns: dict[tuple[str, ...], tuple[int, ...]] = {}
        self.sections: dict[tuple[str, str], int] = {}
        self.open: list[int] = []
        self.reserved: list[list[int] | None] = []
        groups = {g for places in problem.places for g, kept in places.reserved.items() if any(kept.values())}
        self.groups = tuple(sorted(groups))
        self.kinds: dict[str | None, int] = {group: i for i, group in enumerate(self.groups, 1)}
        for places in sorted(problem.places, key=lambda places: (places.establishment, places.section)):
            base = self._section(places.establishment, places.section)
            for slot, seats in places.open.items():
                self.open[base + self.number[slot]] += seats
            for group, kept in sorted(places.reserved.items()):
                for slot, seats in kept.items():
                    self._reserve(base + self.number[slot], group, seats)
        self.current = {
            i: self._cells(d.current.establishment, d.current.section, d.current.slots)
            for i, d in enumerate(self.demands)
            if d.current
        }
        self.pinned: dict[int, Pinned] = {}
        # Where people sent brothers and sisters, by the label of their unit.
        self.decided: dict[str, set[str | None]] = {}
        self.taken = 0

    def _section(self, establishment: str, section: str) -> int:
        """The first cell of a section; one that nobody described has no seat."""
        known = self.sections.get((establishment, section))
        if known is None:
            known = self.sections[establishment, section] = len(self.sections) * len(self.slots)
            self.open.extend([0] * len(self.slots))
            self.reserved.extend([None] * len(self.slots))
        return known

    def _reserve(self, cell: int, group: str, seats: int) -> None:
        if seats:
            row = self.reserved[cell] or [0] * (len(self.groups) + 1)
            row[self.kinds[group]] += seats
            self.reserved[cell] = row

    def _cells(self, establishment: str, section: str, slots: tuple[str, ...]) -> tuple[int, ...]:
        base = self.sections.get((establishment, section))
        if base is None:
            base = self._section(establishment, section)
        pattern = self.patterns.get(slots)
        if pattern is None:
            pattern = self.patterns[slots] = tuple(sorted(self.number[slot] for slot in slots))
        return tuple([base + slot for slot in pattern])

    def done(self) -> Indexed:
        """Seat the pinned, then gather the units."""
        seats = sum(self.open) + sum(sum(row) for row in self.reserved if row)
        seats += sum(len(cells) for cells in self.current.values())
        self._seat_pinned()
        for i, cells in self.current.items():
            if i not in self.pinned:
                for cell in cells:
                    self.open[cell] += 1
        groups = self._together()
        largest = max((len(members) for members in groups), default=1)
        top = max((wish.score for demand in self.demands for wish in demand.wishes), default=0)
        decoder = (max(len(self.demands), 1), largest, len(self.groups) + 1)
        groups.sort(key=lambda members: self._turn(members, top))
        unit_of = [-1] * len(self.demands)
        for u, members in enumerate(groups):
            for i in members:
                unit_of[i] = u
        units = tuple(self._unit(members, decoder, top) for members in groups)
        return Indexed(
            demands=self.demands,
            slots=self.slots,
            sections=tuple(self.sections),
            units=units,
            unit_of=tuple(unit_of),
            open=self.open,
            reserved=self.reserved,
            decoder=decoder,
            top_score=top,
            pinned=self.pinned,
            seats=seats,
            taken=self.taken,
        )

    def _turn(self, members: Sequence[int], top: int) -> tuple[int, int]:
        """When a unit is first served: by the points it has wherever it asks, those of its worst member."""
        scores = [wish.score for i in members for wish in self.demands[i].wishes]
        return (top - min(scores, default=top), members[-1])

    def _together(self) -> list[tuple[int, ...]]:
        """The members of each unit, by `order`, without the pinned."""
        labelled: dict[str, list[int]] = {}
        groups: list[tuple[int, ...]] = []
        for i, demand in enumerate(self.demands):
            if i in self.pinned:
                continue
            if demand.together is None:
                groups.append((i,))
            else:
                labelled.setdefault(demand.together, []).append(i)
        groups.extend(tuple(members) for members in labelled.values())
        return groups

    def _alone(self, i: int, decoder: tuple[int, int, int], top: int) -> tuple[Option, ...]:
        """The options of most units: one demand without a place, with nobody else to think of."""
        count, largest, kinds = decoder
        demand = self.demands[i]
        kind, section = self.kinds.get(demand.group, 0), demand.section
        options = []
        for wish in demand.wishes:
            key = ((top - wish.score) * count + i) * largest * kinds + kind
            cells = self._cells(wish.establishment, section, demand.slots)
            options.append(Option((Ask(key, kind, cells),), (), (), (), True))
        return tuple(options)

    def _unit(self, members: tuple[int, ...], decoder: tuple[int, int, int], top: int) -> Unit:
        count, largest, kinds = decoder
        first = self.demands[members[0]]
        if first.together is None and first.current is None:
            return Unit(members, self._alone(members[0], decoder, top), ())
        decided = self.decided.get(first.together) if first.together is not None else None
        current = tuple(cell for i in members for cell in self.current.get(i, ()))
        options = []
        for w, wish in enumerate(first.wishes):
            worst = max([(top - self.demands[i].wishes[w].score) * count + i for i in members])
            asks: list[Ask] = []
            own: tuple[int, ...] = ()
            for place, i in enumerate(members):
                demand = self.demands[i]
                kind = self.kinds.get(demand.group, 0)
                cells = self._cells(wish.establishment, demand.section, demand.slots)
                if demand.current and demand.current.establishment == wish.establishment:
                    held = self.current[i]
                    own += tuple([cell for cell in cells if cell in held])
                    cells = tuple([cell for cell in cells if cell not in held])
                asks.append(Ask((worst * largest + place) * kinds + kind, kind, cells))
            allowed = not decided or decided == {wish.establishment}
            if len(members) > 1:
                options.append(Option(tuple(asks), own, _crowded(asks, current), current, allowed))
            else:
                options.append(Option(tuple(asks), own, (), (), allowed))
        return Unit(members, tuple(options), current)

    def _seat_pinned(self) -> None:
        """Those that people decided sit first, by `order` among themselves; what they leave is for the others."""
        present: dict[int, list[int]] = {}
        for i, demand in [(i, demand) for i, demand in enumerate(self.demands) if demand.pinned]:
            own = self.current.get(i, ())
            where = demand.pinned.establishment if demand.pinned else None
            if demand.together is not None:
                self.decided.setdefault(demand.together, set()).add(where)
            if where is None:
                kept = demand.current.establishment if demand.current else None
                self.pinned[i] = Pinned(kept, "current")
                self.taken += len(own)
                continue
            self.pinned[i] = Pinned(where, OPEN)
            cells = self._cells(where, demand.section, demand.slots)
            self.taken += len(cells)
            for cell in cells:
                if cell not in own:
                    present.setdefault(cell, []).append(i)
            for cell in own:
                if cell not in cells:
                    self.open[cell] += 1
        for cell, inside in present.items():
            self._fill_with_pinned(cell, inside)

    def _fill_with_pinned(self, cell: int, inside: list[int]) -> None:
        row = self.reserved[cell] or [0] * (len(self.groups) + 1)
        seats = fill_decided(
            [self.demands[i].group for i in inside],
            self.open[cell],
            dict(zip(self.groups, row[1:], strict=True)),
            self.rules.reserved_first,
            self.rules.unfilled_reserve_opens,
        )
        for i, seat in zip(inside, seats, strict=True):
            group = self.demands[i].group
            if seat == OPEN_SEAT:
                self.open[cell] -= 1
            elif seat == RESERVED_SEAT and group is not None:
                row[self.kinds[group]] -= 1
                self.pinned[i] = Pinned(self.pinned[i].establishment, group)
        # A reserved seat left empty was opened to a decision of people: the largest reserve gives it.
        for _ in [seat for seat in seats if seat not in (OPEN_SEAT, RESERVED_SEAT)]:
            row[row.index(max(row))] -= 1


def _crowded(asks: Sequence[Ask], current: tuple[int, ...]) -> tuple[int, ...]:
    """The cells that one member asks for and another too, or has a seat in now."""
    seen = set(current)
    crowded: set[int] = set()
    for ask in asks:
        crowded.update(seen.intersection(ask.cells))
        seen.update(ask.cells)
    return tuple(sorted(crowded))
