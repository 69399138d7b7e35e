"""Calm: from the frozen inputs of a run to everything that is kept of its answer. The same inputs, the same answer."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from guichet.allocation.checker import check
from guichet.allocation.counter_offers import CounterOffer, counter_offers
from guichet.allocation.engine import allocate
from guichet.allocation.files import problem_from
from guichet.allocation.frozen import Names
from guichet.allocation.lines import PLACED, Standing, standings
from guichet.allocation.prices import prices
from guichet.allocation.problem import Problem, Result

Tell = Callable[[str, int], None]
"""Says which step begins (guichet/allocation/words.py) and how far the run is, in percent."""


Settle = Callable[[Problem, Result], Result]
"""Looks for an allocation with fewer cases left to people; the same result when there is none."""


@dataclass(frozen=True)
class Answer:
    """The result and what the pages say of it, in plain JSON."""

    result: Result
    findings: tuple[str, ...]
    """What the checker finds wrong, in sentences."""
    standings: tuple[Standing, ...]
    prices: list[dict[str, Any]]
    counter_offers: list[dict[str, Any]]

    @property
    def placed(self) -> int:
        """Demands to which a new place is proposed."""
        return sum(one.outcome == PLACED for one in self.standings)


def answer(inputs: Mapping[str, Any], tell: Tell, settle: Settle | None = None) -> Answer:
    """Compute a run. `settle` may better a result that leaves cases to settle, and must be deterministic too. Raises InvalidProblemError when its problem has no meaning."""
    problem, names = problem_from(inputs["problem"]), Names.of(dict(inputs))
    tell("allocate", 35)
    result = allocate(problem)
    if settle and result.blocking:
        tell("settle", 40)
        result = settle(problem, result)
    tell("check", 50)
    findings = check(problem, result)
    tell("prices", 65)
    compared = [asdict(price) for price in prices(problem)]
    tell("counter_offers", 80)
    parts = counter_offers(problem, result, names.flexible_days(problem))
    return Answer(
        result,
        findings,
        tuple(standings(problem, result, names)),
        compared,
        [_part(one, names) for one in parts],
    )


def _part(one: CounterOffer, names: Names) -> dict[str, Any]:
    return {
        "demand": names.demands[one.demand]["id"],
        "house": names.houses[one.establishment]["id"],
        "days": list(one.days),
    }
