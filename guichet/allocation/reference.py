"""The reference: OR-Tools CP-SAT on the same definitions, for tests, benchmarks and the cases left blocking.

`solve` minimises the wishes left without a witness, then maximises the demands placed; its model says the filling
rule with counts, without the engine's bars. `settle` tries it around the cases that a result leaves blocking, and
keeps what blocks less. One worker, a fixed seed and a limit counted in deterministic work: the same problem gives
the same answer with the same version of OR-Tools. Heavy to import: workers and the command line only.
"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from ortools.sat.python import cp_model

from guichet.allocation.engine import ENGINE
from guichet.allocation.numbers.indexed import Ask, Indexed, Option
from guichet.allocation.problem import Problem, Result, Rules
from guichet.allocation.seating.search import searched
from guichet.allocation.seating.seats import seated
from guichet.allocation.seating.standing import Standing, standing_of
from guichet.allocation.seating.witnesses import answer

SEED = 1
WORK = 20.0
"""Deterministic work allowed to each of the two steps; a small component uses a hundredth of it."""
AROUND = 120
"""The units tried together around a blocking case; beyond, a proof is out of reach and the engine's answer good."""
WORK_AROUND = 0.5
MOST_CASES = 3
"""Beyond, a result is left as it is: the proofs would hold the worker that sends the letters."""

# A sum of the solver's variables, or a number: OR-Tools mixes them, and its types refuse the mixture. Never changed
# in place (`+=`): OR-Tools 9.15 then corrupts some sums.
Line = Any

FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


@dataclass(frozen=True)
class Reference:
    """What the solver found: the result, whether it proved the least blocking, then the most placed."""

    result: Result
    least_blocking: bool
    most_placed: bool


def solve(problem: Problem, warm: bool = True, work: float = WORK, most: bool = True) -> Reference:
    """The allocation that blocks least, then (if `most`) places most; from the engine's answer when `warm`."""
    numbers = problem.numbers
    start = searched(problem)
    model = _Model(numbers, problem.rules, start, frozenset(range(len(numbers.units))), warm)
    held, proved = model.best(work, most)
    return Reference(_result(problem, held), *proved)


def settle(problem: Problem, result: Result, work: float = WORK_AROUND) -> Result:
    """The result with fewer blocking cases, when the solver finds it; the result itself otherwise."""
    if not 0 < len(result.blocking) <= MOST_CASES:
        return result
    numbers = problem.numbers
    standing = standing_of(problem, result)
    least = standing.blocking(numbers)
    for unit in standing.blocked(numbers):
        free = _around(numbers, unit)
        held, _ = _Model(numbers, problem.rules, standing, free, True).best(work, most=False)
        other = _standing(numbers, problem.rules, held)
        if other.blocking(numbers) < least:
            standing, least = other, other.blocking(numbers)
        if not least:
            break
    settled = _result(problem, list(standing.held))
    return settled if len(settled.blocking) < len(result.blocking) else result


def _standing(numbers: Indexed, rules: Rules, held: list[int]) -> Standing:
    stays = [wish == len(unit.options) for unit, wish in zip(numbers.units, held, strict=True)]
    return Standing(held, stays, seated(numbers, rules, held, stays))


def _result(problem: Problem, held: list[int]) -> Result:
    name = f"{ENGINE} + CP-SAT {version('ortools')}"
    return answer(name, problem, _standing(problem.numbers, problem.rules, held))


def _around(numbers: Indexed, unit: int) -> frozenset[int]:
    """The units that meet this one in a cell, then those that meet them, as far as AROUND."""
    meeting: dict[int, list[int]] = {}
    for other in range(len(numbers.units)):
        for cell in _cells(numbers, other):
            meeting.setdefault(cell, []).append(other)
    found, edge = {unit: None}, [unit]
    while edge and len(found) < AROUND:
        wider = dict.fromkeys(
            other for one in edge for cell in _cells(numbers, one) for other in meeting[cell]
        )
        edge = [other for other in wider if other not in found][: AROUND - len(found)]
        found.update(dict.fromkeys(edge))
    return frozenset(found)


def _cells(numbers: Indexed, unit: int) -> dict[int, None]:
    one = numbers.units[unit]
    cells = dict.fromkeys(one.current)
    for option in one.options:
        cells.update(dict.fromkeys(option.tied.own))
        for ask in option.asks:
            cells.update(dict.fromkeys(ask.cells))
    return cells


@dataclass(frozen=True)
class _Holder:
    """Who may be in a cell: a key, its kind, its unit, and the variable that says whether it is there."""

    key: int
    kind: int
    unit: int
    there: Line


