"""A proposal from the database to the engine and back: which demands are examined, and who is seated where."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from guichet.allocation.runs.computing import KILLER, LEASE
from guichet.allocation.runs.models import AllocationPin, AllocationRun
from guichet.bareme.bareme import Condition, Quota, Rule
from guichet.core.db import Database
from guichet.core.errors import InvalidError
from guichet.core.leased import Hold
from guichet.core.week import Week
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.establishments.peak_actions import PeakEntry, open_peak
from guichet.establishments.sheet_actions import Change
from guichet.families.dossier import FactEntry
from guichet.families.models import Fact
from guichet.placements.actions import StayEntry, add_stay, promise
from tests import make
from tests.proposals import (
    BAREME,
    CHOICES,
    SEPTEMBER,
    Setting,
    ask_for,
    frozen,
    in_force,
    lines_of,
    places,
    proposed,
    waiting,
)

YEARS_AGO = date(2025, 11, 23)


def test_the_best_ranked_takes_the_seat_and_the_other_is_told_why(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    first, second = ask_for(database, setting, ("Ana", "lucioles"), ("Bob", "lucioles"))
    run = proposed(database, by)
    assert (run.state, run.failure, run.findings) == ("done", "", [])
    assert (run.demands, run.placed, run.unplaced, run.blocking) == (2, 1, 1, 0)
    lines = lines_of(database, run)
    assert (lines[first].establishment_id, lines[first].points) == (make.house(catalogue, "lucioles"), 20)
    refused = lines[second].wishes[0]
    assert (refused["what"], refused["seats"], refused["last"], refused["asked"]) == ("refused", 1, 20, 10)
    assert refused["admitted"] == [{"points": 20, "position": 1, "seat": "open"}]
    assert (refused["since"], refused["slot"].split(",")[0]) == ("2027-09-01", "lundi")
    assert refused["slot"].endswith("de septembre\u00a02027 à août\u00a02028")


def test_a_child_present_takes_a_seat_until_it_leaves(database: Database, setting: Setting) -> None:
    by, catalogue = setting
    (demand,) = ask_for(database, setting, ("Ana", "lucioles"))
    with database.writing() as session:
        stay = StayEntry(date(2026, 9, 1), make.FIVE_DAYS, date(2027, 12, 1), "Léo", date(2025, 3, 1))
        add_stay(session, make.house(catalogue, "lucioles"), stay, actor=by, at=make.NOON)
        session.commit()
    assert lines_of(database, proposed(database, by))[demand].outcome == "unplaced"
    later = replace(CHOICES, seats_from=date(2028, 1, 1))
    assert lines_of(database, proposed(database, by, later))[demand].outcome == "placed"


def test_only_regular_demands_of_the_window_without_a_decision_are_examined(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    seen, promised, occasional = ask_for(
        database, setting, ("Ana", "moulins"), ("Bob", "moulins"), ("Cléo", "moulins")
    )
    with database.writing() as session:
        waiting(session, catalogue, by, "Dan", "moulins", need=make.need(entry_on=date(2028, 3, 1)))
        oriented = waiting(session, catalogue, by, "Eva", "moulins", enlisted=False)
        demand = session.get_one(Demand, promised)
        promise(
            session,
            demand,
            make.house(catalogue, "moulins"),
            SEPTEMBER,
            make.FIVE_DAYS,
            actor=by,
            at=make.NOON,
        )
        session.get_one(Demand, occasional).care = "occasional"
        session.commit()
    run = proposed(database, by)
    assert set(lines_of(database, run)) == {seen}
    with database.reading() as session:
        left_out = {one[0]: one[2] for one in (frozen(session, run.id).inputs or {})["left_out"]}
    assert left_out == {promised: "decided", occasional: "not_regular"}
    assert set(lines_of(database, proposed(database, by, replace(CHOICES, oriented=True)))) == {
        seen,
        oriented.id,
    }


def test_any_creche_means_all_of_them_the_nearest_first_after_the_named_ones(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    with database.writing() as session:
        home = make.household(commune_code=make.BLANZY, postcode="71450", city="Blanzy")
        wishes = (
            WishEntry(mode="any_creche"),
            WishEntry(establishment_id=make.house(catalogue, "lucioles")),
        )
        places(session, make.house(catalogue, "mesanges"), 5)
        demand = waiting(session, catalogue, by, "Ana", household=home, wishes=wishes).id
        session.commit()
    line = lines_of(database, proposed(database, by))[demand]
    codes = [catalogue.houses[wish["house"]].code for wish in line.wishes]
    assert codes == ["lucioles", "mesanges", "moulins"]


def test_an_establishment_without_a_section_for_the_age_is_a_lost_wish(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    with database.writing() as session:
        places(session, make.house(catalogue, "mesanges"), 8, ("Grands", 24, 48, 8))
        session.commit()
    (demand,) = ask_for(database, setting, ("Ana", "mesanges", "moulins"))
    line = lines_of(database, proposed(database, by))[demand]
    assert line.establishment_id == make.house(catalogue, "moulins")
    assert [(wish["what"], wish["house"]) for wish in line.wishes][-1] == (
        "lost",
        make.house(catalogue, "mesanges"),
    )


def test_twins_are_proposed_together_or_not_at_all_unless_the_family_says_otherwise(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    with database.writing() as session:
        first = waiting(session, catalogue, by, "Ana", "lucioles", "moulins")
        second = waiting(session, catalogue, by, "Anna", "lucioles", "moulins")
        second.family_id = first.family_id
        family, ids = first.family_id, (first.id, second.id)
        session.commit()
    together = lines_of(database, proposed(database, by))
    assert {together[one].establishment_id for one in ids} == {make.house(catalogue, "moulins")}
    assert all(together[one].together for one in ids)
    apart = lines_of(database, proposed(database, by, replace(CHOICES, apart=(family,))))
    assert {apart[one].establishment_id for one in ids} == {
        make.house(catalogue, "lucioles"),
        make.house(catalogue, "moulins"),
    }


def test_a_linked_demand_keeps_its_place_when_its_wish_is_not_granted(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    (older, transfer, first) = ask_for(
        database, setting, ("Ana", "lucioles"), ("Bob", "lucioles"), ("Bobby", "moulins")
    )
    with database.writing() as session:
        held, asked = session.get_one(Demand, first), session.get_one(Demand, transfer)
        asked.linked_to_id = first
        asked.child_id, asked.family_id = held.child_id, held.family_id
        house = make.house(catalogue, "moulins")
        promise(session, held, house, date(2026, 12, 1), make.FIVE_DAYS, actor=by, at=make.NOON)
        session.commit()
    lines = lines_of(database, proposed(database, by))
    assert lines[older].establishment_id == make.house(catalogue, "lucioles")
    assert (lines[transfer].outcome, lines[transfer].seat) == ("kept", "current")
    assert lines[transfer].establishment_id == make.house(catalogue, "moulins")


def test_a_share_of_the_seats_goes_first_to_a_proved_insertion(database: Database, setting: Setting) -> None:
    by, catalogue = setting
    with database.writing() as session:
        places(session, make.house(catalogue, "mesanges"), 2, insertion_percent=50)
        insertion = FactEntry("insertion", "insertion_certificate")
        young = waiting(session, catalogue, by, "Zoé", "mesanges", facts=(insertion,))
        proof = session.scalars(select(Fact).where(Fact.kind == "insertion")).one()
        proof.received_on = proof.checked_on = make.TODAY
        proof.checked_by = "Alix"
        group = young.id
        session.commit()
    first, second = ask_for(database, setting, ("Ana", "mesanges"), ("Bob", "mesanges"))
    lines = lines_of(database, proposed(database, by))
    assert (lines[group].seat, lines[first].seat, lines[second].outcome) == ("insertion", "open", "unplaced")


def test_a_priority_of_the_bareme_is_pinned_with_its_reason_before_the_points(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        twins = Rule("multiple", "Naissance multiple", (Condition("days_asked", "at_most", 2),))
        in_force(session, by, replace(BAREME, bypasses=(twins,)))
        places(session, make.house(catalogue, "lucioles"), 1)
        waiting(session, catalogue, by, "Ana", since=YEARS_AGO)
        short = make.need(week=Week.same_hours((1, 2), (480, 1020)))
        first = waiting(session, catalogue, by, "Bob", need=short).id
        session.commit()
    run = proposed(database, by)
    assert lines_of(database, run)[first].pinned
    with database.reading() as session:
        pin = session.get_one(AllocationPin, (run.id, first))
    assert (pin.reason, pin.from_bareme) == ("Naissance multiple", True)


def peak_opened(database: Database, house: int) -> None:
    """Its director opens the seats above the licence for the whole period of the run."""
    with database.writing() as session:
        director = make.person(session, "director", houses=(house,))
        entry = PeakEntry(CHOICES.entries_from.replace(day=1), CHOICES.horizon, staffed=True)
        open_peak(session, house, entry, Change(director, make.NOON))
        session.commit()


def test_seats_above_the_licence_are_offered_only_when_the_director_opened_them(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        in_force(session, by)
        house = make.house(catalogue, "lucioles")
        places(session, house, 7, may_exceed=True)
        for number in range(8):
            waiting(session, catalogue, by, f"Ana{'abcdefgh'[number]}")
        session.commit()
    assert proposed(database, by).placed == 7
    with pytest.raises(InvalidError) as refusal:
        proposed(database, by, replace(CHOICES, amber=(house,)))
    assert refusal.value.problems == {
        "amber": "La direction n’a pas ouvert le surnombre pour cette période : Les Lucioles."
    }
    peak_opened(database, house)
    assert proposed(database, by, replace(CHOICES, amber=(house,))).placed == 8


def test_a_week_above_all_its_hours_is_told_where_the_licence_is_exceeded(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        in_force(session, by)
        house = make.house(catalogue, "lucioles")
        places(session, house, 7, may_exceed=True)
        whole = make.need(week=Week.same_hours((1, 2, 3, 4, 5), (450, 1110)))
        for letter in "abcdefgh":
            waiting(session, catalogue, by, f"Ana{letter}", need=whole)
        session.commit()
    peak_opened(database, house)
    run = proposed(database, by, replace(CHOICES, amber=(house,)))
    assert run.placed == 8
    (finding,) = run.findings
    assert "Les Lucioles" in finding and "R2324-27" in finding
    assert proposed(database, by).findings == []


def held(owner: str) -> Hold[AllocationRun]:
    return Hold(AllocationRun, owner, LEASE, KILLER)


def test_a_quota_of_the_bareme_is_a_reserve_too(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        quota = Quota("short", "Deux jours au plus", (Condition("days_asked", "at_most", 2),), share=50)
        in_force(session, by, replace(BAREME, quotas=(quota,)))
        places(session, make.house(catalogue, "lucioles"), 2)
        for name in ("Ana", "Bob"):
            waiting(session, catalogue, by, name, since=YEARS_AGO)
        short = make.need(week=Week.same_hours((1, 2), (480, 1020)))
        late = waiting(session, catalogue, by, "Cléo", need=short).id
        session.commit()
    run = proposed(database, by)
    assert lines_of(database, run)[late].seat == "short"
    assert {price["choice"] for price in run.prices} >= {"as_asked", "open_first", "reserve_stays_closed"}
