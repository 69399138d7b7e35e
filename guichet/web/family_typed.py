"""A family already known, as the fields of the registration show it."""

from collections.abc import Mapping
from datetime import date

from guichet.core import french
from guichet.demands.family_file import FamilyFile
from guichet.families.entries import adults_of
from guichet.families.models import Person
from guichet.web.registration.people import ADULTS, MOST_SIBLINGS

_TEXTS = (
    "first_name",
    "last_name",
    "link",
    "phone",
    "email",
    "activity",
    "employer",
    "work_place",
    "benefit",
)
_FLAGS = ("has_authority", "lives_with_child", "atypical_hours")


def typed_from_family(file: FamilyFile) -> dict[str, str]:
    """The household, its adults and the other children."""
    family = file.family
    shown = {
        name: getattr(family, name)
        for name in ("address", "address_more", "postcode", "channel", "language", "custody")
    }
    shown |= {"benefits_office": family.benefits_office, "benefits_number": family.benefits_number}
    shown |= {"commune": family.commune_code or "", "moving_to": family.moving_to_code or ""}
    shown |= {"city": "" if family.commune_code else family.city, "outside": _flag(not family.commune_code)}
    shown |= {name: _number(getattr(family, name)) for name in ("children_at_home", "quotient")}
    shown |= {name: _day(getattr(family, name)) for name in ("resident_since", "moving_on", "quotient_on")}
    shown |= {name: _flag(getattr(family, name)) for name in ("hosted", "interpreter", "single_parent")}
    for position, adult in zip(ADULTS, adults_of(family), strict=False):
        shown |= {f"adult{position}_{name}": value for name, value in _adult(adult).items()}
    # A second adult who is not there yet would have both, as at a registration.
    shown = {"adult2_has_authority": "y", "adult2_lives_with_child": "y", **shown}
    for number, sibling in enumerate(file.siblings[:MOST_SIBLINGS], 1):
        shown |= {f"sibling{number}_{name}": value for name, value in _sibling(sibling).items()}
    return shown


def typed_from_child(child: Person) -> dict[str, str]:
    """The child of the demand."""
    flags = ("adoption", "special_care", "pai_planned")
    days = ("birth_date", "due_date", "adoption_on", "walks_since", "current_care_until")
    return {
        "child_first_name": child.first_name,
        "child_last_name": child.last_name,
        "multiple_births": str(child.multiple_births),
        "current_care": child.current_care,
        **{name: _day(getattr(child, name)) for name in days},
        **{name: _flag(getattr(child, name)) for name in flags},
    }


def seen_version(typed: Mapping[str, str]) -> int:
    """The version the form was made from; 0, which never exists, for a form this page did not make."""
    number = typed.get("version", "")
    return int(number[:9]) if number.isascii() and number.isdigit() else 0


def _adult(adult: Person) -> dict[str, str]:
    return {
        **{name: getattr(adult, name) for name in _TEXTS},
        **{name: _flag(getattr(adult, name)) for name in _FLAGS},
        "birth_date": _day(adult.birth_date),
        "returns_on": _day(adult.returns_on),
        "weekly_hours": f"{adult.weekly_minutes / 60:g}".replace(".", ",") if adult.weekly_minutes else "",
    }


def _sibling(child: Person) -> dict[str, str]:
    return {
        "first_name": child.first_name,
        "last_name": child.last_name,
        "birth_date": _day(child.birth_date),
        "attends": str(child.attends_id or ""),
        "attends_until": _day(child.attends_until),
    }


def _day(value: date | None) -> str:
    return french.short_date(value) if value else ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _flag(value: object) -> str:
    return "y" if value else ""
