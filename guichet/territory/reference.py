"""Calm: the communes shipped with the product, read from `data/communes.json` (source and licence beside it)."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "communes.json"


@dataclass(frozen=True)
class CommuneRecord:
    """A commune as published. `code` is the INSEE code; population in inhabitants; degrees in WGS 84."""

    code: str
    name: str
    postcodes: tuple[str, ...]
    population: int
    latitude: float
    longitude: float
    siren: str
    epci: str
    bassin: str


@dataclass(frozen=True)
class BassinRecord:
    """A bassin de vie of the intercommunality."""

    code: str
    name: str


@dataclass(frozen=True)
class TerritoryRecord:
    """The intercommunality, its bassins and the communes that the guichet serves."""

    epci_siren: str
    epci_name: str
    bassins: tuple[BassinRecord, ...]
    communes: tuple[CommuneRecord, ...]


@cache
def territory() -> TerritoryRecord:
    """The territory shipped with the product. Read once: the file does not change while it runs."""
    stored: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return TerritoryRecord(
        epci_siren=stored["epci"]["siren"],
        epci_name=stored["epci"]["usual_name"],
        bassins=tuple(BassinRecord(**bassin) for bassin in stored["bassins"]),
        communes=tuple(
            CommuneRecord(**{**commune, "postcodes": tuple(commune["postcodes"])})
            for commune in stored["communes"]
        ),
    )
