"""Calm: plans a year of commissions, `plan(problem, stopwatch)`; every session has a date or the count of why not.

OR-Tools CP-SAT with one worker, a seed and a limit of deterministic work: the same file gives the same plan. A
problem too large for one model is cut into blocks of teams that share few people, solved one after the other.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.metadata import version
from math import floor

from ortools.sat.python import cp_model

from guichet.scheduling.planning.block import Block, Given, make_block
from guichet.scheduling.planning.cutting import LARGEST, Part, cut
from guichet.scheduling.planning.first_come import first_come
from guichet.scheduling.planning.ground import Ground
from guichet.scheduling.planning.model import TourModel
from guichet.scheduling.planning.outcome import NO_TEAM, Outcome, planned, unplaced
from guichet.scheduling.planning.plan import BY_TIME, BY_WORK, FEASIBLE, OPTIMAL, Plan
from guichet.scheduling.planning.plan import Block as BlockEntry
from guichet.scheduling.planning.problem import HalfDay, Problem
from guichet.scheduling.planning.scale import scale_of

ENGINE = f"guichet-calendar/1, OR-Tools CP-SAT {version('ortools')}"
LEAST_SECONDS = 0.01
BOUND_NOISE = 1e-6
"""The solver answers its bound as a float; points are whole steps."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search is: the block in hand out of how many, and its best plan so far, in points.

    `bound` is what no plan of the block exceeds, None while nothing is known.
    """

    block: int
    blocks: int
    objective: float
    bound: float | None


Stopwatch = Callable[[], float]
Tell = Callable[[Progress], None]


def plan(problem: Problem, stopwatch: Stopwatch, tell: Tell | None = None, largest: int = LARGEST) -> Plan:
    """The best plan found within the limits of the problem.

    `stopwatch` answers seconds since whenever (time.monotonic); `tell` hears of each better plan on the way; with more
    than `largest` sessions, the problem is cut into blocks.
    Nothing is « infeasible »: a session without a date is in `unplaced`, its half-days counted by their cause.
    """
    start = stopwatch()
    ground, scale = Ground(problem), scale_of(problem)
    parts = cut(problem, largest)
    sizes = [1 + sum(len(commission.sessions) for commission in part) for part in parts]
    work_left = float(problem.work_limit)
    outcomes: list[Outcome] = []
    for rank, part in enumerate(parts):
        share = sizes[rank] / sum(sizes[rank:])
        block = make_block(ground, part, _given(ground, rank, parts, outcomes))
        seconds = (problem.time_limit_s - (stopwatch() - start)) * share
        search = _Search(block, scale, _Heard(tell, rank + 1, len(parts)))
        outcomes.append(search.run(problem.seed, work_left * share, seconds, stopwatch))
        work_left = max(work_left - search.work, 0)
    return _whole_plan(ground, outcomes, stopwatch() - start)


class _Heard(cp_model.CpSolverSolutionCallback):
    """Tells each better plan of one block."""

    def __init__(self, tell: Tell | None, block: int, blocks: int) -> None:
        super().__init__()
        self.tell, self.block, self.blocks = tell, block, blocks
        self.scale, self.constant = 1, 0

    def first(self, outcome: Outcome) -> None:
        """The plan made by hand, before the search."""
        if self.tell:
            self.tell(Progress(self.block, self.blocks, float(outcome.objective()), None))

    def on_solution_callback(self) -> None:
        """Called by the solver."""
        if self.tell:
            objective = (self.objective_value + self.constant) / self.scale
            bound = (self.best_objective_bound + self.constant) / self.scale
            self.tell(Progress(self.block, self.blocks, objective, bound))


class _Search:
    """The search of one block: the hand-made plan first, then the solver's."""

    def __init__(self, block: Block, scale: int, heard: _Heard) -> None:
        self.block, self.scale, self.heard = block, scale, heard
        self.work = 0.0

    def run(self, seed: int, work: float, seconds: float, stopwatch: Stopwatch) -> Outcome:
        """The best plan found in so much deterministic work and so many seconds, building the model included."""
        start = stopwatch()
        by_hand = first_come(self.block)
        first = Outcome(self.block, by_hand.placed, by_hand.people, FEASIBLE)
        self.heard.first(first)
        tours = TourModel(self.block, self.scale)
        self.heard.scale, self.heard.constant = self.scale, tours.constant
        tours.hint(by_hand.cells)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        # The relaxation is what proves plans here: all of the model goes into it, and no time into probing.
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.max_deterministic_time = work
        solver.parameters.max_time_in_seconds = max(LEAST_SECONDS, seconds - (stopwatch() - start))
        status = solver.solve(tours.model, self.heard)
        self.work = solver.response_proto.deterministic_time
        if status == cp_model.OPTIMAL:
            return self._found(tours, solver, OPTIMAL, None)
        stopped_by = BY_WORK if self.work >= work else BY_TIME
        if status == cp_model.FEASIBLE:
            found = self._found(tours, solver, FEASIBLE, stopped_by)
            if found.objective() >= first.objective():
                return found
            return replace(first, bound=found.bound, stopped_by=stopped_by)
        bound = Fraction(tours.constant + tours.ceiling, self.scale)
        return replace(first, bound=bound, stopped_by=stopped_by)

    def _found(
        self, tours: TourModel, solver: cp_model.CpSolver, status: str, stopped_by: str | None
    ) -> Outcome:
        chosen = [held for held, literal in tours.choice.items() if solver.value(literal)]
        placed = {held.session.id: held for held in (*self.block.pins, *chosen)}
        sides = {
            who: next((team for team, side in teams.items() if solver.value(side)), NO_TEAM)
            for who, teams in tours.contest.sides.items()
        }
        outcome = Outcome(self.block, placed, sides, status, stopped_by=stopped_by)
        if status == OPTIMAL:
            return replace(outcome, bound=outcome.objective())
        broken = tours.broken_pin_cost * sum(solver.value(literal) for literal in tours.contest.broken)
        steps = min(floor(solver.best_objective_bound + BOUND_NOISE) + broken, tours.ceiling)
        bound = Fraction(tours.constant + steps, self.scale)
        return replace(outcome, bound=max(bound, outcome.objective()))


