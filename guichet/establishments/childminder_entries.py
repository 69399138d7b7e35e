"""Calm: what is typed about a childminder or one of the free places, and why it is refused, in French."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from guichet.core.names import clean_name, mail_key, phone_key
from guichet.core.week import Week

MOST_PLACES = 6
"""An approval is for four; six minors under eleven at once, one's own included (article L421-4 CASF, since 2021)."""
SIX_YEARS = 72
LONGEST_NAME, LONGEST_CODE, LONGEST_MAIL, LONGEST_PHONE = 120, 40, 254, 20
FARTHEST = timedelta(days=731)
CODE = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class OpeningEntry:
    """Free places as typed: how many, from which day, until which (None: no end), and their hours."""

    places: int
    from_on: date
    week: Week
    until_on: date | None = None


@dataclass(frozen=True)
class ChildminderEntry:
    """A childminder as typed. Ages in months; `mam_id` is an establishment, None for who works at home.

    `agreed_on` is the day when the professional agreed to what is shown to families.
    """

    name: str
    commune_code: str
    approved_places: int
    mam_id: int | None = None
    youngest_months: int = 0
    oldest_months: int = SIX_YEARS
    atypical_hours: bool = False
    special_care: bool = False
    phone: str = ""
    shows_phone: bool = False
    email: str = ""
    shows_email: bool = False
    agreed_on: date | None = None


@dataclass(frozen=True)
class Known:
    """What the checks compare with: the communes of the territory, and the commune of each open MAM by id."""

    communes: frozenset[str]
    mams: dict[int, str] = field(default_factory=dict)


def cleaned(entry: ChildminderEntry) -> ChildminderEntry:
    """The same without what is invisible or useless in the texts."""
    values = vars(entry) | {
        "name": clean_name(entry.name),
        "phone": clean_name(entry.phone),
        "email": mail_key(entry.email) or clean_name(entry.email),
    }
    return ChildminderEntry(**values)


def problems_of(entry: ChildminderEntry, known: Known, today: date) -> dict[str, str]:
    """The sentences that refuse an entry, by field; empty when it may be stored."""
    found: dict[str, str] = {}
    if not entry.name:
        found["name"] = "Écrivez le nom."
    elif len(entry.name) > LONGEST_NAME:
        found["name"] = f"Ce nom ne peut pas dépasser {LONGEST_NAME} caractères."
    if entry.commune_code not in known.communes:
        found["commune_code"] = "Choisissez une commune du territoire."
    if entry.mam_id is not None and entry.mam_id not in known.mams:
        found["mam_id"] = "Choisissez une maison d’assistants maternels ouverte."
    elif entry.mam_id is not None and known.mams[entry.mam_id] != entry.commune_code:
        found["mam_id"] = "Cette maison d’assistants maternels est dans une autre commune."
    if not 1 <= entry.approved_places <= MOST_PLACES:
        found["approved_places"] = f"L’agrément porte sur 1 à {MOST_PLACES} places."
    if not 0 <= entry.youngest_months <= entry.oldest_months <= 216:
        found["youngest_months"] = "L’âge le plus jeune, en mois, vient avant l’âge le plus grand."
    return found | _contact_problems(entry, today)


def _contact_problems(entry: ChildminderEntry, today: date) -> dict[str, str]:
    """Nothing is shown that is missing, or that the professional did not agree to."""
    found: dict[str, str] = {}
    if entry.phone and (not phone_key(entry.phone) or len(entry.phone) > LONGEST_PHONE):
        found["phone"] = "Écrivez le numéro de téléphone, par exemple 06 12 34 56 78."
    elif entry.shows_phone and not entry.phone:
        found["phone"] = "Écrivez le numéro à donner aux familles, ou décochez la case."
    if entry.email and (not mail_key(entry.email) or len(entry.email) > LONGEST_MAIL):
        found["email"] = "Écrivez une adresse électronique complète, par exemple nom@exemple.fr."
    elif entry.shows_email and not entry.email:
        found["email"] = "Écrivez l’adresse à donner aux familles, ou décochez la case."
    if (entry.shows_phone or entry.shows_email) and entry.agreed_on is None:
        found["agreed_on"] = "Indiquez quand l’accord pour donner ces coordonnées a été recueilli."
    if entry.agreed_on and entry.agreed_on > today:
        found["agreed_on"] = "L’accord ne peut pas être daté du futur."
    return found


def opening_problems(entry: OpeningEntry, approved_places: int, today: date) -> dict[str, str]:
    """The sentences that refuse some free places, by field."""
    found: dict[str, str] = {}
    if not 1 <= entry.places <= approved_places:
        found["places"] = (
            "Indiquez une place libre."
            if approved_places == 1
            else f"Indiquez de 1 à {approved_places} places libres."
        )
    if entry.from_on > today + FARTHEST:
        found["from_on"] = "Une place libre s’annonce au plus deux ans à l’avance."
    if entry.until_on and entry.until_on < entry.from_on:
        found["until_on"] = "La fin ne peut pas venir avant le début."
    if not entry.week:
        found["week"] = "Indiquez les jours et les heures libres."
    return found
