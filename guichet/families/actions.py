"""What changes in a family: the household, its adults and children, a birth. The caller commits.

Each action keeps the names of the fields it changed; `write_down` then writes them, never their values, on the
histories the caller names: what a family was is not kept longer than what it is.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from guichet.core import french, journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.families.dossier import AdultEntry, ChildEntry, HouseholdEntry
from guichet.families.entries import Dossier, adult_entry, adults_of, child_entry, household_entry
from guichet.families.facts import declared
from guichet.families.following import follow, following, forget_person
from guichet.families.models import ADULT, CHILD, Fact, Family, Person
from guichet.families.proof_actions import Subject

BORN_EARLY, BORN_LATE = timedelta(days=130), timedelta(days=35)
"""How far from its due date a birth is believed without a second look: from 22 weeks, to a late term."""


@dataclass
class Change:
    """Who changes a family in one go, when, and on which histories it is written."""

    actor: Actor
    at: datetime
    subjects: tuple[Subject, ...]
    parts: dict[str, list[str]] = field(default_factory=dict)
    """What changed so far: part of the file → names of fields."""

    @property
    def today(self) -> date:
        """The calendar day of the change."""
        return day(self.at)


@dataclass(frozen=True)
class BirthEntry:
    """A birth as the family tells it. `certificate_seen`: the agent looked at the certificate."""

    birth_date: date | None
    first_name: str
    last_name: str
    certificate_seen: bool = False


def edit_household(
    session: Session, file: Dossier, entry: HouseholdEntry, by: Change, *, moved: bool = False
) -> tuple[str, ...]:
    """Where the family lives, how to reach it. `moved`: the proof of the address is asked again.

    Returns the names of the fields that changed.
    """
    before = following(file, by.today)
    changed = _write(file.family, asdict(household_entry(file.family)), asdict(entry))
    if moved:
        changed += ("moved",)
        _ask_address_again(file.facts, by.today)
    follow(session, file, before, by.today)
    _keep("household", changed, by)
    return changed


def edit_person(
    session: Session, file: Dossier, person: Person, entry: AdultEntry | ChildEntry, by: Change
) -> tuple[str, ...]:
    """What is known of an adult, of the child of the demand, or of a brother or sister.

    Returns the names of the fields that changed.
    """
    before = following(file, by.today)
    known = adult_entry(person) if person.role == ADULT else child_entry(person)
    changed = _write(person, asdict(known), asdict(entry))
    follow(session, file, before, by.today)
    _keep(_part(file, person), changed, by)
    return changed


def add_person(session: Session, file: Dossier, entry: AdultEntry | ChildEntry, by: Change) -> Person:
    """An adult, or a brother or sister, who was not in the file."""
    before = following(file, by.today)
    role = ADULT if isinstance(entry, AdultEntry) else CHILD
    last = max((one.position for one in file.family.persons if one.role == role), default=0)
    person = Person(role=role, position=last + 1, **asdict(entry))
    file.family.persons.append(person)
    session.flush()
    follow(session, file, before, by.today)
    _keep(_part(file, person), ("added",), by)
    return person


def remove_person(session: Session, file: Dossier, person: Person, by: Change) -> None:
    """Take out of the file somebody who does not belong to the household. One adult must stay."""
    if person is file.child:
        raise StepRefusedError("L’enfant de la demande ne peut pas être retiré de son dossier.")
    if person.role == ADULT and len(adults_of(file.family)) == 1:
        raise StepRefusedError("Le dossier garde au moins un adulte.")
    before = following(file, by.today)
    part = _part(file, person)
    forget_person(session, file, person)
    session.delete(person)
    file.family.persons.remove(person)
    follow(session, file, before, by.today)
    _keep(part, ("removed",), by)


def write_down(session: Session, by: Change) -> bool:
    """Write what was changed, one line a history. False, and nothing written, when nothing was."""
    if not by.parts:
        return False
    for subject in by.subjects:
        journal.note(session, *subject, "edit_family", actor=by.actor, at=by.at, detail=dict(by.parts))
    return True


def confirm_birth(session: Session, file: Dossier, entry: BirthEntry, by: Change) -> None:
    """The child is born. The certificate of birth is asked instead of the certificate of pregnancy.

    Raises InvalidError with a sentence per field; StepRefusedError when the birth is already known.
    """
    _check_birth(file.child, entry, by.today)
    file.child.birth_date, file.child.due_date = entry.birth_date, None
    file.child.first_name, file.child.last_name = entry.first_name, entry.last_name
    proof = _proof_of_birth(session, file, by.today)
    if entry.certificate_seen:
        proof.received_on = proof.received_on or by.today
        proof.checked_on, proof.checked_by = by.today, by.actor.name
    for subject in by.subjects:
        journal.note(session, *subject, "confirm_birth", actor=by.actor, at=by.at)


def _check_birth(child: Person, entry: BirthEntry, today: date) -> None:
    if child.birth_date is not None:
        raise StepRefusedError("La naissance de cet enfant est déjà confirmée.")
    problems: dict[str, str] = {}
    if entry.birth_date is None:
        problems["birth_date"] = "Indiquez la date de naissance."
    elif entry.birth_date > today:
        problems["birth_date"] = (
            "Cette date est dans le futur : confirmez la naissance quand l’enfant est né."
        )
    elif child.due_date and not child.due_date - BORN_EARLY <= entry.birth_date <= child.due_date + BORN_LATE:
        problems["birth_date"] = (
            f"Cette date est loin de la date prévue ({french.short_date(child.due_date)}) : vérifiez les deux. "
            "La date prévue se corrige dans « L’enfant »."
        )
    if not entry.first_name:
        problems["first_name"] = "Indiquez le prénom de l’enfant."
    if not entry.last_name:
        problems["last_name"] = "Indiquez le nom de l’enfant."
    if problems:
        raise InvalidError(problems)


def _proof_of_birth(session: Session, file: Dossier, today: date) -> Fact:
    """The line of the birth; the line of the pregnancy becomes it, to be proved anew."""
    about = {fact.kind: fact for fact in file.facts if fact.person_id == file.child.id}
    if "birth" in about:
        return about["birth"]
    proof = about.get("pregnancy")
    if proof is None:
        proof = Fact(family_id=file.family.id, person_id=file.child.id, declared_on=today)
        session.add(proof)
        file.facts.append(proof)
    proof.kind, proof.paper, proof.asked_on = "birth", declared("birth", 0).paper, today
    proof.received_on = proof.valid_until = proof.checked_on = proof.checked_by = None
    proof.refused_because = ""
    return proof


def _ask_address_again(facts: Iterable[Fact], today: date) -> None:
    for fact in facts:
        if fact.kind in ("residence", "hosted") and fact.paper:
            fact.asked_on = today
            fact.received_on = fact.valid_until = fact.checked_on = fact.checked_by = None


def _write(row: Family | Person, before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    changed = tuple(name for name, value in after.items() if before[name] != value)
    for name in changed:
        setattr(row, name, after[name])
    return changed


def _part(file: Dossier, person: Person) -> str:
    if person.role == ADULT:
        return "adult"
    return "child" if person is file.child else "sibling"


def _keep(part: str, changed: tuple[str, ...], by: Change) -> None:
    if changed:
        kept = by.parts.setdefault(part, [])
        kept += [name for name in changed if name not in kept]
