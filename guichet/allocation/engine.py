"""Calm: `allocate(problem)` proposes a stable allocation, with a witness for each refused wish.

The search says who holds what (`guichet/allocation/seating/search.py`), the witnesses why (`guichet/allocation/seating/witnesses.py`).
"""

from guichet.allocation.numbers.at_rest import collector_at_rest
from guichet.allocation.problem import Problem, Result
from guichet.allocation.seating.search import searched
from guichet.allocation.seating.witnesses import answer

ENGINE = "guichet-allocation/1.1"


def allocate(problem: Problem) -> Result:
    """Propose an allocation. The same problem gives the same result, in whatever order it is written."""
    with collector_at_rest():
        return answer(ENGINE, problem, searched(problem))
