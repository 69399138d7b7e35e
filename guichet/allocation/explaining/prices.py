"""Calm: what each rule costs, so that elected people choose it: `prices(problem)`.

The same demands and the same seats, under the rules one could have voted instead. Nothing is explained here, only
counted; each line costs less than the proposal itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from guichet.allocation.faults import InvalidProblemError
from guichet.allocation.numbers.indexed import Indexed
from guichet.allocation.problem import Demand, Problem, Rules, Wish
from guichet.allocation.seating.search import searched
from guichet.allocation.seating.standing import Standing
from guichet.allocation.seating.witnesses import figures

AS_ASKED = "as_asked"
RESERVED_FIRST = "reserved_first"
OPEN_FIRST = "open_first"
RESERVE_OPENS = "reserve_opens"
RESERVE_STAYS_CLOSED = "reserve_stays_closed"
COMMON_ORDER = "common_order"
CHILDREN_APART = "children_apart"


@dataclass(frozen=True, slots=True)
class Price:
    """What one choice of rules gives: demands with a place, share of the seats filled, cases without witness, and
    how many of the demands with a place belong to a group that has a reserve.

    `choice` is one of the constants of this module: the rules as asked; the same with the reserved seats filled
    first, or the open ones; with the reserve opened when nobody of the group asks for it, or kept empty; with one
    order for all establishments, each demand ranking everywhere with the lowest of its points; with brothers and
    sisters examined one by one, each where it may be.
    """

    choice: str
    placed: int
    slots_filled: float
    blocking: int
    of_groups: int = 0


def prices(problem: Problem) -> tuple[Price, ...]:
    """The rules as asked, then each alternative that differs; one that decisions of people exclude is left out."""
    return tuple(_price(choice, other) for choice, other in _alternatives(problem))


def _price(choice: str, problem: Problem) -> Price:
    numbers = problem.numbers
    standing = searched(problem)
    counted = figures(numbers, standing)
    return Price(
        choice,
        counted.placed,
        counted.slots_filled,
        standing.blocking(numbers),
        _of_groups(numbers, standing),
    )


def _of_groups(numbers: Indexed, standing: Standing) -> int:
    """Demands of a group with a place, by decision, by the proposal, or because they keep the one they have."""
    found = sum(
        1 for i, pin in numbers.pinned.items() if pin.establishment is not None and numbers.demands[i].group
    )
    for unit, wish in zip(numbers.units, standing.held, strict=True):
        found += sum(
            1
            for i in unit.members
            if numbers.demands[i].group and (wish < len(unit.options) or numbers.demands[i].current)
        )
    return found


def _alternatives(problem: Problem) -> Iterator[tuple[str, Problem]]:
    yield AS_ASKED, problem
    rules = problem.rules
    if any(any(kept.values()) for places in problem.places for kept in places.reserved.values()):
        first = Rules(not rules.reserved_first, rules.unfilled_reserve_opens)
        opens = Rules(rules.reserved_first, not rules.unfilled_reserve_opens)
        for choice, other in (
            (OPEN_FIRST if rules.reserved_first else RESERVED_FIRST, first),
            (RESERVE_STAYS_CLOSED if rules.unfilled_reserve_opens else RESERVE_OPENS, opens),
        ):
            try:
                yield choice, replace(problem, rules=other)
            except InvalidProblemError:
                # People decided of a place that exists only under the rules as asked.
                continue
    if any(_lowest(demand) != demand for demand in problem.demands):
        yield COMMON_ORDER, replace(problem, demands=tuple(_lowest(demand) for demand in problem.demands))
    if any(demand.together for demand in problem.demands):
        apart = tuple(replace(demand, together=None) for demand in problem.demands)
        yield CHILDREN_APART, replace(problem, demands=apart)


def _lowest(demand: Demand) -> Demand:
    points = min((wish.score for wish in demand.wishes), default=0)
    if all(wish.score == points for wish in demand.wishes):
        return demand
    return replace(demand, wishes=tuple(Wish(wish.establishment, points) for wish in demand.wishes))
