"""Two demands side by side, line by line, in the words of the screens."""

from collections.abc import Sequence
from dataclasses import dataclass

from guichet.core import french
from guichet.demands import words
from guichet.demands.letter_parts import wish_label
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.entries import adults_of
from guichet.families.facts import RESTRICTED
from guichet.families.models import Fact, Person
from guichet.families.proof_actions import paper_name
from guichet.families.words import child_called


@dataclass(frozen=True)
class Line:
    """One thing, as each demand says it. `private` lines are not shown to whoever may not read the demand."""

    label: str
    left: str
    right: str
    private: bool = True

    @property
    def differs(self) -> bool:
        """Whether the two say something else."""
        return " ".join(self.left.split()).casefold() != " ".join(self.right.split()).casefold()


def compare(left: Demand, right: Demand, facts: Sequence[Fact], catalogue: Catalogue) -> tuple[Line, ...]:
    """Every line of both demands, in the same order."""
    one, other = (_lines(demand, facts, catalogue) for demand in (left, right))
    return tuple(
        Line(label, value, other[label], label not in ("Enfant", "Naissance", "Guichet"))
        for label, value in one.items()
    )


def _lines(demand: Demand, facts: Sequence[Fact], catalogue: Catalogue) -> dict[str, str]:
    family, child = demand.family, demand.child
    adults = adults_of(family)
    address = (family.address, family.address_more, f"{family.postcode} {family.city}")
    received = [
        paper_name(fact)
        for fact in facts
        if fact.family_id == family.id and fact.received_on and fact.kind not in RESTRICTED
    ]
    return {
        "Enfant": child_called(child.first_name, child.last_name),
        "Naissance": _birth(child),
        "Guichet": catalogue.services[demand.desk_id].name,
        "Adultes": french.join_and([_full(adult) for adult in adults]),
        "Téléphones": french.join_and([french.phone(adult.phone) for adult in adults if adult.phone]),
        "Courriels": french.join_and([adult.email for adult in adults if adult.email]),
        "Adresse": ", ".join(line for line in address if line.strip()),
        "État": words.STATE[demand.state],
        "Reçue le": french.plain_date(demand.received_on),
        "Ancienneté": french.plain_date(demand.seniority_on),
        "Accueil": words.CARE[demand.care],
        "Entrée souhaitée": french.plain_date(demand.entry_on),
        "Semaine": demand.week.describe() if demand.week_pattern else "horaires variables",
        "Vœux": " ; ".join(f"{wish.rank}. {wish_label(wish, catalogue)}" for wish in demand.wishes),
        "Justificatifs reçus": french.join_and(received),
    }


def _birth(child: Person) -> str:
    if child.birth_date:
        return french.plain_date(child.birth_date)
    return f"attendue le {french.plain_date(child.due_date)}" if child.due_date else ""


def _full(person: Person) -> str:
    return f"{person.first_name} {person.last_name}".strip()
