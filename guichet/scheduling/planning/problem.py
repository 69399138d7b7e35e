"""Calm: a year of commissions to plan; the words of the format `guichet-calendar/1`.

`Problem(...)` refuses what has no meaning: it raises `InvalidProblemError`, whose one French sentence names the
path of the fault (`commissions[2].seats[0].person`). `guichet.scheduling.planning.solver.plan(problem, …)` answers a
`guichet.scheduling.planning.plan.Plan`; `guichet.scheduling.planning.files` reads and writes the files. Amounts (weights and
costs) are whole numbers or fractions, never floats: a plan is compared to the point.
"""

from dataclasses import dataclass

from guichet.scheduling.planning.asked import AFTERNOON as AFTERNOON
from guichet.scheduling.planning.asked import MORNING as MORNING
from guichet.scheduling.planning.asked import Amount as Amount
from guichet.scheduling.planning.asked import Asked
from guichet.scheduling.planning.asked import Commission as Commission
from guichet.scheduling.planning.asked import HalfDay as HalfDay
from guichet.scheduling.planning.asked import Person as Person
from guichet.scheduling.planning.asked import Placement as Placement
from guichet.scheduling.planning.asked import Room as Room
from guichet.scheduling.planning.asked import Rules as Rules
from guichet.scheduling.planning.asked import Seat as Seat
from guichet.scheduling.planning.asked import Session as Session
from guichet.scheduling.planning.asked import Travel as Travel
from guichet.scheduling.planning.faults import refuse_faults


@dataclass(frozen=True, slots=True)
class Problem(Asked):
    """All that a plan depends on, once it has a meaning: the same problem gives the same plan."""

    def __post_init__(self) -> None:
        """Raises InvalidProblemError at the first fault."""
        refuse_faults(self)
