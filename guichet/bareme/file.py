"""Calm: the file of a barème, format « guichet-bareme/1 »: one readable JSON, read whole or refused.

All its faults are told at once, each a French sentence after its path; nothing is kept of a file that holds one.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from guichet.bareme.bareme import (
    NAMES,
    Assessed,
    Bareme,
    Bracket,
    Brackets,
    Condition,
    Criterion,
    Flag,
    Group,
    Option,
    Quota,
    Repeat,
    Rule,
)
from guichet.bareme.vocabulary import TIES
from guichet.core import shapes
from guichet.core.names import clean_name
from guichet.core.shapes import Field

FORMAT = "guichet-bareme/1"
MOST_POINTS = 10_000
LARGEST = 200_000
"""Bytes of a file: the shipped ones hold less than ten thousand."""

CODE = shapes.pattern("[a-z][a-z0-9_]{0,39}", "de 1 à 40 minuscules sans accent, chiffres ou « _ »")
INSEE = shapes.pattern("[0-9]{5}|2[AB][0-9]{3}", "les cinq caractères du code Insee")
POINTS = shapes.whole(-MOST_POINTS, MOST_POINTS)
NUMBER = shapes.whole(-1_000_000, 1_000_000)
LABEL, LONG = shapes.text(160), shapes.or_empty(shapes.text(1000))
SHORT = shapes.or_empty(shapes.text(300))

HEAD = {
    "format": Field(shapes.one_of((FORMAT,), f"« {FORMAT} »")),
    "code": Field(CODE),
    "title": Field(LABEL),
    "source": Field(SHORT, False, ""),
    "deliberation": Field(SHORT, False, ""),
    "extract": Field(shapes.yes_no, False, False),
    "note": Field(LONG, False, ""),
    "eligibility": Field(shapes.anything, False, []),
    "bypasses": Field(shapes.anything, False, []),
    "criteria": Field(shapes.anything),
    "quotas": Field(shapes.anything, False, []),
    "ties": Field(shapes.anything),
    "draw_key": Field(shapes.or_empty(shapes.text(80)), False, ""),
}
WHEN = {"when": Field(shapes.anything, False, []), "any": Field(shapes.yes_no, False, False)}
RULE = {"code": Field(CODE), "label": Field(LABEL), **WHEN}
NAMED = {
    "kind": Field(shapes.anything),
    "code": Field(CODE),
    "label": Field(LABEL),
    "note": Field(LONG, False, ""),
}
BRACKET = {
    "points": Field(POINTS),
    "at_least": Field(NUMBER, False),
    "below": Field(NUMBER, False),
}
CONDITION = {
    "fact": Field(CODE),
    "is": Field(shapes.yes_no, False),
    "among": Field(shapes.several(shapes.text(40)), False),
    "at_least": Field(NUMBER, False),
    "at_most": Field(NUMBER, False),
}
OPS = ("is", "among", "at_least", "at_most")
SHAPES = {
    "flag": (Flag, {**NAMED, "points": Field(POINTS), **WHEN}),
    "group": (Group, {**NAMED, "options": Field(shapes.anything)}),
    "brackets": (Brackets, {**NAMED, "fact": Field(CODE), "brackets": Field(shapes.anything)}),
    "repeat": (
        Repeat,
        {
            **NAMED,
            "fact": Field(CODE),
            "points": Field(POINTS),
            "most": Field(shapes.whole(1, 1000), False),
        },
    ),
    "assessed": (
        Assessed,
        {
            **NAMED,
            "lowest": Field(POINTS),
            "highest": Field(POINTS),
            "proof": Field(SHORT, False, ""),
            "restricted": Field(shapes.yes_no, False, False),
        },
    ),
}
KIND_WORDS = ", ".join(f"« {name} »" for name in SHAPES)
Raw = dict[str, Any]


def read_text(content: bytes) -> tuple[Bareme | None, list[str]]:
    """The barème of a file, or its faults."""
    if len(content) > LARGEST:
        return None, [f"Ce fichier est trop lourd pour un barème : {LARGEST // 1000} ko au plus."]
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, ["Ce fichier n’est pas un texte en UTF-8."]
    except (ValueError, RecursionError) as fault:
        line = f" (ligne {fault.lineno})" if isinstance(fault, json.JSONDecodeError) else ""
        return None, [f"Ce fichier n’est pas un JSON lisible{line}."]
    return read(raw)


def read(raw: object) -> tuple[Bareme | None, list[str]]:
    """The barème of a JSON value, or its faults: only its shape is looked at here (see `checks.py`)."""
    if not isinstance(raw, dict):
        return None, ["Un barème est un objet entre accolades."]
    faults: list[str] = []
    head = shapes.read_object(raw, HEAD, "", faults)
    head.pop("format", None)
    for key, make in (("eligibility", Rule), ("bypasses", Rule)):
        head[key] = _rules(head.get(key, []), make, RULE, key, faults)
    head["quotas"] = _rules(
        head.get("quotas", []), Quota, {**RULE, "share": Field(shapes.whole(1, 100))}, "quotas", faults
    )
    head["criteria"] = _criteria(head.get("criteria", []), faults)
    head["ties"] = _ties(head.get("ties", []), faults)
    return (None, faults) if faults else (Bareme(**head), [])


def read_criterion(raw: object, path: str = "criteria[0]") -> tuple[Criterion | None, list[str]]:
    """One criterion of a JSON value, or its faults."""
    faults: list[str] = []
    made = _criterion(raw, path, faults)
    return (None, faults) if faults else (made, [])


def write(bareme: Bareme) -> Raw:
    """The barème as the JSON value of its file; what is empty is left out."""
    return {"format": FORMAT, **_plain(bareme)}


def write_text(bareme: Bareme) -> str:
    """The file of a barème, as people read it."""
    return json.dumps(write(bareme), ensure_ascii=False, indent=2) + "\n"


def _criteria(raw: object, faults: list[str]) -> tuple[Criterion, ...]:
    if not isinstance(raw, list):
        faults.append("criteria : une liste entre crochets")
        return ()
    made = (_criterion(one, f"criteria[{rank}]", faults) for rank, one in enumerate(raw))
    return tuple(one for one in made if one is not None)


def _criterion(raw: object, path: str, faults: list[str]) -> Criterion | None:
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if not isinstance(kind, str) or kind not in SHAPES:
        faults.append(f"{path}.kind : un critère est l’un de {KIND_WORDS}")
        return None
    make, shape = SHAPES[kind]
    before = len(faults)
    given = shapes.read_object(raw, shape, path, faults)
    given.pop("kind", None)
    if "when" in shape:
        given["when"] = _when(given.get("when", []), f"{path}.when", faults)
    if kind == "group":
        option = {**RULE, "points": Field(POINTS)}
        given["options"] = _rules(given.get("options", []), Option, option, f"{path}.options", faults)
    if kind == "brackets":
        rows = shapes.read_list(given.get("brackets", []), BRACKET, f"{path}.brackets", faults)
        given["brackets"] = () if len(faults) > before else tuple(Bracket(**row) for row in rows)
    if len(faults) > before:
        return None
    criterion: Criterion = make(**given)
    return criterion


def _rules(
    raw: object, make: Callable[..., Any], shape: dict[str, Field], path: str, faults: list[str]
) -> tuple[Any, ...]:
    before = len(faults)
    rows = shapes.read_list(raw, shape, path, faults)
    for rank, row in enumerate(rows):
        row["when"] = _when(row.get("when", []), f"{path}[{rank}].when", faults)
    return () if len(faults) > before else tuple(make(**row) for row in rows)


def _when(raw: object, path: str, faults: list[str]) -> tuple[Condition, ...]:
    made = []
    for rank, row in enumerate(shapes.read_list(raw, CONDITION, path, faults)):
        ops = [op for op in OPS if row.get(op) is not None]
        if len(ops) != 1:
            faults.append(f"{path}[{rank}] : une seule des clés {', '.join(OPS)}")
        elif "fact" in row:
            made.append(Condition(row["fact"], ops[0], row[ops[0]]))
    return tuple(made)


def _ties(raw: object, faults: list[str]) -> tuple[str, ...]:
    known = [one for one in raw if isinstance(one, str)] if isinstance(raw, list) else []
    if not isinstance(raw, list) or len(known) < len(raw) or not set(known) <= set(TIES):
        unknown = next((clean_name(one)[:40] for one in known if one not in TIES), "")
        said = f" (lu : « {unknown} »)" if unknown else ""
        faults.append(f"ties : une liste prise parmi {', '.join(TIES)}{said}")
        return ()
    return tuple(known)


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON writes
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Condition):
        return {"fact": value.fact, value.op: _plain(value.value)}
    if not hasattr(value, "__dataclass_fields__"):
        return value
    named = {"kind": NAMES[type(value)]} if type(value) in NAMES else {}
    told = {one.name: getattr(value, one.name) for one in fields(value)}  # type: ignore[arg-type]
    return named | {key: _plain(one) for key, one in told.items() if key == "criteria" or not _is_empty(one)}


def _is_empty(value: object) -> bool:
    """What may be left out; a zero is said."""
    return value is None or value is False or value in ("", ())
