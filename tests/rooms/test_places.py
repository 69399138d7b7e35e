"""The places on a real database: what is saved is what is counted, and a decision takes, keeps and frees its seat."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.bareme import actions as baremes
from guichet.bareme import file
from guichet.bareme.score import total
from guichet.commissions.actions import (
    DecisionEntry,
    annul_decision,
    confirm_decision,
    drop_decision,
    record_decision,
)
from guichet.commissions.models import Decision
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.journal import JournalEntry
from guichet.core.week import Week
from guichet.demands.actions import OrientationEntry, enlist, orient
from guichet.demands.dossier import WishEntry
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.models import Demand
from guichet.establishments import grid
from guichet.establishments.capacity import Colour, Load, fits
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.models import Establishment, LicenceSlot, Section, Sheet
from guichet.establishments.queries import load_supplies, read_sheet
from guichet.establishments.sheet import Band, ClosureEntry, PlacesEntry, SectionEntry, SheetEntry
from guichet.establishments.sheet_actions import Change, review, save_closures, save_places, save_sheet
from guichet.notifications.models import LetterRow
from guichet.placements.actions import StayEntry, add_stays, change_stay
from guichet.placements.fitting import ask_of
from guichet.placements.models import Placement
from guichet.placements.offers.answers import leave_place
from guichet.placements.ranking import Standing, called_in_order, standings
from guichet.placements.stays import load_houses, load_stays
from guichet.placements.waiting import candidates, matches
from tests import make
from workers import sweeps

SHIPPED = Path(file.__file__).parent / "shipped"
SESSION_ON = make.TODAY + timedelta(days=10)
AFTER = make.NOON + timedelta(days=11)
DAYS = (1, 2, 3, 4, 5)
SECTIONS = (SectionEntry("Bébés", 2, 15, 4), SectionEntry("Grands", 15, 48, 6))


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    return make.territory(session)


@pytest.fixture
def house(catalogue: Catalogue) -> int:
    return make.house(catalogue, "lucioles")


@pytest.fixture
def agent(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "rpe_agent", name="Alix Accueil")


@pytest.fixture
def director(session: Session, house: int) -> Person:
    return make.person(session, "director", name="Dany Directrice", houses=(house,))


@pytest.fixture
def demand(session: Session, catalogue: Catalogue, agent: Person) -> Demand:
    made = make.demand(session, catalogue, agent)
    orient(session, made, OrientationEntry("commission", "Vu"), catalogue, actor=agent, at=make.NOON)
    enlist(session, made, SESSION_ON, "Printemps", (), catalogue, actor=agent, at=make.NOON)
    return made


def decided(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, week: Week | None = None
) -> Decision:
    house = make.house(catalogue, "lucioles")
    entry = DecisionEntry("placed", SESSION_ON, "Printemps", house, date(2027, 9, 1), week)
    return record_decision(session, demand, entry, catalogue, person=director, at=AFTER)


def loads(session: Session, demand: Demand) -> list[tuple[str, date, Week]]:
    session.flush()
    rows = session.scalars(
        select(Placement).where(Placement.demand_id == demand.id).execution_options(populate_existing=True)
    )
    return [(row.load, row.starts_on, Week.from_json(row.pattern)) for row in rows]


# --- the seat of a decision


def test_a_recorded_decision_holds_a_seat_and_its_confirmation_keeps_it(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision = decided(session, demand, catalogue, director)
    assert loads(session, demand) == [("draft", date(2027, 9, 1), make.FIVE_DAYS)]
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    assert loads(session, demand) == [("offered", date(2027, 9, 1), make.FIVE_DAYS)]


def test_a_part_of_the_week_takes_only_its_seats(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person
) -> None:
    week = Week.same_hours((1, 2), (480, 1050))
    decided(session, demand, catalogue, director, week)
    assert loads(session, demand) == [("draft", date(2027, 9, 1), week)]


def test_a_decision_set_aside_frees_its_seat(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    drop_decision(
        session, decided(session, demand, catalogue, director), "Erreur de ligne", person=agent, at=AFTER
    )
    assert loads(session, demand) == []


def test_a_decision_annulled_frees_its_seat_and_another_may_be_recorded(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision = decided(session, demand, catalogue, director)
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    annul_decision(session, decision, demand, "Erreur de ligne", person=agent, at=AFTER)
    assert loads(session, demand) == []
    decided(session, demand, catalogue, director)
    assert [load for load, _, _ in loads(session, demand)] == ["draft"]


def test_a_place_released_before_the_entry_leaves_no_seat_and_after_it_ends_that_day(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision = decided(session, demand, catalogue, director)
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    with session.begin_nested() as later:
        october = make.NOON.replace(year=2027, month=10)
        leave_place(session, demand, "La famille déménage", actor=agent, at=october)
        session.flush()
        row = session.scalars(
            select(Placement)
            .where(Placement.demand_id == demand.id)
            .execution_options(populate_existing=True)
        ).one()
        assert row.ends_on == october.date()
        later.rollback()
    session.refresh(demand)
    leave_place(session, demand, "La famille déménage", actor=agent, at=AFTER)
    assert loads(session, demand) == []


def test_a_decision_recorded_before_seats_were_held_gets_its_seat_when_confirmed(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision = decided(session, demand, catalogue, director)
    session.execute(Placement.__table__.delete())
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    assert [load for load, _, _ in loads(session, demand)] == ["offered"]


def test_a_demand_never_holds_two_seats(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person
) -> None:
    decided(session, demand, catalogue, director)
    session.flush()
    row = session.scalars(select(Placement)).one()
    values = {
        name: getattr(row, name)
        for name in ("establishment_id", "child_id", "demand_id", "starts_on", "pattern", "created_at")
    }
    session.add(Placement(**values, load="draft", source="commission", created_by="Essai"))
    with pytest.raises(IntegrityError):
        session.flush()


# --- what is saved is what is counted


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


# --- who fits


def test_a_demand_does_not_take_its_own_seat_from_itself(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, house: int
) -> None:
    make.places(session, house, director, capacity=1)
    decided(session, demand, catalogue, director)
    session.flush()
    there = load_houses(session, [house], make.TODAY)[house]
    ask = ask_of(demand.week, demand.child.birth_date, None, demand.id)
    assert ask is not None
    colour = fits(there.supply, there.periods_for(ask), ask, date(2027, 9, 1)).colour
    other = fits(there.supply, there.periods, ask, date(2027, 9, 1)).colour
    assert (colour, other) == (Colour.GREEN, Colour.RED)


def waiting(session: Session, catalogue: Catalogue, agent: Person, **values: object) -> Demand:
    number = session.scalar(select(func.count()).select_from(Demand))
    born = date(2026, 1, 1) + timedelta(days=number or 0)
    child = make.child(first_name=f"Enfant {number}", birth_date=born)
    need = values.pop("need", make.need(entry_on=make.TODAY))
    return make.demand(session, catalogue, agent, child=child, need=need, **values)


def test_a_freed_place_finds_who_waits_whole_weeks_first_then_by_seniority(
    session: Session, catalogue: Catalogue, agent: Person, director: Person, house: int
) -> None:
    make.places(session, house, director, capacity=1)
    make.stay(session, house, director, week=Week.same_hours((3,), (480, 1050)))
    freed = Week.same_hours((1, 2, 4, 5), (480, 1050))
    late = make.TODAY - timedelta(days=3)
    partly = waiting(session, catalogue, agent, received_on=late - timedelta(days=9))
    second = waiting(
        session, catalogue, agent, need=make.need(entry_on=make.TODAY, week=freed), received_on=late
    )
    first = waiting(
        session,
        catalogue,
        agent,
        need=make.need(entry_on=make.TODAY, week=Week.same_hours((1,), (540, 720))),
        received_on=late - timedelta(days=1),
    )
    elsewhere = (WishEntry(establishment_id=make.house(catalogue, "moulins")),)
    waiting(session, catalogue, agent, wishes=elsewhere)
    waiting(session, catalogue, agent, need=make.need(entry_on=date(2027, 9, 1)))
    session.flush()
    found, more = candidates(session, director, house, make.TODAY, make.TODAY)
    assert not more
    there = load_houses(session, [house], make.TODAY)[house]
    called = called_in_order(matches(there.supply, there.periods, freed, None, make.TODAY, found), {})
    assert [one.candidate.id for one in called] == [first.id, second.id, partly.id]
    assert [(one.whole, one.days) for one in called][2] == (False, (1, 2, 4, 5))
    known = {second.id: Standing(9, (-9, 2), ""), first.id: Standing(30, (-30, 1), "Hors du territoire")}
    by_points = called_in_order(called, known)
    assert [one.candidate.id for one in by_points] == [second.id, first.id, partly.id]


def test_the_points_of_the_barème_in_force_give_the_order(
    session: Session, catalogue: Catalogue, agent: Person, director: Person, house: int
) -> None:
    make.places(session, house, director)
    demand = waiting(session, catalogue, agent)
    session.flush()
    found, _ = candidates(session, director, house, make.TODAY, make.TODAY)
    there = load_houses(session, [house], make.TODAY)[house]
    matched = matches(there.supply, there.periods, make.FIVE_DAYS, None, make.TODAY, found)
    assert standings(session, matched, house, catalogue, make.TODAY) == {}
    shipped, faults = file.read_text((SHIPPED / "pessac_2022.json").read_bytes())
    assert shipped, faults
    version = baremes.create(session, shipped, actor=agent, at=make.NOON)
    baremes.put_in_force(session, version, make.TODAY, seen=None, actor=agent, at=make.NOON)
    session.flush()
    known = standings(session, matched, house, catalogue, make.TODAY)
    facts = facts_of_demands(session, [demand.id], catalogue, make.TODAY)[demand.id]
    assert {key: one.points for key, one in known.items()} == {demand.id: total(shipped, facts, house)}


def test_a_full_hour_counts_as_freed_when_it_is_picked(
    session: Session, catalogue: Catalogue, agent: Person, director: Person, house: int
) -> None:
    make.places(session, house, director, capacity=1)
    make.stay(session, house, director)
    waiting(session, catalogue, agent)
    session.flush()
    found, _ = candidates(session, director, house, make.TODAY, make.TODAY)
    there = load_houses(session, [house], make.TODAY)[house]
    morning = Week.same_hours(DAYS, (480, 720))
    assert matches(there.supply, there.periods, morning, None, make.TODAY, found) == []
    (whole,) = matches(there.supply, there.periods, make.FIVE_DAYS, None, make.TODAY, found)
    assert (whole.whole, whole.filled) == (True, 1.0)


# --- old sheets


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
