"""Calm: a value checked against a JSON Schema; its first fault is one French sentence that names the path."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from guichet.scheduling.faults import InvalidProblemError

KIND = {
    "object": "un objet entre accolades",
    "array": "une liste entre crochets",
    "string": "un texte entre guillemets",
    "integer": "un nombre entier",
    "number": "un nombre",
    "boolean": "true ou false",
    "null": "null",
}
SHOWN = 40


def refuse_misshapen(raw: object, schema: Mapping[str, Any]) -> None:
    """Raise InvalidProblemError for the fault that explains the others best."""
    fault = best_match(Draft202012Validator(schema).iter_errors(raw))
    if fault is not None:
        raise InvalidProblemError(_path(fault), _said(fault))


def seen(value: object) -> str:
    """The beginning of a value as it is written in the file."""
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"


def _path(fault: ValidationError) -> str:
    steps: Any = fault.absolute_path
    return _joined([*steps, *_key(fault)])


def _joined(steps: Iterable[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _key(fault: ValidationError) -> list[str]:
    """The key that is missing, or not known."""
    limit: Any = fault.validator_value
    value: Any = fault.instance
    schema: Any = fault.schema
    if fault.validator == "required":
        return [next(name for name in limit if name not in value)]
    if fault.validator == "additionalProperties":
        return [next(name for name in value if name not in schema["properties"])[:SHOWN]]
    return []


def _said(fault: ValidationError) -> str:
    """What is expected there, in a sentence."""
    limit: Any = fault.validator_value
    schema: Any = fault.schema
    match str(fault.validator):
        case "required":
            return "cette clé manque."
        case "additionalProperties":
            return f"cette clé est inconnue ; les clés sont {', '.join(schema['properties'])}."
        case "type":
            kinds = [limit] if isinstance(limit, str) else limit
            said = f"il faut {' ou '.join(KIND[kind] for kind in kinds)}"
        case "const":
            said = f"il faut « {limit} »"
        case "minimum":
            said = f"il faut au moins {limit}"
        case "exclusiveMinimum":
            said = f"il faut un nombre plus grand que {limit}"
        case "maximum":
            said = f"il faut au plus {limit}"
        case "minLength":
            said = "il faut un texte qui n’est pas vide"
        case "pattern":
            sample = "2027-01-04 am" if "am" in limit else "2027-01-04"
            said = f"il faut une valeur comme « {sample} »"
        case _:
            said = "cette valeur n’est pas attendue ici"
    return f"{said} (lu : {seen(fault.instance)})."
