"""What a draft says, in the words of the screens, to be read before it is registered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guichet.core import french
from guichet.core.week import Week
from guichet.demands import words as demand_words
from guichet.demands.dossier import NeedEntry, WishEntry
from guichet.establishments.catalogue import Catalogue
from guichet.families import words
from guichet.families.dossier import AdultEntry, ChildEntry, FactEntry
from guichet.families.facts import label
from guichet.families.papers import BY_CODE
from guichet.web.registration import gathering
from guichet.web.registration.gathering import Gathered
from guichet.web.registration.people import Household

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """One card: its step, its lines, the week when it is the need."""

    step: str
    title: str
    rows: Rows
    week: Week | None = None


def sections(found: Gathered, catalogue: Catalogue, today: date) -> list[Section]:
    """The cards of the steps that can be read, in their order."""
    cards: list[tuple[str, Rows, Week | None]] = []
    if found.child:
        cards.append((gathering.CHILD, child_rows(found.child, today), None))
    if found.family:
        cards.append((gathering.FAMILY, family_rows(found.family, catalogue), None))
    if found.need:
        cards.append((gathering.NEED, need_rows(found.need), found.need.week or None))
    if found.wishes:
        cards.append((gathering.WISHES, wish_rows(found.wishes, catalogue), None))
    if found.facts is not None:
        cards.append((gathering.SITUATION, fact_rows(found.facts), None))
    return [Section(step, gathering.LABELS[step], rows, week) for step, rows, week in cards]


def child_rows(child: ChildEntry, today: date) -> Rows:
    """The child."""
    name = f"{child.first_name} {child.last_name}".strip()
    rows = [("Prénom et nom", name)]
    if child.birth_date:
        age = french.age_in_words(child.birth_date, today)
        rows.append(("Naissance", f"{french.plain_date(child.birth_date)} ({age})"))
    if child.due_date:
        rows.append(("Naissance attendue", french.plain_date(child.due_date)))
    if child.multiple_births > 1:
        rows.append(("Naissance multiple", words.MULTIPLE_BIRTHS[str(child.multiple_births)]))
    if child.adoption:
        rows.append(("Adoption", french.plain_date(child.adoption_on) if child.adoption_on else "oui"))
    if child.current_care:
        rows.append(("Aujourd’hui, accueilli par", words.CURRENT_CARE[child.current_care]))
    if child.special_care:
        rows.append(("Attention particulière", "oui"))
    return rows


def family_rows(family: Household, catalogue: Catalogue) -> Rows:
    """The household and how to reach it."""
    home = family.household
    rows = [
        (
            "Adresse",
            ", ".join(
                part for part in (home.address, home.address_more, f"{home.postcode} {home.city}") if part
            ),
        )
    ]
    if home.commune_code is None:
        rows.append(("Commune", "hors du territoire"))
    if home.moving_to_code:
        when = f", le {french.plain_date(home.moving_on)}" if home.moving_on else ""
        rows.append(("Emménagement prévu", catalogue.towns[home.moving_to_code].name + when))
    rows += [(words.LINK[adult.link].capitalize(), _adult(adult)) for adult in family.adults]
    rows.append(("Courriers", words.CHANNEL[home.channel]))
    rows += [
        ("Frère ou sœur", f"{sibling.first_name} {sibling.last_name}".strip()) for sibling in family.siblings
    ]
    return rows


def need_rows(need: NeedEntry) -> Rows:
    """The need, without the drawing of the week."""
    rows = [
        ("Type d’accueil", demand_words.CARE[need.care]),
        ("Entrée souhaitée", french.long_date(need.entry_on)),
    ]
    if need.entry_earliest:
        rows.append(("Au plus tôt", french.plain_date(need.entry_earliest)))
    if need.entry_latest:
        rows.append(("Au plus tard", french.plain_date(need.entry_latest)))
    if need.week:
        rows.append(("Jours et heures", need.week.describe()))
    if need.variable_hours:
        rows.append(("Horaires variables", need.variable_note or "oui"))
    rows.append(("Période", demand_words.SCHOOL_HOLIDAYS[need.school_holidays]))
    if need.urgency_reason:
        rows.append(("Urgence", need.urgency_reason))
    months = need.waits_months_for_first
    flexible = [
        told
        for held, told in (
            (need.other_days, "d’autres jours"),
            (need.fewer_days, "moins de jours"),
            (need.other_establishment, "un autre établissement"),
            (months, f"attendre {months} mois pour le premier vœu"),
        )
        if held
    ]
    if flexible:
        rows.append(("Accepte aussi", french.join_and(flexible)))
    return rows


def wish_rows(wishes: Iterable[WishEntry], catalogue: Catalogue) -> Rows:
    """The wishes, in order."""
    return [(f"Vœu {rank}", wish_words(wish, catalogue)) for rank, wish in enumerate(wishes, 1)]


def wish_words(wish: WishEntry, catalogue: Catalogue) -> str:
    """An establishment and its commune, or a mode and where."""
    if wish.establishment_id:
        return catalogue.houses[wish.establishment_id].label
    where = f" ({catalogue.towns[wish.commune_code].name})" if wish.commune_code else ""
    return demand_words.MODE[wish.mode or ""] + where


def fact_rows(facts: Iterable[FactEntry]) -> Rows:
    """What is declared, and where its paper stands."""
    rows = []
    for fact in facts:
        paper = BY_CODE[fact.paper].label if fact.paper else ""
        stands = "apporté" if fact.received else "à fournir"
        said = label(fact.kind)
        rows.append((said[:1].upper() + said[1:], f"{paper} : {stands}" if paper else "déclaré"))
    return rows


def _adult(adult: AdultEntry) -> str:
    parts = [f"{adult.first_name} {adult.last_name}".strip(), french.phone(adult.phone), adult.email]
    if adult.activity:
        parts.append(words.ACTIVITY[adult.activity])
    return ", ".join(part for part in parts if part)
