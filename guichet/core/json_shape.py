"""What is wrong in a document against a JSON Schema, said as one French sentence with its path."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_KIND = {
    "object": "un objet entre accolades",
    "array": "une liste entre crochets",
    "string": "un texte entre guillemets",
    "integer": "un nombre entier",
    "number": "un nombre",
    "boolean": "true ou false",
    "null": "null",
}
_SHOWN = 40
_LOOKED_AT = 100
"""Faults compared to say the one that explains the others best: a large file may have one a line."""


def first_fault(document: object, schema: Mapping[str, Any]) -> tuple[str, str] | None:
    """(path, sentence) of the fault to mend first, as in `("demands[3].order", "il faut un nombre entier…")`."""
    # Eight megabytes in every web process, for the few who import a file: loaded when one does.
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    fault = best_match(islice(Draft202012Validator(schema).iter_errors(document), _LOOKED_AT))
    if fault is None:
        return None
    return _path(fault) or "fichier", _sentence(fault)


def _path(fault: "ValidationError") -> str:
    steps: list[str | int] = list(fault.absolute_path)
    key = _faulty_key(fault)
    if key is not None:
        steps.append(_shown(key))
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _faulty_key(fault: "ValidationError") -> str | None:
    """The key that is missing, or that nobody knows."""
    limit: Any = fault.validator_value
    value: Any = fault.instance
    schema: Any = fault.schema
    if fault.validator == "required":
        return next(str(name) for name in limit if name not in value)
    if fault.validator == "additionalProperties" and limit is False:
        return next(str(name) for name in value if name not in schema["properties"])
    return None


def _sentence(fault: "ValidationError") -> str:
    limit: Any = fault.validator_value
    schema: Any = fault.schema
    match str(fault.validator):
        case "required":
            return "cette clé manque."
        case "additionalProperties":
            return f"cette clé est inconnue ; celles du format sont {', '.join(schema['properties'])}."
        case "type":
            kinds = [limit] if isinstance(limit, str) else limit
            said = f"il faut {' ou '.join(_KIND[kind] for kind in kinds)}"
        case "const":
            said = f"il faut « {limit} »"
        case "minimum":
            said = f"il faut au moins {limit}"
        case "exclusiveMinimum":
            said = f"il faut un nombre plus grand que {limit}"
        case "maximum":
            said = f"il faut au plus {limit}"
        case "pattern" if "examples" in schema:
            said = f"il faut une valeur comme « {schema['examples'][0]} »"
        case "minLength":
            said = "il faut un texte qui n’est pas vide"
        case "minItems":
            said = "cette liste ne peut pas être vide"
        case "minProperties" | "maxProperties":
            said = f"il faut une clé et une seule parmi {', '.join(schema['properties'])}"
        case _:
            said = "cette valeur n’est pas attendue ici"
    return f"{said} (lu : {seen(fault.instance)})."


def seen(value: object) -> str:
    """The beginning of a value as it is written in the file."""
    return _shown(json.dumps(value, ensure_ascii=False, default=str))


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
