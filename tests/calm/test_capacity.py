"""What an establishment can take, on worked examples and on drawn ones."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.core.week import Week
from guichet.establishments import grid
from guichet.establishments.capacity import (
    ONE_DAY,
    Ask,
    Colour,
    House,
    Load,
    Stay,
    first_green,
    fits,
    free_by_month,
    free_seats,
    spans,
    taken_on,
    weekly_free,
)
from guichet.establishments.supply import (
    AgeGroup,
    Opened,
    Supply,
    frame_on,
    largest_remainder,
    nearest_section,
    presumed_end,
    section_at,
)

TODAY = date(2026, 11, 23)
SEPTEMBER = date(2027, 9, 1)
LATER = TODAY + timedelta(weeks=104)
DAYS = (1, 2, 3, 4, 5)
BORN = date(2025, 6, 1)
WISH = Week.same_hours((1, 2, 4), (480, 1050))
BABIES, OLDER = AgeGroup(1, "Bébés", 2, 18, 10), AgeGroup(2, "Grands", 18, 48, 20)


def modulated(low: int = 15, high: int = 30) -> tuple[Opened, ...]:
    """The licence of field.md C3: few at both ends of the day, all in the middle."""
    return tuple(
        opened
        for day in DAYS
        for opened in (
            Opened(day, 450, 510, low),
            Opened(day, 510, 1050, high),
            Opened(day, 1050, 1110, low),
        )
    )


def flat(places: int) -> tuple[Opened, ...]:
    return tuple(Opened(day, 450, 1110, places) for day in DAYS)


def stay(number: int, week: Week, born_on: date = BORN, first: date = TODAY, last: date = LATER) -> Stay:
    return Stay(number, born_on, week, first, last)


def stays(count: int, week: Week, **dates: date) -> tuple[Stay, ...]:
    return tuple(stay(number, week, **dates) for number in range(count))


def periods(supply: Supply, there: tuple[Stay, ...]) -> list:
    return spans(supply, there, TODAY, LATER)


def test_a_licence_of_15_30_15_offers_1500_hours_a_week_not_1650() -> None:
    frame = frame_on(Supply(1, modulated()), TODAY)
    assert frame.minutes == 1500 * 60
    assert frame.minutes != 30 * 11 * 5 * 60


def test_three_days_from_8_to_half_past_5_are_28_hours_and_a_half() -> None:
    assert WISH.total_minutes == 28.5 * 60


def test_115_percent_of_30_is_34_children_and_only_where_there_are_30() -> None:
    frame = frame_on(Supply(1, modulated(), may_exceed=True), TODAY)
    peak = grid.counts(frame.peak)
    assert (peak[15], peak[16], peak[17], peak[34], peak[35]) == (17, 17, 34, 34, 17)


def test_115_percent_may_be_rounded_up() -> None:
    frame = frame_on(Supply(1, modulated(), may_exceed=True, rounds_up=True), TODAY)
    assert max(grid.counts(frame.peak)) == 35


def test_the_34th_child_is_amber_and_the_35th_red() -> None:
    supply = Supply(1, modulated(), may_exceed=True)
    short_day = Week.same_hours(DAYS, (540, 960))
    ask = Ask(short_day, BORN)
    colours = [
        fits(supply, periods(supply, stays(there, short_day)), ask, TODAY).colour
        for there in (29, 30, 33, 34)
    ]
    assert colours == [Colour.GREEN, Colour.AMBER, Colour.AMBER, Colour.RED]


def test_above_the_licence_the_week_must_stay_under_its_hours() -> None:
    supply = Supply(1, flat(10), may_exceed=True)
    all_day = Week.same_hours(DAYS, (450, 1110))
    verdict = fits(supply, periods(supply, stays(10, all_day)), Ask(all_day, BORN), TODAY)
    assert (verdict.colour, verdict.too_many_hours) == (Colour.RED, True)
    lighter = (*stays(9, all_day), stay(10, Week.same_hours((1, 2), (450, 1110))))
    verdict = fits(supply, periods(supply, lighter), Ask(Week.same_hours((1,), (450, 1110)), BORN), TODAY)
    assert (verdict.colour, verdict.too_many_hours) == (Colour.AMBER, False)


def test_a_house_that_may_not_exceed_is_red_where_another_is_amber() -> None:
    supply = Supply(1, flat(10))
    there = periods(supply, stays(10, Week.same_hours((1,), (540, 720))))
    assert fits(supply, there, Ask(WISH, BORN), TODAY).colour is Colour.RED


def test_a_red_week_names_the_hours_that_are_full_and_the_days_that_fit() -> None:
    supply = Supply(1, flat(10))
    there = periods(supply, stays(10, Week.same_hours((2,), (540, 720))))
    verdict = fits(supply, there, Ask(WISH, BORN), TODAY)
    assert verdict.blocked == Week.of([(2, 540, 720)])
    assert verdict.fits_days == (1, 4)


def test_the_same_wish_is_red_until_july_and_green_from_september() -> None:
    supply = Supply(1, flat(10))
    leaving = stays(10, Week.same_hours(DAYS, (480, 1080)), born_on=date(2024, 3, 1), last=date(2027, 8, 31))
    there = periods(supply, leaving)
    assert fits(supply, there, Ask(WISH, BORN), TODAY).colour is Colour.RED
    assert fits(supply, there, Ask(WISH, BORN), SEPTEMBER).colour is Colour.GREEN
    assert first_green(supply, there, Ask(WISH, BORN), TODAY) == SEPTEMBER


def test_hours_outside_the_licence_are_said_apart_from_full_ones() -> None:
    supply = Supply(1, flat(10))
    verdict = fits(supply, periods(supply, ()), Ask(Week.of([(1, 360, 600)]), BORN), TODAY)
    assert (verdict.closed, verdict.blocked) == (Week.of([(1, 360, 450)]), Week())


def test_a_section_full_at_entry_refuses_though_the_house_has_room() -> None:
    supply = Supply(1, flat(30), (BABIES, OLDER))
    full = periods(supply, stays(10, WISH, born_on=date(2026, 3, 1)))
    assert fits(supply, full, Ask(WISH, date(2026, 4, 1)), TODAY).section == BABIES
    assert fits(supply, full, Ask(WISH, date(2026, 4, 1)), TODAY).colour is Colour.RED
    assert fits(supply, full, Ask(WISH, date(2024, 4, 1)), TODAY).colour is Colour.GREEN


def test_the_section_is_the_one_of_the_day_of_entry() -> None:
    supply = Supply(1, flat(30), (BABIES, OLDER))
    ask = Ask(WISH, date(2025, 12, 1))
    assert fits(supply, periods(supply, ()), ask, TODAY).section == BABIES
    assert fits(supply, periods(supply, ()), ask, SEPTEMBER).section == OLDER


def test_children_move_to_the_next_section_in_september() -> None:
    supply = Supply(1, flat(30), (BABIES, OLDER))
    child = stay(1, WISH, born_on=date(2025, 12, 1))
    assert {key[0] for key in taken_on(supply, (child,), date(2027, 7, 1))} == {BABIES.id}
    assert {key[0] for key in taken_on(supply, (child,), SEPTEMBER)} == {OLDER.id}


def test_an_age_that_no_section_takes_is_refused_but_a_child_already_there_is_counted() -> None:
    assert section_at((BABIES, OLDER), date(2020, 1, 1), TODAY) is None
    assert nearest_section((BABIES, OLDER), date(2020, 1, 1), TODAY) == OLDER
    supply = Supply(1, flat(30), (BABIES, OLDER))
    assert fits(supply, periods(supply, ()), Ask(WISH, date(2020, 1, 1)), TODAY).section is None


def test_seats_kept_for_emergencies_are_not_given() -> None:
    supply = Supply(1, flat(10), kept=(Opened(1, 450, 1110, 9),))
    there = periods(supply, (stay(1, Week.same_hours((1,), (540, 600))),))
    verdict = fits(supply, there, Ask(WISH, BORN), TODAY)
    assert verdict.blocked == Week.of([(1, 540, 600)])


def test_a_modulated_hour_is_shared_by_largest_remainder() -> None:
    assert largest_remainder(15, (9, 10, 11)) == (5, 5, 5)
    assert largest_remainder(16, (9, 10, 11)) == (5, 5, 6)
    assert largest_remainder(40, (9, 10, 11)) == (9, 10, 11)
    assert largest_remainder(0, (9, 10, 11)) == (0, 0, 0)


def test_a_demand_does_not_stand_in_its_own_way() -> None:
    supply = Supply(1, flat(1))
    own = Stay(1, BORN, WISH, TODAY, LATER, Load.DRAFT, demand=7)
    house = House(supply, (own,), TODAY, LATER)
    assert (
        fits(supply, house.periods_for(Ask(WISH, BORN, 7)), Ask(WISH, BORN, 7), TODAY).colour is Colour.GREEN
    )
    assert fits(supply, house.periods_for(Ask(WISH, BORN, 8)), Ask(WISH, BORN, 8), TODAY).colour is Colour.RED


def test_an_accepted_child_is_present_from_the_first_day() -> None:
    coming = stay(1, WISH, first=SEPTEMBER)
    assert coming.load_on(SEPTEMBER - ONE_DAY) is Load.ACCEPTED
    assert coming.load_on(SEPTEMBER) is Load.PRESENT
    assert Stay(2, BORN, WISH, TODAY, LATER, Load.DRAFT).load_on(SEPTEMBER) is Load.DRAFT


@pytest.mark.parametrize(
    ("born", "starts", "ends"),
    [
        (date(2024, 1, 2), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2024, 12, 30), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2023, 6, 1), date(2026, 9, 1), date(2029, 8, 31)),
        (date(2019, 6, 1), date(2026, 9, 1), date(2027, 8, 31)),
    ],
)
def test_a_child_leaves_for_school_the_year_of_the_third_birthday(
    born: date, starts: date, ends: date
) -> None:
    assert presumed_end(born, starts) == ends


def test_a_closed_week_offers_nothing_and_refuses_nobody() -> None:
    monday = date(2026, 12, 28)
    supply = Supply(1, flat(10), closed=((monday, monday + timedelta(days=2)),))
    there = periods(supply, ())
    assert fits(supply, there, Ask(WISH, BORN), TODAY).colour is Colour.GREEN
    weeks = dict(weekly_free(supply, there, monday, 1))
    assert grid.week_of(weeks[monday][0]).days == (4, 5)


def test_a_licence_that_changes_on_a_day_changes_what_is_offered() -> None:
    spring = date(2027, 3, 1)
    before = tuple(replace(one, last=spring - ONE_DAY) for one in flat(10))
    supply = Supply(1, (*before, *(replace(one, first=spring) for one in flat(20))))
    offered = [max(grid.counts(span.frame.licence)) for span in periods(supply, ())]
    assert offered == [10, 20]


# --- drawn cases

weeks = st.builds(
    lambda days, start, length: Week.same_hours(days, (start * 30, (start + length) * 30)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(15, 30),
    st.integers(1, 7),
)
births = st.dates(date(2023, 6, 1), date(2026, 8, 1))


@given(weeks, weeks)
def test_a_tally_gives_back_the_hours_of_the_weeks_it_was_made_of(one: Week, other: Week) -> None:
    found = grid.week_of(grid.lanes_of(one) + grid.lanes_of(other))
    assert found.half_hours() == one.half_hours() | other.half_hours()
    assert found == Week.of(found.intervals)


@st.composite
def children(draw: st.DrawFn) -> tuple[Stay, ...]:
    made = []
    for number in range(draw(st.integers(0, 12))):
        first = TODAY + timedelta(days=draw(st.integers(-400, 300)))
        last = first + timedelta(days=draw(st.integers(0, 500)))
        made.append(Stay(number, draw(births), draw(weeks), first, last))
    return tuple(made)


SUPPLY = Supply(1, modulated(3, 6), (replace(BABIES, places=2), replace(OLDER, places=4)), may_exceed=True)


@settings(deadline=None, max_examples=60)
@given(children(), weeks, births)
def test_one_more_child_never_frees_a_seat(there: tuple[Stay, ...], week: Week, born: date) -> None:
    more = (*there, stay(99, week, born))
    for section in (1, 2):
        before = grid.counts(free_seats(periods(SUPPLY, there), section, TODAY, SEPTEMBER))
        after = grid.counts(free_seats(periods(SUPPLY, more), section, TODAY, SEPTEMBER))
        assert all(now <= then for now, then in zip(after, before, strict=True))


@settings(deadline=None, max_examples=60)
@given(children(), weeks, births)
def test_a_green_week_never_passes_the_licence(there: tuple[Stay, ...], week: Week, born: date) -> None:
    verdict = fits(SUPPLY, periods(SUPPLY, there), Ask(week, born), TODAY)
    joined = spans(SUPPLY, (*there, stay(99, week, born, last=verdict.until)), TODAY, verdict.until)
    asked = grid.counts(grid.lanes_of(week))
    passed = any(
        load > offered
        for span in joined
        for load, offered, ask in zip(
            grid.counts(span.total), grid.counts(span.frame.licence), asked, strict=True
        )
        if ask
    )
    if verdict.colour is Colour.GREEN:
        assert not passed


@settings(deadline=None, max_examples=60)
@given(children(), weeks, births)
def test_the_largest_sub_week_fits_and_no_day_can_be_added(
    there: tuple[Stay, ...], week: Week, born: date
) -> None:
    found = periods(SUPPLY, there)
    verdict = fits(SUPPLY, found, Ask(week, born), TODAY)
    if verdict.section is None:
        return
    kept = Week(tuple(one for one in week.intervals if one.weekday in verdict.fits_days))
    if kept:
        assert fits(SUPPLY, found, Ask(kept, born), TODAY).colour is Colour.GREEN
    for day in set(week.days) - set(verdict.fits_days):
        more = Week.of((*kept.intervals, *week.by_day[day]))
        assert fits(SUPPLY, found, Ask(more, born), TODAY).colour is not Colour.GREEN


@settings(deadline=None, max_examples=60)
@given(children(), weeks, births)
def test_the_first_green_day_is_the_first_of_all(there: tuple[Stay, ...], week: Week, born: date) -> None:
    found = periods(SUPPLY, there)
    ask = Ask(week, born)
    until = TODAY + timedelta(days=300)
    greens = [
        day
        for number in range(300)
        if fits(SUPPLY, found, ask, day := TODAY + timedelta(days=number)).colour is Colour.GREEN
    ]
    first = first_green(SUPPLY, found, ask, TODAY)
    assert (first if first and first < until else None) == (greens[0] if greens else None)


@settings(deadline=None, max_examples=40)
@given(children(), st.integers(0, 200))
def test_periods_say_what_a_count_by_hand_says(there: tuple[Stay, ...], days: int) -> None:
    day = TODAY + timedelta(days=days)
    span = next(one for one in periods(SUPPLY, there) if one.first <= day <= one.last)
    by_hand = [0] * grid.LANES
    for one in there:
        if one.first <= day <= one.last:
            for weekday, number in one.week.half_hours():
                by_hand[(weekday - 1) * 48 + number] += 1
    assert list(grid.counts(span.total)) == by_hand
    assert span.total == sum(taken_on(SUPPLY, there, day).values())
    assert span.total == sum(span.taken.values())


@settings(deadline=None, max_examples=40)
@given(children())
def test_a_month_is_worth_its_fullest_week(there: tuple[Stay, ...]) -> None:
    house = House(SUPPLY, there, TODAY, LATER)
    months = free_by_month(house, TODAY, 12)
    for monday, free in weekly_free(SUPPLY, house.periods, date(2027, 2, 1), 4):
        month = grid.counts(months[1, date(2027, 2, 1)])
        assert monday.month == 2
        assert all(least <= week for least, week in zip(month, grid.counts(free[1]), strict=True))


@given(st.integers(0, 80), st.lists(st.integers(1, 30), min_size=1, max_size=5))
def test_shares_add_up_and_never_pass_a_section(number: int, sizes: list[int]) -> None:
    shares = largest_remainder(number, tuple(sizes))
    assert sum(shares) == min(number, sum(sizes))
    assert all(0 <= share <= size for share, size in zip(shares, sizes, strict=True))


@given(
    st.lists(st.integers(0, 300), min_size=grid.LANES, max_size=grid.LANES),
    st.lists(st.integers(0, 300), min_size=grid.LANES, max_size=grid.LANES),
)
@settings(deadline=None, max_examples=30)
def test_tallies_compare_and_subtract_half_hour_by_half_hour(one: list[int], other: list[int]) -> None:
    left, right = grid.tally_of(one), grid.tally_of(other)
    assert list(grid.counts(grid.lower(left, right))) == [min(pair) for pair in zip(one, other, strict=True)]
    assert list(grid.counts(grid.left(left, right))) == [
        max(a - b, 0) for a, b in zip(one, other, strict=True)
    ]
    assert list(grid.counts(grid.where(left))) == [int(a > 0) for a in one]
