"""Calm: what a sheet, a licence or a closure may not say; one French sentence, at its field."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from guichet.core.french import clock_time, count, plain_date, weekday_name
from guichet.core.names import mail_key, phone_key, search_key
from guichet.core.week import DAY, HALF_HOUR, Week
from guichet.establishments import grid
from guichet.establishments.kinds import COLLECTIVE, Kind
from guichet.establishments.sheet import Band, ClosureEntry, PlacesEntry, SectionEntry, SheetEntry

LARGEST_UNIT, LARGEST_MICRO, LARGEST_FAMILY = 60, 12, 150
LARGEST = {
    Kind.MICRO_CRECHE_PAJE: (
        LARGEST_MICRO,
        "Une micro-crèche compte 12 places au plus (article R2324-46 CSP).",
    ),
    Kind.MICRO_CRECHE_PSU: (
        LARGEST_MICRO,
        "Une micro-crèche compte 12 places au plus (article R2324-46 CSP).",
    ),
    Kind.MULTI_ACCUEIL: (
        LARGEST_UNIT,
        "Une unité d’accueil compte 60 places au plus (article R2324-46 CSP).",
    ),
    Kind.AVIP_CRECHE: (LARGEST_UNIT, "Une unité d’accueil compte 60 places au plus (article R2324-46 CSP)."),
    Kind.FAMILY_CRECHE: (LARGEST_FAMILY, "Une crèche familiale compte 150 places au plus."),
}
MOST_PLACES = 500
OLDEST_MONTHS = 12 * 17
INSERTION_FROM, INSERTION_LEAST = 20, 5
"""One place per full twenty is five in a hundred (D214-7 CASF)."""
AVIP_LEAST = 20
"""L214-7 III CASF."""
TOGETHER = COLLECTIVE - {Kind.FAMILY_CRECHE}
"""The 115 % of article R2324-27 CSP is for collective care."""
PRICE_RULES = ("psu", "paje", "employer", "other", "")
LONGEST = {
    "how_it_works": 2000,
    "ages": 80,
    "address": 200,
    "phone": 20,
    "email": 254,
    "contact_name": 120,
    "languages": 120,
    "accessibility_note": 300,
}


def sheet_problems(entry: SheetEntry, kind: str, capacity: int | None) -> dict[str, str]:
    """What is wrong with a sheet, by field."""
    problems = {
        name: f"Ce texte ne peut pas dépasser {longest} caractères."
        for name, longest in LONGEST.items()
        if len(getattr(entry, name)) > longest
    }
    if entry.phone and not phone_key(entry.phone):
        problems["phone"] = "Ce numéro de téléphone n’est pas complet."
    if entry.email and not _looks_like_mail(entry.email):
        problems["email"] = (
            "Cette adresse électronique n’est pas complète, par exemple « accueil@exemple.fr »."
        )
    if entry.price_rule not in PRICE_RULES:
        problems["price_rule"] = "Choisissez une règle de tarif de la liste."
    if not 0 <= entry.insertion_percent <= 100:
        problems["insertion_percent"] = "La part d’insertion va de 0 à 100 %."
    elif (entry.is_avip or kind == Kind.AVIP_CRECHE) and entry.insertion_percent < AVIP_LEAST:
        problems["insertion_percent"] = (
            f"Une crèche à vocation d’insertion garde au moins {AVIP_LEAST} % de ses places "
            "(article L214-7 du code de l’action sociale et des familles)."
        )
    elif (
        kind in COLLECTIVE and (capacity or 0) >= INSERTION_FROM and entry.insertion_percent < INSERTION_LEAST
    ):
        problems["insertion_percent"] = (
            "Il faut garder au moins une place par tranche de vingt, soit 5 % "
            "(article D214-7 du code de l’action sociale et des familles)."
        )
    return problems


def places_problems(entry: PlacesEntry, kind: str) -> dict[str, str]:
    """What is wrong with a licence, its sections, its hours and its kept seats, by field.

    The fields of the rank-th band are `bands-rank`, `kept-rank`, those of a section `sections-rank`.
    """
    problems = _licence_problems(entry, kind)
    if not entry.hours:
        problems["hours"] = "Indiquez les heures d’ouverture."
    problems |= _section_problems(entry)
    problems |= _bands_problems("bands", entry.bands, entry)
    problems |= _bands_problems("kept", entry.kept, entry)
    if not problems:
        problems |= _seats_problems(entry)
    if not entry.bands and "bands-0" not in problems:
        problems["bands"] = "Indiquez le nombre de places, au moins pour une tranche horaire."
    return problems


def closure_problems(entries: Sequence[ClosureEntry], today: date) -> dict[str, str]:
    """What is wrong with closures: this year's and the next's only, each in its order of dates."""
    first, last = date(today.year, 1, 1), date(today.year + 1, 12, 31)
    problems: dict[str, str] = {}
    for rank, one in enumerate(entries):
        if one.last_on < one.first_on:
            problems[f"closures-{rank}"] = "La fermeture se termine avant de commencer."
        elif one.first_on < first or one.last_on > last:
            problems[f"closures-{rank}"] = (
                f"Une fermeture se déclare pour cette année ou la suivante, du {plain_date(first)} "
                f"au {plain_date(last)}."
            )
        elif any(one.first_on <= other.last_on and other.first_on <= one.last_on for other in entries[:rank]):
            problems[f"closures-{rank}"] = "Cette fermeture en recouvre une autre."
    return problems


def _licence_problems(entry: PlacesEntry, kind: str) -> dict[str, str]:
    problems: dict[str, str] = {}
    most, sentence = LARGEST.get(
        Kind(kind), (MOST_PLACES, f"L’agrément compte {MOST_PLACES} places au plus.")
    )
    if entry.capacity < 1:
        problems["capacity"] = "Indiquez le nombre de places de l’agrément."
    elif entry.capacity > most:
        problems["capacity"] = sentence
    if entry.granted_on is None:
        problems["granted_on"] = "Indiquez la date de l’agrément."
    elif entry.expires_on is not None and entry.expires_on <= entry.granted_on:
        problems["expires_on"] = "L’agrément se termine avant de commencer."
    if entry.may_exceed and kind not in TOGETHER:
        problems["may_exceed"] = "Les 115 % ne valent que pour l’accueil collectif (article R2324-27 CSP)."
    return problems


def _section_problems(entry: PlacesEntry) -> dict[str, str]:
    problems: dict[str, str] = {}
    names = Counter(search_key(one.name) for one in entry.sections)
    for rank, one in enumerate(entry.sections):
        if sentence := _section_sentence(one, names):
            problems[f"sections-{rank}"] = sentence
    places = sum(one.places for one in entry.sections)
    if not problems and entry.capacity and places > entry.capacity:
        problems["sections"] = (
            f"Les sections comptent {count(places, 'place')} en tout, l’agrément {entry.capacity}."
        )
    return problems


def _section_sentence(one: SectionEntry, names: Counter[str]) -> str:
    if not one.name:
        return "Donnez un nom à la section."
    if names[search_key(one.name)] > 1:
        return f"Deux sections s’appellent « {one.name} »."
    if not 0 <= one.from_months < one.to_months <= OLDEST_MONTHS:
        return f"« {one.name} » : l’âge de fin doit venir après l’âge de début."
    if one.places < 1:
        return f"« {one.name} » : indiquez au moins une place."
    return ""


def _bands_problems(field: str, bands: Sequence[Band], entry: PlacesEntry) -> dict[str, str]:
    problems: dict[str, str] = {}
    sections = {one.name for one in entry.sections}
    for rank, band in enumerate(bands):
        sentence = _band_sentence(band, entry, sections) or next(
            (sentence for other in bands[:rank] if (sentence := _overlap(band, other))), ""
        )
        if sentence:
            problems[f"{field}-{rank}"] = sentence
    return problems


def _band_sentence(band: Band, entry: PlacesEntry, sections: set[str]) -> str:
    if not band.days:
        return "Cochez au moins un jour."
    if not 0 <= band.start < band.end <= DAY:
        return "L’heure de fin doit venir après l’heure de début."
    if band.start % HALF_HOUR or band.end % HALF_HOUR:
        return "Les tranches vont par demi-heures : arrondissez à l’heure ou à la demie."
    if band.places < 1:
        return "Indiquez au moins une place."
    if band.section and band.section not in sections:
        return f"Il n’y a pas de section « {band.section} »."
    if entry.capacity and band.places > entry.capacity:
        return f"{count(band.places, 'place')} dans cette tranche, mais {entry.capacity} dans l’agrément."
    if band.first and band.last and band.last < band.first:
        return "La période de validité se termine avant de commencer."
    if entry.hours and (day := _closed_day(band, entry.hours)):
        return f"{day.capitalize()} : cette tranche sort des heures d’ouverture."
    return ""


def _closed_day(band: Band, hours: Week) -> str | None:
    opened = grid.lanes_of(hours)
    for day in band.days:
        if grid.lanes_between(day, band.start, band.end) & ~opened:
            return weekday_name(day)
    return None


def _overlap(one: Band, other: Band) -> str:
    """The sentence that refuses two bands of the same section, the same use, the same days and hours."""
    if one.section != other.section or one.use != other.use:
        return ""
    common = sorted(set(one.days) & set(other.days))
    start, end = max(one.start, other.start), min(one.end, other.end)
    if not common or start >= end or not _same_time(one, other):
        return ""
    return (
        f"{weekday_name(common[0]).capitalize()} : deux tranches se recouvrent, "
        f"de {clock_time(start)} à {clock_time(end)}."
    )


def _same_time(one: Band, other: Band) -> bool:
    first = max(one.first or date.min, other.first or date.min)
    return first <= min(one.last or date.max, other.last or date.max)


def _seats_problems(entry: PlacesEntry) -> dict[str, str]:
    """More places than the licence when sections are added up; more seats kept than places."""
    for day in sorted({one.first for one in (*entry.bands, *entry.kept) if one.first} | {date.min}):
        given = _tally(entry.bands, day)
        if over := _first_hour(day_hours(given, entry.capacity)):
            return {"bands": f"{over} : les sections ont ensemble plus de places que l’agrément."}
        if over := _first_hour(_passed(_tally(entry.kept, day), given)):
            return {"kept": f"{over} : il y a plus de places gardées que de places."}
    return {}


def day_hours(given: Sequence[int], capacity: int) -> Iterator[int]:
    """The half-hours (0 to 335) where more than `capacity` places are given."""
    return (number for number, places in enumerate(given) if places > capacity)


def _passed(taken: Sequence[int], given: Sequence[int]) -> Iterator[int]:
    return (number for number, seats in enumerate(taken) if seats > given[number])


def _tally(bands: Sequence[Band], day: date) -> memoryview:
    return grid.counts(
        sum(
            one.places * grid.lanes_between(weekday, one.start, one.end)
            for one in bands
            if (one.first or date.min) <= day <= (one.last or date.max)
            for weekday in one.days
        )
    )


def _first_hour(numbers: Iterator[int]) -> str:
    number = next(numbers, None)
    if number is None:
        return ""
    weekday, half_hour = divmod(number, grid.LANES_A_DAY)
    return f"{weekday_name(weekday + 1).capitalize()} à {clock_time(half_hour * HALF_HOUR)}"


def _looks_like_mail(text: str) -> bool:
    local, _, domain = mail_key(text).partition("@")
    return bool(local) and "." in domain.strip(".") and " " not in text.strip()
