"""Calm: parts of weeks that the proposal leaves free, for those it leaves without a place.

A counter-offer is not part of the proposal and changes nothing in it: it uses seats that nobody holds, in rank
order, and sends nobody away. Only people may make it to a family.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guichet.allocation.numbers.indexed import Ask, Indexed
from guichet.allocation.problem import Problem, Result
from guichet.allocation.seating.seats import Seats
from guichet.allocation.seating.standing import standing_of

Days = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CounterOffer:
    """Some of the days that a demand asks for, at an establishment it wishes for."""

    demand: str
    establishment: str
    days: tuple[str, ...]


def counter_offers(
    problem: Problem, result: Result, days: Mapping[str, Days], least: int = 1
) -> tuple[CounterOffer, ...]:
    """The largest part of its week for each demand left without a place, one offer at most, in rank order.

    `days` names the demands that accept fewer days and cuts each one's slots into days (label to slots): a day is
    offered whole. Of the wishes that leave as many days, the preferred one. `least` is the fewest days worth
    offering. Demands made together are left to people: a part for one is not a part for the other.
    """
    numbers = problem.numbers
    seats = standing_of(problem, result).seats
    placed = {line.demand for line in result.assignments}
    offers = []
    for unit in numbers.units:
        demand = numbers.demands[unit.members[0]]
        if demand.id in placed or demand.together is not None or demand.id not in days:
            continue
        best: tuple[str, ...] = ()
        chosen = -1
        for wish, option in enumerate(unit.options):
            fitting = _fitting(numbers, seats, option.asks[0], days[demand.id])
            if len(fitting) > len(best):
                best, chosen = fitting, wish
        if len(best) >= max(least, 1):
            ask = unit.options[chosen].asks[0]
            for day in best:
                for cell in _cells(numbers, ask, days[demand.id][day]):
                    seats.add(ask.key, cell)
            offers.append(CounterOffer(demand.id, demand.wishes[chosen].establishment, best))
    return tuple(offers)


def _fitting(numbers: Indexed, seats: Seats, ask: Ask, days: Days) -> tuple[str, ...]:
    """The days whose every slot has a seat that nobody holds and that this demand may have."""
    return tuple(
        day
        for day, slots in days.items()
        if slots and all(_is_free(seats, ask.key, cell) for cell in _cells(numbers, ask, slots))
    )


def _cells(numbers: Indexed, ask: Ask, slots: Sequence[str]) -> list[int]:
    wanted = set(slots)
    return [cell for cell in ask.cells if numbers.slots[cell % len(numbers.slots)] in wanted]


def _is_free(seats: Seats, key: int, cell: int) -> bool:
    seats.add(key, cell)
    free = cell not in seats.left_out
    seats.remove(key, cell)
    return free
