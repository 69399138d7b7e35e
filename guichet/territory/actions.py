"""What the settings change of the territory: the desks, and the one that serves each commune; and its loading."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError, NotFoundError
from guichet.core.installing import Change, fill, install
from guichet.core.names import clean_name, mail_key, search_key
from guichet.core.workflow import expect_version
from guichet.territory.installation import (
    InstalledBassin,
    InstalledCommune,
    InstalledDesk,
    InstalledEpci,
    InstalledTerritory,
)
from guichet.territory.models import BassinDeVie, Commune, CommunePostcode, Desk, Epci

LONGEST = {"name": 120, "address": 200, "postcode": 5, "city": 80, "phone": 20, "email": 254}
LONGEST_KEY = 80
"""The key of a commune’s name may be longer than the name: « œ » becomes two letters."""
MISSING = {
    "name": "Écrivez le nom du point d’accueil.",
    "address": "Écrivez l’adresse : elle figure sur chaque accusé de réception.",
    "postcode": "Écrivez les cinq chiffres du code postal.",
    "city": "Écrivez la ville.",
    "phone": "Écrivez le téléphone : il figure sur chaque accusé de réception.",
    "email": "Écrivez une adresse comme nom@exemple.fr.",
}


@dataclass(frozen=True)
class DeskEntry:
    """A desk as typed: what article R112-5 CRPA wants on a receipt."""

    name: str
    address: str
    postcode: str
    city: str
    phone: str
    email: str


def change_desk(
    session: Session,
    desk_id: int,
    entry: DeskEntry,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Desk:
    """Change what receipts print of a desk.

    Raises NotFoundError, InvalidError, ConflictError when it changed since `version`.
    """
    desk = session.get(Desk, desk_id)
    if desk is None:
        raise NotFoundError
    expect_version(desk, version)
    typed = {name: clean_name(value) for name, value in asdict(entry).items()}
    _check(typed)
    before = {name: getattr(desk, name) for name in typed}
    for name, value in typed.items():
        setattr(desk, name, value)
    detail = {"before": before, "after": typed}
    journal.note(session, "desk", desk.id, "change_desk", actor=actor, at=at, detail=detail)
    return desk


def serve(session: Session, desk_by_commune: dict[str, int], *, actor: Actor, at: datetime) -> int:
    """Say which desk serves each of these communes, by INSEE code; the number that changed.

    Raises InvalidError (field: the commune's code) for an unknown desk. Letters already sent keep theirs.
    """
    desks = set(session.scalars(select(Desk.id)))
    communes = session.scalars(select(Commune).where(Commune.code.in_(desk_by_commune))).all()
    problems = {
        f"desk-{town.code}": f"Choisissez un point d’accueil pour {town.name}."
        for town in communes
        if desk_by_commune[town.code] not in desks
    }
    if problems:
        raise InvalidError(problems)
    changes = {
        town.code: [town.desk_id, desk_by_commune[town.code]]
        for town in communes
        if town.desk_id != desk_by_commune[town.code]
    }
    for town in communes:
        town.desk_id = desk_by_commune[town.code]
    if changes:
        journal.note(session, "desk", 0, "serve_commune", actor=actor, at=at, detail={"changes": changes})
    return len(changes)


def install_territory(
    session: Session, said: InstalledTerritory, *, actor: Actor, at: datetime
) -> list[Change]:
    """Create or change the communes, their bassins and their desks as a checked file says, by code.

    What the file does not name is left as it is. Letters already sent keep what they said.
    """
    return [
        *_install_epci(session, said.epci, actor=actor, at=at),
        *_install_bassins(session, said.bassins, actor=actor, at=at),
        *_install_desks(session, said.desks, actor=actor, at=at),
        *_install_communes(session, said.communes, actor=actor, at=at),
    ]


def _install_epci(session: Session, said: InstalledEpci, *, actor: Actor, at: datetime) -> list[Change]:
    def write(one: InstalledEpci, row: Epci | None) -> Epci:
        return fill(row or Epci(siren=one.code), {"name": one.name})

    def read(row: Epci) -> InstalledEpci:
        return InstalledEpci(row.siren, row.name)

    stored = {row.siren: row for row in session.scalars(select(Epci))}
    return install(session, "epci", [said], stored, read=read, write=write, actor=actor, at=at)


def _install_bassins(
    session: Session, said: tuple[InstalledBassin, ...], *, actor: Actor, at: datetime
) -> list[Change]:
    def write(one: InstalledBassin, row: BassinDeVie | None) -> BassinDeVie:
        return fill(row or BassinDeVie(code=one.code), {"name": one.name, "epci_siren": one.epci})

    def read(row: BassinDeVie) -> InstalledBassin:
        return InstalledBassin(row.code, row.name, row.epci_siren)

    stored = {row.code: row for row in session.scalars(select(BassinDeVie))}
    return install(session, "bassin", said, stored, read=read, write=write, actor=actor, at=at)


def _install_desks(
    session: Session, said: tuple[InstalledDesk, ...], *, actor: Actor, at: datetime
) -> list[Change]:
    def write(one: InstalledDesk, row: Desk | None) -> Desk:
        return fill(row or Desk(), asdict(one))

    def read(row: Desk) -> InstalledDesk:
        return InstalledDesk(row.code, row.name, row.address, row.postcode, row.city, row.phone, row.email)

    stored = {row.code: row for row in session.scalars(select(Desk))}
    return install(session, "desk", said, stored, read=read, write=write, actor=actor, at=at)


def _install_communes(
    session: Session, said: tuple[InstalledCommune, ...], *, actor: Actor, at: datetime
) -> list[Change]:
    desks = {desk.code: desk.id for desk in session.scalars(select(Desk))}
    codes = {number: code for code, number in desks.items()}

    def write(one: InstalledCommune, row: Commune | None) -> Commune:
        row = row or Commune(code=one.code, postcodes=[])
        kept = {line.postcode: line for line in row.postcodes}
        for gone in set(kept) - set(one.postcodes):
            row.postcodes.remove(kept[gone])
            session.delete(kept[gone])
        row.postcodes += [CommunePostcode(postcode=new) for new in one.postcodes if new not in kept]
        values = {
            "name": one.name,
            "sort_key": search_key(one.name)[:LONGEST_KEY],
            "population": one.population,
            "latitude": one.latitude,
            "longitude": one.longitude,
            "bassin_code": one.bassin,
            "desk_id": desks[one.desk],
        }
        return fill(row, values)

    def read(row: Commune) -> InstalledCommune:
        return InstalledCommune(
            code=row.code,
            name=row.name,
            postcodes=tuple(sorted(line.postcode for line in row.postcodes)),
            population=row.population,
            latitude=row.latitude,
            longitude=row.longitude,
            bassin=row.bassin_code,
            desk=codes[row.desk_id],
        )

    found = session.scalars(select(Commune).options(selectinload(Commune.postcodes)))
    stored = {row.code: row for row in found}
    return install(session, "commune", said, stored, read=read, write=write, actor=actor, at=at)


def _check(typed: dict[str, str]) -> None:
    problems = {name: MISSING[name] for name, value in typed.items() if not value}
    if not (len(typed["postcode"]) == LONGEST["postcode"] and typed["postcode"].isdigit()):
        problems["postcode"] = MISSING["postcode"]
    if not mail_key(typed["email"]):
        problems["email"] = MISSING["email"]
    for name, longest in LONGEST.items():
        if len(typed[name]) > longest and name not in problems:
            problems[name] = f"Cette réponse ne peut pas dépasser {longest} caractères."
    if problems:
        raise InvalidError(problems)
