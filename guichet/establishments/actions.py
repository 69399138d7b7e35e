"""What the settings change of the managers: how their silence and their decisions are read."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError, NotFoundError
from guichet.core.names import clean_name
from guichet.establishments.models import Manager

SILENCE_MONTHS = (2, 4)
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
    session: Session, manager_id: int, entry: ManagerEntry, *, actor: Actor, at: datetime
) -> Manager:
    """Change what the next letters say; those already sent keep what they said.

    Raises NotFoundError, InvalidError. Two or four months of silence: CRPA L231-4 and its decrees.
    """
    manager = session.get(Manager, manager_id)
    if manager is None:
        raise NotFoundError
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
