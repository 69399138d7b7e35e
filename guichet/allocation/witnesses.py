"""Calm: from what each unit holds to the answer: seats, refusals with their witness, blocking cases, figures."""

from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import TypeVar

from guichet.allocation.digest import problem_digest, result_digest
from guichet.allocation.indexed import Indexed, Option
from guichet.allocation.problem import (
    CURRENT,
    OPEN,
    Assignment,
    Blocking,
    LastAdmitted,
    Problem,
    Refusal,
    Result,
    Statistics,
    Witness,
)
from guichet.allocation.seats import CLOSED, FREE, Seats, filled_cell
from guichet.allocation.standing import Standing


def answer(engine: str, problem: Problem, numbers: Indexed, standing: Standing) -> Result:
    """The result of an allocation: its seats, its reasons, its figures and its fingerprints."""
    held, stays, seats = standing
    assignments = tuple(sorted(_assignments(numbers, held, seats), key=lambda given: given.demand))
    refusals, blocking = _Explaining(numbers, seats).lines(held, stays)
    statistics = figures(numbers, standing)
    return Result(
        engine=engine,
        input_digest=problem_digest(problem),
        result_digest=result_digest(assignments, refusals, blocking, statistics),
        assignments=assignments,
        refusals=refusals,
        blocking=blocking,
        statistics=statistics,
    )


def _assignments(numbers: Indexed, held: Sequence[int], seats: Seats) -> list[Assignment]:
    reserved = _in_reserve(seats)
    given = [
        Assignment(numbers.demands[i].id, pin.establishment, pin.seat)
        for i, pin in numbers.pinned.items()
        if pin.establishment is not None
    ]
    for unit, wish in zip(numbers.units, held, strict=True):
        if wish < len(unit.options):
            for i, ask in zip(unit.members, unit.options[wish].asks, strict=True):
                demand = numbers.demands[i]
                seat = demand.group if ask.key in reserved and demand.group is not None else OPEN
                given.append(Assignment(demand.id, demand.wishes[wish].establishment, seat))
        elif unit.current:
            members = [numbers.demands[i] for i in unit.members]
            given.extend(Assignment(d.id, d.current.establishment, CURRENT) for d in members if d.current)
    return given


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
    for unit, wish in zip(numbers.units, standing.held, strict=True):
        if wish < len(unit.options):
            taken += len(unit.options[wish].own)
            placed += len(unit.members)
        else:
            taken += len(unit.current)
            placed += sum(1 for i in unit.members if numbers.demands[i].current)
    return Statistics(
        placed=placed,
        unplaced=len(numbers.demands) - placed,
        slots_filled=round(taken / numbers.seats, 6) if numbers.seats else 0.0,
    )


Line = TypeVar("Line")


def _by_name(lines: list[tuple[str, list[Line]]]) -> tuple[Line, ...]:
    lines.sort(key=itemgetter(0))
    return tuple(chain.from_iterable([one for _, one in lines]))


class _Explaining:
    """Why each wish was refused, one reading of the bars for all."""

    def __init__(self, numbers: Indexed, seats: Seats) -> None:
        self.numbers = numbers
        self.seats = seats
        # What is said of a cell to a kind, but for the points of who asks.
        self.shown: dict[tuple[int, int], tuple[str, str, int, LastAdmitted | None]] = {}

    def lines(
        self, held: Sequence[int], stays: Sequence[bool]
    ) -> tuple[tuple[Refusal, ...], tuple[Blocking, ...]]:
        """The lines of every wish that a unit prefers to what it holds, by the names of the demands."""
        demands = self.numbers.demands
        refusals: list[tuple[str, list[Refusal]]] = []
        blocking: list[tuple[str, list[Blocking]]] = []
        for (members, options, _), wish, staying in zip(self.numbers.units, held, stays, strict=True):
            if not wish:
                continue
            wishes = demands[members[0]].wishes
            witnesses = [self.witness(option, staying) for option in options[:wish]]
            for i in members:
                name = demands[i].id
                refusals.append(
                    (
                        name,
                        [
                            Refusal(name, wished.establishment, found)
                            for wished, found in zip(wishes, witnesses, strict=False)
                            if found
                        ],
                    )
                )
                if None in witnesses:
                    without = [
                        w.establishment for w, found in zip(wishes, witnesses, strict=False) if not found
                    ]
                    blocking.append((name, [Blocking(name, one) for one in without]))
        return _by_name(refusals), _by_name(blocking)

    def witness(self, option: Option, stays: bool) -> Witness | None:
        """Of the slots that refuse the unit, the hardest to enter; among equals the first by name."""
        best: tuple[int, int, int] | None = None
        if len(option.asks) == 1 and not option.crowded:
            # Nearly every wish: one child, nobody else to think of.
            ((key, kind, cells),) = option.asks
            bars = self.seats.bars[kind]
            hardest = [bars[cell] for cell in cells]
            bar = min(hardest, default=FREE)
            if bar > key:
                return None
            cell = cells[hardest.index(bar)]
            shown = self.shown.get((cell, kind)) or self._shown(cell, kind, bar)
            return Witness(*shown, self.numbers.score_at(key))
        for key, kind, cells in option.asks:
            alone = [cell for cell in cells if cell not in option.crowded] if option.crowded else cells
            if alone:
                bars = self.seats.bars[kind]
                hardest = [bars[cell] for cell in alone]
                bar = min(hardest)
                if bar <= key and (best is None or bar < best[0]):
                    best = (bar, alone[hardest.index(bar)], kind)
        for cell in option.crowded:
            best = min([*self._crowded(option, cell, stays), *([best] if best else [])], default=None)
        return self._described(option, stays, best) if best else None

    def _crowded(self, option: Option, cell: int, stays: bool) -> list[tuple[int, int, int]]:
        """The bars of the members left out by a cell that several of the unit use."""
        asking, filled = self.seats.with_unit(option, cell, stays)
        bars = []
        for key in set(asking).intersection(filled.out):
            kind = key % self.seats.kinds
            others = [holder for holder in filled.holders(kind) if holder not in asking]
            bars.append((max(others, default=CLOSED), cell, kind))
        return bars

    def _described(self, option: Option, stays: bool, found: tuple[int, int, int]) -> Witness:
        bar, cell, kind = found
        score = self.numbers.score_at(option.asks[0].key)
        if cell not in option.crowded:
            return Witness(*(self.shown.get((cell, kind)) or self._shown(cell, kind, bar)), score)
        seats = self.seats.with_unit(option, cell, stays)[1].seats(kind)
        return Witness(*self._place(cell), seats, self._last(bar), score)

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
