"""A campaign before and after the solver: its windows, what is tried on it, what it keeps as files."""

import time
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from guichet.scheduling.campaigns.answer import explained
from guichet.scheduling.campaigns.files import (
    half_day_from,
    plan_digest,
    plan_from,
    problem_document,
    problem_from,
)
from guichet.scheduling.campaigns.settings import (
    Pace,
    Settings,
    empty,
    in_time,
    open_from,
    pace_refusals,
    refusals,
    windows_of,
)
from guichet.scheduling.campaigns.whatif import UnknownChangeError, applied, session_key
from guichet.scheduling.days.calendar import COUNCIL_LARGE, Window
from guichet.scheduling.planning.changes import keep_dates
from guichet.scheduling.planning.difference import difference
from guichet.scheduling.planning.files import result_of
from guichet.scheduling.planning.problem import (
    Commission,
    HalfDay,
    Person,
    Placement,
    Problem,
    Room,
    Rules,
    Seat,
    Session,
    Travel,
)
from guichet.scheduling.planning.solver import plan

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
APRIL = date(2027, 4, 1)
DAYS = tuple(APRIL + timedelta(n) for n in range(90) if (APRIL + timedelta(n)).weekday() < 5)
HALF_DAYS = tuple(HalfDay(day, half) for day in DAYS for half in ("am", "pm"))


def problem(away=()):
    """Two commissions of one team, two sessions each; the chair of C1 is away on the half-days given."""
    people = ("chair", "M7", "doctor", "C1-local", "C2-local")
    seats = {
        name: (Seat("chair", 20), Seat("doctor", 20), Seat(f"{name}-local", 10)) for name in ("C1", "C2")
    }
    return Problem(
        HALF_DAYS,
        tuple(Person(one, frozenset(away if one == "chair" else ())) for one in people),
        (Room("1", "A"), Room("2", "B")),
        tuple(
            Commission(
                name,
                "T1",
                (room,),
                14,
                2,
                seats[name],
                tuple(
                    Session(session_key(name, start), start, end, start + timedelta(14))
                    for start, end in (
                        (APRIL, date(2027, 4, 30)),
                        (date(2027, 6, 1), date(2027, 6, 29)),
                    )
                ),
                required=(("chair",),),
            )
            for name, room in (("C1", "1"), ("C2", "2"))
        ),
        Rules(2, 20, 36, 3000, 3, 5, 200),
        (Travel("A", "B", Fraction(12)),),
    )


def solved(asked):
    return plan(asked, time.monotonic)


def dates(found):
    return {one.id: one.half_day for one in found.sessions}


def tried(asked, change):
    """What a change makes of a calendar whose other dates are kept, and the sessions that differ."""
    before = solved(asked)
    after = solved(keep_dates(applied(asked, [change], FIRST, LAST), before))
    return dates(after), {one.session for one in difference(before, after)}


@pytest.mark.parametrize(
    ("pace", "first", "last", "expected"),
    [
        (Pace("two"), FIRST, LAST, [(4, 1, 5, 31), (10, 1, 11, 30)]),
        (Pace("semester"), FIRST, date(2027, 5, 15), [(1, 1, 5, 15)]),
        (Pace("months", (6, 8)), FIRST, LAST, [(6, 1, 6, 30), (8, 1, 8, 31)]),
        (Pace("four"), date(2027, 4, 20), LAST, [(4, 20, 5, 31), (9, 1, 9, 30), (11, 1, 11, 30)]),
    ],
)
def test_the_windows_are_those_of_the_cadence_inside_the_campaign(pace, first, last, expected):
    found = windows_of(pace, first, last)
    assert [(w.start.month, w.start.day, w.end.month, w.end.day) for w in found] == expected
    assert all(w.start <= w.target <= w.end for w in found)


def test_a_campaign_across_two_years_has_the_windows_of_both_and_its_main_session_aims_at_its_day():
    found = windows_of(Pace("two", main_on=date(2028, 5, 3)), date(2027, 9, 1), date(2028, 6, 30))
    assert [w.start for w in found] == [date(2027, 10, 1), date(2028, 4, 1)]
    assert found[1].target == date(2028, 5, 3)


