"""Read the child and the family as they were typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from guichet.core import french
from guichet.establishments.catalogue import Catalogue
from guichet.families import words
from guichet.families.dossier import AdultEntry, ChildEntry, HouseholdEntry
from guichet.web.registration.typed import LONG, Typed

MOST_SIBLINGS = 4
ADULTS = (1, 2)
LONGEST_WEEK = 80
"""Hours of work a week."""


@dataclass(frozen=True)
class Household:
    """What the step « La famille » gives."""

    household: HouseholdEntry
    adults: tuple[AdultEntry, ...]
    siblings: tuple[ChildEntry, ...]


def child_of(typed: Typed) -> ChildEntry:
    """The child of the demand; what cannot be read is kept in `typed.problems`."""
    return ChildEntry(
        last_name=typed.words("child_last_name"),
        first_name=typed.words("child_first_name"),
        birth_date=typed.day("birth_date"),
        due_date=typed.day("due_date"),
        multiple_births=int(typed.choice("multiple_births", words.MULTIPLE_BIRTHS, "1")),
        adoption=typed.flag("adoption"),
        adoption_on=typed.day("adoption_on"),
        special_care=typed.flag("special_care"),
        pai_planned=typed.flag("pai_planned"),
        walks_since=typed.day("walks_since"),
        current_care=typed.choice("current_care", words.CURRENT_CARE),
        current_care_until=typed.day("current_care_until"),
    )


def rank_from(values: Mapping[str, str]) -> int:
    """Which child of one birth: 1 unless this draft follows a brother's or a sister's."""
    return int(Typed(values).choice("birth_rank", ("1", "2", "3"), "1"))


def family_of(typed: Typed, catalogue: Catalogue) -> Household:
    """The household, its adults and the other children; what cannot be read is kept in `typed.problems`."""
    household = _household(typed, catalogue)
    adults = tuple(_adult(typed, position) for position in ADULTS if position == 1 or has_adult(typed, 2))
    siblings = tuple(
        _sibling(typed, number, catalogue)
        for number in range(1, MOST_SIBLINGS + 1)
        if has_sibling(typed, number)
    )
    return Household(household, adults, siblings)


def has_adult(typed: Typed, position: int) -> bool:
    """Whether something was typed about this adult."""
    return typed.any_of(
        *(f"adult{position}_{name}" for name in ("first_name", "last_name", "phone", "email", "birth_date"))
    )


def has_sibling(typed: Typed, number: int) -> bool:
    """Whether something was typed about this brother or sister."""
    return typed.any_of(
        *(f"sibling{number}_{name}" for name in ("first_name", "last_name", "birth_date", "attends"))
    )


def _adult(typed: Typed, position: int) -> AdultEntry:
    def name(field: str) -> str:
        return f"adult{position}_{field}"

    if not typed.words(name("last_name")):
        typed.refuse(
            name("last_name"),
            "Indiquez le nom d’au moins un parent ou responsable."
            if position == 1
            else "Indiquez le nom de ce deuxième responsable, ou videz ses autres champs.",
        )
    return AdultEntry(
        first_name=typed.words(name("first_name")),
        last_name=typed.words(name("last_name")),
        link=typed.choice(name("link"), words.LINK, "parent"),
        has_authority=typed.flag(name("has_authority")),
        lives_with_child=typed.flag(name("lives_with_child")),
        phone=typed.phone(name("phone")),
        email=typed.email(name("email")),
        birth_date=typed.day(name("birth_date")),
        activity=typed.choice(name("activity"), words.ACTIVITY),
        employer=typed.words(name("employer"), 120),
        work_place=typed.words(name("work_place")),
        weekly_minutes=typed.hours(name("weekly_hours"), LONGEST_WEEK),
        atypical_hours=typed.flag(name("atypical_hours")),
        returns_on=typed.day(name("returns_on")),
        benefit=typed.choice(name("benefit"), words.BENEFIT),
    )


def _sibling(typed: Typed, number: int, catalogue: Catalogue) -> ChildEntry:
    def name(field: str) -> str:
        return f"sibling{number}_{field}"

    last_name = typed.words(name("last_name"))
    birth_date = typed.day(name("birth_date"))
    if not last_name:
        typed.refuse(name("last_name"), "Indiquez le nom de cet enfant.")
    if birth_date is None:
        typed.refuse(name("birth_date"), "Indiquez la date de naissance de cet enfant.")
    attends = typed.raw(name("attends"))
    return ChildEntry(
        last_name=last_name,
        first_name=typed.words(name("first_name")),
        birth_date=birth_date,
        attends_id=int(attends) if attends in {str(house) for house in catalogue.houses} else None,
        attends_until=typed.day(name("attends_until")),
    )


def _household(typed: Typed, catalogue: Catalogue) -> HouseholdEntry:
    address = typed.words("address", LONG)
    if not address:
        typed.refuse("address", "Indiquez l’adresse de la famille.")
    postcode, city, commune = _where(typed, catalogue)
    return HouseholdEntry(
        address=address,
        postcode=postcode,
        city=city,
        commune_code=commune,
        channel=typed.choice("channel", words.CHANNEL, "email"),
        address_more=typed.words("address_more", LONG),
        resident_since=typed.day("resident_since"),
        moving_to_code=typed.choice("moving_to", catalogue.towns) or None,
        moving_on=typed.day("moving_on"),
        hosted=typed.flag("hosted"),
        language=typed.words("language", 40),
        interpreter=typed.flag("interpreter"),
        single_parent=typed.flag("single_parent"),
        custody=typed.choice("custody", words.CUSTODY, "together"),
        children_at_home=typed.number("children_at_home", 0, 20),
        benefits_office=typed.choice("benefits_office", words.BENEFITS_OFFICE),
        benefits_number=typed.words("benefits_number", 15),
        quotient=typed.number("quotient", 0, 20_000),
        quotient_on=typed.day("quotient_on"),
    )


def _where(typed: Typed, catalogue: Catalogue) -> tuple[str, str, str | None]:
    """Postcode, town and commune code: the commune is proposed from the postcode, chosen when several share it."""
    postcode = typed.raw("postcode").replace(" ", "")
    if not (postcode.isascii() and postcode.isdigit() and len(postcode) == 5):
        typed.refuse("postcode", "Un code postal a cinq chiffres.")
        return "", "", None
    if typed.flag("outside"):
        city = typed.words("city")
        if not city:
            typed.refuse("city", "Indiquez la ville de cette famille qui habite hors du territoire.")
        return postcode, city, None
    towns = {town.code: town.name for town in catalogue.postcodes.get(postcode, ())}
    chosen = typed.raw("commune")
    if not towns:
        typed.refuse(
            "postcode",
            f"Aucune commune du territoire n’a le code postal {postcode} : vérifiez-le, ou cochez « hors du "
            "territoire ».",
        )
    elif chosen and chosen not in towns:
        typed.refuse("commune", "Cette commune n’a pas ce code postal : corrigez l’un des deux.")
    elif not chosen and len(towns) > 1:
        typed.refuse(
            "commune",
            f"Plusieurs communes ont ce code postal : {french.join_and(list(towns.values()))}. Choisissez.",
        )
    else:
        code = chosen or next(iter(towns))
        return postcode, towns[code], code
    return postcode, "", None
