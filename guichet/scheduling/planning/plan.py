"""Calm: a plan of the year; the words of the format `guichet-calendar-result/1`."""

from dataclasses import dataclass

from guichet.scheduling.planning.problem import HalfDay

OPTIMAL, FEASIBLE = "optimal", "feasible"
BY_TIME, BY_WORK = "time", "work"


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session with its date, its room and the people who fill its seats.

    `forced` marks a pinned session that breaks a rule where it stands.
    """

    id: str
    commission: str
    half_day: HalfDay
    room: str
    present: tuple[str, ...]
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Half-days of a window counted by the first cause that removes them, in this order.

    No room; a required person missing; too few voting seats; taken by another session.
    """

    room: int = 0
    required: int = 0
    quorum: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class UnplacedSession:
    """A session that finds no date among the `half_days` of its window, and why."""

    id: str
    half_days: int
    lost: Lost


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a large problem solved by itself, the parts before it being given."""

    teams: tuple[str, ...]
    status: str
    objective: float
    bound: float
    gap: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What the solver answers. `objective` is in points; `bound` is what no plan exceeds.

    `gap` is |bound − objective| / max(1, |objective + the costs of the unplaced|). With several blocks, bound and
    gap are None. `stopped_by` is None when the search ended by itself, « work » when the deterministic limit
    stopped it (the same file still gives the same plan), « time » when the net did (it may not).
    """

    engine: str
    status: str
    stopped_by: str | None
    objective: float
    bound: float | None
    gap: float | None
    seconds: float
    blocks: tuple[Block, ...]
    sessions: tuple[PlannedSession, ...]
    unplaced: tuple[UnplacedSession, ...]
