"""Calm: how many half-days a team cannot do without, whatever the calendar."""

from math import ceil

from guichet.scheduling.planning.ground import Ground
from guichet.scheduling.planning.problem import Commission, Problem, Session


def least_tours(problem: Problem, team: str) -> int:
    """Half-days that a team cannot do without if every session is held, whatever the calendar.

    Windows that never meet share no half-day; in each stretch of windows, so many sessions a half-day at most,
    and sessions whose windows or communes keep them apart two by two (a clique) need a half-day each.
    """
    ground = Ground(problem)
    asked = [(c, s) for c in problem.commissions if c.team == team for s in c.sessions]
    return sum(
        max(ceil(len(stretch) / problem.rules.per_half_day), _clique(ground, stretch))
        for stretch in _stretches(asked)
    )


def _stretches(asked: list[tuple[Commission, Session]]) -> list[list[tuple[Commission, Session]]]:
    found: list[list[tuple[Commission, Session]]] = []
    for commission, session in sorted(asked, key=lambda pair: pair[1].start):
        if found and session.start <= max(other.end for _, other in found[-1]):
            found[-1].append((commission, session))
        else:
            found.append([(commission, session)])
    return found


def _clique(ground: Ground, stretch: list[tuple[Commission, Session]]) -> int:
    """The size of a group of sessions no two of which can share a half-day, grown greedily."""
    group: list[tuple[Commission, Session]] = []
    for one in sorted(stretch, key=lambda pair: pair[1].end):
        if all(_apart(ground, one, other) for other in group):
            group.append(one)
    return len(group)


def _apart(ground: Ground, one: tuple[Commission, Session], other: tuple[Commission, Session]) -> bool:
    if one[1].end < other[1].start or other[1].end < one[1].start:
        return True
    if one[0] is other[0] and one[0].min_days_between > 0:
        return True
    return not any(ground.near(room, room2) for room in one[0].rooms for room2 in other[0].rooms)
