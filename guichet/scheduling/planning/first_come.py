"""Calm: a plan made as a careful person makes it by hand, one session after the other, never moving any.

It starts the solver, stands in for it when no time is left to search, and is what the benchmark compares with.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from guichet.scheduling.planning.block import Block, Cell, Held
from guichet.scheduling.planning.ground import days_between
from guichet.scheduling.planning.problem import Amount, HalfDay


@dataclass
class Draft:
    """What is held so far: by session, by cell, by commission; the team of each room and person on each half-day."""

    placed: dict[str, Held] = field(default_factory=dict)
    cells: dict[Cell, list[Held]] = field(default_factory=dict)
    commissions: dict[str, list[Held]] = field(default_factory=dict)
    rooms: dict[tuple[str, HalfDay], str] = field(default_factory=dict)
    people: dict[tuple[str, HalfDay], str] = field(default_factory=dict)


def first_come(block: Block, price_tours: bool = True) -> Draft:
    """Each session in turn on its best date, those with the fewest choices first; the pins before them all.

    Without `price_tours`, sessions come in the order of their windows and each takes the best date for itself.
    """
    draft = Draft()
    for pin in block.pins:
        _hold(block, draft, pin)
    waiting = [options for options in block.options.values() if options]
    key = len if price_tours else _asked_first
    for options in sorted(waiting, key=key):
        worths = [(worth, held) for held in options for worth in _worth(block, draft, held, price_tours)]
        if worths:
            _hold(block, draft, max(worths, key=lambda pair: pair[0])[1])
    return draft


def at_hand(block: Block, people: Mapping[tuple[str, HalfDay], str], held: Held) -> list[str]:
    """Those of the commission that no other team has then."""
    team, half_day = held.cell
    there = block.at_hand(held.commission, half_day)
    return [person for person in there if people.get((person, half_day), team) == team]


def _asked_first(options: tuple[Held, ...]) -> int:
    return options[0].session.start.toordinal()


def _worth(block: Block, draft: Draft, held: Held, price_tours: bool) -> Iterator[Amount]:
    """What the session brings there, in points; nothing when it cannot be held there."""
    team, half_day = held.cell
    rules = block.ground.problem.rules
    tour = draft.cells.get(held.cell, [])
    if (
        len(tour) >= rules.per_half_day
        or draft.rooms.get((held.placement.room, half_day), team) != team
        or not all(block.ground.near(held.placement.room, other.placement.room) for other in tour)
        or not _spaced(draft.commissions.get(held.commission.id, ()), held)
    ):
        return
    sitting = block.ground.sitting(held.commission, half_day, at_hand(block, draft.people, held))
    if sitting.voting < held.commission.quorum or not sitting.met:
        return
    opens = rules.tour_cost if price_tours and not tour else 0
    yield sitting.points + block.ground.fit(held.session, held.placement) - opens


def _spaced(others: Iterable[Held], held: Held) -> bool:
    day = held.placement.half_day.day
    gap = held.commission.min_days_between
    return all(days_between(other.placement.half_day.day, day) >= gap for other in others)


def _hold(block: Block, draft: Draft, held: Held) -> None:
    team, half_day = held.cell
    draft.placed[held.session.id] = held
    draft.cells.setdefault(held.cell, []).append(held)
    draft.commissions.setdefault(held.commission.id, []).append(held)
    draft.rooms.setdefault((held.placement.room, half_day), team)
    sitting = block.ground.sitting(held.commission, half_day, at_hand(block, draft.people, held))
    for person in sitting.present:
        draft.people.setdefault((person, half_day), team)
