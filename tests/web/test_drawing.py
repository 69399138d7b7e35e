"""Weeks and charts as pictures: inside their frame, with their words."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from guichet.core.week import Week
from guichet.web.charts import Series, bar, column_chart, line_chart, nice_ceiling
from guichet.web.drawing import week_rows, week_svg

SIZES = ("tiny", "medium", "large")
NEED = Week.of([(1, 480, 1050), (2, 480, 720), (2, 810, 1050)])
MORNINGS = Week.same_hours((1, 2, 3, 4, 5), (480, 720))


@st.composite
def weeks(draw) -> Week:
    days = draw(st.sets(st.integers(1, 7), max_size=7))
    spans = [(day, *sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=2)))) for day in days]
    return Week.of(spans)


def blocks(svg: str, tone: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(svg).iter("rect") if one.get("class") == tone]


def test_a_week_says_in_words_what_it_draws():
    assert 'role="img"' in week_svg(NEED)
    assert "lundi, de 8" in week_svg(NEED)
    assert "aucun horaire" in week_svg(Week())


def test_each_interval_is_one_block():
    assert [len(blocks(week_svg(NEED, size), "w-on")) for size in SIZES] == [3, 3, 3]


def test_the_week_end_is_drawn_only_when_it_is_used():
    assert len(blocks(week_svg(NEED), "w-day")) == 5
    assert len(blocks(week_svg(Week.of([(7, 480, 720)])), "w-day")) == 7


def test_what_an_offer_leaves_out_is_told_apart():
    svg = week_svg(NEED, "medium", MORNINGS)
    assert len(blocks(svg, "w-on")) == 2
    assert len(blocks(svg, "w-out")) == 2
    assert "non couvert" in svg
    assert "entièrement couvert" in week_svg(MORNINGS, "medium", MORNINGS)


@given(weeks(), weeks(), st.sampled_from(SIZES))
def test_a_drawing_never_leaves_its_frame(week, against, size):
    root = ET.fromstring(week_svg(week, size, against))
    width, height = float(root.get("width")), float(root.get("height"))
    for one in root.iter("rect"):
        x, y, wide, tall = (float(one.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert wide > 0
        assert tall >= 0
        assert x + wide <= width
        assert y + tall <= height + 0.11


def test_the_table_says_every_hour_of_the_drawing():
    rows = dict(week_rows(NEED))
    assert list(rows) == ["lundi", "mardi", "mercredi", "jeudi", "vendredi"]
    assert rows["mardi"].replace("\u00a0", " ") == "8 h à 12 h et 13 h 30 à 17 h 30"
    assert rows["jeudi"] == ""


def test_the_scale_of_a_chart_is_round_and_high_enough():
    assert [nice_ceiling(n) for n in (0, 3, 37, 51, 130, 1000)] == [4, 4, 40, 80, 200, 2000]


@given(st.integers(0, 10_000_000))
def test_a_scale_always_holds_its_highest_value(highest):
    ceiling = nice_ceiling(highest)
    assert ceiling >= highest
    assert ceiling % 4 == 0


def test_columns_stand_one_on_the_other():
    svg = column_chart(["sept.", "oct."], [Series("a", (4, 2)), Series("b", (4, 0), "placed")], "En mots")
    bars = list(ET.fromstring(svg).iter("rect"))
    assert len(bars) == 3
    lower, upper = (float(bars[index].get("y")) for index in (0, 1))
    assert upper + float(bars[1].get("height")) == lower
    assert 'aria-label="En mots"' in svg


def test_lines_are_told_apart_by_the_shape_of_their_points():
    svg = line_chart(["a", "b"], [Series("x", (1, 2)), Series("y", (2, 1), "b")], "Deux lignes")
    assert len(re.findall("<circle", svg)) == 2
    assert len(re.findall("<rect", svg)) == 2


def test_a_chart_without_figures_is_still_a_chart():
    ET.fromstring(column_chart([], [], "Aucune demande"))
    ET.fromstring(line_chart([], [], "Aucune demande"))
    ET.fromstring(bar(0, 0))
