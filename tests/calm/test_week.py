import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.errors import InvalidError
from guichet.core.week import DAY, PRESETS, Interval, Week


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Any week that the form accepts: up to three intervals a day, to the minute."""
    intervals = []
    for weekday in draw(st.sets(st.integers(1, 7))):
        bounds = sorted(draw(st.lists(st.integers(0, DAY), min_size=2, max_size=6, unique=True)))
        intervals += [(weekday, bounds[i], bounds[i + 1]) for i in range(0, len(bounds) - 1, 2)]
    return Week.of(intervals)


def minutes_of(week: Week) -> set[tuple[int, int]]:
    return {(one.weekday, minute) for one in week.intervals for minute in range(one.start, one.end)}


@given(weeks())
def test_a_week_survives_its_stored_form(week: Week) -> None:
    assert Week.from_json(week.to_json()) == week


@given(weeks(), st.randoms())
def test_the_order_of_typing_does_not_matter(week: Week, order) -> None:
    shuffled = list(week.intervals)
    order.shuffle(shuffled)
    assert Week.of(shuffled) == week


@given(weeks(), weeks())
def test_what_is_left_and_what_is_taken_make_the_whole(week: Week, other: Week) -> None:
    left = week.minus(other)
    assert minutes_of(left) == minutes_of(week) - minutes_of(other)
    assert Week.of(left.intervals) == left


@given(weeks(), weeks())
def test_a_week_includes_another_when_all_its_minutes_are_there(week: Week, other: Week) -> None:
    assert week.includes(other) == (minutes_of(other) <= minutes_of(week))


@given(weeks())
def test_the_total_counts_each_minute_once(week: Week) -> None:
    assert week.total_minutes == len(minutes_of(week))
    assert week.total_minutes == sum(one.minutes for day in week.by_day.values() for one in day)


@given(weeks())
def test_half_hours_cover_every_minute(week: Week) -> None:
    assert week.half_hours() == {(day, minute // 30) for day, minute in minutes_of(week)}


@given(weeks())
def test_a_description_names_each_day_that_has_hours_once(week: Week) -> None:
    words = week.describe()
    names = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
    assert [words.count(name) for name in names] == [int(day in week.days) for day in range(1, 8)]


def test_touching_hours_become_one() -> None:
    assert Week.of([(1, 720, 1050), (1, 480, 720)]).intervals == (Interval(1, 480, 1050),)


@pytest.mark.parametrize(
    ("intervals", "field", "words"),
    [
        ([(1, 480, 720), (1, 700, 1050)], "week-1", "Lundi : deux horaires se recouvrent."),
        ([(2, 480, 480)], "week-2", "la même que l’heure de début"),
        ([(5, 1320, 360)], "week-5", "puis saisissez la suite le lendemain"),
        ([(7, 480, 1500)], "week-7", "Dimanche : une heure va de 0 h à 24 h."),
        ([(7, -10, 100)], "week-7", "une heure va de 0 h à 24 h"),
        ([(8, 480, 720)], "week-8", "n’existe pas"),
        ([(0, 480, 720)], "week-0", "n’existe pas"),
    ],
)
def test_a_faulty_day_is_refused_at_its_field(intervals: list, field: str, words: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        Week.of(intervals)
    assert words in refusal.value.problems[field].replace("\u00a0", " ").replace("\u202f", " ")


def test_each_faulty_day_has_its_own_sentence() -> None:
    with pytest.raises(InvalidError) as refusal:
        Week.of([(1, 600, 500), (3, 480, 720), (4, 900, 800)], field="need")
    assert set(refusal.value.problems) == {"need-1", "need-4"}


@pytest.mark.parametrize("stored", [[[1, 480]], [["lundi", 480, 720]], [[1, None, 720]], 12, [5], "abc"])
def test_an_unreadable_stored_week_is_refused(stored) -> None:
    with pytest.raises(InvalidError):
        Week.from_json(stored)


def test_a_night_past_midnight_is_written_on_two_days() -> None:
    night = Week.of([(1, 1200, DAY), (2, 0, 420)])
    assert night.total_minutes == 660
    assert night.is_atypical()


@pytest.mark.parametrize(
    ("intervals", "atypical"),
    [
        ([(1, 450, 1110)], False),
        ([(1, 449, 1110)], True),
        ([(5, 450, 1111)], True),
        ([(6, 600, 700)], True),
        ([], False),
    ],
)
def test_hours_are_atypical_outside_half_past_seven_to_half_past_six_or_at_the_weekend(
    intervals: list, atypical: bool
) -> None:
    assert Week.of(intervals).is_atypical() is atypical


def test_a_part_of_a_half_hour_takes_the_seat_for_all_of_it() -> None:
    assert Week.of([(1, 495, 541)]).half_hours() == {(1, 16), (1, 17), (1, 18)}


def test_days_with_the_same_hours_are_described_together() -> None:
    week = Week.of([(1, 480, 1050), (2, 480, 1050), (4, 480, 1050), (5, 480, 720), (5, 810, 1050)])
    words = week.describe().replace("\u00a0", " ").replace("\u202f", " ")
    assert words == (
        "lundi, mardi et jeudi, de 8 h à 17 h 30 ; vendredi, de 8 h à 12 h et de 13 h 30 à 17 h 30"
    )


def test_an_empty_week_says_so() -> None:
    assert Week().describe() == "aucun horaire"


def test_the_presets_are_usual_weeks_with_different_codes() -> None:
    assert len({preset.code for preset in PRESETS}) == len(PRESETS)
    assert all(preset.week and not preset.week.is_atypical() for preset in PRESETS)
