"""Calm: from what each unit holds to the answer: seats, refusals with their witness, blocking cases, figures."""

from collections.abc import Sequence
from itertools import chain

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
from guichet.allocation.seats import CLOSED, Seats, filled_cell
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


class _Explaining:
    """Why each wish was refused, one reading of the bars for all."""

    def __init__(self, numbers: Indexed, seats: Seats) -> None:
        self.numbers = numbers
        self.seats = seats
        self.shown: dict[tuple[int, int], tuple[int, LastAdmitted | None]] = {}

    def lines(
        self, held: Sequence[int], stays: Sequence[bool]
    ) -> tuple[tuple[Refusal, ...], tuple[Blocking, ...]]:
        """The lines of every wish that a unit prefers to what it holds, by the names of the demands."""
        refusals: list[list[Refusal]] = [[] for _ in self.numbers.demands]
        blocking: list[list[Blocking]] = [[] for _ in self.numbers.demands]
        for unit, wish, staying in zip(self.numbers.units, held, stays, strict=True):
            members = [(i, self.numbers.demands[i].id) for i in unit.members]
            wishes = self.numbers.demands[unit.members[0]].wishes
            for refused in range(wish):
                establishment = wishes[refused].establishment
                witness = self.witness(unit.options[refused], staying)
                for i, name in members:
                    if witness:
                        refusals[i].append(Refusal(name, establishment, witness))
                    else:
                        blocking[i].append(Blocking(name, establishment))
        by_name = sorted(range(len(refusals)), key=lambda i: self.numbers.demands[i].id)
        return (
            tuple(chain.from_iterable(refusals[i] for i in by_name)),
            tuple(chain.from_iterable(blocking[i] for i in by_name)),
        )

    def witness(self, option: Option, stays: bool) -> Witness | None:
        """Of the slots that refuse the unit, the hardest to enter; among equals the first by name."""
        best: tuple[int, int, int] | None = None
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
        numbers = self.numbers
        bar, cell, kind = found
        if cell in option.crowded:
            seats = self.seats.with_unit(option, cell, stays)[1].seats(kind)
            last = self._last(bar)
        else:
            shown = self.shown.get((cell, kind))
            if shown is None:
                shown = self.shown[cell, kind] = (self._seats(cell, kind), self._last(bar))
            seats, last = shown
        section, slot = divmod(cell, len(numbers.slots))
        return Witness(
            section=numbers.sections[section][1],
            slot=numbers.slots[slot],
            seats=seats,
            last_admitted=last,
            score=numbers.score_at(option.asks[0].key),
        )

    def _seats(self, cell: int, kind: int) -> int:
        row = self.seats.reserved[cell]
        if not row:
            return self.seats.open[cell]
        return filled_cell(self.seats.holders[cell], self.seats.open[cell], row, self.seats.rules).seats(kind)

    def _last(self, bar: int) -> LastAdmitted | None:
        if bar == CLOSED:
            return None
        return LastAdmitted(self.numbers.demand_at(bar).id, self.numbers.score_at(bar))
