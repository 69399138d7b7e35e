"""The week as a table, the months to come, and the sentences of a verdict."""

from datetime import date, timedelta

import pytest

from guichet.core.week import Week
from guichet.establishments.capacity import Ask, House, Load, Stay, fits
from guichet.establishments.heat import heat
from guichet.establishments.outlook import at_once, by_month
from guichet.establishments.supply import AgeGroup, Opened, Supply
from guichet.placements.fitting import ask_of, at_a_glance, days_at_a_glance, days_to_ask, where_it_fits
from guichet.placements.saying import verdict_in_brief, verdict_in_words

MONDAY = date(2026, 11, 23)
LATER = MONDAY + timedelta(weeks=104)
DAYS = (1, 2, 3, 4, 5)
BORN = date(2025, 6, 1)
ALL_WEEK = Week.same_hours(DAYS, (480, 1020))


def house(*stays: Stay, places: int = 4, **values: object) -> House:
    opened = tuple(Opened(day, 450, 1110, places) for day in DAYS)
    return House(Supply(1, opened, **values), stays, MONDAY, LATER)


def stay(load: Load, week: Week = ALL_WEEK, first: date = MONDAY, last: date = LATER) -> Stay:
    return Stay(1, BORN, week, first, last, load)


def test_hours_where_nothing_differs_are_one_row_and_a_closed_day_is_empty() -> None:
    table = heat(house(stay(Load.ACCEPTED), closed=((MONDAY, MONDAY),)), MONDAY)
    assert [(row.start, row.end) for row in table.rows] == [(450, 480), (480, 1020), (1020, 1110)]
    assert table.closed == (True, False, False, False, False)
    assert table.rows[1].cells[0] is None


def test_a_cell_keeps_the_loads_apart() -> None:
    coming = stay(Load.ACCEPTED, first=MONDAY + timedelta(days=2))
    table = heat(
        house(stay(Load.ACCEPTED), stay(Load.DRAFT), coming, kept=(Opened(2, 450, 1110, 1),)), MONDAY
    )
    tuesday, wednesday = table.rows[1].cells[1], table.rows[1].cells[2]
    assert tuesday and wednesday
    assert {load: seats for load, seats in dict(tuesday.loads).items() if seats} == {
        Load.PRESENT: 1,
        Load.DRAFT: 1,
    }
    assert (tuesday.places, tuesday.kept, tuesday.free, tuesday.heat) == (4, 1, 1, 2)
    assert dict(wednesday.loads)[Load.PRESENT] == 2
    assert (wednesday.taken, wednesday.free, wednesday.heat) == (3, 1, 2)


def test_a_full_hour_and_one_outside_the_licence_are_told() -> None:
    early = stay(Load.ACCEPTED, Week.same_hours((1,), (360, 720)))
    table = heat(house(early, places=1), MONDAY)
    first, full = table.rows[0].cells[0], table.rows[1].cells[0]
    assert first and (first.places, first.taken, first.free) == (0, 1, 0)
    assert full and (full.free, full.heat) == (0, 0)


def test_free_for_the_week_for_a_day_and_in_hours() -> None:
    found = at_once(house(stay(Load.ACCEPTED, Week.same_hours((1,), (540, 720)))), MONDAY)
    assert (found.week, found.day, found.minutes) == (3, 4, (4 * 55 - 3) * 60)


def test_the_months_to_come_follow_the_children_who_leave() -> None:
    leaving = stay(Load.ACCEPTED, last=date(2027, 8, 31))
    months = by_month(house(leaving), MONDAY, 12)
    assert [one.whole.week for one in months] == [3] * 10 + [4] * 2
    assert months[0].first == date(2026, 11, 1)


def test_sections_together_offer_no_more_than_the_house() -> None:
    sections = (AgeGroup(1, "Bébés", 2, 18, 2), AgeGroup(2, "Grands", 18, 48, 2))
    (month,) = by_month(house(stay(Load.ACCEPTED), stay(Load.OFFERED), sections=sections), MONDAY, 1)
    assert month.whole.week == 2
    assert {key: one.week for key, one in month.sections.items()} == {1: 0, 2: 2}


def test_now_and_september_are_the_days_asked() -> None:
    september = date(2027, 9, 1)
    assert days_to_ask(date(2027, 1, 4), MONDAY) == (date(2027, 1, 4), september)
    assert days_to_ask(date(2026, 3, 4), MONDAY) == (MONDAY, september)
    assert days_to_ask(september, MONDAY) == (MONDAY, september)


def test_at_a_glance_a_demand_is_judged_today_at_its_entry_and_in_september() -> None:
    september = date(2027, 9, 1)
    assert days_at_a_glance(date(2027, 1, 4), MONDAY, BORN) == (MONDAY, date(2027, 1, 4), september)
    assert days_at_a_glance(date(2026, 3, 4), MONDAY, BORN) == (MONDAY, september)
    assert days_at_a_glance(september, MONDAY, date(2027, 1, 20)) == (september,)


@pytest.mark.parametrize(
    ("places", "taken", "asked", "brief"),
    [
        (2, (), (1, 2), ("green", "tient", "")),
        (1, (2,), (1, 2, 4), ("part", "2 jours sur 3", "lundi et jeudi")),
        (1, (1, 2), (1, 2), ("red", "complet", "")),
        (1, (), (6,), ("red", "fermé", "samedi, de 9 h à 12 h")),
    ],
)
def test_a_verdict_is_said_in_two_words(
    places: int, taken: tuple[int, ...], asked: tuple[int, ...], brief: tuple[str, str, str]
) -> None:
    here = [stay(Load.ACCEPTED, Week.same_hours(taken, (540, 720)))] if taken else []
    week = Week.same_hours(asked, (540, 720))
    (verdict,) = at_a_glance([house(*here, places=places)], Ask(week, BORN), (MONDAY,))[1]
    tone, words, more = verdict_in_brief(verdict, week)
    assert (tone, words, more.replace("\u00a0", " ")) == brief


def test_a_verdict_is_said_with_what_blocks_and_what_fits() -> None:
    full = house(stay(Load.ACCEPTED, Week.same_hours((2,), (540, 720))), places=1)
    asked = Week.of([(1, 480, 1020), (2, 480, 1020), (4, 480, 1140)])
    verdict = fits(full.supply, full.periods, Ask(asked, BORN), MONDAY)
    assert [one.replace("\u00a0", " ") for one in verdict_in_words(verdict)] == [
        "Fermé : jeudi, de 18 h 30 à 19 h.",
        "Complet : mardi, de 9 h à 12 h.",
        "Tiennent : lundi.",
    ]


def test_an_establishment_without_a_licence_is_left_out_and_a_week_that_varies_is_not_asked() -> None:
    ask = ask_of(ALL_WEEK, BORN, None, 1)
    assert ask is not None
    bare = House(Supply(2, ()), (), MONDAY, LATER)
    (found,) = where_it_fits([house(), bare], ask, (MONDAY,))
    assert (found.house, found.first, found.now) == (1, MONDAY, True)
    assert ask_of(Week(), BORN, None, 1) is None
