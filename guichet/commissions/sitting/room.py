"""Calm: who is in the room of a session for each of its items, who leaves the count, and whether it may deliberate.

Everything is worked out again from what was noted: a late correction is never contradicted by a stored count.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from guichet.commissions.reglement import Reglement
from guichet.commissions.sitting.attendance import (
    DEPUTY,
    HOLDER,
    Attendance,
    Chair,
    Move,
    Present,
    present_at,
)
from guichet.commissions.sitting.quorum import Quorum, quorum_of


@dataclass(frozen=True)
class Place:
    """A seat as the room sees it: its chair, who may fill it, and whether its mandate still runs."""

    chair: Chair
    holder: str
    """The holder's name, or the function when nobody is named."""
    title: str = ""
    deputy: str = ""
    holder_account: int | None = None
    deputy_account: int | None = None
    lapsed: bool = False
    """The mandate ended since the seat was last filled."""

    def name(self, by: str) -> str:
        """Who fills it."""
        return self.deputy if by == DEPUTY else self.holder

    def account(self, by: str) -> int | None:
        """The account of whoever fills it."""
        return self.deputy_account if by == DEPUTY else self.holder_account


@dataclass(frozen=True)
class Room:
    """The seats of a session, what was noted of them, and the règlement it sits under."""

    reglement: Reglement
    places: tuple[Place, ...]
    noted: Attendance = field(default_factory=Attendance)
    second: bool = False

    @cached_property
    def by_id(self) -> Mapping[int, Place]:
        """The seats by id."""
        return {one.chair.id: one for one in self.places}

    def chairs(self, item: int) -> tuple[Chair, ...]:
        """The seats that count for an item: one whose mandate ended counts until its departure was noted."""
        return tuple(
            one.chair for one in self.places if not one.lapsed or self._left_after(one.chair.id, item)
        )

    def present(self, item: int) -> Present:
        """Who is there for an item; a seat without its mandate is empty."""
        there = present_at(self.noted, item)
        counted = {one.id for one in self.chairs(item)}
        return replace(there, seats=there.seats & counted, deputies=there.deputies & counted)

    def quorum(self, item: int) -> Quorum:
        """The quorum of an item."""
        return quorum_of(self.reglement, self.chairs(item), self.present(item), second=self.second)

    def filled_by(self, item: int, seat: int) -> str:
        """Who fills a seat for an item: « holder », « deputy », or nobody."""
        there = self.present(item)
        if seat not in there.seats:
            return ""
        return DEPUTY if seat in there.deputies else HOLDER

    def seat_of(self, account: int, item: int) -> int | None:
        """The seat that the owner of an account fills for an item."""
        for one in self.places:
            by = self.filled_by(item, one.chair.id)
            if by and one.account(by) == account:
                return one.chair.id
        return None

    def presidency(self, item: int) -> Place | None:
        """Who presides over an item, if the presidency is there and takes part."""
        there = self.present(item)
        for one in self.places:
            if one.chair.presides and one.chair.id in there.seats - there.recused:
                return one
        return None

    def lapsed(self, item: int) -> tuple[Place, ...]:
        """Those who were there and whose mandate ended: nobody noted yet that they left."""
        there = present_at(self.noted, item).seats
        return tuple(one for one in self.places if one.lapsed and one.chair.id in there)

    def to_recuse(self, item: int, linked: Collection[str]) -> tuple[Place, ...]:
        """Those present who declared a link with the demand of an item and have not been recused from it yet."""
        there = self.present(item)
        return tuple(
            one
            for one in self.places
            if one.chair.id in there.seats - there.recused
            and one.name(self.filled_by(item, one.chair.id)) in linked
        )

    def _left_after(self, seat: int, item: int) -> bool:
        departures = [move.item for move in self.noted.moves if move.chair == seat and not move.by]
        arrivals = [move.item for move in self.noted.moves if move.chair == seat and move.by]
        return bool(arrivals and departures) and item < max(departures)


def changes(room: Room, item: int, wanted: Mapping[int, str]) -> tuple[Move, ...]:
    """The arrivals and departures that make the room what is wanted for an item."""
    return tuple(
        Move(item, seat, by)
        for seat, by in wanted.items()
        if seat in room.by_id and room.filled_by(item, seat) != by
    )
