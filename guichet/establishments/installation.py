"""Calm: the file of an installation, read and checked whole: its territory, its managers, its establishments.

Nothing is kept of a file that holds one fault, and all its faults are told at once.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guichet.core import shapes
from guichet.core.names import clean_name
from guichet.core.shapes import Field
from guichet.establishments.words import KIND
from guichet.territory.installation import (
    InstalledBassin,
    InstalledCommune,
    InstalledDesk,
    InstalledEpci,
    InstalledTerritory,
)

CODE = shapes.pattern(
    "[a-z0-9][a-z0-9_-]{0,39}", "de 1 à 40 minuscules sans accent, chiffres, « - » ou « _ »"
)
BASSIN_CODE = shapes.pattern(
    "[a-z0-9][a-z0-9_-]{0,29}", "de 1 à 30 minuscules sans accent, chiffres, « - » ou « _ »"
)
INSEE = shapes.pattern("[0-9]{5}|2[AB][0-9]{3}", "les cinq caractères du code Insee, entre guillemets")
POSTCODE = shapes.pattern("[0-9]{5}", "les cinq chiffres du code postal, entre guillemets")
SIREN = shapes.pattern("[0-9]{9}", "les neuf chiffres du SIREN, entre guillemets")
MONTHS = shapes.one_of((2, 4), "2 ou 4")
KINDS = shapes.one_of(tuple(KIND), f"l’un de {', '.join(KIND)}")

EPCI = {"siren": Field(SIREN), "name": Field(shapes.text(120))}
BASSIN = {"code": Field(BASSIN_CODE), "name": Field(shapes.text(120))}
DESK = {
    "code": Field(CODE),
    "name": Field(shapes.text(120)),
    "address": Field(shapes.text(200)),
    "postcode": Field(POSTCODE),
    "city": Field(shapes.text(80)),
    "phone": Field(shapes.phone),
    "email": Field(shapes.address),
}
COMMUNE = {
    "code": Field(INSEE),
    "name": Field(shapes.text(80)),
    "postcodes": Field(shapes.several(POSTCODE)),
    "population": Field(shapes.whole(0, 10_000_000)),
    "latitude": Field(shapes.decimal(-90, 90)),
    "longitude": Field(shapes.decimal(-180, 180)),
    "bassin": Field(BASSIN_CODE),
    "desk": Field(CODE),
}
MANAGER = {
    "code": Field(CODE),
    "name": Field(shapes.text(160)),
    "is_public": Field(shapes.yes_no),
    "implicit_rejection_months": Field(MONTHS, required=False),
    "deciding_authority": Field(shapes.text(160)),
    "signatory_name": Field(shapes.text(120)),
    "signatory_title": Field(shapes.text(160)),
    "tribunal": Field(shapes.or_empty(shapes.text(200)), required=False, default=""),
}
ESTABLISHMENT = {
    "code": Field(CODE),
    "name": Field(shapes.text(120)),
    "kind": Field(KINDS),
    "commune": Field(INSEE),
    "manager": Field(CODE),
    "capacity": Field(shapes.whole(1, 2000), required=False),
    "ages": Field(shapes.or_empty(shapes.text(80)), required=False, default=""),
    "address": Field(shapes.or_empty(shapes.text(200)), required=False, default=""),
    "phone": Field(shapes.or_empty(shapes.phone), required=False, default=""),
    "email": Field(shapes.or_empty(shapes.address), required=False, default=""),
    "how_it_works": Field(shapes.or_empty(shapes.text(2000)), required=False, default=""),
    "is_open": Field(shapes.yes_no, required=False, default=True),
}
LISTS = {
    "bassins": BASSIN,
    "desks": DESK,
    "communes": COMMUNE,
    "managers": MANAGER,
    "establishments": ESTABLISHMENT,
}
NEVER_EMPTY = ("bassins", "desks", "communes")
REFERENCES = (
    ("communes", "bassin", "bassins"),
    ("communes", "desk", "desks"),
    ("establishments", "commune", "communes"),
    ("establishments", "manager", "managers"),
)
PRIVATE_MONTHS = 4


@dataclass(frozen=True)
class InstalledManager:
    """Who manages and decides. `deciding_authority` reads inside a sentence (« la maire de Blanzy »).

    Months of silence before an implicit rejection: CRPA L231-5, L231-6 and decree 2016-625; they count for a public manager.
    """

    code: str
    name: str
    is_public: bool
    implicit_rejection_months: int
    deciding_authority: str
    signatory_name: str
    signatory_title: str
    tribunal: str


@dataclass(frozen=True)
class InstalledEstablishment:
    """A place to wish for. `commune` is an INSEE code, `manager` a code; no capacity: places are not counted."""

    code: str
    name: str
    kind: str
    commune: str
    manager: str
    capacity: int | None
    ages: str
    address: str
    phone: str
    email: str
    how_it_works: str
    is_open: bool = True


@dataclass(frozen=True)
class Installation:
    """All that a real installation must be told before its first demand."""

    territory: InstalledTerritory
    managers: tuple[InstalledManager, ...]
    establishments: tuple[InstalledEstablishment, ...]


class FaultyFileError(ValueError):
    """The file cannot be loaded: `faults` holds one French sentence each, after its path."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def read(content: bytes) -> Installation:
    """What the file says. Raises FaultyFileError with every fault it holds."""
    raw = _parsed(content)
    faults: list[str] = []
    if not isinstance(raw, dict):
        raise FaultyFileError(["Le fichier doit contenir un objet entre accolades."])
    found = shapes.read_object(raw, dict.fromkeys(("epci", *LISTS), Field(shapes.anything)), "", faults)
    epci = shapes.read_object(found["epci"], EPCI, "epci", faults) if "epci" in found else {}
    lists = {
        name: shapes.read_list(found[name], fields, name, faults)
        for name, fields in LISTS.items()
        if name in found
    }
    faults += [f"{name} : au moins un élément" for name in NEVER_EMPTY if found.get(name) == []]
    faults += _repeated(lists) + _unknown(lists) + _silent_managers(lists.get("managers", []))
    if faults:
        raise FaultyFileError(faults)
    return _built(epci, lists)


