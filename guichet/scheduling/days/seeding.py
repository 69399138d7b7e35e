"""Calm: the first lines of the table of closed days, from the packages that follow the official texts.

Two sources of school holidays are joined, because each has holes: one forgets the bridge of the Ascension, the
other announces years that no decree has published. The table is then corrected by people.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import holidays
from vacances_scolaires_france import SchoolHolidayDates

from guichet.scheduling.days import seeding_words
from guichet.scheduling.days.seeding_words import BRIDGE, PUBLIC, SCHOOL, ZONES, ClosedDay


def last_published() -> date:
    """The last day whose school holidays an official text has fixed, as far as the packages know."""
    return date(_published().max_year, 8, 31)


def closed_days(year: int, zone: str, alsace_moselle: bool = False) -> tuple[ClosedDay, ...]:
    """The closed days of a calendar year in order: public holidays, then school holidays of the zone.

    Each day once. After `last_published()` only public holidays are known. Raises ValueError for another zone.
    """
    if zone not in ZONES:
        raise ValueError(f"La zone « {zone} » n’existe pas : c’est A, B ou C.")
    found = {line.day: line for line in _school_days(year, zone)}
    found.update((line.day, line) for line in _bridge(year))
    found.update((line.day, line) for line in _public_days(year, alsace_moselle))
    return tuple(replace(found[day], name=found[day].name.replace("'", "’")) for day in sorted(found))


def warning(year: int) -> str:
    """What to say when the school holidays of the year are not all published; empty otherwise."""
    return seeding_words.warning(year, last_published())


@cache
def _published() -> SchoolHolidayDates:
    """Read once: the package reads its whole file each time."""
    return SchoolHolidayDates()


def _public_days(year: int, alsace_moselle: bool) -> list[ClosedDay]:
    subdivision = "57" if alsace_moselle else None
    found = holidays.country_holidays("FR", subdiv=subdivision, years=year, language="fr")
    return [ClosedDay(day, PUBLIC, name) for day, name in found.items()]


def _school_days(year: int, zone: str) -> list[ClosedDay]:
    published = _published()
    if not published.min_year <= year <= published.max_year:
        return []
    first = {
        day: ClosedDay(day, SCHOOL, line["nom_vacances"])
        for day, line in published.holidays_for_year_and_zone(year, zone).items()
    }
    second = holidays.country_holidays(
        "FR", subdiv=f"Zone {zone}", years=year, categories=("school",), language="fr"
    )
    limit = last_published()
    more = {day: ClosedDay(day, SCHOOL, name) for day, name in second.items() if day <= limit}
    return list({**more, **first}.values())


def _bridge(year: int) -> list[ClosedDay]:
    """The Friday after the Ascension: pupils have no class, and one of the packages forgets it most years."""
    thursday = holidays.country_holidays("FR", years=year).get_named(
        "Ascension Day", split_multiple_names=False
    )
    return [ClosedDay(day + timedelta(1), BRIDGE, "Pont de l’Ascension") for day in thursday]
