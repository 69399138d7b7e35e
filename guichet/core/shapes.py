"""Calm: what a value read from a JSON file must look like; each fault is one French sentence after its path.

A path counts from zero, as JSON does: « managers[2].tribunal » is the tribunal of the third manager.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from guichet.core.names import clean_name, mail_key, phone_key

COMMENT = "_comment"
"""The one key that any object may carry and that says nothing: JSON has no comments."""
SHOWN = 40
ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+?[0-9 .()-]+")
LONGEST_PHONE, LONGEST_ADDRESS = 20, 254


class MisshapenError(ValueError):
    """A value that cannot be kept; says what is expected instead."""


@dataclass(frozen=True)
class Field:
    """A key of an object: how its value is read, and what it is worth when it may be left out."""

    read: Callable[[Any], Any]
    required: bool = True
    default: Any = None


def anything(value: object) -> object:
    """Whatever stands there: it is read later."""
    return value


def text(longest: int) -> Callable[[Any], str]:
    """A text that says something, `longest` characters at most once cleaned."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise MisshapenError("un texte entre guillemets")
        cleaned = clean_name(value)
        if not cleaned:
            raise MisshapenError("à remplir")
        if len(cleaned) > longest:
            raise MisshapenError(f"{longest} caractères au plus, il y en a {len(cleaned)}")
        return cleaned

    return read


def or_empty(read: Callable[[Any], str]) -> Callable[[Any], str]:
    """The same, or an empty text."""
    return lambda value: "" if value == "" else read(value)


def pattern(shape: str, expected: str) -> Callable[[Any], str]:
    """A text of exactly this shape (a regular expression), described by `expected`."""
    known = re.compile(shape)

    def read(value: object) -> str:
        if not isinstance(value, str) or not known.fullmatch(value):
            raise MisshapenError(expected)
        return value

    return read


def phone(value: object) -> str:
    """A phone number, however it is spaced."""
    if isinstance(value, str) and len(value) <= LONGEST_PHONE and PHONE.fullmatch(value) and phone_key(value):
        return clean_name(value)
    raise MisshapenError("un numéro de téléphone, comme « 03 53 01 10 01 »")


def address(value: object) -> str:
    """An address of electronic mail."""
    if isinstance(value, str) and len(value) <= LONGEST_ADDRESS and ADDRESS.fullmatch(value):
        return mail_key(value)
    raise MisshapenError("une adresse électronique, comme « accueil@exemple.fr »")


def whole(lowest: int, highest: int) -> Callable[[Any], int]:
    """A whole number between two bounds, both included."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise MisshapenError(f"un nombre entier de {lowest} à {highest}")
        return value

    return read


def decimal(lowest: float, highest: float) -> Callable[[Any], float]:
    """A number between two bounds, both included."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
            raise MisshapenError(f"un nombre de {lowest:g} à {highest:g}, avec un point pour les décimales")
        return float(value)

    return read


def yes_no(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise MisshapenError("true ou false, sans guillemets")
    return value


def one_of(choices: Sequence[Any], expected: str) -> Callable[[Any], Any]:
    """One of these values, described by `expected`."""

    def read(value: object) -> Any:  # noqa: ANN401 - the type of the choices
        if isinstance(value, bool) or not isinstance(value, str | int) or value not in choices:
            raise MisshapenError(expected)
        return value

    return read


def several(read_one: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    """A list of at least one value, in order, the same one kept once."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            raise MisshapenError("une liste d’au moins une valeur, entre crochets")
        return tuple(sorted({read_one(one) for one in value}))

    return read


def read_object(raw: object, fields: Mapping[str, Field], path: str, faults: list[str]) -> dict[str, Any]:
    """The sound values of an object by key; what is wrong is added to `faults`, one sentence each."""
    if not isinstance(raw, dict):
        faults.append(f"{path} : un objet entre accolades")
        return {}
    before = f"{path}." if path else ""
    faults += [
        f"{before}{clean_name(key)[:SHOWN]} : clé inconnue{_meant(key, fields)}"
        for key in raw
        if key not in fields and key != COMMENT
    ]
    sound: dict[str, Any] = {}
    for key, field in fields.items():
        value = raw.get(key)
        if value is None:
            if field.required:
                faults.append(f"{before}{key} : manque")
            else:
                sound[key] = field.default
            continue
        try:
            sound[key] = field.read(value)
        except MisshapenError as fault:
            faults.append(f"{before}{key} : {fault}{_seen(value)}")
    return sound


def read_list(raw: object, fields: Mapping[str, Field], path: str, faults: list[str]) -> list[dict[str, Any]]:
    """The objects of a list, each at its rank; a fault when it is no list."""
    if not isinstance(raw, list):
        faults.append(f"{path} : une liste entre crochets")
        return []
    return [read_object(one, fields, f"{path}[{rank}]", faults) for rank, one in enumerate(raw)]


def _meant(key: str, fields: Mapping[str, Field]) -> str:
    close = get_close_matches(key, fields, n=1)
    if close:
        return f" ; vouliez-vous écrire « {close[0]} » ?"
    return f" ; les clés sont {', '.join(fields)}"


def _seen(value: object) -> str:
    if isinstance(value, dict | list):
        return ""
    shown = clean_name(json.dumps(value, ensure_ascii=False))
    return f" (lu : {shown if len(shown) <= SHOWN else shown[:SHOWN] + '…'})"
