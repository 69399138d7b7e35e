"""Calm: where every unit stands, from a search or from a result read again."""

from collections.abc import Sequence
from typing import NamedTuple

from guichet.allocation.filling import CURRENT
from guichet.allocation.numbers.indexed import Indexed
from guichet.allocation.problem import Problem, Result
from guichet.allocation.seating.seats import NOBODY, Seats, seated


class Standing(NamedTuple):
    """The option each unit holds (the number of its options when it has none), whether it stays on its current
    places, and the seats as they are then."""

    held: Sequence[int]
    stays: Sequence[bool]
    seats: Seats

    def blocking(self, numbers: Indexed) -> int:
        """How many wishes of demands are preferred, not granted, and refused by no slot."""
        return sum(len(numbers.units[unit].members) for unit in self.blocked(numbers))

    def blocked(self, numbers: Indexed) -> list[int]:
        """The units of these wishes, once for each."""
        return [
            number
            for number, unit in enumerate(numbers.units)
            for option in unit.options[: self.held[number]]
            if self.seats.refusing_cell(option, self.stays[number]) == NOBODY
        ]


def standing_of(problem: Problem, result: Result) -> Standing:
    """Where a result of this problem leaves every unit."""
    numbers = problem.numbers
    given = {line.demand: line for line in result.assignments}
    held: list[int] = []
    stays: list[bool] = []
    for unit in numbers.units:
        first = numbers.demands[unit.members[0]]
        line = given.get(first.id)
        if line is None or line.seat == CURRENT:
            held.append(len(unit.options))
            stays.append(True)
        else:
            held.append([wish.establishment for wish in first.wishes].index(line.establishment))
            stays.append(False)
    return Standing(held, stays, seated(numbers, problem.rules, held, stays))
