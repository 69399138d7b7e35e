"""Calm: who sits at a session, and what their presence is worth.

The holder of a seat sits as soon as she is at hand (not busy, not sitting with another team). When she is not,
a deputy who is at hand fills the seat: one who is free before one who is only available if needed, then in the
order of the file. Each seat is looked at by itself and counts once, whoever fills it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from guichet.scheduling.planning.problem import Amount, Commission


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session as it would be held: who fills each seat (None: nobody), who comes, and what it is worth.

    `points` is in the points of the objective. `met` says whether each required list has somebody present.
    """

    fillers: tuple[str | None, ...]
    present: tuple[str, ...]
    voting: int
    points: Amount
    met: bool


def sit(
    commission: Commission, at_hand: Collection[str], only_if_needed: Collection[str], if_needed_cost: Amount
) -> Sitting:
    """The session held with these people at hand; `only_if_needed` are those of them better left alone."""
    fillers: list[str | None] = []
    points: Amount = 0
    for seat in commission.seats:
        filler = seat.person if seat.person in at_hand else None
        if filler is None:
            ready = [deputy for deputy in seat.deputies if deputy in at_hand]
            filler = next((one for one in ready if one not in only_if_needed), ready[0] if ready else None)
        fillers.append(filler)
        if filler is not None:
            points += seat.weight - (if_needed_cost if filler in only_if_needed else 0)
    present = dict.fromkeys(filler for filler in fillers if filler is not None)
    called = list(_called(commission, at_hand, present))
    present.update(dict.fromkeys(one for one in called if one is not None))
    voting = sum(
        seat.voting and filler is not None for seat, filler in zip(commission.seats, fillers, strict=True)
    )
    return Sitting(tuple(fillers), tuple(present), voting, points, None not in called)


def can_come(commission: Commission, person: str, at_hand: Collection[str]) -> bool:
    """Whether this person may be present: at hand, with a seat or the deputy of an absent holder."""
    return person in at_hand and any(
        seat.person == person or (person in seat.deputies and seat.person not in at_hand)
        for seat in commission.seats
    )


def roles(commission: Commission) -> Iterator[str]:
    """Everybody who may sit, holders then deputies, each once."""
    yield from dict.fromkeys(
        [seat.person for seat in commission.seats]
        + [deputy for seat in commission.seats for deputy in seat.deputies]
    )


def _called(
    commission: Commission, at_hand: Collection[str], present: Collection[str]
) -> Iterator[str | None]:
    """For each required list, somebody of it who comes; None when nobody can.

    A second deputy of an absent holder comes too when a list asks for her and for no one who is there.
    """
    for required in commission.required:
        there = next((person for person in required if person in present), None)
        yield there or next((person for person in required if can_come(commission, person, at_hand)), None)