def _given(ground: Ground, rank: int, parts: list[Part], outcomes: list[Outcome]) -> Given:
    """What the blocks solved before hold, and the pinned sessions of those to come."""
    people: set[tuple[str, HalfDay]] = set()
    rooms: set[tuple[str, HalfDay]] = set()
    for outcome in outcomes:
        for held in outcome.placed.values():
            people.update((person, held.placement.half_day) for person in outcome.present(held))
            rooms.add((held.placement.room, held.placement.half_day))
    for part in parts[rank + 1 :]:
        for commission in part:
            for pin in (session.pinned for session in commission.sessions if session.pinned):
                there = ground.at_hand(commission, pin.half_day)
                present = ground.sitting(commission, pin.half_day, there).present
                people.update((person, pin.half_day) for person in present)
                rooms.add((pin.room, pin.half_day))
    return Given(frozenset(people), frozenset(rooms))


def _whole_plan(ground: Ground, outcomes: list[Outcome], seconds: float) -> Plan:
    objective = sum((Fraction(outcome.objective()) for outcome in outcomes), Fraction(0))
    several = len(outcomes) > 1
    stops = [outcome.stopped_by for outcome in outcomes]
    best = all(outcome.status == OPTIMAL for outcome in outcomes)
    apart = not any(_touched(outcome) for outcome in outcomes)
    return Plan(
        engine=ENGINE,
        status=OPTIMAL if best and apart else FEASIBLE,
        stopped_by=next((stop for stop in (BY_TIME, BY_WORK) if stop in stops), None),
        objective=float(objective),
        bound=None if several else float(outcomes[0].bound),
        gap=None if several else outcomes[0].gap(),
        seconds=round(seconds, 3),
        blocks=tuple(_entry(outcome) for outcome in outcomes) if several else (),
        sessions=planned(ground, outcomes),
        unplaced=unplaced(ground, outcomes),
    )


def _touched(outcome: Outcome) -> bool:
    """Whether what other blocks hold took a choice from this one: its own best is then not the best of all."""
    given, block = outcome.block.given, outcome.block
    people = {person for commission in block.commissions for person in block.ground.roles[commission.id]}
    rooms = {room for commission in block.commissions for room in commission.rooms}
    return any(who in people for who, _ in given.people) or any(room in rooms for room, _ in given.rooms)


def _entry(outcome: Outcome) -> BlockEntry:
    return BlockEntry(
        outcome.block.teams, outcome.status, float(outcome.objective()), float(outcome.bound), outcome.gap()
    )
