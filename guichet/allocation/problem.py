"""Calm: what the allocation engine reads and answers; the words of the format `guichet-allocation/1`.

A `Problem` is built from frozen values and refuses what has no meaning: `Problem(...)` raises
`InvalidProblemError` (of `guichet.allocation.faults`), whose one French sentence names the path of the fault (`demands[3].slots[1]`).
`guichet.allocation.engine.allocate(problem)` answers a `Result`. Scores, seats and orders are whole numbers.
Everything is known by its name (a string that the caller chooses): slots, establishments, sections, groups,
demands. A file is read and written by `guichet.allocation.files`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from guichet.allocation.digest import problem_digest, result_digest
from guichet.allocation.faults import refuse_faults
from guichet.allocation.filling import CURRENT as CURRENT
from guichet.allocation.filling import OPEN as OPEN
from guichet.allocation.indexed import Indexed
from guichet.allocation.numbering import numbered


@dataclass(frozen=True, slots=True)
class Places:
    """The seats of a section of an establishment, slot by slot; a slot not named has none.

    `open` are for everybody; `reserved` first by group, then by slot. Places held now by the children who ask
    for a transfer (`Demand.current`) are counted in neither.
    """

    establishment: str
    section: str
    open: Mapping[str, int]
    reserved: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Wish(NamedTuple):
    """An establishment wished for and the points the demand has there; more points rank higher."""

    establishment: str
    score: int


@dataclass(frozen=True, slots=True)
class Current:
    """The place that a child has now, and cannot lose: its last option, on a seat of its own."""

    establishment: str
    section: str
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """What people decided: this establishment, or no new place (None)."""

    establishment: str | None


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand: all its slots are needed, in its section; wishes are in the order the family prefers.

    `group` is the one reserve it may use. `order` is unique: at equal points, the lower is before. Demands with
    the same `together` wish for the same establishments in the same order, and go together or not at all.
    """

    id: str
    section: str
    slots: tuple[str, ...]
    order: int
    wishes: tuple[Wish, ...]
    group: str | None = None
    current: Current | None = None
    together: str | None = None
    pinned: Pin | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How each slot fills: reserved seats before the open ones or after, and what becomes of those left empty."""

    reserved_first: bool = True
    unfilled_reserve_opens: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything an allocation depends on. Raises InvalidProblemError when it has no meaning.

    `numbers` is the same in whole numbers: made once, read by the engine, the prices, the counter-offers, the solver.
    """

    slots: tuple[str, ...]
    places: tuple[Places, ...]
    demands: tuple[Demand, ...]
    rules: Rules = field(default_factory=Rules)
    numbers: Indexed = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        refuse_faults(self)
        object.__setattr__(self, "numbers", numbered(self))


class Assignment(NamedTuple):
    """A demand and the establishment proposed to it.

    `seat` is `open`, `current` (it keeps the place it has), or the name of its group if one slot at least used
    one of the seats reserved to it.
    """

    demand: str
    establishment: str
    seat: str


class LastAdmitted(NamedTuple):
    """The lowest ranked of those who hold the seats of a slot, and the points it ranks with."""

    demand: str
    score: int


class Witness(NamedTuple):
    """A slot that cannot seat a member of the refused unit, whoever asks to see it.

    `seats` are those this member could have held: open, reserved to its group, or reserved and left empty if the
    rules open them; without the seats of a child who keeps its place or of a decision of people. `last_admitted`
    is the last of those who hold them, none when there is no such seat. `score` is the one the unit ranks with.
    """

    section: str
    slot: str
    seats: int
    last_admitted: LastAdmitted | None
    score: int


class Refusal(NamedTuple):
    """A wish preferred to what the demand gets, not granted, and the slot that shows why."""

    demand: str
    establishment: str
    witness: Witness


class Blocking(NamedTuple):
    """A wish preferred, not granted, that no slot explains: a case for people to settle."""

    demand: str
    establishment: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """`placed` have a place at the end, the one they keep included; the others are `unplaced`.

    `slots_filled` is the share, from 0 to 1, of the seats of all slots (those of current places included) that
    somebody holds.
    """

    placed: int
    unplaced: int
    slots_filled: float


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
