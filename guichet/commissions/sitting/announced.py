"""Calm: what the members announced when they answered their convocation, as the roll call proposes it.

Nothing of it counts by itself: whoever keeps the minutes confirms who is really there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from guichet.commissions.convocations.choices import ABSENT, PRESENT, PROXY
from guichet.commissions.convocations.choices import DEPUTY as BY_DEPUTY
from guichet.commissions.sitting.attendance import DEPUTY, HOLDER, ROLL_CALL, Proxy, refusal_of_proxy
from guichet.commissions.sitting.room import Room


@dataclass(frozen=True)
class Answer:
    """What one person called to the session answered, for her seat; empty while she said nothing."""

    seat: int
    answer: str = ""
    carrier: int | None = None
    """The seat to which a proxy is given."""
    as_deputy: bool = False


@dataclass(frozen=True)
class Announced:
    """What is proposed, by seat; all is empty when nobody was called by the guichet."""

    said: Mapping[int, str] = field(default_factory=dict)
    """The answer of each holder who was called, empty for a silence."""
    filled: Mapping[int, str] = field(default_factory=dict)
    """Who would fill each seat, until the roll is called."""
    given: Mapping[int, int] = field(default_factory=dict)
    """The seat to which each absent member gives her voice."""
    proxies: tuple[Proxy, ...] = ()
    """Those that can be noted now, in one click."""
    refused: tuple[tuple[Proxy, str], ...] = ()
    """Those that cannot, each with its reason, in a sentence."""


def announced(room: Room, answers: Collection[Answer], item: int = ROLL_CALL) -> Announced:
    """What the answers propose: presences until the roll is called, then the proxies that are not noted yet.

    A proxy that could not be noted at the roll call may be at a later item: whoever carries it has come.
    """
    known = [one for one in answers if one.seat in room.by_id and not room.by_id[one.seat].lapsed]
    holders = [one for one in known if not one.as_deputy]
    said = {one.seat: one.answer for one in holders}
    given = {one.seat: one.carrier for one in holders if one.answer == PROXY and one.carrier is not None}
    if not room.noted.moves:
        return Announced(said, _filled(room, known, said), given)
    there = room.present(item)
    left = [
        Proxy(giver, carrier, item)
        for giver, carrier in given.items()
        if giver not in there.seats and giver not in there.carried
    ]
    told = [(one, refusal_of_proxy(one, room.chairs(item), room.noted, room.reglement)) for one in left]
    return Announced(
        said,
        given=given,
        proxies=tuple(one for one, why in told if why is None),
        refused=tuple((one, why) for one, why in told if why is not None),
    )


def _filled(room: Room, known: Collection[Answer], said: Mapping[int, str]) -> dict[int, str]:
    """The holder who comes; else the deputy, announced by the holder and who did not say no."""
    deputies = {one.seat: one.answer for one in known if one.as_deputy}
    found = {seat: HOLDER for seat, answer in said.items() if answer == PRESENT}
    for seat, answer in said.items():
        deputy = deputies.get(seat, "")
        comes = deputy == PRESENT or (answer == BY_DEPUTY and deputy != ABSENT)
        if answer != PRESENT and comes and room.by_id[seat].deputy:
            found[seat] = DEPUTY
    return found
