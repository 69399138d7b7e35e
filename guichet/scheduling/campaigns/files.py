"""Calm: a calendar problem and its plan as the JSON that a run keeps, which is also what `guichet plan` reads.

What is frozen can be computed again years later, here or by anyone with the file, to the same digest.
"""

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

from guichet.scheduling.planning.files import PROBLEM, read_problem
from guichet.scheduling.planning.plan import Block, Lost, Plan, PlannedSession, UnplacedSession
from guichet.scheduling.planning.problem import Amount, Commission, HalfDay, Placement, Problem, Session

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def problem_document(problem: Problem) -> dict[str, Any]:
    """The problem in the format `guichet-calendar/1`."""
    rules = problem.rules
    return {
        "format": PROBLEM,
        "half_days": [str(one) for one in problem.half_days],
        "people": [
            {"id": one.id, "busy": _sorted(one.busy), "if_needed": _sorted(one.if_needed)}
            for one in problem.people
        ],
        "rooms": [{"id": one.id, "commune": one.commune, "busy": _sorted(one.busy)} for one in problem.rooms],
        "travel_minutes": [
            {"from": one.start, "to": one.end, "minutes": _number(one.minutes)} for one in problem.travel
        ],
        "commissions": [_commission(one) for one in problem.commissions],
        "rules": {
            "per_half_day": rules.per_half_day,
            "max_travel_minutes": _number(rules.max_travel_minutes),
            "tour_cost": _number(rules.tour_cost),
            "unplaced_cost": _number(rules.unplaced_cost),
            "days_per_point": _number(rules.days_per_point),
            "if_needed_cost": _number(rules.if_needed_cost),
            "move_cost": _number(rules.move_cost),
        },
        "seed": problem.seed,
        "work_limit": problem.work_limit,
        "time_limit_s": problem.time_limit_s,
    }


def problem_from(document: Mapping[str, Any]) -> Problem:
    """The problem that was frozen. Raises InvalidProblemError when it means nothing."""
    return read_problem(json.dumps(document).encode())


def plan_from(document: Mapping[str, Any]) -> Plan:
    """A plan as `files.result_of` wrote it."""
    return Plan(
        engine=document["engine"],
        status=document["status"],
        stopped_by=document["stopped_by"],
        objective=document["objective"],
        bound=document["bound"],
        gap=document["gap"],
        seconds=document["seconds"],
        blocks=tuple(Block(**{**one, "teams": tuple(one["teams"])}) for one in document["blocks"]),
        sessions=tuple(
            PlannedSession(
                one["id"],
                one["commission"],
                half_day_from(one["half_day"]),
                one["room"],
                tuple(one["present"]),
                one["forced"],
            )
            for one in document["sessions"]
        ),
        unplaced=tuple(
            UnplacedSession(one["id"], one["half_days"], Lost(**one["lost"])) for one in document["unplaced"]
        ),
    )


def half_day_from(text: str) -> HalfDay:
    """« 2027-01-04 am » read back. Raises ValueError for anything else."""
    day, _, half = text.partition(" ")
    if half not in ("am", "pm"):
        raise ValueError(text)
    return HalfDay(date.fromisoformat(day), half)


def digest(document: Mapping[str, Any]) -> str:
    """The fingerprint of what was frozen, in hexadecimal."""
    return sha256(_canonical(document).encode()).hexdigest()


def plan_digest(document: Mapping[str, Any]) -> str:
    """The fingerprint of what a plan says: its dates and its unplaced sessions, not the seconds it took."""
    return digest({"sessions": document["sessions"], "unplaced": document["unplaced"]})


def _commission(one: Commission) -> dict[str, Any]:
    return {
        "id": one.id,
        "team": one.team,
        "rooms": list(one.rooms),
        "min_days_between": one.min_days_between,
        "quorum": one.quorum,
        "required": [list(names) for names in one.required],
        "seats": [
            {
                "person": seat.person,
                "deputies": list(seat.deputies),
                "voting": seat.voting,
                "weight": _number(seat.weight),
            }
            for seat in one.seats
        ],
        "sessions": [_session(session) for session in one.sessions],
    }


def _session(one: Session) -> dict[str, Any]:
    return {
        "id": one.id,
        "from": one.start.isoformat(),
        "to": one.end.isoformat(),
        "target": one.target.isoformat(),
        "pinned": _placement(one.pinned),
        "previous": _placement(one.previous),
    }


def _placement(one: Placement | None) -> dict[str, str] | None:
    return None if one is None else {"half_day": str(one.half_day), "room": one.room}


def _sorted(half_days: frozenset[HalfDay]) -> list[str]:
    return [str(one) for one in sorted(half_days)]


def _number(amount: Amount) -> int | float:
    if isinstance(amount, Fraction):
        return int(amount) if amount.denominator == 1 else float(amount)
    return amount
