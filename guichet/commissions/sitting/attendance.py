"""Calm: who is in the room at each item: the roll call, arrivals and departures, proxies, recusals.

A seat is filled by its holder or by its deputy, never by both. A proxy is worth what the presence of the one who
carries it is worth: when she leaves, those she stands for are no longer represented.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from guichet.commissions.reglement import COLLEGES, Reglement

ROLL_CALL = 0
"""Before the first item, which has number 1."""
HOLDER, DEPUTY = "holder", "deputy"


@dataclass(frozen=True)
class Chair:
    """A seat whose mandate runs on the day of the session."""

    id: int
    role: str
    voting: bool = True
    presides: bool = False


@dataclass(frozen=True)
class Move:
    """Somebody comes in or goes out before an item; `by` says who fills the seat, empty for a departure."""

    item: int
    chair: int
    by: str = ""


@dataclass(frozen=True)
class Proxy:
    """A member who is away gives her voice to another seat, from an item on."""

    giver: int
    carrier: int
    item: int = ROLL_CALL


@dataclass(frozen=True)
class Recusal:
    """A member who takes no part in one item: no vote, no word, and not in the room for it."""

    item: int
    chair: int


@dataclass(frozen=True)
class Attendance:
    """All that was noted during a session, in the order it was noted."""

    moves: tuple[Move, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    recusals: tuple[Recusal, ...] = ()


@dataclass(frozen=True)
class Present:
    """Who is there for one item. `carried` maps each represented seat to the one that carries its voice."""

    seats: frozenset[int] = frozenset()
    deputies: frozenset[int] = frozenset()
    """Among them, the seats filled by their deputy."""
    carried: Mapping[int, int] = field(default_factory=dict)
    recused: frozenset[int] = frozenset()


def present_at(noted: Attendance, item: int) -> Present:
    """Who is in the room for an item: the last move of each seat noted before it, or for it, holds."""
    filled: dict[int, str] = {}
    for move in sorted(noted.moves, key=lambda one: one.item):
        if move.item <= item:
            filled[move.chair] = move.by
    inside = frozenset(chair for chair, by in filled.items() if by)
    recused = frozenset(one.chair for one in noted.recusals if one.item == item)
    return Present(
        seats=inside,
        deputies=frozenset(chair for chair in inside if filled[chair] == DEPUTY),
        carried=_carried(noted.proxies, inside, item),
        recused=recused,
    )


def refusal_of_proxy(
    wanted: Proxy, chairs: Collection[Chair], noted: Attendance, reglement: Reglement
) -> str | None:
    """Why the règlement does not let a proxy be noted, in a sentence."""
    by_id = {one.id: one for one in chairs}
    giver, carrier = by_id.get(wanted.giver), by_id.get(wanted.carrier)
    present = present_at(noted, wanted.item)
    if not reglement.proxies:
        return "Le règlement de cette commission ne prévoit pas de pouvoir."
    if giver is None or carrier is None or giver.id == carrier.id:
        return "Un pouvoir se donne d’un membre de la commission à un autre."
    if not giver.voting or not carrier.voting:
        return "Un pouvoir se donne entre membres à voix délibérative."
    if giver.id in present.seats:
        return "Ce membre est présent : il vote lui-même."
    if carrier.id not in present.seats:
        return "Le membre qui porte le pouvoir doit être présent."
    if sum(one == carrier.id for one in present.carried.values()) >= reglement.proxies:
        return "Ce membre porte déjà autant de pouvoirs que le règlement le permet."
    if reglement.proxies_in_college and COLLEGES[giver.role] != COLLEGES[carrier.role]:
        return "Un pouvoir se donne dans le même collège : choisissez un membre du collège de l’absent."
    return None


def without_voice(chairs: Iterable[Chair]) -> frozenset[int]:
    """The seats that advise and never count."""
    return frozenset(one.id for one in chairs if not one.voting)


def _carried(proxies: Iterable[Proxy], inside: frozenset[int], item: int) -> dict[int, int]:
    """The proxies that hold: given by who is away, carried by who is there; the last one given holds."""
    found: dict[int, int] = {}
    for one in sorted(proxies, key=lambda proxy: proxy.item):
        if one.item <= item:
            found[one.giver] = one.carrier
    return {giver: carrier for giver, carrier in found.items() if giver not in inside and carrier in inside}
