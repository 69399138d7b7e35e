"""Calm: what the allocation engine reads and answers; the words of the format `guichet-allocation/1`.

A `Problem` is built from frozen values and refuses what has no meaning: `Problem(...)` raises
`InvalidProblemError` (of `guichet.allocation.faults`), whose one French sentence names the path of the fault (`demands[3].slots[1]`).
`guichet.allocation.engine.allocate(problem)` answers a `Result`. Scores, seats and orders are whole numbers.
Everything is known by its name (a string that the caller chooses): slots, establishments, sections, groups,
demands. A file is read and written by `guichet.allocation.files`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from guichet.allocation.answered import Assignment as Assignment
from guichet.allocation.answered import Blocking as Blocking
from guichet.allocation.answered import LastAdmitted as LastAdmitted
from guichet.allocation.answered import Refusal as Refusal
from guichet.allocation.answered import Statistics as Statistics
from guichet.allocation.answered import Witness as Witness
from guichet.allocation.asked import Asked
from guichet.allocation.asked import Current as Current
from guichet.allocation.asked import Demand as Demand
from guichet.allocation.asked import Pin as Pin
from guichet.allocation.asked import Places as Places
from guichet.allocation.asked import Rules as Rules
from guichet.allocation.asked import Wish as Wish
from guichet.allocation.digest import problem_digest, result_digest
from guichet.allocation.faults import refuse_faults
from guichet.allocation.filling import CURRENT as CURRENT
from guichet.allocation.filling import OPEN as OPEN
from guichet.allocation.numbers.indexed import Indexed
from guichet.allocation.numbers.numbering import numbered


@dataclass(frozen=True, slots=True)
class Problem(Asked):
    """What was asked, once it has a meaning. Raises InvalidProblemError when it has none.

    `numbers` is the same in whole numbers: made once, read by the engine, the prices, the counter-offers, the solver.
    """

    numbers: Indexed = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        refuse_faults(self)
        object.__setattr__(self, "numbers", numbered(self))


@dataclass(frozen=True)
class Result:
    """The answer to a problem. Lines are in the order of the demands' names, then of their wishes."""

    engine: str
    problem: Problem = field(repr=False, compare=False)
    assignments: Sequence[Assignment]
    refusals: Sequence[Refusal]
    blocking: Sequence[Blocking]
    statistics: Statistics

    @cached_property
    def input_digest(self) -> str:
        """The fingerprint of the problem, computed when it is first read."""
        return problem_digest(self.problem)

    @cached_property
    def result_digest(self) -> str:
        """The fingerprint of what this result says, computed when it is first read."""
        return result_digest(self.assignments, self.refusals, self.blocking, self.statistics)
