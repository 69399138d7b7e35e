"""Calm: points as whole numbers, which the solver needs, without losing a fraction of a point."""

from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from guichet.scheduling.planning.problem import Amount, Problem

FINEST = 1_000_000


def scale_of(problem: Problem) -> int:
    """By how much points are multiplied to be whole; a millionth of a point is the finest step.

    Weights, costs and the days of a point as people write them are exact. With stranger numbers the solver
    compares plans to a millionth of a point, and the objective of the plan it finds is still counted exactly.
    """
    steps = lcm(*(Fraction(amount).denominator for amount in _amounts(problem)))
    return steps if steps <= FINEST else FINEST


def whole(amount: Amount, scale: int) -> int:
    """The amount in steps of 1/scale points, rounded to the nearest."""
    return round(Fraction(amount) * scale)


def _amounts(problem: Problem) -> Iterable[Amount]:
    rules = problem.rules
    yield from (rules.tour_cost, rules.unplaced_cost, rules.if_needed_cost, rules.move_cost)
    yield 1 / Fraction(rules.days_per_point)
    yield from (seat.weight for commission in problem.commissions for seat in commission.seats)
