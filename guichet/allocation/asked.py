"""Calm: what a problem says, before anybody has read whether it has a meaning (problem.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


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
class Asked:
    """Everything an allocation depends on."""

    slots: tuple[str, ...]
    places: tuple[Places, ...]
    demands: tuple[Demand, ...]
    rules: Rules = field(default_factory=Rules)
