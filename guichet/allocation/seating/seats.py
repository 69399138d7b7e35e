"""Calm: who sits in each cell, and from which rank a newcomer would be left out."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from sys import maxsize
from typing import NamedTuple

from guichet.allocation.numbers.cells import Numbers
from guichet.allocation.numbers.indexed import Indexed, Option
from guichet.allocation.problem import Rules

# A bar that stops nobody, and one that stops everybody: keys are between the two.
FREE = maxsize
CLOSED = -1
NOBODY = -1


class Seats:
    """The holders of each cell by key, and the bar of each gate.

    A newcomer is seated in a cell if, and only if, its key is under the bar of its gate there: filling by rank
    makes it so, whatever the rules. When a cell is full for a kind, its bar is the key of the last of those who
    hold the seats that kind could have. `left_out` has, for each cell too full, the best key that finds no seat.
    `loosened` has the cells that somebody has left, with the lowest bar they had before.
    """

    def __init__(self, numbers: Indexed, rules: Rules) -> None:
        self.open = list(numbers.open)
        self.reserved = numbers.reserved
        self.gates = numbers.gates
        self.kinds = numbers.decoder[2]
        self.slots = len(numbers.slots)
        self.rules = rules
        self.holders: list[list[int]] = [[] for _ in self.open]
        self.bars = [FREE] * len(numbers.gate_cells)
        self.left_out: dict[int, int] = {}
        self.loosened: dict[int, int] = {}
        for cell, seats in enumerate(self.open):
            if not seats:
                self.refresh(cell)

    def add(self, key: int, cell: int) -> None:
        """Seat a key, even beyond the capacity: `left_out` says then who has to leave."""
        insort(self.holders[cell], key)
        self.refresh(cell)

    def remove(self, key: int, cell: int) -> None:
        """Free the seat of a key."""
        self._loosen(cell)
        holders = self.holders[cell]
        del holders[bisect_left(holders, key)]
        self.refresh(cell)

    def admit(self, option: Option) -> None:
        """Seat a whole unit, on its own seats where it has some."""
        self.keep(option.tied.own)
        for ask in option.asks:
            for cell in ask.cells:
                self.add(ask.key, cell)

    def release(self, option: Option) -> None:
        """Free the seats of a whole unit."""
        if option.ties is None:
            for cell in option.cells:
                self.remove(option.key, cell)
            return
        self.give_back(option.ties.own)
        for ask in option.asks:
            for cell in ask.cells:
                self.remove(ask.key, cell)

    def keep(self, own: Numbers) -> None:
        """Children sit on their own seats, which are no longer open to the others."""
        for cell in own:
            self.open[cell] -= 1
            self.refresh(cell)

    def give_back(self, own: Numbers) -> None:
        """Children leave their own seats, which open to all."""
        for cell in own:
            self._loosen(cell)
            self.open[cell] += 1
            self.refresh(cell)

    def refresh(self, cell: int) -> None:
        """Bars and first left out of a cell whose holders or seats have changed."""
        holders, seats = self.holders[cell], self.open[cell]
        if cell not in self.gates:
            self.bars[cell] = _bar(holders, seats)
            self._leave_out(cell, holders[seats:])
            return
        # As filled_cell does, without keeping who sits where: bars change far more often than anybody reads a cell.
        first_seats = 0 if self.rules.reserved_first else seats
        left, last, others = list(self.reserved[cell] or ()), [CLOSED] * self.kinds, []
        for key in holders[first_seats:]:
            kind = key % self.kinds
            if left[kind]:
                left[kind] -= 1
                last[kind] = key
            else:
                others.append(key)
        shared_seats = seats - first_seats + (sum(left) if self.rules.unfilled_reserve_opens else 0)
        common = max(_bar(holders, first_seats), _bar(others, shared_seats))
        for kind, gate in enumerate(self.gates[cell]):
            self.bars[gate] = FREE if left[kind] else max(common, last[kind])
        self._leave_out(cell, others[shared_seats:])

    def loosened_sections(self) -> dict[int, tuple[int, int]]:
        """The sections left since the last time, and between which bars a child alone is no longer refused there."""
        sections: dict[int, tuple[int, int]] = {}
        for cell, before in self.loosened.items():
            after = max([self.bars[gate] for gate in self.gates.get(cell, (cell,))])
            lowest, highest = sections.get(cell // self.slots, (FREE, NOBODY))
            if before < after:
                lowest, highest = min(lowest, before), max(highest, after)
            sections[cell // self.slots] = lowest, highest
        self.loosened.clear()
        return sections

    def _loosen(self, cell: int) -> None:
        if cell not in self.loosened:
            gates = self.gates.get(cell)
            self.loosened[cell] = min([self.bars[gate] for gate in gates]) if gates else self.bars[cell]

    def _leave_out(self, cell: int, out: Sequence[int]) -> None:
        if out:
            self.left_out[cell] = out[0]
        else:
            self.left_out.pop(cell, None)

    def refusing_cell(self, option: Option, stays: bool) -> int:
        """A cell that would leave a member out if the whole unit came, or NOBODY when each seats it.

        `stays` says that the unit keeps its current places now, so that their seats are not among the open ones.
        """
        bars, crowded = self.bars, option.tied.crowded
        for key, _, cells, gates in option.asks:
            for at, gate in enumerate(gates):
                if key >= bars[gate] and cells[at] not in crowded:
                    return cells[at]
        for cell in crowded:
            asking, filled = self.with_unit(option, cell, stays)
            if not filled.seats_all(asking):
                return cell
        return NOBODY

    def with_unit(self, option: Option, cell: int, stays: bool) -> tuple[list[int], "FilledCell"]:
        """The members' keys that ask for this cell, and how it fills once the whole unit is there."""
        ties = option.tied
        asking = [ask.key for ask in option.asks if cell in ask.cells]
        keys = sorted([*self.holders[cell], *asking])
        # Coming here, the unit leaves its current places, but for the seats of its own that it uses here.
        open_seats = self.open[cell] + (ties.current.count(cell) if stays else 0) - ties.own.count(cell)
        return asking, filled_cell(keys, open_seats, self.reserved[cell] or [0] * self.kinds, self.rules)


