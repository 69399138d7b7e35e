"""Calm: puts a problem in whole numbers (guichet/allocation/numbers/indexed.py says which), once, when the problem is built."""

from collections.abc import Sequence

from guichet.allocation.asked import Asked
from guichet.allocation.filling import CURRENT, OPEN, OPEN_SEAT, RESERVED_SEAT, fill_decided
from guichet.allocation.numbers.at_rest import collector_at_rest
from guichet.allocation.numbers.cells import Cells, Numbers
from guichet.allocation.numbers.indexed import Ask, Indexed, Option, Pinned, Ranking, Ties, Unit


def numbered(problem: Asked) -> Indexed:
    """The problem in numbers. Its cost grows with the number of (wish, slot)."""
    with collector_at_rest():
        return _Numbering(problem).done()


class _Numbering:
    """The tables that grow while the problem is read."""

    def __init__(self, problem: Asked) -> None:
        self.rules = problem.rules
        self.demands = tuple(sorted(problem.demands, key=lambda demand: demand.order))
        self.cells = Cells(problem.slots, problem.places)
        self.kinds = len(self.cells.groups) + 1
        self.current = {
            i: self.cells.of(d.current.establishment, d.current.section, d.current.slots)
            for i, d in enumerate(self.demands)
            if d.current
        }
        self.pinned: dict[int, Pinned] = {}
        # Where people sent brothers and sisters, by the label of their unit.
        self.decided: dict[str, set[str | None]] = {}
        self.taken = 0

    def done(self) -> Indexed:
        """Seat the pinned, then gather the units."""
        cells = self.cells
        seats = sum(cells.open) + sum(sum(row) for row in cells.reserved if row)
        seats += sum(map(len, self.current.values()))
        self._seat_pinned()
        for i, own in self.current.items():
            if i not in self.pinned:
                for cell in own:
                    cells.open[cell] += 1
        groups = self._together()
        self.largest = max((len(members) for members in groups), default=1)
        self.top = max((wish.score for demand in self.demands for wish in demand.wishes), default=0)
        groups.sort(key=self._turn)
        unit_of = [-1] * len(self.demands)
        for u, members in enumerate(groups):
            for i in members:
                unit_of[i] = u
        units = tuple([self._unit(members) for members in groups])
        return Indexed(
            demands=self.demands,
            slots=cells.slots,
            sections=tuple(cells.sections),
            units=units,
            options=tuple([unit.options for unit in units]),
            none=tuple([len(unit.options) for unit in units]),
            tied=tuple([u for u, unit in enumerate(units) if unit.current or len(unit.members) > 1]),
            unit_of=tuple(unit_of),
            open=cells.open,
            reserved=cells.reserved,
            gates=cells.gates,
            gate_cells=cells.gate_cells(),
            rankings=_rankings(units, len(cells.sections), len(cells.slots)),
            decoder=(max(len(self.demands), 1), self.largest, self.kinds),
            top_score=self.top,
            pinned=self.pinned,
            seats=seats,
            taken=self.taken,
        )

    def _turn(self, members: Sequence[int]) -> tuple[int, int]:
        """When a unit is first served: by the points it has where it asks first, those of its worst member.

        Whatever the order, what comes out is stable. This one seats fewest units that a better one then sends away.
        """
        scores = [wish.score for i in members for wish in self.demands[i].wishes[:1]]
        return (self.top - min(scores, default=self.top), members[-1])

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

    def _unit(self, members: tuple[int, ...]) -> Unit:
        first = self.demands[members[0]]
        if first.together is None and first.current is None:
            return Unit(members, self._alone(members[0]), ())
        decided = self.decided.get(first.together) if first.together is not None else None
        current = tuple(cell for i in members for cell in self.current.get(i, ()))
        options = [
            self._option(members, w, current, not decided or decided == {wish.establishment})
            for w, wish in enumerate(first.wishes)
        ]
        return Unit(members, tuple(options), current)

    def _alone(self, i: int) -> tuple[Option, ...]:
        """The options of most units: one demand without a place, with nobody else to think of."""
        demand = self.demands[i]
        kind = self.cells.kind(demand.group)
        cells = self.cells.week(demand.section, demand.slots, 0)
        gates = self.cells.week(demand.section, demand.slots, kind)
        count, step, base = len(self.demands), self.largest * self.kinds, self.top * len(self.demands) + i
        return tuple(
            [
                Option(wish, (base - score * count) * step + kind, gates[where], cells[where], None, kind)
                for wish, (where, score) in enumerate(demand.wishes)
            ]
        )

    def _option(self, members: tuple[int, ...], w: int, current: Numbers, allowed: bool) -> Option:
        """A wish of a unit that has places now, or of several."""
        count, kinds = len(self.demands), self.kinds
        worst = max([(self.top - self.demands[i].wishes[w].score) * count + i for i in members])
        asks: list[Ask] = []
        own: Numbers = ()
        for place, i in enumerate(members):
            demand = self.demands[i]
            kind = self.cells.kind(demand.group)
            where = demand.wishes[w].establishment
            cells = self.cells.of(where, demand.section, demand.slots)
            if demand.current and demand.current.establishment == where:
                held = self.current[i]
                own += tuple([cell for cell in cells if cell in held])
                cells = tuple([cell for cell in cells if cell not in held])
            key = (worst * self.largest + place) * kinds + kind
            asks.append(Ask(key, kind, cells, self.cells.gates_of(cells, kind)))
        several = len(members) > 1
        crowded = _crowded(asks, current) if several else ()
        ties = Ties(tuple(asks), own, crowded, current if several else (), allowed)
        return Option(w, asks[0].key, asks[0].gates, asks[0].cells, ties, asks[0].kind)

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
                self.pinned[i] = Pinned(kept, CURRENT)
                self.taken += len(own)
                continue
            self.pinned[i] = Pinned(where, OPEN)
            cells = self.cells.of(where, demand.section, demand.slots)
            self.taken += len(cells)
            for cell in cells:
                if cell not in own:
                    present.setdefault(cell, []).append(i)
            for cell in own:
                if cell not in cells:
                    self.cells.open[cell] += 1
        for cell, inside in present.items():
            self._fill_with_pinned(cell, inside)

    def _fill_with_pinned(self, cell: int, inside: list[int]) -> None:
        row = self.cells.reserved[cell] or [0] * self.kinds
        seats = fill_decided(
            [self.demands[i].group for i in inside],
            self.cells.open[cell],
            dict(zip(self.cells.groups, row[1:], strict=True)),
            self.rules.reserved_first,
            self.rules.unfilled_reserve_opens,
        )
        for i, seat in zip(inside, seats, strict=True):
            group = self.demands[i].group
            if seat == OPEN_SEAT:
                self.cells.open[cell] -= 1
            elif seat == RESERVED_SEAT and group is not None:
                row[self.cells.kind(group)] -= 1
                self.pinned[i] = Pinned(self.pinned[i].establishment, group)
        # A reserved seat left empty was opened to a decision of people: the largest reserve gives it.
        for _ in [seat for seat in seats if seat not in (OPEN_SEAT, RESERVED_SEAT)]:
            row[row.index(max(row))] -= 1


def _crowded(asks: Sequence[Ask], current: Numbers) -> Numbers:
    """The cells that one member asks for and another too, or has a seat in now."""
    seen = set(current)
    crowded: set[int] = set()
    for ask in asks:
        crowded.update(seen.intersection(ask.cells))
        seen.update(ask.cells)
    return tuple(sorted(crowded))


def _rankings(units: Sequence[Unit], sections: int, slots: int) -> list[Ranking]:
    """Who asks for each section."""
    rankings = [Ranking([], []) for _ in range(sections)]
    for u, unit in enumerate(units):
        for option in unit.options:
            wish, ties = option.wish, option.ties
            if ties is None or (ties.allowed and len(unit.members) == 1):
                if option.cells:
                    rankings[option.cells[0] // slots].alone.append((option.key, u, wish, option.gates))
            elif ties.allowed:
                for section in {cell // slots for ask in ties.asks for cell in ask.cells}:
                    rankings[section].several.append((u, wish))
    for ranking in rankings:
        ranking.alone.sort()
    return rankings
