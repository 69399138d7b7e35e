"""The agenda of a session: who is on it, in which order, who is not and why."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.commissions import words
from guichet.commissions.sessions.agenda import (
    APPROVAL,
    BY_HAND,
    DEMAND_ITEM,
    REASONS,
    SECTIONS,
    TEXT,
    Candidate,
    Line,
    Sorted,
    Terms,
    age_at_entry,
    build,
    closes_on,
    moved,
    section_of,
    sort,
    starts,
    why_apart,
    with_item,
)

SITS_ON = date(2027, 4, 15)
TERMS = Terms(SITS_ON, frozenset({1, 2}), (date(2027, 8, 1), date(2027, 10, 31)))
READY = Candidate(
    7, "2026-00007", date(2026, 12, 10), date(2027, 9, 1), date(2026, 11, 2), date(2027, 6, 1), houses=frozenset({1})
)  # fmt: skip


def of(number: int, **values: object) -> Candidate:
    return replace(READY, demand_id=number, number=f"2026-{number:05d}", **values)


def demands(lines: tuple[Line, ...]) -> list[int | None]:
    return [one.demand_id for one in lines]


def test_a_demand_that_has_all_is_examined():
    assert why_apart(READY, TERMS) == ()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"renewal_due_on": date(2027, 4, 14)}, "not_renewed"),
        ({"papers_missing": 1}, "papers"),
        ({"birth_to_confirm": True}, "birth"),
        ({"entry_on": date(2027, 11, 1)}, "window"),
        ({"entry_on": date(2027, 7, 31)}, "window"),
        ({"houses": frozenset({9})}, "elsewhere"),
    ],
)
def test_a_demand_that_lacks_something_is_set_apart_with_its_reason(values, reason):
    found = sort([READY, of(8, **values)], TERMS)
    assert [one.demand_id for _, one in found.ready] == [7]
    assert [(one.demand_id, reasons) for one, reasons in found.apart] == [(8, (reason,))]
    assert words.APART[reason]


def test_a_demand_renewed_until_the_day_of_the_session_is_examined():
    assert why_apart(of(8, renewal_due_on=SITS_ON), TERMS) == ()


def test_a_demand_that_wishes_for_a_mode_of_care_only_is_examined():
    assert why_apart(of(8, houses=frozenset()), TERMS) == ()


def test_once_closed_the_list_keeps_those_it_had_and_takes_nobody_new():
    closed = replace(TERMS, closed=True, known=frozenset({7}))
    found = sort([READY, of(8)], closed)
    assert [one.demand_id for _, one in found.ready] == [7]
    assert [reasons for _, reasons in found.apart] == [("late",)]


@pytest.mark.parametrize(
    ("birth", "section", "age"),
    [
        (None, "unborn", None),
        (date(2027, 9, 2), "unborn", None),
        (date(2026, 9, 2), "babies", 11),
        (date(2026, 9, 1), "middle", 12),
        (date(2025, 9, 2), "middle", 23),
        (date(2025, 9, 1), "older", 24),
    ],
)
def test_the_age_is_that_of_the_day_of_entry(birth, section, age):
    one = of(8, birth=birth)
    assert (section_of(one), age_at_entry(one)) == (section, age)


def test_demands_come_by_age_then_points_then_seniority():
    found = sort(
        [
            of(1, birth=date(2025, 3, 1), points=99),
            of(2, points=10),
            of(3, points=30),
            of(4, points=10, seniority_on=date(2026, 1, 5)),
            of(5),
        ],
        TERMS,
    )
    assert [(section, one.demand_id) for section, one in found.ready] == [
        ("babies", 3),
        ("babies", 4),
        ("babies", 2),
        ("babies", 5),
        ("older", 1),
    ]


def test_what_people_wrote_keeps_its_place_when_the_agenda_is_made_again():
    opening, closing = Line(APPROVAL, "Procès-verbal", 5, id=1), Line(TEXT, "Calendrier", 10, id=2)
    first = build((opening, closing), sort([READY], TERMS), 3)
    assert demands(first) == [None, None, 7]
    kept = (opening, replace(first[2], id=3, duration=8), closing)
    again = build(kept, sort([of(9), READY], TERMS), 3)
    assert demands(again) == [None, 7, 9, None]
    assert [one.duration for one in again] == [5, 8, 3, 10]


def test_an_opening_item_goes_before_the_demands_and_any_other_ends_the_session():
    lines = build((), sort([READY], TERMS), 3)
    lines = with_item(with_item(lines, Line(TEXT, "Calendrier")), Line(APPROVAL, "Procès-verbal"))
    assert [one.kind for one in lines] == [APPROVAL, DEMAND_ITEM, TEXT]
    assert [one.kind for one in with_item((), Line(APPROVAL, "Procès-verbal"))] == [APPROVAL]


def test_an_item_moves_one_place_and_stays_at_the_ends():
    lines = tuple(Line(TEXT, str(one), id=one) for one in (1, 2, 3))
    assert [one.id for one in moved(lines, 2, up=True)] == [2, 1, 3]
    assert [one.id for one in moved(lines, 2, up=False)] == [1, 3, 2]
    assert moved(lines, 1, up=True) == moved(lines, 3, up=False) == moved(lines, 9, up=True) == lines


def test_each_item_begins_when_those_before_it_end():
    lines = (Line(TEXT, "a", 5), Line(TEXT, "b", 0), Line(TEXT, "c", 30))
    assert starts(lines, 14 * 60) == (840, 845, 845)


def test_the_closing_day_is_counted_back_from_the_session():
    assert closes_on(SITS_ON, 15) == date(2027, 3, 31)


def test_every_code_has_its_french_word():
    assert (set(words.ITEM), set(words.SECTION), set(words.APART)) == (
        set(BY_HAND),
        set(SECTIONS),
        set(REASONS),
    )


@given(st.lists(st.sampled_from([APPROVAL, TEXT, DEMAND_ITEM]), max_size=8), st.sets(st.integers(1, 6)))
def test_making_the_agenda_again_changes_nothing_and_loses_nothing(kinds, numbers):
    kept = tuple(
        Line(kind, "x", 4, demand_id=10 + rank if kind == DEMAND_ITEM else None, id=rank + 1)
        for rank, kind in enumerate(kinds)
    )
    found: Sorted = sort([of(number) for number in numbers], TERMS)
    once = build(kept, found, 3)
    assert build(once, found, 3) == once
    assert [one for one in once if one.kind != DEMAND_ITEM] == [
        one for one in kept if one.kind != DEMAND_ITEM
    ]
    assert {one.demand_id for one in once} - {None} == numbers


def test_an_agenda_too_long_for_its_day_is_still_read():
    lines = [Line("text", "Long", 480)] * 4
    assert starts(lines, 14 * 60) == (840, 1320, 360, 840)
