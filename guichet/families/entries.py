"""What is stored of a family, as it would be typed: to fill a form, to compare, to make keys."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from guichet.families.dossier import AdultEntry, ChildEntry, HouseholdEntry
from guichet.families.models import ADULT, CHILD, Fact, Family, Person
from guichet.families.papers import documents


@dataclass(frozen=True)
class Dossier:
    """A family's file, loaded: the household with its persons, the child it is opened for, what is declared.

    An action that adds or erases a fact keeps `facts` true.
    """

    family: Family
    child: Person
    facts: list[Fact]


def household_entry(family: Family) -> HouseholdEntry:
    """The household."""
    return HouseholdEntry(**{one.name: getattr(family, one.name) for one in fields(HouseholdEntry)})


def adult_entry(adult: Person) -> AdultEntry:
    """One adult."""
    return AdultEntry(**{one.name: getattr(adult, one.name) for one in fields(AdultEntry)})


def child_entry(child: Person) -> ChildEntry:
    """One child."""
    return ChildEntry(**{one.name: getattr(child, one.name) for one in fields(ChildEntry)})


def adults_of(family: Family) -> list[Person]:
    """The adults, in their order."""
    return [person for person in family.persons if person.role == ADULT]


def children_of(family: Family) -> list[Person]:
    """The children, in their order."""
    return [person for person in family.persons if person.role == CHILD]


def adult_names(family: Family) -> dict[int, str]:
    """Who each document is about, by person id; empty where a single adult leaves no doubt."""
    adults = adults_of(family)
    return {one.id: f"{one.first_name} {one.last_name}".strip() for one in adults} if len(adults) > 1 else {}


def documents_of(facts: Iterable[Fact], family: Family) -> tuple[str, ...]:
    """The documents that these facts ask for, as the family reads them, each once."""
    names = adult_names(family)
    return documents((fact.paper, names.get(fact.person_id or 0, "")) for fact in facts)
