"""Calm: reads a problem of the format `guichet-allocation/1`, writes its result; their schemas are in `schemas/`.

An unusable file raises `InvalidProblemError`: one French sentence, with the path of the fault. The schema says what
a file may hold; reading with it costs a hundred times more than building the problem, so it is asked only about
a file that the strict reading below refuses, to say why.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from guichet.allocation.faults import InvalidProblemError
from guichet.allocation.problem import (
    Current,
    Demand,
    Pin,
    Places,
    Problem,
    Refusal,
    Result,
    Rules,
    Wish,
)
from guichet.core.json_shape import first_fault

FORMAT = "guichet-allocation/1"
RESULT_FORMAT = "guichet-allocation-result/1"

Json = dict[str, Any]


@cache
def schema(name: str) -> Json:
    """The JSON Schema of the `problem` or of the `result`."""
    text = files("guichet.allocation").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")
    found: Json = json.loads(text)
    return found


def read_problem(content: bytes) -> Problem:
    """The problem of a file. Raises InvalidProblemError."""
    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each)
    except UnicodeDecodeError:
        raise InvalidProblemError("fichier", "ce n’est pas un texte en UTF-8.") from None
    except json.JSONDecodeError as error:
        raise InvalidProblemError(
            f"ligne {error.lineno}, colonne {error.colno}", "le fichier n’est pas du JSON à cet endroit."
        ) from None
    except ValueError:
        raise InvalidProblemError("fichier", "il contient un nombre beaucoup trop long.") from None
    except RecursionError:
        raise InvalidProblemError("fichier", "il emboîte trop de listes ou d’objets.") from None
    return problem_from(document)


def problem_from(document: object) -> Problem:
    """The problem that a document says. Raises InvalidProblemError."""
    try:
        raw = _object(document, {"format", "slots", "places", "demands"}, {"rules"})
        if raw["format"] != FORMAT:
            raise _MisshapenError
        rules = _object(raw.get("rules", {}), set(), {"reserved_first", "unfilled_reserve_opens"})
        parts = (
            _names(raw["slots"]),
            tuple([_places(one) for one in _list(raw["places"])]),
            tuple([_demand(one) for one in _list(raw["demands"])]),
            Rules(*(_flag(rules.get(name, True)) for name in ("reserved_first", "unfilled_reserve_opens"))),
        )
    except _MisshapenError:
        path, sentence = first_fault(document, schema("problem")) or ("fichier", "il n’a pas la bonne forme.")
        raise InvalidProblemError(path, sentence) from None
    return Problem(*parts)


def problem_document(problem: Problem) -> Json:
    """The problem as a document of the format, in its own order."""
    return {
        "format": FORMAT,
        "slots": list(problem.slots),
        "places": [
            {
                "establishment": places.establishment,
                "section": places.section,
                "open": dict(places.open),
                "reserved": {group: dict(kept) for group, kept in places.reserved.items()},
            }
            for places in problem.places
        ],
        "demands": [_demand_document(demand) for demand in problem.demands],
        "rules": {
            "reserved_first": problem.rules.reserved_first,
            "unfilled_reserve_opens": problem.rules.unfilled_reserve_opens,
        },
    }


def result_document(result: Result) -> Json:
    """The result as a document of the format `guichet-allocation-result/1`."""
    return {
        "format": RESULT_FORMAT,
        "engine": result.engine,
        "input_digest": result.input_digest,
        "result_digest": result.result_digest,
        "assignments": [
            {"demand": line.demand, "establishment": line.establishment, "seat": line.seat}
            for line in result.assignments
        ],
        "refusals": [_refusal_document(refusal) for refusal in result.refusals],
        "blocking": [
            {"demand": case.demand, "establishment": case.establishment} for case in result.blocking
        ],
        "statistics": {
            "placed": result.statistics.placed,
            "unplaced": result.statistics.unplaced,
            "slots_filled": result.statistics.slots_filled,
        },
    }


def written(document: Json) -> bytes:
    """A document as a file, one line for each place, demand or refusal, so that two files can be compared."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines = ",\n".join(f"  {json.dumps(one, ensure_ascii=False)}" for one in value)
            parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    # Half a character (a lone surrogate) stays readable as its JSON escape.
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", "backslashreplace")


class _MisshapenError(Exception):
    """Something is not as the schema says; the schema knows what."""


