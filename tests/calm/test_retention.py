from datetime import date

import pytest

from guichet.families.retention import DemandEnd, demand_from, family_from, is_due, paper_from


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (DemandEnd(closed_on=None), None),
        (DemandEnd(closed_on=date(2026, 2, 10)), date(2027, 2, 10)),
        (DemandEnd(closed_on=date(2024, 2, 29)), date(2025, 2, 28)),
        (DemandEnd(date(2026, 2, 10), placed=True, left_on=date(2028, 8, 31)), date(2031, 8, 31)),
        (DemandEnd(date(2026, 2, 10), placed=True, birth_date=date(2025, 4, 3)), date(2034, 4, 3)),
        (DemandEnd(date(2026, 2, 10), placed=True), None),
        (DemandEnd(date(2026, 2, 10), in_dispute=True), None),
    ],
)
def test_a_demand_waits_a_year_once_closed_or_three_once_the_child_has_left(
    end: DemandEnd, expected: date | None
) -> None:
    assert demand_from(end) == expected


def test_a_family_waits_for_the_last_of_its_demands() -> None:
    short, long = DemandEnd(date(2026, 2, 10)), DemandEnd(None, placed=True, left_on=date(2028, 8, 31))
    assert family_from(date(2026, 1, 1), [short, long]) == date(2031, 8, 31)
    assert family_from(date(2026, 1, 1), [short, DemandEnd(None)]) is None
    assert family_from(date(2026, 1, 1), []) == date(2027, 1, 1)


def test_a_paper_is_erased_a_month_after_it_was_checked_and_its_demand_closed() -> None:
    assert paper_from(date(2026, 1, 5), date(2026, 2, 10)) == date(2026, 3, 12)
    assert paper_from(date(2026, 2, 10), date(2026, 1, 5)) == date(2026, 3, 12)
    assert paper_from(None, date(2026, 1, 5)) is None
    assert paper_from(date(2026, 1, 5), None) is None


def test_nothing_is_due_before_its_day() -> None:
    day = date(2027, 2, 10)
    assert is_due(day, day)
    assert not is_due(day, date(2027, 2, 9))
    assert not is_due(None, day)
