"""The children present: their contracts are counted, checked, changed, and forgotten a year after they left."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.journal import JournalEntry
from guichet.core.week import Week
from guichet.establishments.capacity import Load
from guichet.placements.actions import StayEntry, add_stays, change_stay
from guichet.placements.models import Placement
from guichet.placements.stays import load_stays
from tests import make
from workers import sweeps


def test_a_child_without_an_end_leaves_before_school_and_one_who_left_is_not_counted(
    session: Session, house: int, director: Person
) -> None:
    make.stay(session, house, director)
    make.stay(session, house, director, first_name="Zoé", ends_on=make.TODAY - timedelta(days=1))
    (one,) = load_stays(session, [house], make.TODAY)[house]
    assert (one.last, one.load_on(make.TODAY)) == (date(2028, 8, 31), Load.PRESENT)


def test_a_list_of_children_is_added_whole_or_not_at_all(
    session: Session, house: int, director: Person
) -> None:
    good = StayEntry(date(2026, 9, 1), make.FIVE_DAYS, None, "Zoé", date(2025, 3, 1))
    with pytest.raises(InvalidError) as refused:
        add_stays(session, house, [good, replace(good, birth_date=None)], actor=director, at=make.NOON)
    assert list(refused.value.problems) == ["1"]
    assert session.scalar(select(func.count()).select_from(Placement)) == 0
    assert add_stays(session, house, [good, good], actor=director, at=make.NOON) == 2
    session.flush()
    lines = session.scalars(select(JournalEntry.step).where(JournalEntry.subject_type == "establishment"))
    assert list(lines) == ["import_stays"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_name": " "}, "first_name"),
        ({"first_name": "x" * 81}, "first_name"),
        ({"birth_date": date(2027, 1, 1)}, "birth_date"),
        ({"birth_date": date(2015, 1, 1)}, "birth_date"),
        ({"week": Week()}, "week"),
        ({"starts_on": date(2025, 1, 1)}, "starts_on"),
        ({"ends_on": date(2026, 8, 1)}, "ends_on"),
    ],
)
def test_a_faulty_contract_is_refused_at_its_field(
    session: Session, house: int, director: Person, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        make.stay(session, house, director, **changes)
    assert next(iter(refused.value.problems)) == field


def test_a_contract_is_changed_and_the_journal_keeps_what_it_was(
    session: Session, house: int, director: Person
) -> None:
    one = make.stay(session, house, director)
    short = Week.same_hours((1,), (480, 720))
    entry = StayEntry(one.starts_on, short, date(2027, 1, 31), "Nour B.", one.birth_date)
    change_stay(session, one, entry, date(2025, 5, 20), actor=director, at=make.NOON, version=1)
    session.flush()
    (stay,) = load_stays(session, [house], make.TODAY)[house]
    assert (stay.week, stay.last) == (short, date(2027, 1, 31))
    with pytest.raises(ConflictError):
        change_stay(session, one, entry, date(2025, 5, 20), actor=director, at=make.NOON, version=1)


def test_a_child_without_a_file_is_forgotten_a_year_after_leaving(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        house = make.house(catalogue, "lucioles")
        by = make.person(session, "director", houses=(house,))
        make.stay(session, house, by, first_name="Partie", ends_on=date(2026, 10, 1))
        make.stay(session, house, by, first_name="Présente")
        session.commit()
    kept = [
        sweeps.forget(database, make.NOON + timedelta(days=days))["children"]
        for days in (0, 300, 330, 340, 366 * 6)
    ]
    assert kept == [0, 0, 1, 0, 1]
