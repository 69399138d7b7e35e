"""Calm: from the frozen inputs of a run to everything that is kept of its answer. The same inputs, the same answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from guichet.allocation.checker import check
from guichet.allocation.engine import allocate
from guichet.allocation.explaining.checked_words import in_plain_words
from guichet.allocation.explaining.counter_offers import CounterOffer, counter_offers
from guichet.allocation.explaining.lines import PLACED, Standing, standings
from guichet.allocation.explaining.prices import prices
from guichet.allocation.files import problem_from
from guichet.allocation.inputs.frozen import Names
from guichet.allocation.problem import CURRENT, Problem, Result
from guichet.core.french import hours

Tell = Callable[[str, int], None]
"""Says which step begins (guichet/allocation/explaining/words.py) and how far the run is, in percent."""


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
    findings = (*in_plain_words(check(problem, result), inputs), *too_many_hours(result, names))
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


def too_many_hours(result: Result, names: Names) -> Iterator[str]:
    """The establishments above their licence whose week would pass 100 % of its hours (R2324-27 CSP).

    Every child proposed is counted as if all were there at once: what is told is never less than the truth.
    """
    for code, house in names.houses.items():
        if house.get("minutes_left") is None:
            continue
        given = [
            line.demand for line in result.assignments if line.establishment == code and line.seat != CURRENT
        ]
        more = sum(names.demands[demand]["minutes"] for demand in given) - house["minutes_left"]
        if more > 0:
            yield (
                f"{house['name']} : avec le surnombre ouvert, la semaine passerait de {hours(more)} les 100 % de ses "
                "heures (article R2324-27 du code de la santé publique). Proposez moins, ou sans surnombre."
            )


def _part(one: CounterOffer, names: Names) -> dict[str, Any]:
    return {
        "demand": names.demands[one.demand]["id"],
        "house": names.houses[one.establishment]["id"],
        "days": list(one.days),
    }