def _parsed(content: bytes) -> object:
    try:
        return json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_without_repetition, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise FaultyFileError(["Le fichier doit être enregistré en UTF-8."]) from error
    except json.JSONDecodeError as error:
        sentence = f"Ligne {error.lineno}, colonne {error.colno} : ce n’est pas du JSON (virgule, guillemet ou accolade)."
        raise FaultyFileError([sentence]) from error
    except FaultyFileError:
        raise
    except (ValueError, RecursionError) as error:
        raise FaultyFileError(["Le fichier contient un nombre démesuré ou trop de niveaux."]) from error


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    again = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    if again:
        named = next((value for key, value in pairs if key in ("code", "siren")), "")
        where = f" de « {clean_name(named)} »" if isinstance(named, str) and named else ""
        raise FaultyFileError([f"{clean_name(again[0])} : clé écrite deux fois dans le même objet{where}"])
    return dict(pairs)


def _no_constant(name: str) -> object:
    raise FaultyFileError([f"Le fichier contient {name}, qui n’est pas un nombre."])


def _repeated(lists: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    faults = []
    for name, objects in lists.items():
        first: dict[str, int] = {}
        for rank, one in enumerate(objects):
            code = one.get("code")
            if code is None:
                continue
            if code in first:
                faults.append(f"{name}[{rank}].code : « {code} » est déjà le code de {name}[{first[code]}]")
            first.setdefault(code, rank)
    return faults


def _unknown(lists: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """References to nothing; a list whose own codes are at fault is not blamed twice."""
    faults = []
    for name, key, target in REFERENCES:
        codes = {one.get("code") for one in lists.get(target, [{}])}
        faults += [
            f"{name}[{rank}].{key} : « {one[key]} » n’est le code d’aucun élément de {target}"
            for rank, one in enumerate(lists.get(name, []))
            if key in one and None not in codes and one[key] not in codes
        ]
    return faults


def _silent_managers(managers: list[dict[str, Any]]) -> list[str]:
    """A public manager must say how its silence and its decisions are read; a private one need not."""
    faults = []
    for rank, one in enumerate(managers):
        if not one.get("is_public"):
            continue
        if one.get("implicit_rejection_months", 0) is None:
            faults.append(f"managers[{rank}].implicit_rejection_months : 2 ou 4")
        if one.get("tribunal") == "":
            faults.append(
                f"managers[{rank}].tribunal : le nom et l’adresse du tribunal, pour un gestionnaire public"
            )
    return faults


def _built(epci: dict[str, Any], lists: dict[str, list[dict[str, Any]]]) -> Installation:
    territory = InstalledTerritory(
        epci=InstalledEpci(epci["siren"], epci["name"]),
        bassins=tuple(InstalledBassin(**one, epci=epci["siren"]) for one in lists["bassins"]),
        desks=tuple(InstalledDesk(**one) for one in lists["desks"]),
        communes=tuple(InstalledCommune(**one) for one in lists["communes"]),
    )
    for one in lists["managers"]:
        one["implicit_rejection_months"] = one["implicit_rejection_months"] or PRIVATE_MONTHS
    return Installation(
        territory=territory,
        managers=tuple(InstalledManager(**one) for one in lists["managers"]),
        establishments=tuple(InstalledEstablishment(**one) for one in lists["establishments"]),
    )
