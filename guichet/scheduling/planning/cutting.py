"""Calm: cuts a problem too large for one model into blocks of teams that share few people."""

from collections.abc import Iterable
from itertools import combinations

from guichet.scheduling.planning.attendance import roles
from guichet.scheduling.planning.block import grouped
from guichet.scheduling.planning.problem import Commission, Problem

LARGEST = 300
"""Sessions solved in one model: two communities of communes planned every month."""
FEW = 2
"""People two teams may share and still be solved apart: a departmental officer, the Caf."""

Part = tuple[Commission, ...]


def cut(problem: Problem, largest: int = LARGEST) -> list[Part]:
    """The commissions of each block, in the order of the file; all of them in one when they are few enough.

    `largest` is the most sessions in a block, unless one team alone has more.
    """
    if sum(len(commission.sessions) for commission in problem.commissions) <= largest:
        return [problem.commissions]
    by_team = grouped(problem.commissions, lambda commission: commission.team)
    head = {team: team for team in by_team}
    size = {team: sum(len(one.sessions) for one in commissions) for team, commissions in by_team.items()}
    ranked = sorted(_shared(by_team).items(), key=lambda pair: -pair[1])
    for (one, other), shared in ranked:
        first, second = _head(head, one), _head(head, other)
        if shared > FEW and first != second and size[first] + size[second] <= largest:
            head[second] = first
            size[first] += size[second]
    blocks = grouped(problem.commissions, lambda commission: _head(head, commission.team))
    return [tuple(block) for block in blocks.values()]


def _shared(by_team: dict[str, list[Commission]]) -> dict[tuple[str, str], int]:
    """How many people and rooms each two teams share, for those that share any."""
    teams_of: dict[tuple[str, str], dict[str, None]] = {}
    for team, commissions in by_team.items():
        for thing in _things(commissions):
            teams_of.setdefault(thing, {})[team] = None
    counts: dict[tuple[str, str], int] = {}
    for teams in teams_of.values():
        for pair in combinations(teams, 2):
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def _things(commissions: Iterable[Commission]) -> Iterable[tuple[str, str]]:
    for commission in commissions:
        yield from (("person", person) for person in roles(commission))
        yield from (("room", room) for room in commission.rooms)


def _head(head: dict[str, str], team: str) -> str:
    while head[team] != team:
        team = head[team]
    return team
