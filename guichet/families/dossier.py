"""Calm: a household as it is typed, before anything is stored."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AdultEntry:
    """A legal representative."""

    first_name: str
    last_name: str
    link: str = "parent"
    has_authority: bool = True
    lives_with_child: bool = True
    phone: str = ""
    email: str = ""
    birth_date: date | None = None
    activity: str = ""
    employer: str = ""
    work_place: str = ""
    weekly_minutes: int | None = None
    atypical_hours: bool = False
    returns_on: date | None = None
    benefit: str = ""


@dataclass(frozen=True)
class ChildEntry:
    """The child of the demand, or a brother or sister. Born, or expected at a due date."""

    last_name: str
    first_name: str = ""
    birth_date: date | None = None
    due_date: date | None = None
    multiple_births: int = 1
    adoption: bool = False
    adoption_on: date | None = None
    special_care: bool = False
    pai_planned: bool = False
    walks_since: date | None = None
    current_care: str = ""
    current_care_until: date | None = None
    attends_id: int | None = None
    attends_until: date | None = None


@dataclass(frozen=True)
class HouseholdEntry:
    """The household itself."""

    address: str
    postcode: str
    city: str
    commune_code: str | None
    channel: str
    address_more: str = ""
    resident_since: date | None = None
    moving_to_code: str | None = None
    moving_on: date | None = None
    hosted: bool = False
    language: str = ""
    interpreter: bool = False
    single_parent: bool = False
    custody: str = "together"
    children_at_home: int | None = None
    benefits_office: str = ""
    benefits_number: str = ""
    quotient: int | None = None
    quotient_on: date | None = None


@dataclass(frozen=True)
class FactEntry:
    """Something declared, and the paper that will prove it (empty: none asked).

    `about` is the position of the adult it concerns (1 or 2), 0 for the child, None for the household.
    """

    kind: str
    paper: str = ""
    about: int | None = None
    received: bool = False
    referral_contact: str = ""


@dataclass(frozen=True)
class FamilyEntry:
    """A whole family as it is typed."""

    household: HouseholdEntry
    adults: tuple[AdultEntry, ...]
    siblings: tuple[ChildEntry, ...] = ()
    facts: tuple[FactEntry, ...] = ()
