"""What is read of the establishments: all that the calculations of places need in one statement, and the sheets."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Row, Select, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from guichet.core.journal import JournalEntry
from guichet.core.week import Week
from guichet.establishments.models import (
    Closure,
    Establishment,
    KeptSeats,
    Licence,
    LicenceSlot,
    Section,
    Sheet,
)
from guichet.establishments.supply import AgeGroup, Opened, Supply

NO_DAY = cast(null(), Date)
NO_NUMBER = cast(null(), Integer)
CHANGES = ("change_sheet", "change_places", "change_closures")
WHOLE_LICENCE, SEATS_KEPT, SECTION, CLOSED, EXCEEDS = "slot", "kept", "section", "closed", "exceeds"


def load_supplies(
    session: Session, houses: Collection[int] | None = None, *, rounds_up: bool = False
) -> dict[int, Supply]:
    """What these establishments offer (all that are open when None), by id, in the order of their names.

    Those without a licence are there too, with nothing open. `rounds_up` is the parameter on 115 %.
    """
    parts: dict[int, dict[str, list[Row[Any]]]] = {}
    for row in session.execute(_everything(houses)):
        parts.setdefault(row.house, defaultdict(list))[row.what].append(row)
    return {house: _supply(house, found, rounds_up) for house, found in parts.items()}


def _everything(houses: Collection[int] | None) -> Select[Any]:
    """Five kinds of rows of one shape, so that one statement reads them all."""
    slots = select(
        literal(WHOLE_LICENCE).label("what"),
        LicenceSlot.establishment_id.label("house"),
        LicenceSlot.section_id.label("section"),
        LicenceSlot.weekday.label("a"),
        LicenceSlot.start.label("b"),
        LicenceSlot.end.label("c"),
        LicenceSlot.places.label("number"),
        LicenceSlot.valid_from.label("first"),
        LicenceSlot.valid_until.label("last"),
        literal("").label("name"),
    )
    kept = select(
        literal(SEATS_KEPT),
        KeptSeats.establishment_id,
        KeptSeats.section_id,
        KeptSeats.weekday,
        KeptSeats.start,
        KeptSeats.end,
        KeptSeats.seats,
        NO_DAY,
        NO_DAY,
        KeptSeats.use,
    )
    sections = select(
        literal(SECTION),
        Section.establishment_id,
        Section.id,
        Section.from_months,
        Section.to_months,
        NO_NUMBER,
        Section.places,
        NO_DAY,
        NO_DAY,
        Section.name,
    )
    closures = select(
        literal(CLOSED),
        Closure.establishment_id,
        NO_NUMBER,
        NO_NUMBER,
        NO_NUMBER,
        NO_NUMBER,
        NO_NUMBER,
        Closure.first_on,
        Closure.last_on,
        Closure.reason,
    )
    sheets = select(
        literal(EXCEEDS),
        Establishment.id,
        NO_NUMBER,
        NO_NUMBER,
        NO_NUMBER,
        NO_NUMBER,
        cast(Sheet.may_exceed, Integer),
        NO_DAY,
        NO_DAY,
        literal(""),
    ).outerjoin(Sheet, Sheet.establishment_id == Establishment.id)
    rows = union_all(slots, kept, sections, closures, sheets).subquery()
    found = (
        select(rows)
        .join(Establishment, Establishment.id == rows.c.house)
        .order_by(
            Establishment.sort_key,
            Establishment.id,
            rows.c.what,
            rows.c.first,
            rows.c.a,
            rows.c.b,
            rows.c.section,
        )
    )
    if houses is None:
        return found.where(Establishment.is_open)
    return found.where(rows.c.house.in_(sorted(houses)))


def _supply(house: int, found: dict[str, list[Row[Any]]], rounds_up: bool) -> Supply:
    return Supply(
        house,
        opened=tuple(_opened(row) for row in found[WHOLE_LICENCE]),
        sections=tuple(AgeGroup(row.section, row.name, row.a, row.b, row.number) for row in found[SECTION]),
        kept=tuple(_opened(row) for row in found[SEATS_KEPT]),
        closed=tuple((row.first, row.last) for row in found[CLOSED]),
        may_exceed=any(row.number for row in found[EXCEEDS]),
        rounds_up=rounds_up,
    )


def _opened(row: Row[Any]) -> Opened:
    first: date | None = row.first
    return Opened(row.a, row.b, row.c, row.number, row.section, first, row.last, row.name)


@dataclass(frozen=True)
class SheetRead:
    """All that the sheet of one establishment shows. `sheet` and `licence` are None until somebody fills them."""

    house: Establishment
    sheet: Sheet | None
    licence: Licence | None
    supply: Supply
    closures: tuple[Closure, ...]
    changed: JournalEntry | None

    @property
    def version(self) -> int:
        """What a form must carry; 0 while there is no sheet."""
        return self.sheet.version if self.sheet else 0

    @property
    def hours(self) -> Week:
        """The opening hours."""
        return Week.from_json(self.sheet.hours) if self.sheet else Week()


def read_sheet(session: Session, establishment_id: int, today: date) -> SheetRead | None:
    """One establishment as its sheet shows it, in four statements; past closures are left out."""
    found = session.execute(
        select(Establishment, Sheet, Licence)
        .outerjoin(Sheet, Sheet.establishment_id == Establishment.id)
        .outerjoin(Licence, Licence.establishment_id == Establishment.id)
        .where(Establishment.id == establishment_id)
    ).one_or_none()
    if found is None:
        return None
    closures = session.scalars(
        select(Closure)
        .where(Closure.establishment_id == establishment_id, Closure.last_on >= date(today.year, 1, 1))
        .order_by(Closure.first_on)
    )
    changed = session.scalar(
        select(JournalEntry)
        .where(
            JournalEntry.subject_type == "establishment",
            JournalEntry.subject_id == establishment_id,
            JournalEntry.step.in_(CHANGES),
        )
        .order_by(JournalEntry.id.desc())
        .limit(1)
    )
    supply = load_supplies(session, [establishment_id])[establishment_id]
    return SheetRead(*found, supply, tuple(closures), changed)


@dataclass(frozen=True)
class Freshness:
    """When the sheet of an establishment was last said to be right, and by whom; empty for never."""

    reviewed_on: date | None
    reviewed_by: str
    capacity: int | None


def freshness(session: Session) -> dict[int, Freshness]:
    """By establishment, for those that are open."""
    rows = session.execute(
        select(Establishment.id, Establishment.capacity, Sheet.reviewed_on, Sheet.reviewed_by)
        .outerjoin(Sheet, Sheet.establishment_id == Establishment.id)
        .where(Establishment.is_open)
    )
    return {row.id: Freshness(row.reviewed_on, row.reviewed_by or "", row.capacity) for row in rows}
