"""Calm: from what each unit holds to the answer: seats, refusals with their witness, blocking cases, figures.

Which slot refuses which wish is settled here, in numbers; the lines that say it with names are written when they are
read.
"""

from collections.abc import Iterator
from itertools import chain
from operator import itemgetter, lt
from typing import NamedTuple, TypeVar

from guichet.allocation.filling import CURRENT, OPEN
from guichet.allocation.numbers.indexed import Indexed, Option
from guichet.allocation.problem import (
    Assignment,
    Blocking,
    LastAdmitted,
    Problem,
    Refusal,
    Result,
    Statistics,
    Witness,
)
from guichet.allocation.seating.seats import CLOSED, Seats, filled_cell
from guichet.allocation.seating.standing import Standing
from guichet.allocation.seating.told import Told


class Hardest(NamedTuple):
    """Of the slots that refuse a tied wish, the hardest to enter: its bar, its cell, the kind it refuses."""

    bar: int
    cell: int
    kind: int


# Where a wish is refused: a gate when it has no ties; None when no slot refuses it.
Refusing = int | Hardest | None
Line = TypeVar("Line")


def answer(engine: str, problem: Problem, standing: Standing) -> Result:
    """The result of an allocation: its seats, its reasons, its figures."""
    numbers = problem.numbers
    explained = _Explained(numbers, standing)
    statistics = figures(numbers, standing)
    return Result(
        engine=engine,
        problem=problem,
        assignments=Told(statistics.placed, lambda: tuple(sorted(_assignments(numbers, standing)))),
        refusals=Told(explained.refused, explained.refusals),
        blocking=explained.blocking,
        statistics=statistics,
    )


def _assignments(numbers: Indexed, standing: Standing) -> Iterator[Assignment]:
    reserved = _in_reserve(standing.seats)
    for i, pin in numbers.pinned.items():
        if pin.establishment is not None:
            yield Assignment(numbers.demands[i].id, pin.establishment, pin.seat)
    for unit, wish in zip(numbers.units, standing.held, strict=True):
        if wish < len(unit.options):
            for i, ask in zip(unit.members, unit.options[wish].asks, strict=True):
                demand = numbers.demands[i]
                seat = demand.group if ask.key in reserved and demand.group is not None else OPEN
                yield Assignment(demand.id, demand.wishes[wish].establishment, seat)
        elif unit.current:
            for demand in [numbers.demands[i] for i in unit.members]:
                if demand.current:
                    yield Assignment(demand.id, demand.current.establishment, CURRENT)


def _in_reserve(seats: Seats) -> set[int]:
    """The keys that sit somewhere on a seat reserved to their group."""
    keys: set[int] = set()
    for cell, row in enumerate(seats.reserved):
        if row and seats.holders[cell]:
            keys.update(*filled_cell(seats.holders[cell], seats.open[cell], row, seats.rules).own)
    return keys


def figures(numbers: Indexed, standing: Standing) -> Statistics:
    """How many have a place, and the share of all seats that somebody holds."""
    taken = numbers.taken + sum(map(len, standing.seats.holders))
    placed = sum(1 for pin in numbers.pinned.values() if pin.establishment is not None)
    placed += sum(map(lt, standing.held, numbers.none))
    # A unit was counted once, when it has a wish: what ties it remains to be counted.
    for unit, wish in [(numbers.units[u], standing.held[u]) for u in numbers.tied]:
        if wish < len(unit.options):
            placed += len(unit.members) - 1
            taken += len(unit.options[wish].tied.own)
        else:
            taken += len(unit.current)
            placed += sum(1 for i in unit.members if numbers.demands[i].current)
    return Statistics(
        placed=placed,
        unplaced=len(numbers.demands) - placed,
        slots_filled=round(taken / numbers.seats, 6) if numbers.seats else 0.0,
    )


