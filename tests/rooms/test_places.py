"""The places of an establishment on a real database: what is saved is what is counted, and who saved it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.week import Week
from guichet.establishments import grid
from guichet.establishments.models import Establishment, LicenceSlot, Section, Sheet
from guichet.establishments.queries import load_supplies, read_sheet
from guichet.establishments.sheet import Band, ClosureEntry, PlacesEntry, SectionEntry, SheetEntry
from guichet.establishments.sheet_actions import Change, review, save_closures, save_places, save_sheet
from guichet.notifications.models import LetterRow
from guichet.placements.stays import load_houses
from tests import make
from workers import sweeps

AFTER = make.NOON + timedelta(days=11)
DAYS = (1, 2, 3, 4, 5)
SECTIONS = (SectionEntry("Bébés", 2, 15, 4), SectionEntry("Grands", 15, 48, 6))


def test_a_licence_saved_is_the_supply_counted(session: Session, house: int, director: Person) -> None:
    entry = PlacesEntry(
        10,
        date(2025, 1, 1),
        "PMI-1",
        None,
        Week.same_hours(DAYS, (450, 1110)),
        True,
        SECTIONS,
        (Band(DAYS, 450, 510, 5), Band(DAYS, 510, 1050, 10), Band((1,), 1050, 1110, 4, section="Grands")),
        (Band((1, 2), 510, 1050, 1, use="emergency"),),
    )
    change = Change(director, make.NOON)
    save_places(session, house, entry, change)
    save_closures(session, house, (ClosureEntry(date(2026, 12, 24), date(2026, 12, 31), "Noël"),), change)
    session.flush()
    supply = load_supplies(session, [house])[house]
    assert [one.name for one in supply.sections] == ["Bébés", "Grands"]
    assert {(one.weekday, one.places, one.use) for one in supply.kept} == {
        (1, 1, "emergency"),
        (2, 1, "emergency"),
    }
    assert supply.closed == ((date(2026, 12, 24), date(2026, 12, 31)),)
    assert supply.may_exceed
    periods = load_houses(session, [house], make.TODAY)[house].periods
    assert max(grid.counts(periods[0].frame.licence)) == 10
    assert periods[0].frame.minutes == (5 * 1 + 10 * 9) * 5 * 60 + 4 * 60
    assert session.get_one(Establishment, house).capacity == 10


def test_a_section_that_keeps_its_name_keeps_its_identity(
    session: Session, house: int, director: Person
) -> None:
    make.places(session, house, director, sections=SECTIONS)
    before = {one.code: one.id for one in session.scalars(select(Section))}
    make.places(
        session, house, director, sections=(replace(SECTIONS[1], places=7), SectionEntry("Moyens", 8, 15, 3))
    )
    after = {one.code: one.id for one in session.scalars(select(Section))}
    assert after["GRANDS"] == before["GRANDS"]
    assert set(after) == {"GRANDS", "MOYENS"}


def test_a_refused_licence_writes_nothing(session: Session, house: int, director: Person) -> None:
    make.places(session, house, director)
    session.commit()
    with pytest.raises(InvalidError):
        make.places(session, house, director, capacity=8, bands=(Band(DAYS, 450, 1110, 9),))
    session.rollback()
    assert session.scalar(select(func.max(LicenceSlot.places))) == 10


def test_the_second_of_two_directors_sees_that_the_sheet_changed(
    session: Session, house: int, director: Person
) -> None:
    save_sheet(
        session, house, SheetEntry(ages="de 0 à 3 ans", insertion_percent=5), Change(director, make.NOON)
    )
    session.flush()
    seen = session.get_one(Sheet, house).version
    make.places(session, house, director)
    session.flush()
    with pytest.raises(ConflictError):
        save_sheet(session, house, SheetEntry(insertion_percent=5), Change(director, make.NOON, seen))


def test_the_sheet_says_who_changed_it_and_who_read_it_again(
    session: Session, house: int, director: Person, agent: Person
) -> None:
    save_sheet(
        session, house, SheetEntry(languages="  arabe ", insertion_percent=5), Change(director, make.NOON)
    )
    review(session, house, Change(agent, AFTER))
    session.flush()
    found = read_sheet(session, house, make.TODAY)
    assert found and found.sheet and found.changed
    assert found.sheet.languages == "arabe"
    assert (found.sheet.reviewed_by, found.changed.actor_name) == ("Alix Accueil", "Dany Directrice")


def test_an_old_sheet_is_chased_once_a_month_until_somebody_reviews_it(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        agent = make.person(session, "rpe_agent")
        house = make.house(catalogue, "lucioles")
        entry = SheetEntry(email="lucioles@exemple.test", insertion_percent=5)
        save_sheet(session, house, entry, Change(agent, make.NOON))
        review(session, house, Change(agent, make.NOON))
        session.commit()
    days = (100, 181, 190, 215)
    sent = [sweeps.chase_sheets(database, make.NOON + timedelta(days=number)) for number in days]
    assert sent == [0, 1, 0, 1]
    with database.writing() as session:
        rows = session.scalars(select(LetterRow).where(LetterRow.kind == "sheet_review")).all()
        assert [row.email for row in rows] == ["lucioles@exemple.test"] * 2
        review(session, house, Change(agent, make.NOON + timedelta(days=216)))
        session.commit()
    assert sweeps.chase_sheets(database, make.NOON + timedelta(days=300)) == 0
