"""Which childminders have room for a week: against a slow count of half-hours, and in the words of a letter."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.week import HALF_HOUR, USUAL_END, USUAL_START, Week
from guichet.placements.childminders.fit import (
    FULL,
    NONE,
    NOTHING,
    PART,
    FreePlace,
    Need,
    Offer,
    Point,
    distance_km,
    fit,
    rank,
)

ENTRY = date(2027, 9, 1)
BLANZY, MONTCEAU, GENELARD = Point(46.69, 4.39), Point(46.67, 4.36), Point(46.58, 4.24)
FIVE = Week.same_hours((1, 2, 3, 4, 5), (480, 1050))


def offer(*free: FreePlace, **values) -> Offer:
    return Offer(**{"id": 1, "name": "Ana", "where": BLANZY, "free": free, **values})


def place(week: Week = FIVE, on: date = ENTRY, until: date | None = None) -> FreePlace:
    return FreePlace(week, on, until)


def plain(sentence: str) -> str:
    return sentence.replace("\u00a0", " ")


half_hours = st.frozensets(st.tuples(st.integers(1, 7), st.integers(12, 40)), min_size=1, max_size=40)
ends = st.one_of(st.none(), st.dates(date(2027, 6, 1), date(2028, 6, 1)))
places = st.lists(st.tuples(half_hours, st.dates(date(2027, 1, 1), date(2028, 3, 1))), max_size=4)


def week_of(cells) -> Week:
    return Week.of((day, number * HALF_HOUR, (number + 1) * HALF_HOUR) for day, number in cells)


@given(half_hours, places)
def test_what_is_missing_is_what_no_open_place_holds(asked, offered):
    found = fit(Need(week_of(asked), ENTRY), offer(*(place(week_of(cells), on) for cells, on in offered)))
    first = found.later_from or ENTRY
    open_cells = {cell for cells, on in offered if on <= first for cell in cells}
    assert found.missing.half_hours() == asked - open_cells
    assert found.covered_minutes == HALF_HOUR * len(asked & open_cells)
    assert (found.degree == FULL) == (not asked - open_cells and found.later_from is None)
    assert (found.degree == NONE) == (not asked & open_cells)


@given(half_hours, places, st.booleans())
def test_the_hours_held_missing_and_to_discuss_are_the_week_asked_cut_in_three(asked, offered, atypical):
    need = Need(week_of(asked), ENTRY)
    found = fit(
        need,
        offer(*(place(week_of(cells), on) for cells, on in offered), atypical_hours=atypical),
    )
    left = found.missing.total_minutes + found.to_discuss.total_minutes
    assert found.covered_minutes + left == need.week.total_minutes
    assert not found.missing.half_hours() & found.to_discuss.half_hours()
    for day, number in found.to_discuss.half_hours():
        assert atypical
        assert day > 5 or number * HALF_HOUR < USUAL_START or number * HALF_HOUR >= USUAL_END


@given(half_hours, places, half_hours)
def test_one_more_free_place_never_fits_less(asked, offered, more):
    need = Need(week_of(asked), ENTRY)
    before = offer(*(place(week_of(cells), on) for cells, on in offered if on <= ENTRY))
    after = offer(*before.free, place(week_of(more)))
    assert fit(need, after).covered_minutes >= fit(need, before).covered_minutes


@given(st.lists(st.tuples(st.floats(46, 47), st.floats(4, 5), half_hours), max_size=8), half_hours)
def test_the_list_goes_from_the_nearest_to_the_farthest_and_holds_nobody_without_room(known, asked):
    offers = [
        offer(place(week_of(cells)), id=number, where=Point(latitude, longitude))
        for number, (latitude, longitude, cells) in enumerate(known)
    ]
    found = rank(Need(week_of(asked), ENTRY, home=MONTCEAU), offers)
    away = [round(one.distance_km, 2) for one in found]
    assert away == sorted(away)
    assert {one.offer.id for one in found} == {
        number for number, (_, _, cells) in enumerate(known) if cells & asked
    }
    assert found == rank(Need(week_of(asked), ENTRY, home=MONTCEAU), reversed(offers))


@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(-89, 89), st.floats(-179, 179))
def test_a_distance_is_the_same_both_ways_and_nothing_from_a_place_to_itself(a, b, c, d):
    one, other = Point(a, b), Point(c, d)
    assert distance_km(one, other) == pytest.approx(distance_km(other, one), abs=1e-6)
    assert distance_km(one, one) == 0


def test_montceau_is_three_kilometres_from_blanzy_and_fourteen_from_genelard():
    assert distance_km(MONTCEAU, BLANZY) == pytest.approx(3.2, abs=0.1)
    assert distance_km(MONTCEAU, GENELARD) == pytest.approx(13.6, abs=0.2)


SENTENCES = {
    "everything": (Week.same_hours((1, 2, 3, 4, 5), (450, 1110)), "convient toute la semaine demandée"),
    "a day less": (
        Week.same_hours((1, 2, 4, 5), (480, 1050)),
        "convient lundi, mardi, jeudi et vendredi ; pas le mercredi",
    ),
    "an end too early": (
        Week.of([(1, 480, 1050), (2, 480, 1050), (3, 480, 1020)]),
        "convient lundi et mardi ; pas le mercredi après 17 h, le jeudi ni le vendredi",
    ),
    "a start too late": (
        Week.same_hours((1, 2, 3, 4, 5), (540, 1050)),
        "convient en partie chaque jour demandé ; pas avant 9 h",
    ),
    "both ends": (
        Week.of([*Week.same_hours((1, 2), (510, 990)).intervals, (3, 480, 1050), (4, 480, 1050)]),
        "convient mercredi et jeudi ; pas les lundi et mardi avant 8 h 30 ni après 16 h 30 ni le vendredi",
    ),
    "a hole": (
        Week.of([*Week.same_hours((2, 3, 4, 5), (480, 1050)).intervals, (1, 480, 720), (1, 810, 1050)]),
        "convient mardi, mercredi, jeudi et vendredi ; pas le lundi de 12 h à 13 h 30",
    ),
    "nothing": (Week.same_hours((6,), (480, 1050)), NOTHING),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_a_fit_is_told_in_the_words_of_a_letter(case):
    week, said = SENTENCES[case]
    assert plain(fit(Need(FIVE, ENTRY), offer(place(week))).sentence) == said


def test_two_places_of_the_same_person_share_the_week():
    found = fit(
        Need(FIVE, ENTRY),
        offer(place(Week.same_hours((1, 2), (480, 1050))), place(Week.same_hours((3, 4, 5), (450, 1080)))),
    )
    assert found.degree == FULL


def test_early_hours_are_to_be_discussed_with_whoever_accepts_some_and_missing_otherwise():
    need = Need(Week.same_hours((1, 2), (360, 1020)), ENTRY)
    free = place(Week.same_hours((1, 2), (450, 1020)))
    open_to_it = fit(need, offer(free, atypical_hours=True))
    assert plain(open_to_it.sentence) == (
        "convient en partie chaque jour demandé ; à voir ensemble avant 7 h 30"
    )
    assert open_to_it.degree == PART and not open_to_it.missing
    assert plain(fit(need, offer(free)).sentence).endswith("; pas avant 7 h 30")


def test_a_place_that_opens_after_the_entry_is_told_with_its_day():
    found = fit(Need(FIVE, ENTRY), offer(place(on=date(2027, 10, 1))))
    assert plain(found.sentence) == "convient toute la semaine demandée ; place à partir du 1er octobre 2027"
    assert (found.degree, found.later_from) == (PART, date(2027, 10, 1))


def test_a_place_that_opens_too_late_or_ends_too_soon_is_no_place():
    too_late = offer(place(on=date(2028, 1, 1)))
    ends = offer(place(on=date(2027, 1, 1), until=date(2027, 9, 20)))
    assert rank(Need(FIVE, ENTRY), [too_late, ends]) == []


def test_a_child_too_young_or_too_old_on_the_day_of_entry_is_not_sent_there():
    need = Need(FIVE, ENTRY, born_on=date(2027, 7, 10))
    assert rank(need, [offer(place(), youngest_months=2)]) == []
    assert rank(need, [offer(place(), youngest_months=1)])
    assert rank(Need(FIVE, ENTRY, born_on=date(2024, 8, 1)), [offer(place(), oldest_months=36)]) == []
    assert rank(Need(FIVE, ENTRY, born_on=date(2027, 12, 1)), [offer(place())])


def test_hours_that_change_every_week_are_to_be_seen_with_whoever_has_a_place():
    found = rank(Need(Week(), ENTRY), [offer(place()), offer(place(on=date(2028, 5, 1)), id=2)])
    assert [(one.offer.id, one.degree, one.sentence) for one in found] == [
        (1, PART, "horaires variables à voir ensemble")
    ]
