"""Calm: reads a problem of the format `guichet-calendar/1`, writes its plan; their JSON Schemas are in `schemas/`.

An unusable file raises `InvalidProblemError`: one French sentence, with the path of the fault.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from guichet.core.json_shape import first_fault, seen
from guichet.scheduling.planning.faults import InvalidProblemError
from guichet.scheduling.planning.plan import Plan
from guichet.scheduling.planning.problem import (
    Amount,
    Commission,
    HalfDay,
    Person,
    Placement,
    Problem,
    Room,
    Rules,
    Seat,
    Session,
    Travel,
)

PROBLEM, RESULT = "guichet-calendar/1", "guichet-calendar-result/1"


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of the « problem » or of the « result »."""
    text = files("guichet.scheduling").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def read_problem(content: bytes) -> Problem:
    """The problem of a file. Raises InvalidProblemError at its first fault."""
    try:
        raw = json.loads(
            content.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_once_each,
        )
    except UnicodeDecodeError:
        raise InvalidProblemError("", "Le fichier n’est pas un texte en UTF-8.") from None
    except json.JSONDecodeError as error:
        raise InvalidProblemError(
            "", f"Le fichier n’est pas du JSON : faute à la ligne {error.lineno}, colonne {error.colno}."
        ) from None
    except ValueError:
        raise InvalidProblemError("", "Le fichier contient un nombre beaucoup trop long.") from None
    except RecursionError:
        raise InvalidProblemError("", "Le fichier imbrique trop d’objets les uns dans les autres.") from None
    fault = first_fault(raw, schema("problem"))
    if fault is not None:
        raise InvalidProblemError(*fault)
    return _problem(raw)


def result_of(plan: Plan) -> dict[str, Any]:
    """The plan, ready to be written as JSON."""
    return {
        "format": RESULT,
        "engine": plan.engine,
        "status": plan.status,
        "stopped_by": plan.stopped_by,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "seconds": plan.seconds,
        "blocks": [
            {
                "teams": list(block.teams),
                "status": block.status,
                "objective": block.objective,
                "bound": block.bound,
                "gap": block.gap,
            }
            for block in plan.blocks
        ],
        "sessions": [
            {
                "id": one.id,
                "commission": one.commission,
                "half_day": str(one.half_day),
                "room": one.room,
                "present": list(one.present),
                "forced": one.forced,
            }
            for one in plan.sessions
        ],
        "unplaced": [
            {
                "id": one.id,
                "half_days": one.half_days,
                "lost": {
                    "room": one.lost.room,
                    "required": one.lost.required,
                    "quorum": one.lost.quorum,
                    "taken": one.lost.taken,
                },
            }
            for one in plan.unplaced
        ],
    }


def _problem(raw: Mapping[str, Any]) -> Problem:
    rules = raw["rules"]
    return Problem(
        half_days=tuple(_half_days(raw["half_days"], "half_days")),
        people=tuple(
            Person(
                one["id"],
                frozenset(_half_days(one.get("busy", ()), f"people[{i}].busy")),
                frozenset(_half_days(one.get("if_needed", ()), f"people[{i}].if_needed")),
            )
            for i, one in enumerate(raw["people"])
        ),
        rooms=tuple(
            Room(one["id"], one["commune"], frozenset(_half_days(one.get("busy", ()), f"rooms[{i}].busy")))
            for i, one in enumerate(raw["rooms"])
        ),
        travel=tuple(
            Travel(one["from"], one["to"], _amount(one["minutes"])) for one in raw.get("travel_minutes", ())
        ),
        commissions=tuple(_commission(one, f"commissions[{i}]") for i, one in enumerate(raw["commissions"])),
        rules=Rules(
            per_half_day=int(rules["per_half_day"]),
            **{name: _amount(price) for name, price in rules.items() if name != "per_half_day"},
        ),
        seed=raw.get("seed", 1),
        work_limit=float(raw.get("work_limit", 60)),
        time_limit_s=float(raw.get("time_limit_s", 120)),
    )


def _commission(raw: Mapping[str, Any], path: str) -> Commission:
    return Commission(
        id=raw["id"],
        team=raw["team"],
        rooms=tuple(raw["rooms"]),
        min_days_between=int(raw["min_days_between"]),
        quorum=int(raw["quorum"]),
        required=tuple(tuple(names) for names in raw.get("required", ())),
        seats=tuple(
            Seat(
                one["person"], _amount(one["weight"]), tuple(one.get("deputies", ())), one.get("voting", True)
            )
            for one in raw["seats"]
        ),
        sessions=tuple(_session(one, f"{path}.sessions[{j}]") for j, one in enumerate(raw["sessions"])),
    )


def _session(raw: Mapping[str, Any], path: str) -> Session:
    return Session(
        raw["id"],
        start=_day(raw["from"], f"{path}.from"),
        end=_day(raw["to"], f"{path}.to"),
        target=_day(raw["target"], f"{path}.target"),
        pinned=_placement(raw.get("pinned"), f"{path}.pinned"),
        previous=_placement(raw.get("previous"), f"{path}.previous"),
    )


def _placement(raw: Mapping[str, Any] | None, path: str) -> Placement | None:
    if raw is None:
        return None
    return Placement(_half_day(raw["half_day"], f"{path}.half_day"), raw["room"])


def _half_days(raw: Iterable[str], path: str) -> Iterator[HalfDay]:
    for i, text in enumerate(raw):
        try:
            yield _parsed(text)
        except ValueError:
            yield _half_day(text, f"{path}[{i}]")


def _half_day(text: str, path: str) -> HalfDay:
    try:
        return _parsed(text)
    except ValueError:
        raise InvalidProblemError(
            path,
            f"une demi-journée s’écrit comme « 2027-01-04 am » ou « 2027-01-04 pm » (lu : {seen(text)}).",
        ) from None


def _day(text: str, path: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidProblemError(path, f"cette date n’existe pas (lu : {seen(text)}).") from None


@cache
def _parsed(text: str) -> HalfDay:
    day, _, half = text.partition(" ")
    if half not in ("am", "pm") or len(day) != len("2027-01-04"):
        raise ValueError(text)
    return HalfDay(date.fromisoformat(day), half)


def _amount(number: int | Decimal) -> Amount:
    return number if isinstance(number, int) else Fraction(number)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidProblemError(twice, "cette clé est écrite deux fois dans le même objet.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise InvalidProblemError("", f"« {name} » n’est pas un nombre que JSON connaît.")
