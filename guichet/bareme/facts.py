"""Calm: what is known of one demand for a score, with the proofs. Built by `demands/facts.py` and nowhere else.

A fact has two values: what the family declares, and what its checked proofs let us believe. Only the second
one weighs; the difference is what is missing to get more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guichet.bareme.vocabulary import Value


@dataclass(frozen=True)
class Proof:
    """A paper somebody at the guichet looked at, and when. `aged`: it would have to be asked again."""

    paper: str
    checked_on: date
    aged: bool = False


@dataclass(frozen=True)
class Known:
    """One fact of a demand. `awaited` are the papers that would prove what is declared and not yet proved."""

    value: Value | None
    """What weighs; None when it is not known."""
    declared: Value | None
    proofs: tuple[Proof, ...] = ()
    awaited: tuple[str, ...] = ()
    words: str = ""
    """How the value reads, when its kind alone cannot say it: the name of a commune."""


@dataclass(frozen=True)
class Given:
    """Points that a person set within the range of a criterion, and why. `by` is a role, not a name."""

    points: int
    reason: str
    on: date
    by: str


@dataclass(frozen=True)
class Facts:
    """Everything a barème may read of one demand on one day."""

    demand_id: int
    number: str
    """The number a family quotes; the recorded draw is made of it."""
    on: date
    seniority_on: date
    child_on: date | None
    """Birth, or due date."""
    known: Mapping[str, Known] = field(default_factory=dict)
    here: Mapping[int, Mapping[str, Known]] = field(default_factory=dict)
    """What depends on the establishment, by its id."""
    given: Mapping[str, Given] = field(default_factory=dict)
    """By code of criterion, or of priority."""

    def of(self, fact: str, at: int | None) -> Known | None:
        """What is known of a fact, seen from an establishment."""
        if at is not None and (local := self.here.get(at)) and fact in local:
            return local[fact]
        return self.known.get(fact)

    @property
    def houses(self) -> tuple[int, ...]:
        """The establishments something is known about, in the order of the wishes."""
        return tuple(self.here)