def test_a_window_too_near_to_convene_is_said_and_the_next_one_is_cut():
    today = date(2027, 4, 26)
    opens = open_from(today, COUNCIL_LARGE, {date(2027, 5, 3)})
    assert opens == date(2027, 5, 4)  # the sixth day before it, as five clear days want, and not the holiday
    windows = (
        Window(APRIL, date(2027, 4, 30), APRIL),
        Window(date(2027, 5, 1), date(2027, 5, 31), date(2027, 5, 2)),
    )
    kept, said = in_time(windows, opens, "Commission de Blanzy")
    assert kept == [Window(opens, date(2027, 5, 31), opens)]
    assert "1\xa0période est passée" in said[0] and "Commission de Blanzy" in said[0]


def test_a_window_without_a_school_day_is_a_sentence():
    august = Window(date(2027, 8, 1), date(2027, 8, 31), date(2027, 8, 16))
    (said,) = empty([august], set(DAYS), "Commission de Génelard")
    assert said.startswith(
        "Commission de Génelard : aucun jour n’est ouvert entre le dimanche 1er\xa0août 2027"
    )


def test_each_fault_of_a_campaign_has_its_sentence_at_its_field():
    settings = replace(Settings(), tour_cost=9999, morning_starts=2 * 60, weights={"pmi": 300})
    found = refusals("", date(2027, 5, 1), date(2027, 4, 1), settings)
    assert set(found) == {"title", "ends_on", "tour_cost", "morning_starts", "weight-pmi"}
    assert refusals("x", FIRST, date(2029, 1, 1), Settings()).keys() == {"ends_on"}
    assert pace_refusals(Pace("months", (), date(2026, 1, 1), 999), FIRST, LAST).keys() == {
        "months",
        "main_on",
        "min_days",
    }


def test_a_member_reads_between_which_hours_she_may_be_wanted():
    settings = Settings(per_half_day=2, session_minutes=90, max_travel_minutes=20)
    assert settings.hours_in_words({"am"}) == "le matin, entre 9\u00a0h et 12\u00a0h\u00a020"
    assert settings.hours_in_words({"am", "pm"}).endswith(
        "l’après-midi, entre 14\u00a0h et 17\u00a0h\u00a020"
    )


def test_the_sessions_of_a_tour_follow_each_other():
    settings = Settings(session_minutes=90, max_travel_minutes=20)
    assert [settings.starts_at(HALF_DAYS[0], rank) for rank in (0, 1)] == [9 * 60, 10 * 60 + 50]
    assert settings.starts_at(HALF_DAYS[1], 0) == 14 * 60


def test_a_frozen_problem_gives_the_same_plan_when_it_is_read_back():
    asked = keep_dates(problem(), solved(problem()))
    again = problem_from(problem_document(asked))
    assert again == asked
    document = result_of(solved(asked))
    assert plan_from(document) == replace(plan_from(document))
    assert plan_digest(result_of(solved(again))) == plan_digest(document)
    with pytest.raises(ValueError):
        half_day_from("2027-04-01 soir")


def test_a_day_ruled_out_of_a_commission_moves_it_alone():
    before = dates(solved(problem()))
    day = before["C1-2027-04"].day
    after, moved = tried(problem(), {"kind": "forbid", "commission": "C1", "day": day.isoformat()})
    assert after["C1-2027-04"].day != day
    assert moved == {"C1-2027-04"}
    twice = applied(
        problem(),
        [{"kind": "forbid", "commission": "C1", "day": str(one)} for one in DAYS if one.month == 4],
        FIRST,
        LAST,
    )
    found = solved(twice)
    assert [(one.id, one.lost.required, one.half_days) for one in found.unplaced] == [("C1-2027-04", 44, 44)]
    assert not any(chair["holder"].endswith(".closed") for one in explained(twice, found)["sessions"].values() for chair in one["chairs"])  # fmt: skip


