"""Calm: the cells of a problem (a slot of a section of an establishment), their seats and their gates, in numbers."""

from collections.abc import Callable, Sequence
from operator import itemgetter

from guichet.allocation.asked import Places

Numbers = tuple[int, ...]


class ByEstablishment(dict[str, Numbers]):
    """The numbers of one week of one section at each establishment, made when somebody first asks there."""

    def __init__(self, make: Callable[[str], Numbers]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, establishment: str) -> Numbers:
        found = self[establishment] = self.make(establishment)
        return found


class Cells:
    """The numbers of the cells, section after section, each in the order of the names of slots.

    A section that nobody described has no seat. `kinds` numbers the groups that have a reserve somewhere; 0 is for
    the others. `gates` has those of each cell that has reserved seats, kind by kind: that of everybody has the
    number of the cell, those of the groups are negative.
    """

    def __init__(self, slots: Sequence[str], places: Sequence[Places]) -> None:
        self.slots = tuple(sorted(slots))
        self.number = {slot: i for i, slot in enumerate(self.slots)}
        self.sections: dict[tuple[str, str], Numbers] = {}
        self.open: list[int] = []
        self.reserved: list[list[int] | None] = []
        groups = {group for one in places for group, kept in one.reserved.items() if any(kept.values())}
        self.groups = tuple(sorted(groups))
        self.kinds: dict[str | None, int] = {group: i for i, group in enumerate(self.groups, 1)}
        self.weeks: dict[tuple[str, tuple[str, ...], int], ByEstablishment] = {}
        for one in sorted(places, key=lambda one: (one.establishment, one.section)):
            cells = self._section(one.establishment, one.section)
            for slot, seats in one.open.items():
                self.open[cells[self.number[slot]]] += seats
            for group, kept in one.reserved.items():
                for slot, seats in kept.items():
                    self._reserve(cells[self.number[slot]], group, seats)
        with_reserve = [cell for cell, row in enumerate(self.reserved) if row]
        others = len(self.groups)
        self.gates = {
            cell: (cell, *range(-1 - i * others, -1 - (i + 1) * others, -1))
            for i, cell in enumerate(with_reserve)
        }

    def gate_cells(self) -> list[int]:
        """The cell of each gate."""
        found = [*range(len(self.open)), *[0] * (len(self.gates) * len(self.groups))]
        for cell, gates in self.gates.items():
            for gate in gates:
                found[gate] = cell
        return found

    def kind(self, group: str | None) -> int:
        """The number of a group, 0 when it has no reserve anywhere."""
        return self.kinds.get(group, 0)

    def of(self, establishment: str, section: str, slots: tuple[str, ...]) -> Numbers:
        """The cells of a week, in order."""
        return self.week(section, slots, 0)[establishment]

    def gates_of(self, cells: Numbers, kind: int) -> Numbers:
        """The gates of a kind in these cells."""
        if not kind:
            return cells
        return tuple([self.gates[cell][kind] if cell in self.gates else cell for cell in cells])

    def week(self, section: str, slots: tuple[str, ...], kind: int) -> ByEstablishment:
        """The gates of a kind for a week, at each establishment; those of kind 0 are the cells."""
        known = self.weeks.get((section, slots, kind))
        if known is None:
            known = self.weeks[section, slots, kind] = self._week(section, slots, kind)
        return known

    def _week(self, section: str, slots: tuple[str, ...], kind: int) -> ByEstablishment:
        if kind:
            cells = self.week(section, slots, 0)
            return ByEstablishment(lambda establishment: self.gates_of(cells[establishment], kind))
        places = sorted([self.number[slot] for slot in slots])
        if len(places) == 1:
            return ByEstablishment(lambda establishment: (self._section(establishment, section)[places[0]],))
        picked = itemgetter(*places)
        return ByEstablishment(lambda establishment: picked(self._section(establishment, section)))

    def _section(self, establishment: str, section: str) -> Numbers:
        """The cells of a section, slot by slot."""
        known = self.sections.get((establishment, section))
        if known is None:
            cells = range(len(self.open), len(self.open) + len(self.slots))
            known = self.sections[establishment, section] = tuple(cells)
            self.open.extend([0] * len(self.slots))
            self.reserved.extend([None] * len(self.slots))
        return known

    def _reserve(self, cell: int, group: str, seats: int) -> None:
        if seats:
            row = self.reserved[cell] or [0] * (len(self.groups) + 1)
            row[self.kinds[group]] += seats
            self.reserved[cell] = row