class _Explained:
    """Why each wish preferred to what a unit holds was not granted: `found`, unit after unit, wish after wish."""

    def __init__(self, numbers: Indexed, standing: Standing) -> None:
        self.numbers = numbers
        self.standing = standing
        self.seats = standing.seats
        # What is said of a cell to a kind, but for the points of who asks.
        self.shown: dict[tuple[int, int], tuple[str, str, int, LastAdmitted | None]] = {}
        self.found = self._refusing()
        self.blocking = self._blocking() if None in self.found else ()
        self.refused = len(self.found) - len(self.blocking)
        # A line for each member.
        self.refused += sum(standing.held[u] * (len(numbers.units[u].members) - 1) for u in numbers.tied)

    def _refusing(self) -> list[Refusing]:
        """Where each wish is refused."""
        found: list[Refusing] = []
        numbers, standing, bars = self.numbers, self.standing, self.seats.bars
        bar_of = bars.__getitem__
        for options, wish, staying in zip(numbers.options, standing.held, standing.stays, strict=True):
            for option in options[:wish] if wish else ():
                if option.ties is None:
                    gates = option.gates
                    gate = gates[0] if len(gates) == 1 else min(gates, key=bar_of)
                    found.append(gate if bars[gate] <= option.key else None)
                else:
                    found.append(self._tied(option, staying))
        return found

    def refusals(self) -> tuple[Refusal, ...]:
        """A line for each wish refused, by the names of the demands, in the order of wishes."""
        lines: list[tuple[str, list[Refusal]]] = []
        for members, asked in self._asked():
            witnesses = [self._witness(option, staying, at) for option, staying, at in asked]
            for i in members:
                demand = self.numbers.demands[i]
                told = [
                    Refusal(demand.id, wish.establishment, witness)
                    for wish, witness in zip(demand.wishes, witnesses, strict=False)
                    if witness
                ]
                lines.append((demand.id, told))
        return _by_name(lines)

    def _blocking(self) -> tuple[Blocking, ...]:
        """A line for each wish that no slot refuses, in the same order."""
        lines: list[tuple[str, list[Blocking]]] = []
        for members, asked in self._asked():
            for i in members:
                demand = self.numbers.demands[i]
                told = [
                    Blocking(demand.id, wish.establishment)
                    for wish, (_, _, at) in zip(demand.wishes, asked, strict=False)
                    if at is None
                ]
                lines.append((demand.id, told))
        return _by_name(lines)

    def _asked(self) -> Iterator[tuple[tuple[int, ...], list[tuple[Option, bool, Refusing]]]]:
        """The members of each unit, and the wishes it prefers to what it holds, with where each is refused."""
        found = iter(self.found)
        for unit, wish, staying in zip(
            self.numbers.units, self.standing.held, self.standing.stays, strict=True
        ):
            if wish:
                yield unit.members, [(option, staying, next(found)) for option in unit.options[:wish]]

    def _tied(self, option: Option, stays: bool) -> Hardest | None:
        """Of the slots that refuse the unit, the hardest to enter; among equals the first by name."""
        best: Hardest | None = None
        crowded, bars = option.tied.crowded, self.seats.bars
        for key, kind, cells, gates in option.asks:
            alone = [(bars[gate], at) for at, gate in enumerate(gates) if cells[at] not in crowded]
            if alone:
                bar, at = min(alone)
                if bar <= key and (best is None or bar < best.bar):
                    best = Hardest(bar, cells[at], kind)
        for cell in crowded:
            best = min([*self._crowded(option, cell, stays), *([best] if best else [])], default=None)
        return best

    def _crowded(self, option: Option, cell: int, stays: bool) -> list[Hardest]:
        """The bars of the members left out by a cell that several of the unit use."""
        asking, filled = self.seats.with_unit(option, cell, stays)
        bars = []
        for key in set(asking).intersection(filled.out):
            kind = key % self.seats.kinds
            others = [holder for holder in filled.holders(kind) if holder not in asking]
            bars.append(Hardest(max(others, default=CLOSED), cell, kind))
        return bars

    def _witness(self, option: Option, stays: bool, at: Refusing) -> Witness | None:
        """The words of a refusal."""
        if at is None:
            return None
        score = self.numbers.score_at(option.key)
        if not isinstance(at, Hardest):
            cell, kind, bar = self.numbers.gate_cells[at], option.kind, self.seats.bars[at]
        else:
            bar, cell, kind = at
            if cell in option.tied.crowded:
                seats = self.seats.with_unit(option, cell, stays)[1].seats(kind)
                return Witness(*self._place(cell), seats, self._last(bar), score)
        return Witness(*(self.shown.get((cell, kind)) or self._shown(cell, kind, bar)), score)

    def _shown(self, cell: int, kind: int, bar: int) -> tuple[str, str, int, LastAdmitted | None]:
        made = self.shown[cell, kind] = (*self._place(cell), self._seats(cell, kind), self._last(bar))
        return made

    def _place(self, cell: int) -> tuple[str, str]:
        section, slot = divmod(cell, len(self.numbers.slots))
        return self.numbers.sections[section][1], self.numbers.slots[slot]

    def _seats(self, cell: int, kind: int) -> int:
        row = self.seats.reserved[cell]
        if not row:
            return self.seats.open[cell]
        return filled_cell(self.seats.holders[cell], self.seats.open[cell], row, self.seats.rules).seats(kind)

    def _last(self, bar: int) -> LastAdmitted | None:
        if bar == CLOSED:
            return None
        return LastAdmitted(self.numbers.demand_at(bar).id, self.numbers.score_at(bar))


def _by_name(lines: list[tuple[str, list[Line]]]) -> tuple[Line, ...]:
    lines.sort(key=itemgetter(0))
    return tuple(chain.from_iterable([one for _, one in lines]))
