"""What the minutes say of the room: who was there, who came and left, the voices given, and the quorum each time."""

from collections.abc import Sequence
from typing import Any

from guichet.commissions import words
from guichet.commissions.sitting.attendance import ROLL_CALL
from guichet.commissions.sitting.models import SessionMove, SessionProxy
from guichet.commissions.sitting.quorum import in_words
from guichet.commissions.sitting.room import Room

Section = dict[str, Any]


def presidency(room: Room) -> str:
    """Who presides at the opening; empty when nobody does."""
    place = room.presidency(ROLL_CALL)
    return place.name(room.filled_by(ROLL_CALL, place.chair.id)) if place else ""


def at_the_opening(room: Room, moves: Sequence[SessionMove]) -> Section:
    """Each seat: who filled it, by whom it was represented, or that it was empty."""
    came = {one.seat_id: one.name for one in moves if one.position == ROLL_CALL}
    carried = room.present(ROLL_CALL).carried
    rows = []
    for place in room.places:
        seat = place.chair.id
        by = room.filled_by(ROLL_CALL, seat)
        there = {"holder": "présence", "deputy": f"suppléance : {came.get(seat) or place.deputy}"}.get(
            by, "absence"
        )
        if seat in carried:
            there += f", pouvoir à {room.by_id[carried[seat]].holder}"
        name = came.get(seat, place.holder) if by == "holder" else place.holder
        called = f"{name}, {place.title}" if place.title and place.title != name else name
        voice = words.VOTING[place.chair.voting].lower()
        rows.append([called, words.ROLE[place.chair.role], voice, there])
    return {
        "heading": "Membres à l’ouverture",
        "paragraphs": [in_words(room.quorum(ROLL_CALL), words.ROLE)],
        "columns": ["Membre", "Au titre de", "Voix", "Présence"],
        "rows": rows,
    }


def movements(room: Room, moves: Sequence[SessionMove], proxies: Sequence[SessionProxy]) -> list[Section]:
    """Who came and left after the roll call, the voices given, and the quorum that each change leaves."""
    said: dict[int, dict[tuple[str, int], str]] = {}
    # The last thing noted of a seat at an item holds: an earlier one was a slip, and may leave it as it was.
    last = {(one.position, one.seat_id): one for one in moves if one.position > ROLL_CALL}
    for (position, seat), one in last.items():
        if one.by != room.filled_by(position - 1, seat):
            said.setdefault(position, {})["seat", seat] = _movement(room, one)
    for given in proxies:
        if given.position > ROLL_CALL:
            names = [
                room.by_id[seat].holder for seat in (given.giver_id, given.carrier_id) if seat in room.by_id
            ]
            said.setdefault(given.position, {})["voice", given.giver_id] = f"pouvoir : {' à '.join(names)}"
    if not said:
        return []
    rows = [
        [str(position), " ; ".join(said[position].values()), in_words(room.quorum(position), words.ROLE)]
        for position in sorted(said)
    ]
    return [
        {
            "heading": "Arrivées, départs et pouvoirs en séance",
            "paragraphs": [],
            "columns": ["Dès le point", "Mouvement", "Quorum"],
            "rows": rows,
        }
    ]


def _movement(room: Room, one: SessionMove) -> str:
    if not one.by:
        return f"départ : {one.name}"
    place = room.by_id.get(one.seat_id)
    return f"arrivée : {one.name}" + (f", pour {place.holder}" if place and one.by == "deputy" else "")