def seated(numbers: Indexed, rules: Rules, held: Sequence[int], stays: Sequence[bool]) -> Seats:
    """The seats when each unit holds this option, or stays where it is."""
    seats = Seats(numbers, rules)
    for unit, wish, staying in zip(numbers.units, held, stays, strict=True):
        if wish < len(unit.options):
            seats.admit(unit.options[wish])
        elif staying:
            seats.keep(unit.current)
    return seats


class FilledCell(NamedTuple):
    """A cell filled by rank: who sits where, which reserved seats are left by kind, who is left out.

    `shared_seats` are those that everybody may have apart from `open_seats`: with reserves first they are the
    open seats and the reserves left empty; with open seats first, the reserves left empty.
    """

    first: list[int]
    own: list[list[int]]
    shared: list[int]
    out: list[int]
    left: list[int]
    first_seats: int
    shared_seats: int

    def seats_all(self, keys: list[int]) -> bool:
        """Whether none of these is left out."""
        return not self.out or not set(keys).intersection(self.out)

    def seats(self, kind: int) -> int:
        """How many seats a newcomer of this kind could have, if it ranked high enough."""
        return self.first_seats + self.shared_seats + len(self.own[kind]) + self.left[kind]

    def holders(self, kind: int) -> list[int]:
        """Who holds these seats."""
        return [*self.first, *self.own[kind], *self.shared]


def filled_cell(keys: list[int], open_seats: int, row: list[int], rules: Rules) -> FilledCell:
    """Fill a cell with these keys, sorted. `row` counts the reserved seats by kind, none for kind 0."""
    kinds = len(row)
    first_seats = 0 if rules.reserved_first else open_seats
    left = list(row)
    own: list[list[int]] = [[] for _ in row]
    others = []
    for key in keys[first_seats:]:
        kind = key % kinds
        if left[kind]:
            left[kind] -= 1
            own[kind].append(key)
        else:
            others.append(key)
    shared_seats = open_seats - first_seats + (sum(left) if rules.unfilled_reserve_opens else 0)
    return FilledCell(
        keys[:first_seats], own, others[:shared_seats], others[shared_seats:], left, first_seats, shared_seats
    )


def _bar(holders: list[int], seats: int) -> int:
    """The key from which these seats, filled by rank, are no longer free."""
    if len(holders) < seats:
        return FREE
    return holders[seats - 1] if seats else CLOSED