class _Model:
    """The free units choose; the others stay where they stand."""

    def __init__(
        self, numbers: Indexed, rules: Rules, standing: Standing, free: frozenset[int], warm: bool
    ) -> None:
        self.numbers = numbers
        self.rules = rules
        self.standing = standing
        self.free = sorted(free)
        self.kinds = numbers.decoder[2]
        self.model = cp_model.CpModel()
        self.taken: dict[int, list[cp_model.IntVar]] = {}
        self.stay: dict[int, Line] = {}
        self.open: dict[int, Line] = dict(enumerate(numbers.open))
        self.holders: dict[int, list[_Holder]] = {}
        self.counted: dict[int, tuple[list[Line], list[Line], list[Line]]] = {}
        for unit in range(len(numbers.units)):
            if unit in free:
                self._choose(unit)
            else:
                self._stand(unit)
        for inside in self.holders.values():
            inside.sort(key=lambda holder: holder.key)
        for cell in sorted(self.holders):
            self._fits(cell)
        self.violations = [self._violation(unit, wish) for unit in self.free for wish in self._wishes(unit)]
        if warm:
            self._begin_where_they_stand()

    def _begin_where_they_stand(self) -> None:
        """Hint every variable, which a first solution with the choices fixed tells."""
        fixed = self.model.clone()
        for unit in self.free:
            for wish, taken in enumerate(self.taken[unit]):
                fixed.add(taken == int(self.standing.held[unit] == wish))
        fixed.minimize(sum(self.violations))
        solver = _solver(WORK)
        if solver.solve(fixed) in FOUND:
            self._hint(solver)

    def _hint(self, solver: cp_model.CpSolver) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for index in range(len(self.model.proto.variables)):
            variable = self.model.get_int_var_from_proto_index(index)
            self.model.add_hint(variable, solver.value(variable))

    def _wishes(self, unit: int) -> range:
        return range(len(self.numbers.units[unit].options))

    def _choose(self, unit: int) -> None:
        one = self.numbers.units[unit]
        taken = [self.model.new_bool_var(f"x{unit}_{wish}") for wish in self._wishes(unit)]
        self.taken[unit] = taken
        self.model.add_at_most_one(taken)
        self.stay[unit] = 1 - cp_model.LinearExpr.sum(taken)
        for cell in one.current:
            self.open[cell] = self.open[cell] - self.stay[unit]
        for option, here in zip(one.options, taken, strict=True):
            if not option.tied.allowed:
                self.model.add(here == 0)
            self._occupy(unit, option.asks, option.tied.own, here)

    def _stand(self, unit: int) -> None:
        one, wish = self.numbers.units[unit], self.standing.held[unit]
        if wish < len(one.options):
            self._occupy(unit, one.options[wish].asks, one.options[wish].tied.own, 1)
        elif self.standing.stays[unit]:
            for cell in one.current:
                self.open[cell] = self.open[cell] - 1

    def _occupy(self, unit: int, asks: tuple[Ask, ...], own: tuple[int, ...], here: Line) -> None:
        for cell in own:
            self.open[cell] = self.open[cell] - here
        for key, kind, cells, _ in asks:
            for cell in cells:
                self.holders.setdefault(cell, []).append(_Holder(key, kind, unit, here))

    def _reserved(self, cell: int) -> list[int]:
        return self.numbers.reserved[cell] or [0] * self.kinds

    def _over(self, count: Line, least: int) -> Line:
        """What a count has over `least`, never negative."""
        if not least:
            return count
        return self._positive(count - least)

    def _positive(self, line: Line) -> Line:
        most = len(self.numbers.demands) + sum(self.numbers.open)
        over = self.model.new_int_var(0, most, "")
        self.model.add_max_equality(over, [line, 0])
        return over

    def _by_kind(self, holders: list[_Holder]) -> list[Line]:
        return [sum(h.there for h in holders if h.kind == kind) for kind in range(self.kinds)]

    def _first_seated(self, holders: list[_Holder], seats: Line) -> list[Line]:
        """When the open seats fill first: how many of each kind they take, the best ranked whoever they are."""
        if self.rules.reserved_first:
            return [0] * self.kinds
        first: list[Line] = [0] * self.kinds
        before: Line = 0
        for holder in holders:
            room = self.model.new_bool_var("")
            self.model.add(before < seats).only_enforce_if(room)
            self.model.add(before >= seats).only_enforce_if(~room)
            sits = self.model.new_bool_var("")
            self.model.add_min_equality(sits, [holder.there, room])
            first[holder.kind] = first[holder.kind] + sits
            before = before + holder.there
        return first

    def _left(self, counts: list[Line], first: list[Line], cell: int) -> Line:
        """The reserved seats that their group leaves and that open to all."""
        if not self.rules.unfilled_reserve_opens:
            return 0
        return sum(
            self._positive(seats - (count - seated))
            for count, seated, seats in zip(counts, first, self._reserved(cell), strict=True)
            if seats
        )

    def _beyond(self, counts: list[Line], first: list[Line], cell: int) -> Line:
        """Those whom neither the seats filled first nor the reserve of their group seats."""
        return sum(
            self._over(count - seated, seats)
            for count, seated, seats in zip(counts, first, self._reserved(cell), strict=True)
        )

    def _fits(self, cell: int) -> None:
        """Everybody admitted in a cell has a seat."""
        holders = self.holders[cell]
        counts = self._by_kind(holders)
        first = self._first_seated(holders, self.open[cell])
        shared = self.open[cell] if self.rules.reserved_first else 0
        self.model.add(self._beyond(counts, first, cell) <= shared + self._left(counts, first, cell))

    def _violation(self, unit: int, wish: int) -> Line:
        """One for each member when the unit prefers a wish that every cell would seat."""
        option = self.numbers.units[unit].options[wish]
        violated = self.model.new_bool_var("")
        reasons = [*self.taken[unit][: wish + 1], violated]
        for ask in option.asks:
            reasons.extend(self._left_out(unit, option, ask, cell) for cell in ask.cells)
        self.model.add_bool_or(reasons)
        return violated * len(self.numbers.units[unit].members)

    def _left_out(self, unit: int, option: Option, ask: Ask, cell: int) -> cp_model.IntVar:
        """A literal that may be true only if the cell leaves this member out, the whole unit being there."""
        out = self.model.new_bool_var("")
        mates = [_Holder(other.key, other.kind, unit, 1) for other in option.asks if cell in other.cells]
        others = [holder for holder in self.holders[cell] if holder.unit != unit]
        everybody = sorted([*others, *mates], key=lambda holder: holder.key)
        # Coming here, the unit leaves its current places, but for the seats of its own that it uses here.
        seats = self.open[cell] + self.numbers.units[unit].current.count(cell) * self.stay[unit]
        seats = seats - option.tied.own.count(cell)
        before = [holder for holder in everybody if holder.key < ask.key]
        counts, ahead = self._by_kind(everybody), self._by_kind(before)
        kept = self._reserved(cell)
        if not any(kept):
            self.model.add(sum(ahead) >= seats).only_enforce_if(out)
            return out
        first = self._first_seated(everybody, seats)
        if self.rules.reserved_first:
            self.model.add(
                self._beyond(ahead, first, cell) >= seats + self._left(counts, first, cell)
            ).only_enforce_if(out)
        else:
            self.model.add(sum(ahead) >= seats).only_enforce_if(out)
            self.model.add(
                self._beyond(ahead, first, cell) >= self._left(counts, first, cell)
            ).only_enforce_if(out)
        if kept[ask.kind]:
            self.model.add(ahead[ask.kind] - first[ask.kind] >= kept[ask.kind]).only_enforce_if(out)
        return out

    def best(self, work: float, most: bool) -> tuple[list[int], tuple[bool, bool]]:
        """The option each unit holds, and what was proved: the least blocking, the most placed if asked."""
        blocking = sum(self.violations)
        self.model.minimize(blocking)
        held, value, least = self._solved(work, list(self.standing.held))
        if value is None or not most:
            return held, (least, False)
        self.model.add(blocking <= value)
        self.model.maximize(
            sum(
                taken
                * sum(1 for i in self.numbers.units[unit].members if not self.numbers.demands[i].current)
                for unit in self.free
                for taken in self.taken[unit]
            )
        )
        held, _, proved = self._solved(work, held)
        return held, (least, proved)

    def _solved(self, work: float, before: list[int]) -> tuple[list[int], int | None, bool]:
        solver = _solver(work)
        status = solver.solve(self.model)
        if status not in FOUND:
            return before, None, False
        held = list(before)
        for unit in self.free:
            taken = [wish for wish in self._wishes(unit) if solver.boolean_value(self.taken[unit][wish])]
            held[unit] = taken[0] if taken else len(self.taken[unit])
        # The next step starts from here.
        self._hint(solver)
        return held, round(solver.objective_value), status == cp_model.OPTIMAL


def _solver(work: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_deterministic_time = work
    return solver
