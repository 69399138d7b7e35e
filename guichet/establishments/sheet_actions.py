"""What changes the sheet of an establishment, its licence and its closures. The caller commits."""

from dataclasses import asdict, astuple, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, NotFoundError
from guichet.core.names import clean_name, mail_key, search_key
from guichet.core.workflow import expect_version
from guichet.establishments.models import (
    Closure,
    Establishment,
    KeptSeats,
    Licence,
    LicenceSlot,
    Section,
    Sheet,
)
from guichet.establishments.queries import load_supplies
from guichet.establishments.sheet import (
    Band,
    ClosureEntry,
    PlacesEntry,
    SectionEntry,
    SheetEntry,
    bands_read,
)
from guichet.establishments.sheet_checks import closure_problems, places_problems, sheet_problems

OF_THE_HOUSE = ("how_it_works", "ages", "address", "phone", "email")
LONGEST_CODE = 20


@dataclass(frozen=True)
class Change:
    """Who changes a sheet, when, and the version that was read (None when nobody read one)."""

    actor: Actor
    at: datetime
    version: int | None = None


def save_sheet(session: Session, establishment_id: int, entry: SheetEntry, change: Change) -> Sheet:
    """Change what is said of an establishment. Raises InvalidError by field, ConflictError, NotFoundError."""
    house, sheet, _ = opened(session, establishment_id, change)
    texts: dict[str, Any] = {
        name: clean_name(value)
        for name, value in asdict(entry).items()
        if isinstance(value, str) and name != "how_it_works"
    }
    cleaned = replace(
        entry, **texts | {"how_it_works": entry.how_it_works.strip(), "email": mail_key(texts["email"])}
    )
    if problems := sheet_problems(cleaned, house.kind, house.capacity):
        raise InvalidError(problems)
    before: dict[str, Any] = {}
    if cleaned.hours is not None and sheet.hours != cleaned.hours.to_json():
        before["hours"] = sheet.hours
        sheet.hours = cleaned.hours.to_json()
    for name in (one.name for one in fields(cleaned) if one.name != "hours"):
        value = getattr(cleaned, name)
        row = house if name in OF_THE_HOUSE else sheet
        if getattr(row, name) != value:
            before[name] = getattr(row, name)
            setattr(row, name, value)
    touch(session, sheet, "change_sheet", change, {"before": before})
    return sheet


def save_places(session: Session, establishment_id: int, entry: PlacesEntry, change: Change) -> Sheet:
    """Change the licence, its hours, the sections and the kept seats, all at once or not at all.

    Raises InvalidError by field, ConflictError, NotFoundError.
    """
    house, sheet, licence = opened(session, establishment_id, change)
    problems = places_problems(entry, house.kind)
    if problems or entry.granted_on is None:
        raise InvalidError(problems)
    house.capacity = entry.capacity
    sheet.hours, sheet.may_exceed = entry.hours.to_json(), entry.may_exceed
    if not entry.may_exceed:
        sheet.peak_from, sheet.peak_until, sheet.peak_by = None, None, ""
    licence = licence or Licence(establishment_id=establishment_id)
    licence.number, licence.capacity = clean_name(entry.number), entry.capacity
    licence.granted_on, licence.expires_on = entry.granted_on, entry.expires_on
    session.add(licence)
    _write_supply(session, establishment_id, entry)
    said = {"capacity": entry.capacity, "sections": {one.name: one.places for one in entry.sections}}
    touch(session, sheet, "change_places", change, said)
    return sheet


def _write_supply(session: Session, establishment_id: int, entry: PlacesEntry) -> None:
    """Rewrite the sections, the hours and the kept seats that are not those already stored."""
    stored = load_supplies(session, [establishment_id])[establishment_id]
    known = {(one.name, one.from_months, one.to_months, one.places): one.id for one in stored.sections}
    if set(known) == {astuple(one) for one in entry.sections}:
        ids = {one.name: one.id for one in stored.sections}
    else:
        ids = _sections(session, establishment_id, entry.sections)
    if set(bands_read(stored.opened, stored)) != set(entry.bands):
        session.execute(delete(LicenceSlot).where(LicenceSlot.establishment_id == establishment_id))
        slots = [_slot(establishment_id, ids, band, weekday) for band in entry.bands for weekday in band.days]
        session.execute(insert(LicenceSlot), slots)
    if set(bands_read(stored.kept, stored)) != set(entry.kept):
        session.execute(delete(KeptSeats).where(KeptSeats.establishment_id == establishment_id))
        kept = [_kept(establishment_id, ids, band, weekday) for band in entry.kept for weekday in band.days]
        if kept:
            session.execute(insert(KeptSeats), kept)


