"""What leaves the guichet gives no family away, even by subtraction."""

from hypothesis import given
from hypothesis import strategies as some

from guichet.observatory.masking import THRESHOLD, masked_table

TABLES = some.integers(1, 6).flatmap(
    lambda width: some.lists(
        some.lists(some.integers(0, 40), min_size=width, max_size=width), min_size=1, max_size=8
    )
)


def test_large_counts_are_shown_with_their_totals() -> None:
    assert masked_table([[10, 20], [7, 0]]) == ((10, 20, 30), (7, 0, 7), (17, 20, 37))


def test_a_small_count_is_hidden_and_another_with_it_each_way() -> None:
    table = masked_table([[3, 20, 9], [12, 30, 8], [15, 25, 11]])
    assert table[0][0] is None
    assert sum(value is None for value in table[0]) >= 2
    assert sum(row[0] is None for row in table) >= 2


@given(TABLES)
def test_no_small_count_is_shown_and_none_is_alone_in_its_line(rows: list[list[int]]) -> None:
    table = masked_table(rows)
    for line in (*table, *zip(*table, strict=True)):
        assert all(value is None or value == 0 or value >= THRESHOLD for value in line)
        assert sum(value is None for value in line) != 1


@given(TABLES)
def test_what_is_shown_is_true(rows: list[list[int]]) -> None:
    table = masked_table(rows)
    for row, shown in zip(rows, table[:-1], strict=True):
        assert all(seen in (None, value) for value, seen in zip([*row, sum(row)], shown, strict=True))
