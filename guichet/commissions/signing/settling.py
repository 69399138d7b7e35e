"""Calm: what the sessions of a round, taken together, leave to one demand.

Each commission of a round decides on its own establishments. A place granted while a commission that has not signed
yet may still grant a wish the family prefers is held; it becomes an offer, or is free again, when nothing is undecided
any more. A demand is never left with two places to answer, and never told « no » while somebody may still say yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

GRANTED, REFUSED, POSTPONED, UNDECIDED = "granted", "refused", "postponed", "undecided"
OFFER, HOLD, WAIT, UNPLACED, ORIENTED = "offer", "hold", "wait", "unplaced", "oriented"
FINAL = (OFFER, UNPLACED, ORIENTED)
"""What is told to the family; the two others wait for another commission of the round."""


@dataclass(frozen=True)
class Verdict:
    """What one session says of a demand.

    `houses` are the establishments of its commission; `granted` is the one it gives, None for none. A session that
    has not signed is UNDECIDED. `id` is the decision's, 0 when there is none.
    """

    id: int
    houses: frozenset[int]
    outcome: str
    granted: int | None = None


@dataclass(frozen=True)
class Settled:
    """Where the demand stands.

    `by` is the decision that says so, 0 when nobody has said anything; `house` the place offered or held; `freed` the
    places granted that another, preferred, makes useless; `awaited` those a commission may still grant.
    """

    kind: str
    by: int = 0
    house: int | None = None
    freed: tuple[int, ...] = ()
    awaited: tuple[int, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether the family may be told."""
        return self.kind in FINAL


def settle(wishes: Sequence[int], verdicts: Sequence[Verdict]) -> Settled:
    """One demand: its establishments in the order it prefers them, and what each session says.

    The sessions that have spoken come first, in the order they did. A place given outside the wishes comes after them
    all, the first given first: an offer already made is never taken back by one that nobody asked for. A wish that no
    session of the round can grant says nothing.
    """
    wanted = [*wishes, *(one.granted for one in verdicts if one.granted and one.granted not in wishes)]
    said = {house: _said(house, verdicts) for house in wanted}
    best = next((house for house in wanted if said[house][0] == GRANTED), None)
    before = wanted if best is None else wanted[: wanted.index(best)]
    awaited = tuple(house for house in before if said[house][0] == UNDECIDED)
    if best is not None:
        later = (house for house in wanted[wanted.index(best) + 1 :] if said[house][0] == GRANTED)
        kind = HOLD if awaited else OFFER
        return Settled(kind, said[best][1], best, tuple(dict.fromkeys(later)), awaited)
    undecided = any(one.outcome == UNDECIDED for one in verdicts)
    if awaited or (undecided and not wanted):
        return Settled(WAIT, awaited=awaited)
    return _without_a_place(verdicts)


def _said(house: int, verdicts: Sequence[Verdict]) -> tuple[str, int]:
    """What is said of one establishment, and by which decision: what gives a place first."""
    for one in verdicts:
        if one.granted == house:
            return GRANTED, one.id
    for one in verdicts:
        if house in one.houses:
            return (REFUSED if one.outcome == GRANTED else one.outcome), one.id
    return REFUSED, 0


def _without_a_place(verdicts: Sequence[Verdict]) -> Settled:
    """Nobody may grant anything any more: a demand put off by one commission waits for a later session."""
    for kind, outcome in ((ORIENTED, POSTPONED), (UNPLACED, REFUSED)):
        by = [one.id for one in verdicts if one.outcome == outcome]
        if by:
            return Settled(kind, by[0])
    return Settled(WAIT)
