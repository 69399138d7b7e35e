"""Calm: the same year with something changed, ready to be planned again while keeping the rest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from guichet.scheduling.planning.plan import Plan
from guichet.scheduling.planning.problem import Commission, HalfDay, Placement, Problem, Session


def keep_dates(problem: Problem, published: Plan) -> Problem:
    """The dates of a published plan become the previous ones: moving a session has its price from now on."""
    held = {one.id: Placement(one.half_day, one.room) for one in published.sessions}
    return _each_session(problem, lambda session: replace(session, previous=held.get(session.id)))


def pin(problem: Problem, session: str, placement: Placement | None) -> Problem:
    """The session is fixed at this date and in this room, or free again (None)."""
    return _each_session(problem, lambda one: replace(one, pinned=placement) if one.id == session else one)


def away(problem: Problem, person: str, first: date, last: date) -> Problem:
    """This person is busy between two days, both included: a leave, or a mandate that ends before the year."""
    gone = frozenset(one for one in _known(problem) if first <= one.day <= last)
    return replace(
        problem,
        people=tuple(
            replace(one, busy=one.busy | gone) if one.id == person else one for one in problem.people
        ),
    )


def _known(problem: Problem) -> frozenset[HalfDay]:
    """The usable half-days, and those that pinned sessions use outside them."""
    pins = (one.pinned for commission in problem.commissions for one in commission.sessions)
    return frozenset(problem.half_days) | {placement.half_day for placement in pins if placement}


def _each_session(problem: Problem, changed: Callable[[Session], Session]) -> Problem:
    def of(commission: Commission) -> Commission:
        return replace(commission, sessions=tuple(changed(one) for one in commission.sessions))

    return replace(problem, commissions=tuple(of(one) for one in problem.commissions))
