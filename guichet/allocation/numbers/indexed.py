"""Calm: a problem in whole numbers, the same however the problem was written down.

A cell is a slot of a section of an establishment. A gate is where a demand is stopped in a cell: one for everybody,
which has the number of the cell, and one more for each group when the cell has reserved seats. A unit is a demand,
or several that go together; one that people decided (pinned) is seated here, and leaves its unit. A key is the rank
of a demand at an establishment as one number, the lower the better: the points missing to the highest score, then
the order of the worst member of its unit, its place in the unit, and its kind (0, or the number of the group whose
reserve it may use).
"""

from dataclasses import dataclass
from typing import NamedTuple

from guichet.allocation.asked import Demand
from guichet.allocation.numbers.cells import Numbers


class Ask(NamedTuple):
    """What one member needs at an establishment: its key there, its kind, the cells it has no seat of its own in,
    its gates in them."""

    key: int
    kind: int
    cells: Numbers
    gates: Numbers


class Ties(NamedTuple):
    """What ties a wish to something else than the rank of one child.

    `asks` is what each member needs; `own` the seats of its current places that the unit would use;
    `crowded` the cells that a member asks for while another asks for them or has a seat there now; `current` all
    the seats the unit has now, when it is of several. Not `allowed` when people decided of a brother or a sister
    elsewhere.
    """

    asks: tuple[Ask, ...]
    own: Numbers
    crowded: Numbers
    current: Numbers
    allowed: bool


_UNTIED = Ties((), (), (), (), True)


# Not frozen: half a million are made, and a frozen one takes three times longer to make.
@dataclass(slots=True, eq=False)
class Option:
    """A wish of a unit, by its place among its wishes: what its first member needs, and its ties; none for a child
    alone who has no place now."""

    wish: int
    key: int
    gates: Numbers
    cells: Numbers
    ties: Ties | None
    kind: int

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What each member needs."""
        return self.ties.asks if self.ties else (Ask(self.key, self.kind, self.cells, self.gates),)

    @property
    def tied(self) -> Ties:
        """Its ties, empty ones when it has none."""
        return self.ties or _UNTIED


@dataclass(slots=True, eq=False)
class Unit:
    """Demands admitted together or not at all, by the place of their `order`; the seats they have now."""

    members: tuple[int, ...]
    options: tuple[Option, ...]
    current: Numbers


class Ranking(NamedTuple):
    """Who asks for a section: each child alone as (key, unit, wish, gates), best first; the wishes of units of
    several. Those not allowed are left out."""

    alone: list[tuple[int, int, int, Numbers]]
    several: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a decision of people gives: an establishment and its seat, or what the child already has."""

    establishment: str | None
    seat: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """The problem: demands by `order`, units from the first served, seats left once the pinned are seated.

    `options` are those of each unit, `none` their number, `tied` the units of several, or with places now. `seats` is all there was, `taken` what the pinned hold. `gate_cells` has the cell of each gate, `gates` those of
    a cell that has more than one. `decoder` is (demands, members of the largest unit, kinds): what a key is made of.
    Never changed once made: several readings share it.
    """

    demands: tuple[Demand, ...]
    slots: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]
    units: tuple[Unit, ...]
    options: tuple[tuple[Option, ...], ...]
    none: tuple[int, ...]
    tied: tuple[int, ...]
    unit_of: tuple[int, ...]
    open: list[int]
    reserved: list[list[int] | None]
    gates: dict[int, tuple[int, ...]]
    gate_cells: list[int]
    rankings: list[Ranking]
    decoder: tuple[int, int, int]
    top_score: int
    pinned: dict[int, Pinned]
    seats: int
    taken: int

    def unit_at(self, key: int) -> int:
        """The unit that has this key."""
        demands, members, kinds = self.decoder
        return self.unit_of[key // (members * kinds) % demands]

    def demand_at(self, key: int) -> Demand:
        """The demand that has this key."""
        _, members, kinds = self.decoder
        return self.demands[self.units[self.unit_at(key)].members[key // kinds % members]]

    def score_at(self, key: int) -> int:
        """The points this key ranks with."""
        demands, members, kinds = self.decoder
        return self.top_score - key // (demands * members * kinds)