def test_a_date_fixed_is_kept_and_freed_again():
    half_day = HalfDay(date(2027, 4, 6), "am")
    pin = {"kind": "pin", "session": "C2-2027-04", "half_day": str(half_day), "room": "2"}
    after, moved = tried(problem(), pin)
    assert after["C2-2027-04"] == half_day
    assert moved <= {"C2-2027-04", "C1-2027-04"}
    freed = applied(problem(), [pin, {"kind": "free", "session": "C2-2027-04"}], FIRST, LAST)
    assert freed == problem()


def test_another_cadence_keeps_the_dates_of_the_sessions_that_remain():
    change = {"kind": "cadence", "commission": "C1", "cadence": "months", "months": [4, 5]}
    after, moved = tried(problem(), change)
    assert {key for key in after if key.startswith("C1")} == {"C1-2027-04", "C1-2027-05"}
    assert moved >= {"C1-2027-05", "C1-2027-06"}
    assert "C2-2027-04" not in moved


def test_a_deputy_gives_back_the_sessions_that_an_absence_closed():
    asked = problem(away=[one for one in HALF_DAYS if one.day.month == 4])
    before = solved(asked)
    assert {one.id for one in before.unplaced} == {"C1-2027-04", "C2-2027-04"}
    told = explained(asked, before)
    assert told["members"][0] == {
        "person": "chair",
        "busy": 44 / len(HALF_DAYS),
        "half_days": 88,
        "sessions": 2,
    }
    change = {"kind": "deputy", "commission": "C1", "seat": "chair", "person": "M7"}
    found = dates(solved(applied(asked, [change], FIRST, LAST)))
    assert "C1-2027-04" in found and "C2-2027-04" not in found


def test_an_absence_moves_what_it_must_and_nothing_else():
    before = dates(solved(problem()))
    day = before["C1-2027-06"].day
    away = {"kind": "away", "person": "chair", "first": str(day), "last": str(day)}
    after, moved = tried(problem(), away)
    assert moved == {key for key, half_day in before.items() if half_day.day == day}
    assert all(half_day.day != day for half_day in after.values())


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "pin", "session": "C9-2027-04", "half_day": "2027-04-06 am", "room": "1"},
        {"kind": "pin", "session": "C1-2027-04", "half_day": "2027-04-06 am", "room": "9"},
        {"kind": "forbid", "commission": "C9", "day": "2027-04-06"},
        {"kind": "deputy", "commission": "C1", "seat": "chair", "person": "M99"},
        {"kind": "deputy", "commission": "C1", "seat": "nobody", "person": "M7"},
        {"kind": "deputy", "commission": "C1", "seat": "chair", "person": "doctor"},
    ],
)
def test_a_change_of_what_is_not_there_is_a_sentence(change):
    with pytest.raises(UnknownChangeError) as refusal:
        applied(problem(), [change], FIRST, LAST)
    assert refusal.value.sentence.endswith(".")


def test_somebody_under_two_names_is_never_told_to_be_in_two_places():
    """Her mandates differ: the solver knows her by two names, the explanation says where they meet."""
    asked = problem()
    named = replace(
        asked,
        people=(*asked.people, Person("M7.C1"), Person("M7.C2")),
        commissions=tuple(
            replace(one, team=one.id, seats=(*one.seats, Seat(f"M7.{one.id}", 10)))
            for one in asked.commissions
        ),
    )
    there = Placement(HALF_DAYS[0], "1")
    fixed = applied(
        named,
        [
            {"kind": "pin", "session": f"{name}-2027-04", "half_day": str(there.half_day), "room": room}
            for name, room in (("C1", "1"), ("C2", "2"))
        ],
        FIRST,
        LAST,
    )
    assert "« M7 » est attendu à « C1-2027-04 » et à « C2-2027-04 » en même temps." in explained(fixed, solved(fixed))["findings"]  # fmt: skip
