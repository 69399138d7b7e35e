"""What the settings change of the managers: how their silence and their decisions are read; and the offer's loading."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError, NotFoundError
from guichet.core.installing import Change, fill, install
from guichet.core.names import clean_name, search_key
from guichet.core.workflow import expect_version
from guichet.establishments.installation import InstalledEstablishment, InstalledManager
from guichet.establishments.models import Establishment, Manager

SILENCE_MONTHS = (2, 4)
LONGEST_KEY = 120
"""The key of a name may be longer than the name: « œ » becomes two letters."""
LONGEST = {"deciding_authority": 160, "signatory_name": 120, "signatory_title": 160, "tribunal": 200}
MISSING = {
    "deciding_authority": "Écrivez qui décide : chaque lettre de décision doit le nommer.",
    "signatory_name": "Écrivez le nom de la personne qui signe.",
    "signatory_title": "Écrivez la qualité de la personne qui signe.",
    "tribunal": "Écrivez le tribunal devant lequel une décision publique se conteste.",
}


@dataclass(frozen=True)
class ManagerEntry:
    """A manager's legal facts as typed. `implicit_rejection_months` counts for a public manager only."""

    implicit_rejection_months: int
    deciding_authority: str
    signatory_name: str
    signatory_title: str
    tribunal: str


def change_manager(
    session: Session,
    manager_id: int,
    entry: ManagerEntry,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Manager:
    """Change what the next letters say; those already sent keep what they said.

    Raises NotFoundError, InvalidError, ConflictError when it changed since `version`.
    Two or four months of silence: CRPA L231-5, L231-6 and decree 2016-625.
    """
    manager = session.get(Manager, manager_id)
    if manager is None:
        raise NotFoundError
    expect_version(manager, version)
    typed = {
        name: clean_name(value) if isinstance(value, str) else value for name, value in asdict(entry).items()
    }
    _check(typed, is_public=manager.is_public)
    before = {name: getattr(manager, name) for name in typed}
    for name, value in typed.items():
        setattr(manager, name, value)
    detail = {"before": before, "after": typed}
    journal.note(session, "manager", manager.id, "change_manager", actor=actor, at=at, detail=detail)
    return manager


def install_managers(
    session: Session, said: tuple[InstalledManager, ...], *, actor: Actor, at: datetime
) -> list[Change]:
    """Create or change the managers as a checked file says, by code; the others are left as they are."""

    def write(one: InstalledManager, row: Manager | None) -> Manager:
        return fill(row or Manager(), asdict(one))

    def read(row: Manager) -> InstalledManager:
        return InstalledManager(**{key: getattr(row, key) for key in InstalledManager.__dataclass_fields__})

    stored = {row.code: row for row in session.scalars(select(Manager))}
    return install(session, "manager", said, stored, read=read, write=write, actor=actor, at=at)


def install_establishments(
    session: Session, said: tuple[InstalledEstablishment, ...], *, actor: Actor, at: datetime
) -> list[Change]:
    """Create or change the establishments, by code; one that the file does not name is not closed.

    Their communes and their managers must be there already.
    """
    managers = {manager.code: manager.id for manager in session.scalars(select(Manager))}
    codes = {number: code for code, number in managers.items()}

    def write(one: InstalledEstablishment, row: Establishment | None) -> Establishment:
        values = asdict(one)
        placed: dict[str, Any] = {
            "commune_code": values.pop("commune"),
            "manager_id": managers[values.pop("manager")],
        }
        placed["sort_key"] = search_key(one.name)[:LONGEST_KEY]
        return fill(row or Establishment(), {**values, **placed})

    def read(row: Establishment) -> InstalledEstablishment:
        values: dict[str, Any] = {"commune": row.commune_code, "manager": codes[row.manager_id]}
        others = InstalledEstablishment.__dataclass_fields__.keys() - values.keys()
        return InstalledEstablishment(**values, **{key: getattr(row, key) for key in others})

    stored = {row.code: row for row in session.scalars(select(Establishment))}
    return install(session, "establishment", said, stored, read=read, write=write, actor=actor, at=at)


def _check(typed: dict[str, str | int], *, is_public: bool) -> None:
    problems = {
        name: sentence
        for name, sentence in MISSING.items()
        if not typed[name] and (name != "tribunal" or is_public)
    }
    if typed["implicit_rejection_months"] not in SILENCE_MONTHS:
        problems["implicit_rejection_months"] = "Choisissez deux mois ou quatre mois."
    for name, longest in LONGEST.items():
        if len(str(typed[name])) > longest:
            problems[name] = f"Cette réponse ne peut pas dépasser {longest} caractères."
    if problems:
        raise InvalidError(problems)
