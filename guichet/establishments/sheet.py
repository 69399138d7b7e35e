"""Calm: how an establishment works, as typed: its sheet, its licence by the hour, its sections, its closures."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from guichet.core.week import Week
from guichet.establishments.supply import Opened, Supply


@dataclass(frozen=True)
class SheetEntry:
    """What a family and the guichet want to know. `insertion_percent` is a share of the places (D214-7 CASF).

    `hours` are said here where no place is counted; None leaves them to the licence (`PlacesEntry`).
    """

    how_it_works: str = ""
    ages: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    contact_name: str = ""
    price_rule: str = ""
    languages: str = ""
    accessible: bool = False
    accessibility_note: str = ""
    is_avip: bool = False
    insertion_percent: int = 0
    hours: Week | None = None


@dataclass(frozen=True)
class SectionEntry:
    """A section: ages in whole months, the upper one excluded; places is the planning limit."""

    name: str
    from_months: int
    to_months: int
    places: int


@dataclass(frozen=True)
class Band:
    """The same number of places, or of seats kept, between two hours of some weekdays (minutes of the day).

    `section` is a section's name, or empty for the whole establishment; `use` is for kept seats.
    """

    days: tuple[int, ...]
    start: int
    end: int
    places: int
    section: str = ""
    use: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class PlacesEntry:
    """A licence and how it is used. `capacity` is the greatest number of children at once."""

    capacity: int
    granted_on: date | None
    number: str = ""
    expires_on: date | None = None
    hours: Week = field(default_factory=Week)
    may_exceed: bool = False
    sections: tuple[SectionEntry, ...] = ()
    bands: tuple[Band, ...] = ()
    kept: tuple[Band, ...] = ()


@dataclass(frozen=True)
class ClosureEntry:
    """Days of closure, both included."""

    first_on: date
    last_on: date
    reason: str = ""


BandKey = tuple[int, int, int, str, str, date | None, date | None]


def bands_of(rows: Iterable[tuple[int, BandKey]]) -> tuple[Band, ...]:
    """Stored rows (weekday, everything else) as bands: the days of the same hours together, in order."""
    days: dict[BandKey, list[int]] = {}
    for weekday, key in rows:
        days.setdefault(key, []).append(weekday)
    made = [
        Band(tuple(sorted(found)), start, end, places, section, use, first, last)
        for (start, end, places, section, use, first, last), found in days.items()
    ]
    return tuple(
        sorted(made, key=lambda one: (one.use, one.first or date.min, one.days, one.start, one.section))
    )


def bands_read(opened: Iterable[Opened], supply: Supply) -> tuple[Band, ...]:
    """Stored hours as bands, by the names of their sections."""
    names = {one.id: one.name for one in supply.sections}

    def key(one: Opened) -> BandKey:
        return (
            one.start,
            one.end,
            one.places,
            names.get(one.section or 0, ""),
            one.use,
            one.first,
            one.last,
        )

    return bands_of((one.weekday, key(one)) for one in opened)