def _once_each(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise InvalidProblemError(name, "cette clé est écrite deux fois dans le même objet.")
            seen.add(name)
    return found


def _object(raw: object, needed: set[str], possible: set[str]) -> Json:
    if type(raw) is not dict or not raw.keys() >= needed or not raw.keys() <= needed | possible:
        raise _MisshapenError
    return raw


def _list(raw: object) -> list[Any]:
    if type(raw) is not list:
        raise _MisshapenError
    return raw


def _name(raw: object) -> str:
    if type(raw) is not str or not raw:
        raise _MisshapenError
    return raw


def _name_or_none(raw: object) -> str | None:
    return None if raw is None else _name(raw)


def _names(raw: object) -> tuple[str, ...]:
    return tuple([_name(one) for one in _list(raw)])


def _pattern(raw: object) -> tuple[str, ...]:
    names = _names(raw)
    if not names:
        raise _MisshapenError
    return names


def _whole(raw: object) -> int:
    if type(raw) is float and raw.is_integer():
        return int(raw)
    if type(raw) is not int:
        raise _MisshapenError
    return raw


def _flag(raw: object) -> bool:
    if type(raw) is not bool:
        raise _MisshapenError
    return raw


def _seats(raw: object) -> dict[str, int]:
    if type(raw) is not dict:
        raise _MisshapenError
    seats = {slot: _whole(count) for slot, count in raw.items()}
    if any(count < 0 for count in seats.values()):
        raise _MisshapenError
    return seats


def _places(raw: object) -> Places:
    one = _object(raw, {"establishment", "section", "open"}, {"reserved"})
    reserved = one.get("reserved", {})
    if type(reserved) is not dict:
        raise _MisshapenError
    return Places(
        _name(one["establishment"]),
        _name(one["section"]),
        _seats(one["open"]),
        {group: _seats(kept) for group, kept in reserved.items()},
    )


def _demand(raw: object) -> Demand:
    one = _object(
        raw, {"id", "section", "slots", "order", "wishes"}, {"group", "current", "together", "pinned"}
    )
    return Demand(
        id=_name(one["id"]),
        section=_name(one["section"]),
        slots=_pattern(one["slots"]),
        order=_whole(one["order"]),
        wishes=tuple([_wish(wish) for wish in _list(one["wishes"])]),
        group=_name_or_none(one.get("group")),
        current=_current(one.get("current")),
        together=_name_or_none(one.get("together")),
        pinned=_pin(one.get("pinned")),
    )


def _wish(raw: object) -> Wish:
    one = _object(raw, {"establishment", "score"}, set())
    return Wish(_name(one["establishment"]), _whole(one["score"]))


def _current(raw: object) -> Current | None:
    if raw is None:
        return None
    one = _object(raw, {"establishment", "section", "slots"}, set())
    return Current(_name(one["establishment"]), _name(one["section"]), _pattern(one["slots"]))


def _pin(raw: object) -> Pin | None:
    if raw is None:
        return None
    one = _object(raw, set(), {"establishment", "refused"})
    if len(one) != 1 or one.get("refused", True) is not True:
        raise _MisshapenError
    return Pin(_name(one["establishment"]) if "establishment" in one else None)


def _demand_document(demand: Demand) -> Json:
    current, pinned = demand.current, demand.pinned
    decided: Mapping[str, Any] | None = None
    if pinned:
        decided = (
            {"refused": True} if pinned.establishment is None else {"establishment": pinned.establishment}
        )
    return {
        "id": demand.id,
        "section": demand.section,
        "slots": list(demand.slots),
        "group": demand.group,
        "order": demand.order,
        "wishes": [{"establishment": wish.establishment, "score": wish.score} for wish in demand.wishes],
        "current": {
            "establishment": current.establishment,
            "section": current.section,
            "slots": list(current.slots),
        }
        if current
        else None,
        "together": demand.together,
        "pinned": decided,
    }


def _refusal_document(refusal: Refusal) -> Json:
    witness = refusal.witness
    last = witness.last_admitted
    return {
        "demand": refusal.demand,
        "establishment": refusal.establishment,
        "witness": {
            "section": witness.section,
            "slot": witness.slot,
            "seats": witness.seats,
            "last_admitted": {"demand": last.demand, "score": last.score} if last else None,
            "score": witness.score,
        },
    }
