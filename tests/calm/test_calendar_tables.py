"""The calm parts under the tables of the calendar: freshness, distances, closed periods, what is seen of a task."""

from datetime import UTC, date, datetime, timedelta

import pytest

from guichet.commissions.milestones.settings import MILESTONES, lapses
from guichet.commissions.milestones.signs import Signs, seen
from guichet.scheduling.availability.freshness import Freshness, Said, freshness
from guichet.scheduling.days.closed_periods import Line, periods
from guichet.scheduling.days.seeding_words import LOCAL, PUBLIC, SCHOOL
from guichet.scheduling.milestones import TASK, Task
from guichet.scheduling.places.distances import minutes_between

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CLOSES, SITS = date(2027, 5, 5), date(2027, 5, 20)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(None), Freshness.SILENT),
        (Said(NOW - timedelta(days=14)), Freshness.FRESH),
        (Said(NOW - timedelta(days=15)), Freshness.STALE),
        # A calendar ages even when the rest was said again yesterday.
        (Said(NOW - timedelta(days=1), NOW - timedelta(days=20)), Freshness.STALE),
        (Said(NOW - timedelta(days=20), NOW - timedelta(days=1)), Freshness.FRESH),
    ],
)
def test_what_was_said_is_stale_after_fourteen_days(said, expected):
    assert freshness(said, NOW) is expected


def test_a_longer_road_takes_longer_and_the_same_place_only_the_time_to_park():
    montceau, blanzy, genelard = (46.667, 4.369), (46.7044, 4.3927), (46.58, 4.25)
    assert minutes_between(montceau, montceau) == 4
    assert (
        minutes_between(montceau, blanzy)
        == minutes_between(blanzy, montceau)
        < minutes_between(blanzy, genelard)
    )


def test_days_of_one_reason_make_one_period_over_a_weekend_and_a_day_changed_by_hand_cuts_it():
    friday = date(2027, 2, 19)
    school = [Line(friday + timedelta(n), SCHOOL, "Vacances d’hiver", False, True) for n in (0, 3, 4, 5)]
    found = periods([*school[:2], Line(school[2].on, SCHOOL, "Vacances d’hiver", True, False), school[3]])
    assert [(one.first.day, one.last.day, one.days, one.closed) for one in found] == [
        (19, 22, 2, True),
        (23, 23, 1, False),
        (24, 24, 1, True),
    ]
    apart = [
        Line(date(2027, 3, 1), LOCAL, "Travaux", True, True),
        Line(date(2027, 3, 3), LOCAL, "Travaux", True, True),
    ]
    assert len(periods(apart)) == 2
    assert periods([Line(date(2027, 5, 1), PUBLIC, "Fête du Travail", False, True)])[0].days == 0


@pytest.mark.parametrize(
    ("signs", "today", "expected"),
    [
        (Signs("planned"), CLOSES, set()),
        # An agenda built before the closing may still change; after it, it is arrested.
        (Signs("planned", date(2027, 5, 1)), CLOSES, set()),
        (Signs("planned", date(2027, 5, 1)), CLOSES + timedelta(1), {Task.FILES_CLOSED}),
        (Signs("planned", date(2027, 5, 6)), date(2027, 5, 6), {Task.FILES_CLOSED, Task.AGENDA_FROZEN}),
        (Signs("convened", called=3, reached=2), date(2027, 5, 9), {Task.CONVOCATION}),
        (Signs("convened", called=3, reached=3), date(2027, 5, 18), {Task.CONVOCATION, Task.REMINDER}),
        (Signs("signed", minutes=True, letters=9, letters_waiting=1, awaited=4, still_awaited=4), SITS, set(Task) - {Task.LETTERS, Task.ANSWERS}),
        (Signs("signed", minutes=True, letters=9, awaited=4, still_awaited=1), SITS, set(Task) - {Task.ANSWERS}),
        (Signs("signed", minutes=True, letters=9, awaited=4), SITS, set(Task)),
    ],
)  # fmt: skip
def test_what_is_seen_of_the_tasks_follows_the_session(signs, today, expected):
    assert seen(signs, CLOSES - timedelta(10), CLOSES, SITS - timedelta(2), today) - {
        Task.CALL_FOR_UPDATES
    } == expected - {Task.CALL_FOR_UPDATES}


def test_the_families_are_called_by_the_letters_that_leave_before_the_closing():
    called = CLOSES - timedelta(10)
    assert not seen(Signs("planned"), called, CLOSES, SITS, called)
    assert seen(Signs("planned"), called, CLOSES, SITS, called + timedelta(1)) == {Task.CALL_FOR_UPDATES}


def test_the_closing_of_the_agenda_is_that_of_the_reglement_and_the_call_comes_before_it():
    chosen = {item.key: item.default for item in MILESTONES}
    found = lapses(chosen, agenda_closes_days=40)
    assert (found.files_closed, found.call_for_updates) == (40, 47)
    assert set(TASK) == set(Task)
