"""What a change in a family makes of the facts that follow from it.

A new situation asks for its proof. One that is not true any more is not asked; what was brought for it stays.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core.errors import StepRefusedError
from guichet.families.dossier import FactEntry
from guichet.families.entries import (
    Dossier,
    adult_entry,
    adults_of,
    child_entry,
    children_of,
    household_entry,
)
from guichet.families.facts import follows_from
from guichet.families.models import Fact, PaperFile, Person

Following = dict[tuple[str, int | None], FactEntry]
"""By kind and person id: the fact that the file says by itself."""


def following(file: Dossier, today: date) -> Following:
    """What the file says of itself, before or after a change."""
    adults = adults_of(file.family)
    siblings = tuple(child_entry(one) for one in children_of(file.family) if one is not file.child)
    found = follows_from(
        child_entry(file.child),
        household_entry(file.family),
        tuple(map(adult_entry, adults)),
        siblings,
        today,
    )
    ids = {0: file.child.id} | {position: adult.id for position, adult in enumerate(adults, 1)}
    return {(fact.kind, None if fact.about is None else ids[fact.about]): fact for fact in found}


def follow(session: Session, file: Dossier, before: Following, today: date) -> None:
    """Add and take away the facts that differ from `before`. Costs nothing when the change says nothing new."""
    after = following(file, today)
    known = {(fact.kind, fact.person_id): fact for fact in file.facts}
    for key, entry in after.items():
        if key not in before and key not in known:
            _declare(session, file, entry, key[1], today)
    gone = [known[key] for key in before if key not in after and key in known]
    _erase(session, file, [fact for fact in gone if fact.received_on is None])


def forget_person(session: Session, file: Dossier, person: Person) -> None:
    """Erase what is declared about somebody who leaves the file. Raises StepRefusedError once proved."""
    about = [fact for fact in file.facts if fact.person_id == person.id]
    if any(fact.received_on for fact in about) or len(_erase(session, file, about)) < len(about):
        raise StepRefusedError(
            "Des justificatifs ont déjà été reçus pour cette personne : retirez-les d’abord de la page des "
            "justificatifs."
        )


def _declare(session: Session, file: Dossier, entry: FactEntry, person_id: int | None, today: date) -> None:
    fact = Fact(
        family_id=file.family.id,
        person_id=person_id,
        kind=entry.kind,
        declared_on=today,
        paper=entry.paper,
        asked_on=today if entry.paper else None,
        refused_because="",
    )
    session.add(fact)
    file.facts.append(fact)


def _erase(session: Session, file: Dossier, facts: list[Fact]) -> list[Fact]:
    """The facts erased: those of which no copy of a paper is kept."""
    if not facts:
        return []
    ids = [fact.id for fact in facts]
    copied = set(session.scalars(select(PaperFile.fact_id).where(PaperFile.fact_id.in_(ids))))
    erased = [fact for fact in facts if fact.id not in copied]
    for fact in erased:
        session.delete(fact)
        file.facts.remove(fact)
    return erased
