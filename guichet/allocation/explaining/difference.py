"""Calm: what changes from one proposal to the next: who comes in, who goes out, who goes elsewhere, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

IN, OUT, ELSEWHERE = "in", "out", "elsewhere"
MOVES = (IN, OUT, ELSEWHERE)


class Line(Protocol):
    """Where a demand stands in a run (guichet/allocation/runs/models.py)."""

    demand_id: int
    establishment_id: int | None
    pinned: bool
    wishes: list[Any]


@dataclass(frozen=True)
class Move:
    """One demand whose proposal changes; establishments by id, None for no proposal.

    `wish` is the wish that explains it: the one granted now, or the lost one with what fills it now.
    """

    demand: int
    kind: str
    before: int | None
    after: int | None
    decided: bool
    wish: Mapping[str, Any] | None


def moves(before: Mapping[int, Line], after: Mapping[int, Line]) -> list[Move]:
    """The demands whose proposal is not the same, first those who come in, then out, then elsewhere."""
    found = [
        _move(before[demand], line)
        for demand, line in after.items()
        if demand in before and before[demand].establishment_id != line.establishment_id
    ]
    return sorted(found, key=lambda one: (MOVES.index(one.kind), one.demand))


def _move(old: Line, new: Line) -> Move:
    kind = IN if old.establishment_id is None else OUT if new.establishment_id is None else ELSEWHERE
    told = new.establishment_id if kind == IN else old.establishment_id
    wish = next((wish for wish in new.wishes if wish["house"] == told), None)
    return Move(new.demand_id, kind, old.establishment_id, new.establishment_id, new.pinned, wish)
