"""Calm: one fingerprint for one content, whatever the order in which it is written.

SHA-256 of one JSON list in UTF-8, without spaces, keys sorted; slots, places and demands sorted by name, wishes in
the family's order, seats that are zero left out.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from guichet.allocation.answered import Assignment, Blocking, Refusal, Statistics
from guichet.allocation.asked import Asked, Demand, Places

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def problem_digest(problem: Asked) -> str:
    """The fingerprint of a problem, in hexadecimal."""
    return _digest(_problem_lines(problem))


def result_digest(
    assignments: Iterable[Assignment],
    refusals: Iterable[Refusal],
    blocking: Iterable[Blocking],
    statistics: Statistics,
) -> str:
    """The fingerprint of what a result says, its lines in their order; the engine's name is not part of it."""
    return _digest(_result_lines(assignments, refusals, blocking, statistics))


def _digest(lines: Iterable[object]) -> str:
    return sha256(_canonical(list(lines)).encode("utf-8", "backslashreplace")).hexdigest()


def _problem_lines(problem: Asked) -> Iterable[object]:
    rules = problem.rules
    yield ["rules", rules.reserved_first, rules.unfilled_reserve_opens]
    yield ["slots", sorted(problem.slots)]
    for places in sorted(problem.places, key=lambda places: (places.establishment, places.section)):
        yield _places_line(places)
    for demand in sorted(problem.demands, key=lambda demand: demand.id):
        yield _demand_line(demand)


def _places_line(places: Places) -> object:
    reserved = {group: _seats(kept) for group, kept in places.reserved.items() if any(kept.values())}
    return ["places", places.establishment, places.section, _seats(places.open), reserved]


def _seats(seats: Mapping[str, int]) -> dict[str, int]:
    return {slot: count for slot, count in seats.items() if count}


def _demand_line(demand: Demand) -> object:
    current, pinned = demand.current, demand.pinned
    return [
        "demand",
        demand.id,
        demand.section,
        sorted(demand.slots),
        demand.group,
        demand.order,
        demand.wishes,
        [current.establishment, current.section, sorted(current.slots)] if current else None,
        demand.together,
        [pinned.establishment] if pinned else None,
    ]


def _result_lines(
    assignments: Iterable[Assignment],
    refusals: Iterable[Refusal],
    blocking: Iterable[Blocking],
    statistics: Statistics,
) -> Iterable[object]:
    yield ["statistics", statistics.placed, statistics.unplaced, statistics.slots_filled]
    # A named tuple is written as a list, its fields in their order.
    for given in assignments:
        yield ("assignment", *given)
    for demand, establishment, (section, slot, seats, last, score) in refusals:
        yield ("refusal", demand, establishment, (section, slot, seats, score), last)
    for case in blocking:
        yield ("blocking", *case)