def save_closures(
    session: Session, establishment_id: int, entries: tuple[ClosureEntry, ...], change: Change
) -> Sheet:
    """Say the days of closure of this year and the next; those of the past stay. Raises InvalidError, ConflictError."""
    _, sheet, _ = opened(session, establishment_id, change)
    today = day(change.at)
    if problems := closure_problems(entries, today):
        raise InvalidError(problems)
    session.execute(
        delete(Closure).where(
            Closure.establishment_id == establishment_id, Closure.last_on >= date(today.year, 1, 1)
        )
    )
    if entries:
        rows = [
            {"establishment_id": establishment_id, **asdict(one), "reason": clean_name(one.reason)[:120]}
            for one in entries
        ]
        session.execute(insert(Closure), rows)
    touch(session, sheet, "change_closures", change, {"closures": len(entries)})
    return sheet


def review(session: Session, establishment_id: int, change: Change) -> Sheet:
    """Somebody of the guichet has read the sheet and says that it is right. Raises ConflictError, NotFoundError."""
    _, sheet, _ = opened(session, establishment_id, change)
    sheet.reviewed_on, sheet.reviewed_by, sheet.chased_on = day(change.at), change.actor.name, None
    touch(session, sheet, "review_sheet", change, {})
    return sheet


def opened(
    session: Session, establishment_id: int, change: Change
) -> tuple[Establishment, Sheet, Licence | None]:
    """An establishment, its sheet and its licence, ours alone until the transaction ends. Raises ConflictError."""
    found = session.execute(
        select(Establishment, Sheet, Licence)
        .outerjoin(Sheet, Sheet.establishment_id == Establishment.id)
        .outerjoin(Licence, Licence.establishment_id == Establishment.id)
        .where(Establishment.id == establishment_id)
        .with_for_update(of=Establishment)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    house, sheet, licence = found
    if sheet is None:
        return house, Sheet(establishment_id=establishment_id), licence
    expect_version(sheet, change.version)
    return house, sheet, licence


def touch(session: Session, sheet: Sheet, step: str, change: Change, detail: dict[str, object]) -> None:
    """One line of the journal, and a new version even when only the rows below the sheet changed."""
    if inspect(sheet).persistent:
        flag_modified(sheet, "hours")
    session.add(sheet)
    journal.note(
        session,
        "establishment",
        sheet.establishment_id,
        step,
        actor=change.actor,
        at=change.at,
        detail=detail,
    )


def _sections(session: Session, establishment_id: int, entries: tuple[SectionEntry, ...]) -> dict[str, int]:
    """The sections as typed, by name; one that keeps its name keeps its identity."""
    known = {
        one.code: one
        for one in session.scalars(select(Section).where(Section.establishment_id == establishment_id))
    }
    rows: dict[str, Section] = {}
    for one in entries:
        code = search_key(one.name)[:LONGEST_CODE]
        row = known.pop(code, None) or Section(establishment_id=establishment_id, code=code)
        row.name, row.places = clean_name(one.name), one.places
        row.from_months, row.to_months = one.from_months, one.to_months
        session.add(row)
        rows[one.name] = row
    for gone in known.values():
        session.delete(gone)
    session.flush()
    return {name: row.id for name, row in rows.items()}


def _slot(establishment_id: int, ids: dict[str, int], band: Band, weekday: int) -> dict[str, object]:
    return {
        "establishment_id": establishment_id,
        "section_id": ids.get(band.section),
        "weekday": weekday,
        "start": band.start,
        "end": band.end,
        "places": band.places,
        "valid_from": band.first,
        "valid_until": band.last,
    }


def _kept(establishment_id: int, ids: dict[str, int], band: Band, weekday: int) -> dict[str, object]:
    return {
        "establishment_id": establishment_id,
        "section_id": ids.get(band.section),
        "use": band.use,
        "weekday": weekday,
        "start": band.start,
        "end": band.end,
        "seats": band.places,
    }
