"""What the forms of an establishment show and hold: rows of sections, of hours, of closures."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from werkzeug.datastructures import MultiDict

from guichet.core import french
from guichet.core.errors import InvalidError
from guichet.core.week import Week
from guichet.establishments.queries import SheetRead
from guichet.establishments.sheet import (
    Band,
    ClosureEntry,
    PlacesEntry,
    SectionEntry,
    SheetEntry,
    bands_read,
)
from guichet.establishments.sheet_checks import MOST_PLACES, OLDEST_MONTHS, PRICE_RULES
from guichet.establishments.words import KEPT_USE
from guichet.web.registration.typed import Typed
from guichet.web.week_form import typed_from_week, week_from_form

Shown = MultiDict[str, str]
MOST_SECTIONS, MOST_BANDS, MOST_CLOSURES = 8, 16, 16
BLANK_ROWS = 2
SECTION_BOXES = ("name", "from", "to", "places")
BAND_BOXES = ("days", "start", "end", "places", "section", "first", "last")
CLOSURE_BOXES = ("first", "last", "reason")
ROWS = {
    "sections": (SECTION_BOXES, MOST_SECTIONS),
    "bands": (BAND_BOXES, MOST_BANDS),
    "kept": (BAND_BOXES, MOST_BANDS),
    "closures": (CLOSURE_BOXES, MOST_CLOSURES),
}
TEXTS = (
    "how_it_works",
    "ages",
    "address",
    "phone",
    "email",
    "contact_name",
    "price_rule",
    "languages",
    "accessibility_note",
)
LONGEST_TEXT = 2000


def from_sheet(found: SheetRead) -> Shown:
    """The sheet, as the form shows it."""
    shown: Shown = MultiDict({"version": str(found.version)})
    for name in TEXTS:
        owner = found.house if hasattr(found.house, name) else found.sheet
        shown[name] = str(getattr(owner, name) or "") if owner else ""
    if found.sheet:
        shown.update(typed_from_week(found.hours, "hours"))
        shown["accessible"] = "y" if found.sheet.accessible else ""
        shown["is_avip"] = "y" if found.sheet.is_avip else ""
        shown["insertion_percent"] = str(found.sheet.insertion_percent)
    return shown


def sheet_entry(form: Shown, *, with_hours: bool = False) -> SheetEntry:
    """The sheet as typed, with its opening hours where no licence says them. Raises InvalidError."""
    typed = Typed(form)
    percent = typed.number("insertion_percent", 0, 100)
    texts = {name: form.get(name, "").replace("\r\n", "\n") for name in TEXTS}
    texts |= {"phone": typed.phone("phone"), "email": typed.email("email")}
    texts["price_rule"] = typed.choice("price_rule", PRICE_RULES)
    hours = _hours(typed, form) if with_hours else None
    typed.done()
    return SheetEntry(
        **texts,
        accessible=typed.flag("accessible"),
        is_avip=typed.flag("is_avip"),
        insertion_percent=percent or 0,
        hours=hours,
    )


def from_places(found: SheetRead) -> Shown:
    """The licence, the sections and the bands, as the form shows them."""
    shown: Shown = MultiDict({"version": str(found.version)})
    shown["capacity"] = str(found.house.capacity or "")
    if found.licence:
        shown["number"] = found.licence.number
        shown["granted_on"] = french.short_date(found.licence.granted_on)
        shown["expires_on"] = _day(found.licence.expires_on)
    if found.sheet:
        shown["may_exceed"] = "y" if found.sheet.may_exceed else ""
        shown.update(typed_from_week(found.hours, "hours"))
    for rank, one in enumerate(found.supply.sections):
        for box, value in zip(
            SECTION_BOXES, (one.name, one.from_months, one.to_months, one.places), strict=True
        ):
            shown[f"sections-{rank}-{box}"] = str(value)
    for field, opened in (("bands", found.supply.opened), ("kept", found.supply.kept)):
        for rank, band in enumerate(bands_read(opened, found.supply)):
            _show_band(shown, f"{field}-{rank}", band)
    return shown


def places_entry(form: Shown) -> PlacesEntry:
    """The licence, its sections and its bands as typed. Raises InvalidError, one sentence a field or a row."""
    typed = Typed(form)
    capacity = typed.number("capacity", 1, MOST_PLACES)
    granted, expires = typed.day("granted_on"), typed.day("expires_on")
    hours = _hours(typed, form)
    sections = tuple(_section(typed, name) for name in _rows(form, "sections", SECTION_BOXES, MOST_SECTIONS))
    bands = tuple(_band(typed, form, name) for name in _rows(form, "bands", BAND_BOXES, MOST_BANDS))
    kept = tuple(_band(typed, form, name) for name in _rows(form, "kept", BAND_BOXES, MOST_BANDS))
    typed.done()
    return PlacesEntry(
        capacity or 0,
        granted,
        typed.words("number", 40),
        expires,
        hours,
        typed.flag("may_exceed"),
        sections,
        bands,
        kept,
    )


def _hours(typed: Typed, form: Shown) -> Week:
    try:
        return week_from_form(form, "hours")
    except InvalidError as refusal:
        typed.problems |= refusal.problems
        return Week()


def from_closures(found: SheetRead) -> Shown:
    """The closures, as the form shows them."""
    shown: Shown = MultiDict({"version": str(found.version)})
    for rank, one in enumerate(found.closures):
        shown[f"closures-{rank}-first"] = french.short_date(one.first_on)
        shown[f"closures-{rank}-last"] = french.short_date(one.last_on)
        shown[f"closures-{rank}-reason"] = one.reason
    return shown


def closure_entries(form: Shown) -> tuple[ClosureEntry, ...]:
    """The closures as typed; one day when only the first is. Raises InvalidError."""
    typed = Typed(form)
    entries = []
    for name in _rows(form, "closures", CLOSURE_BOXES, MOST_CLOSURES):
        at_row = _at_row(typed, name)
        first, last = at_row.day(f"{name}-first"), at_row.day(f"{name}-last")
        reason = at_row.words(f"{name}-reason", 120)
        _back(typed, at_row, name)
        if first is None:
            typed.refuse(name, "Indiquez le premier jour de la fermeture.")
        else:
            entries.append(ClosureEntry(first, last or first, reason))
    typed.done()
    return tuple(entries)


def compacted(form: Shown) -> Shown:
    """The same form without the rows left blank between two others: a refusal then names the row one sees."""
    kept: Shown = MultiDict(
        [pair for pair in form.items(multi=True) if pair[0].split("-")[0] not in ROWS or "-" not in pair[0]]
    )
    for field, (boxes, most) in ROWS.items():
        for rank, name in enumerate(_rows(form, field, boxes, most)):
            for box in (*boxes, "use"):
                kept.setlist(f"{field}-{rank}-{box}", form.getlist(f"{name}-{box}"))
    return kept


def rows_shown(shown: Shown, field: str, boxes: Iterable[str], most: int) -> list[str]:
    """The names of the rows to show: those that hold something, then blank ones."""
    filled = _rows(shown, field, tuple(boxes), most)
    last = max((int(name.rsplit("-", 1)[1]) for name in filled), default=-1)
    return [f"{field}-{rank}" for rank in range(min(last + 1 + BLANK_ROWS, most))]


def _rows(form: Shown, field: str, boxes: Iterable[str], most: int) -> list[str]:
    """The rows in which something was typed; a use or a section chosen alone is not something."""
    silent = ("section", "use")
    return [
        name
        for rank in range(most)
        if (name := f"{field}-{rank}")
        and any(form.get(f"{name}-{box}", "").strip() for box in boxes if box not in silent)
    ]


def _section(typed: Typed, name: str) -> SectionEntry:
    at_row = _at_row(typed, name)
    number = partial(_needed, at_row)
    made = SectionEntry(
        at_row.words(f"{name}-name", 60),
        number(f"{name}-from", 0, OLDEST_MONTHS),
        number(f"{name}-to", 1, OLDEST_MONTHS),
        number(f"{name}-places", 1, MOST_PLACES),
    )
    _back(typed, at_row, name)
    return made


def _band(typed: Typed, form: Shown, name: str) -> Band:
    at_row = _at_row(typed, name)
    days = tuple(sorted({int(one) for one in form.getlist(f"{name}-days") if one in "1234567" and one}))
    made = Band(
        days,
        _clock(at_row, f"{name}-start"),
        _clock(at_row, f"{name}-end"),
        _needed(at_row, f"{name}-places", 1, MOST_PLACES),
        at_row.words(f"{name}-section", 60),
        at_row.choice(f"{name}-use", tuple(KEPT_USE)) or ("reserved" if name.startswith("kept") else ""),
        at_row.day(f"{name}-first"),
        at_row.day(f"{name}-last"),
    )
    _back(typed, at_row, name)
    return made


def _at_row(typed: Typed, _name: str) -> Typed:
    """A reader of its own for one row, whose refusals all stand at the row."""
    return Typed(typed.values)


def _back(typed: Typed, at_row: Typed, name: str) -> None:
    for sentence in at_row.problems.values():
        typed.refuse(name, sentence)


def _needed(typed: Typed, field: str, lowest: int, highest: int) -> int:
    found = typed.number(field, lowest, highest)
    if found is None:
        typed.refuse(field, f"Écrivez un nombre entre {lowest} et {highest}.")
    return found or 0


def _clock(typed: Typed, field: str) -> int:
    try:
        return french.parse_clock(typed.raw(field))
    except ValueError as refusal:
        typed.refuse(field, str(refusal))
        return 0


def _show_band(shown: Shown, name: str, band: Band) -> None:
    shown.setlist(f"{name}-days", [str(one) for one in band.days])
    shown[f"{name}-start"] = french.clock_time(band.start)
    shown[f"{name}-end"] = french.clock_time(band.end)
    shown[f"{name}-places"] = str(band.places)
    shown[f"{name}-section"] = band.section
    shown[f"{name}-use"] = band.use
    shown[f"{name}-first"] = _day(band.first)
    shown[f"{name}-last"] = _day(band.last)


def _day(value: date | None) -> str:
    return french.short_date(value) if value else ""
