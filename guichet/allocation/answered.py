"""Calm: the lines of an answer: places proposed, wishes refused with what shows why, cases for people."""

from dataclasses import dataclass
from typing import NamedTuple


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
