"""A week typed in a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.errors import InvalidError
from guichet.core.week import PRESETS, Week
from guichet.web.week_form import input_name, typed_from_week, week_from_form


def typed(*boxes: tuple[int, int, str, str]) -> dict[str, str]:
    """What the form sends: (weekday, first or second span, from, to)."""
    sent = {}
    for weekday, span, start, end in boxes:
        sent[input_name("week", weekday, span, "start")] = start
        sent[input_name("week", weekday, span, "end")] = end
    return sent


def test_hours_are_read_however_they_are_typed():
    week = week_from_form(typed((1, 1, "8h30", "12"), (1, 2, "13:30", "1700"), (2, 1, "", "")))
    assert week.to_json() == [[1, 510, 720], [1, 810, 1020]]


def test_an_empty_form_is_an_empty_week():
    assert week_from_form({}) == Week()


def test_every_faulty_day_has_its_sentence():
    with pytest.raises(InvalidError) as refusal:
        week_from_form(
            typed((1, 1, "8h", ""), (2, 1, "midi", "14h"), (3, 1, "14h", "12h"), (4, 1, "8h", "12h"))
        )
    problems = refusal.value.problems
    assert list(problems) == ["week-1", "week-2", "week-3"]
    assert problems["week-1"] == "Lundi : écrivez l’heure de début et l’heure de fin."
    assert problems["week-2"].startswith("Mardi : écrivez l’heure sous la forme")
    assert "avant" in problems["week-3"]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.code)
def test_a_preset_is_typed_and_read_back(preset):
    assert week_from_form(typed_from_week(preset.week)) == preset.week


@given(st.integers(1, 7), st.lists(st.integers(0, 1440), min_size=4, max_size=4, unique=True))
def test_any_two_spans_are_typed_and_read_back(weekday, cuts):
    first, second, third, fourth = sorted(cuts)
    week = Week.of([(weekday, first, second), (weekday, third, fourth)])
    assert week_from_form(typed_from_week(week)) == week
