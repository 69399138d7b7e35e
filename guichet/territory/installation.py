"""Calm: what the file of an installation says of its territory."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InstalledEpci:
    """The intercommunality; its code is its SIREN."""

    code: str
    name: str


@dataclass(frozen=True)
class InstalledBassin:
    """A bassin de vie; `epci` is a SIREN."""

    code: str
    name: str
    epci: str


@dataclass(frozen=True)
class InstalledDesk:
    """A reception point: what article R112-5 CRPA wants on a receipt."""

    code: str
    name: str
    address: str
    postcode: str
    city: str
    phone: str
    email: str


@dataclass(frozen=True)
class InstalledCommune:
    """A commune: `code` is its INSEE code, `postcodes` are sorted, `bassin` and `desk` are codes.

    Population in inhabitants, degrees in WGS 84.
    """

    code: str
    name: str
    postcodes: tuple[str, ...]
    population: int
    latitude: float
    longitude: float
    bassin: str
    desk: str


@dataclass(frozen=True)
class InstalledTerritory:
    """Where families live and where they are received."""

    epci: InstalledEpci
    bassins: tuple[InstalledBassin, ...]
    desks: tuple[InstalledDesk, ...]
    communes: tuple[InstalledCommune, ...]
