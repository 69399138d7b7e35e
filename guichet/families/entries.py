"""What is stored of a family, as it would be typed: to fill a form, to compare, to make keys."""

from dataclasses import dataclass, fields

from guichet.families.dossier import AdultEntry, ChildEntry, HouseholdEntry
from guichet.families.models import ADULT, CHILD, Fact, Family, Person


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
