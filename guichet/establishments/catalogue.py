"""The offer as one frozen value: small, read by nearly every page, changed rarely.

A process may keep it for some seconds; the foreign keys remain the last word.
"""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core.errors import DomainError
from guichet.establishments.models import COLLECTIVE, Establishment, Manager
from guichet.territory.models import Commune, CommunePostcode, Desk


@dataclass(frozen=True)
class Town:
    """A commune, its postcodes, the desk that serves it and its centre, in degrees (WGS 84)."""

    code: str
    name: str
    postcodes: frozenset[str]
    desk_id: int
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Service:
    """A desk: name, address, phone and email, as article R112-5 CRPA wants them on a receipt."""

    id: int
    name: str
    address: tuple[str, ...]
    city: str
    phone: str
    email: str


@dataclass(frozen=True)
class Keeper:
    """A manager of establishments and how its silence and its decisions are read."""

    id: int
    name: str
    is_public: bool
    implicit_rejection_months: int
    deciding_authority: str
    signatory: tuple[str, str]
    tribunal: str


@dataclass(frozen=True)
class House:
    """An establishment as the wishes and the letters name it."""

    id: int
    code: str
    name: str
    kind: str
    commune_code: str
    commune_name: str
    keeper_id: int
    phone: str
    is_open: bool

    @property
    def is_collective(self) -> bool:
        """Whether it is a crèche."""
        return self.kind in COLLECTIVE

    @property
    def label(self) -> str:
        """« Les Lucioles (Blanzy) »; the commune is not said twice: « Assistants maternels de Blanzy »."""
        if self.commune_name in self.name:
            return self.name
        return f"{self.name} ({self.commune_name})"


@dataclass(frozen=True)
class Catalogue:
    """Communes, desks, managers and establishments, by key, each in alphabetical order."""

    towns: dict[str, Town]
    services: dict[int, Service]
    keepers: dict[int, Keeper]
    houses: dict[int, House]

    @cached_property
    def postcodes(self) -> dict[str, tuple[Town, ...]]:
        """The communes of the territory that a postcode may mean."""
        found: dict[str, list[Town]] = {}
        for town in self.towns.values():
            for postcode in town.postcodes:
                found.setdefault(postcode, []).append(town)
        return {postcode: tuple(towns) for postcode, towns in found.items()}

    def service_for(self, commune_code: str | None) -> Service:
        """The desk that serves a commune; the first desk for a family living elsewhere.

        Raises DomainError when the installation has no desk yet.
        """
        if commune_code in self.towns:
            return self.services[self.towns[commune_code].desk_id]
        for service in self.services.values():
            return service
        raise DomainError(
            "Aucun point d’accueil n’est enregistré : l’administration du guichet doit charger le territoire."
        )

    def keeper_of(self, house_id: int) -> Keeper:
        """Who manages an establishment."""
        return self.keepers[self.houses[house_id].keeper_id]


def load_catalogue(session: Session) -> Catalogue:
    """Read the whole offer: five short statements, meant to be kept a few seconds."""
    postcodes: dict[str, set[str]] = {}
    for code, postcode in session.execute(select(CommunePostcode.commune_code, CommunePostcode.postcode)):
        postcodes.setdefault(code, set()).add(postcode)
    communes = session.scalars(select(Commune).order_by(Commune.sort_key)).all()
    towns = {
        commune.code: Town(
            commune.code,
            commune.name,
            frozenset(postcodes.get(commune.code, ())),
            commune.desk_id,
            commune.latitude,
            commune.longitude,
        )
        for commune in communes
    }
    services = {
        desk.id: Service(
            desk.id,
            desk.name,
            (desk.address, f"{desk.postcode} {desk.city}"),
            desk.city,
            desk.phone,
            desk.email,
        )
        for desk in session.scalars(select(Desk).order_by(Desk.id))
    }
    keepers = {
        manager.id: Keeper(
            manager.id,
            manager.name,
            manager.is_public,
            manager.implicit_rejection_months,
            manager.deciding_authority,
            (manager.signatory_name, manager.signatory_title),
            manager.tribunal,
        )
        for manager in session.scalars(select(Manager).order_by(Manager.id))
    }
    houses = {
        house.id: House(
            house.id,
            house.code,
            house.name,
            house.kind,
            house.commune_code,
            towns[house.commune_code].name,
            house.manager_id,
            house.phone,
            house.is_open,
        )
        for house in session.scalars(select(Establishment).order_by(Establishment.sort_key, Establishment.id))
    }
    return Catalogue(towns, services, keepers, houses)
