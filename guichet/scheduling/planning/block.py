"""Calm: a part of the problem solved at once: what each session may choose, the pins and the rest being given.

A cell is a team on a half-day. Options that a pin, or a block solved before, makes impossible are not there.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from guichet.scheduling.planning.ground import Ground, days_between
from guichet.scheduling.planning.problem import Commission, HalfDay, Placement, Session

Cell = tuple[str, HalfDay]
Key = TypeVar("Key", bound=Hashable)
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Given:
    """What the other blocks hold already: people who sit there, rooms they use."""

    people: frozenset[tuple[str, HalfDay]] = frozenset()
    rooms: frozenset[tuple[str, HalfDay]] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A session of a commission at a date and in a room, possible or decided; each is itself and no other."""

    commission: Commission
    session: Session
    placement: Placement

    @property
    def cell(self) -> Cell:
        """The team and the half-day."""
        return self.commission.team, self.placement.half_day


@dataclass(frozen=True)
class Block:
    """The commissions of some teams. `options` are the choices of each free session, `pins` what people decided.

    `contested` are the people at hand whom two teams could need on one half-day.
    """

    ground: Ground
    commissions: tuple[Commission, ...]
    given: Given
    pins: tuple[Held, ...]
    options: dict[str, tuple[Held, ...]]
    contested: frozenset[tuple[str, HalfDay]] = frozenset()

    @property
    def teams(self) -> tuple[str, ...]:
        """In the order of the file."""
        return tuple(dict.fromkeys(commission.team for commission in self.commissions))

    @cached_property
    def pins_at(self) -> dict[HalfDay, list[Held]]:
        """The pins by half-day."""
        return grouped(self.pins, lambda pin: pin.placement.half_day)

    @cached_property
    def pins_of(self) -> dict[str, list[Held]]:
        """The pins by commission."""
        return grouped(self.pins, lambda pin: pin.commission.id)

    @cached_property
    def cells(self) -> dict[Cell, list[Held]]:
        """The options by team and half-day."""
        return grouped(
            (held for options in self.options.values() for held in options), lambda held: held.cell
        )

    def at_hand(self, commission: Commission, half_day: HalfDay) -> list[str]:
        """Those of the commission who are not busy then, nor with another block."""
        there = self.ground.at_hand(commission, half_day)
        return [person for person in there if (person, half_day) not in self.given.people]


def grouped(lines: Iterable[Line], key: Callable[[Line], Key]) -> dict[Key, list[Line]]:
    """The lines by their key, each group in order."""
    found: dict[Key, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return found


def make_block(ground: Ground, commissions: Iterable[Commission], given: Given) -> Block:
    """The block of these commissions."""
    commissions = tuple(commissions)
    pins = tuple(
        Held(commission, session, session.pinned)
        for commission in commissions
        for session in commission.sessions
        if session.pinned
    )
    bare = Block(ground, commissions, given, pins, {})
    options = {
        session.id: tuple(_options(bare, commission, session))
        for commission in commissions
        for session in commission.sessions
        if session.pinned is None
    }
    full = Block(ground, commissions, given, pins, options)
    return Block(ground, commissions, given, pins, options, frozenset(_contested(full)))


def _options(block: Block, commission: Commission, session: Session) -> Iterator[Held]:
    """Each half-day and room where the session could be held, seen alone with the pins."""
    ground = block.ground
    for half_day, rooms in ground.openings(commission, session).rooms.items():
        if not _spaced(block, commission, half_day) or not _attended(block, commission, half_day):
            continue
        free = [room for room in rooms if _room_fits(block, commission, half_day, room)]
        for room in _worth_choosing(ground, block.teams, session, half_day, free):
            yield Held(commission, session, Placement(half_day, room))


def _spaced(block: Block, commission: Commission, half_day: HalfDay) -> bool:
    return all(
        days_between(pin.placement.half_day.day, half_day.day) >= commission.min_days_between
        for pin in block.pins_of.get(commission.id, [])
    )


def _attended(block: Block, commission: Commission, half_day: HalfDay) -> bool:
    """Quorum and required people, without those who sit with another block."""
    there = block.at_hand(commission, half_day)
    if len(there) == len(block.ground.at_hand(commission, half_day)):
        return True
    return block.ground.can_sit(commission, half_day, there)


def _room_fits(block: Block, commission: Commission, half_day: HalfDay, room: str) -> bool:
    """The room serves no other team then, and the tour of the pins may add it."""
    if (room, half_day) in block.given.rooms:
        return False
    then = block.pins_at.get(half_day, [])
    own = [pin for pin in then if pin.commission.team == commission.team]
    others = [pin for pin in then if pin.commission.team != commission.team]
    return (
        len(own) < block.ground.problem.rules.per_half_day
        and all(block.ground.near(room, pin.placement.room) for pin in own)
        and all(pin.placement.room != room for pin in others)
    )


def _worth_choosing(
    ground: Ground, teams: Collection[str], session: Session, half_day: HalfDay, rooms: list[str]
) -> Iterator[str]:
    """One room a commune is enough when no other team may want it; the published one is kept apart."""
    alone = {room: len(ground.teams_in[room].intersection(teams)) == 1 for room in rooms}
    settled = {ground.rooms[room].commune for room in rooms if alone[room]}
    seen: set[str] = set()
    for room in rooms:
        commune = ground.rooms[room].commune
        if session.previous == Placement(half_day, room) or commune not in settled:
            yield room
        elif alone[room] and commune not in seen:
            seen.add(commune)
            yield room


def _contested(block: Block) -> Iterator[tuple[str, HalfDay]]:
    teams: dict[tuple[str, HalfDay], set[str]] = {}
    pairs = dict.fromkeys(
        (held.commission.id, held.placement.half_day)
        for held in (*block.pins, *(held for options in block.options.values() for held in options))
    )
    by_id = {commission.id: commission for commission in block.commissions}
    for name, half_day in pairs:
        commission = by_id[name]
        for person in block.at_hand(commission, half_day):
            if len(block.ground.teams_of[person]) > 1:
                teams.setdefault((person, half_day), set()).add(commission.team)
    return (key for key, wanted in teams.items() if len(wanted) > 1)
