"""Calm: all that a page says of a plan, counted once by the worker: scores, next dates, who costs sessions, findings."""

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from guichet.scheduling.campaigns.whatif import is_somebody
from guichet.scheduling.planning.explain import (
    Chair,
    OtherDate,
    Score,
    closers,
    member_costs,
    next_dates,
    scores,
)
from guichet.scheduling.planning.least import least_tours
from guichet.scheduling.planning.plan import Plan
from guichet.scheduling.planning.problem import Problem
from guichet.scheduling.planning.validator import findings

MOST_MEMBERS = 30


def explained(problem: Problem, plan: Plan) -> dict[str, Any]:
    """The explanation of a plan, as JSON. Persons, rooms and commissions by their names in the problem."""
    told = scores(problem, plan)
    teams = {commission.id: commission.team for commission in problem.commissions}
    tours = {(teams[one.commission], one.half_day) for one in plan.sessions}
    by_team = Counter(team for team, _ in tours)
    seats = sum(len(_chairs(one.chairs)) for one in told)
    return {
        "sessions": {one.session: _session(one, next_dates(problem, plan, one.session)) for one in told},
        "members": [
            {"person": one.person, "busy": one.busy, "half_days": one.half_days, "sessions": one.sessions}
            for one in member_costs(problem, plan)
            if is_somebody(one.person)
        ][:MOST_MEMBERS],
        "teams": [
            {"team": team, "half_days": by_team[team], "least": least_tours(problem, team)}
            for team in dict.fromkeys(teams.values())
        ],
        "windows": {
            one.id: [str(one.start), str(one.end), str(one.target)]
            for commission in problem.commissions
            for one in commission.sessions
        },
        "closers": {
            one.id: [
                [person, half_days] for person, half_days in closers(problem, one.id) if is_somebody(person)
            ]
            for one in plan.unplaced
        },
        "pinned": [one.id for commission in problem.commissions for one in commission.sessions if one.pinned],
        "tours": len(tours),
        "seats": seats,
        "presences": sum(chair["filler"] is not None for one in told for chair in _chairs(one.chairs)),
        "findings": [*findings(problem, plan), *_in_two_places(problem, plan)],
    }


def _session(score: Score, others: tuple[OtherDate, ...]) -> dict[str, Any]:
    return {
        "points": float(score.total),
        "distance": float(score.distance),
        "moved": float(score.moved),
        "tour": float(score.tour),
        "chairs": _chairs(score.chairs),
        "next": [
            {
                "half_day": str(one.placement.half_day),
                "room": one.placement.room,
                "cost": float(one.cost),
                "chairs": _chairs(one.chairs),
                "distance": float(one.distance),
                "tour": float(one.tour),
            }
            for one in others
        ],
    }


def _chairs(chairs: Iterable[Chair]) -> list[dict[str, Any]]:
    return [
        {"holder": one.holder, "filler": one.filler, "points": float(one.points), "weight": float(one.weight)}
        for one in chairs
        if is_somebody(one.holder)
    ]


def _in_two_places(problem: Problem, plan: Plan) -> list[str]:
    """Somebody whose mandates differ has one name a mandate, which the solver takes for two people."""
    teams = {commission.id: commission.team for commission in problem.commissions}
    found = []
    for one, other in combinations(plan.sessions, 2):
        if one.half_day != other.half_day or teams[one.commission] == teams[other.commission]:
            continue
        both = {name.split(".")[0] for name in one.present} & {name.split(".")[0] for name in other.present}
        found += [
            f"« {name} » est attendu à « {one.id} » et à « {other.id} » en même temps." for name in both
        ]
    return found
