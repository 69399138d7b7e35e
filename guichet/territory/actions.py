"""What the settings change of the territory: the desks, and the one that serves each commune."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError, NotFoundError
from guichet.core.names import clean_name, mail_key
from guichet.territory.models import Commune, Desk

LONGEST = {"name": 120, "address": 200, "postcode": 5, "city": 80, "phone": 20, "email": 254}
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


def change_desk(session: Session, desk_id: int, entry: DeskEntry, *, actor: Actor, at: datetime) -> Desk:
    """Change what receipts print of a desk. Raises NotFoundError, InvalidError."""
    desk = session.get(Desk, desk_id)
    if desk is None:
        raise NotFoundError
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
