"""Closed days, delays of convocation, cadences, the dates around a session, and the time of a member."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from guichet.scheduling.availability.half_days import Interval, Leave, Said, Word, availability, hours_of
from guichet.scheduling.days.calendar import (
    CADENCE,
    MONTHS,
    UNIT,
    UNITS,
    Cadence,
    Delay,
    Unit,
    empty_windows,
    half_days,
    notice,
    windows,
)
from guichet.scheduling.days.seeding import closed_days, last_published, warning
from guichet.scheduling.milestones import TASK, Lapses, Task, milestones
from guichet.scheduling.planning.problem import HalfDay

HOLIDAYS = frozenset(line.day for line in closed_days(2027, "A") if line.reason == "public")


@pytest.mark.parametrize(
    ("session", "days", "unit", "limit"),
    [
        # Three clear days before a Friday: sent on the Monday; before a Monday: on the Thursday.
        (date(2027, 3, 5), 3, Unit.CLEAR, date(2027, 3, 1)),
        (date(2027, 3, 8), 3, Unit.CLEAR, date(2027, 3, 4)),
        (date(2027, 3, 12), 5, Unit.CLEAR, date(2027, 3, 6)),
        (date(2027, 3, 12), 5, Unit.CALENDAR, date(2027, 3, 7)),
        (date(2027, 3, 12), 5, Unit.WORKING, date(2027, 3, 5)),
        (date(2027, 3, 31), 2, Unit.WORKING, date(2027, 3, 26)),  # Easter Monday is between
        (date(2027, 3, 31), 0, Unit.CALENDAR, date(2027, 3, 31)),
    ],
)
def test_a_delay_is_counted_in_its_own_days(session, days, unit, limit):
    assert notice(session, Delay(days, unit), HOLIDAYS).limit == limit


def test_a_limit_on_a_day_off_is_advised_earlier_and_says_so():
    found = notice(date(2027, 3, 12), Delay(5, Unit.CLEAR), HOLIDAYS)
    assert (found.limit, found.advised) == (date(2027, 3, 6), date(2027, 3, 5))
    assert found.explanation == (
        "Convocation au plus tard le samedi 6\u00a0mars 2027 : 5\u00a0jours francs avant le vendredi 12\u00a0mars 2027, "
        "le jour de l’envoi et celui de la séance ne comptent pas. "
        "Ce jour n’est pas travaillé : envoyez-la le vendredi 5\u00a0mars 2027."
    )


def test_every_code_of_the_calendar_has_its_french_words():
    assert set(UNIT) == set(UNITS) == set(Unit)
    assert set(CADENCE) == set(MONTHS) == set(Cadence)
    assert set(TASK) == set(Task)


@pytest.mark.parametrize(
    ("cadence", "count"), [("monthly", 11), ("four", 4), ("three", 3), ("two", 2), ("semester", 2)]
)
def test_a_cadence_makes_windows_in_order_that_never_overlap(cadence, count):
    found = windows(2027, Cadence(cadence))
    assert len(found) == count
    assert all(window.start <= window.target <= window.end for window in found)
    assert all(one.end < other.start for one, other in pairwise(found))


def test_the_main_commission_of_the_spring_is_the_target_of_its_window_only():
    found = windows(2027, Cadence.FOUR, main=date(2027, 5, 3))
    assert [window.target == date(2027, 5, 3) for window in found] == [False, True, False, False]


def test_a_window_without_an_open_day_is_told():
    closed = [line.day for line in closed_days(2027, "A")]
    days = {one.day for one in half_days(date(2027, 1, 1), date(2027, 12, 31), closed)}
    assert list(empty_windows(windows(2027, Cadence.MONTHLY), days)) == []
    july = [day for day in days if day.month != 7]
    assert [said[:34] for said in empty_windows(windows(2027, Cadence.MONTHLY), july)] == [
        "Aucun jour n’est ouvert entre le j"
    ]


def test_the_half_days_of_a_year_skip_weekends_holidays_and_the_bridge_of_the_ascension():
    closed = [line.day for line in closed_days(2027, "A")]
    found = half_days(date(2027, 5, 3), date(2027, 5, 9), closed)
    assert [str(one) for one in found] == [
        f"2027-05-0{day} {half}" for day in (3, 4, 5) for half in ("am", "pm")
    ]


@pytest.mark.parametrize(
    ("year", "friday"), [(2024, date(2024, 5, 10)), (2025, date(2025, 5, 30)), (2026, date(2026, 5, 15))]
)
def test_the_bridge_that_a_source_forgets_is_closed(year, friday):
    assert friday in {line.day for line in closed_days(year, "A")}


def test_public_holidays_are_eleven_and_two_more_in_alsace_moselle():
    public = [line for line in closed_days(2027, "B") if line.reason == "public"]
    more = [line for line in closed_days(2027, "B", alsace_moselle=True) if line.reason == "public"]
    assert (len(public), len(more)) == (11, 13)
    assert not any("'" in line.name for line in closed_days(2027, "B"))


def test_beyond_the_last_published_year_only_public_holidays_are_known_and_a_warning_says_so():
    last = last_published()
    assert not any(line.day > last for line in closed_days(last.year, "A") if line.reason == "school")
    assert {line.reason for line in closed_days(last.year + 1, "A")} == {"public", "bridge"}
    assert f"{last:%d/%m/%Y}" in warning(last.year)
    assert warning(last.year - 1) == ""


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="La zone « D » n’existe pas"):
        closed_days(2027, "D")


def test_the_tasks_of_a_session_are_on_working_days_and_in_order():
    found = milestones(date(2027, 5, 3), Delay(5, Unit.CLEAR), Lapses(), HOLIDAYS)
    days = [one.due for one in found]
    assert [one.task for one in found] == list(Task)
    assert days == sorted(days)
    assert all(day.weekday() < 5 and day not in HOLIDAYS for day in days)
    by_task = {one.task: one for one in found}
    assert by_task[Task.CONVOCATION].due == date(2027, 4, 27)
    assert "jours francs" in by_task[Task.CONVOCATION].why


def test_the_agenda_is_never_frozen_after_the_convocation():
    found = milestones(date(2027, 5, 3), Delay(20, Unit.CALENDAR), Lapses(), HOLIDAYS)
    due = {one.task: one.due for one in found}
    assert due[Task.FILES_CLOSED] <= due[Task.AGENDA_FROZEN] <= due[Task.CONVOCATION] <= due[Task.REMINDER]


TUESDAY = HalfDay(date(2027, 3, 2), "am")
AFTERNOON = HalfDay(date(2027, 3, 2), "pm")


def word(said, half_day=TUESDAY):
    found = availability(said, [half_day])
    return Word.NOT if found.busy else Word.IF_NEEDED if found.if_needed else Word.FREE


def at(day, hour, minute=0, zone=UTC):
    return datetime(2027, 3, day, hour, minute, tzinfo=zone)


def test_a_weekly_pattern_says_busy_or_if_needed():
    weekly = {(2, "am"): Word.NOT, (2, "pm"): Word.IF_NEEDED}
    assert [word(Said(weekly), one) for one in (TUESDAY, AFTERNOON)] == [Word.NOT, Word.IF_NEEDED]
    assert word(Said(weekly), HalfDay(date(2027, 3, 3), "am")) is Word.FREE


def test_what_is_said_by_hand_wins_over_leave_and_appointments():
    leave = (Leave(date(2027, 3, 1), date(2027, 3, 5)),)
    assert word(Said({}, leave)) is Word.NOT
    assert word(Said({}, leave, {TUESDAY: Word.IF_NEEDED})) is Word.IF_NEEDED
    assert word(Said({}, by_hand={TUESDAY: Word.NOT})) is Word.NOT


def test_an_appointment_takes_the_half_day_that_it_touches_and_no_other():
    said = Said({}, busy=(Interval(at(2, 8), at(2, 9)),))
    assert [word(said, one) for one in (TUESDAY, AFTERNOON)] == [Word.NOT, Word.FREE]
    assert word(Said({}, busy=(Interval(at(2, 11, 30), at(2, 12, 30)),))) is Word.FREE


def test_an_appointment_to_confirm_is_if_needed_unless_the_pattern_says_no():
    busy = (Interval(at(2, 8), at(2, 9), tentative=True),)
    assert word(Said({}, busy=busy)) is Word.IF_NEEDED
    assert word(Said({(2, "am"): Word.NOT}, busy=busy)) is Word.NOT


def test_a_morning_begins_at_the_same_hour_in_paris_on_both_sides_of_the_change_of_hour():
    before, after = (hours_of(HalfDay(date(2027, 3, day), "am"))[0] for day in (26, 29))
    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (7, 6)
    assert after - before == timedelta(days=3)
    busy = (Interval(at(29, 10, 40), at(29, 11)),)
    assert word(Said({}, busy=busy), HalfDay(date(2027, 3, 29), "am")) is Word.FREE
    assert (
        word(Said({}, busy=(Interval(at(26, 10, 40), at(26, 11)),)), HalfDay(date(2027, 3, 26), "am"))
        is Word.NOT
    )
