"""Calm: hide small counts in what leaves the guichet, so that no family is recognised behind a figure.

A count of one to four is hidden; and since a total gives a hidden count back when it is alone in its line,
a second one is hidden with it. The same in both directions, until nothing can be worked out by subtraction.
"""

from collections.abc import Sequence

THRESHOLD = 5
SHOWN_AS = "moins de 5"


def masked_table(
    rows: Sequence[Sequence[int]], threshold: int = THRESHOLD
) -> tuple[tuple[int | None, ...], ...]:
    """The table with a total after each row and a last row of totals; None where a count is hidden."""
    table = _with_totals(rows)
    hidden = {
        (line, column)
        for line, row in enumerate(table)
        for column, value in enumerate(row)
        if 0 < value < threshold
    }
    while more := _given_away(table, hidden):
        hidden |= more
    return tuple(
        tuple(None if (line, column) in hidden else value for column, value in enumerate(row))
        for line, row in enumerate(table)
    )


def _with_totals(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    full = [[*row, sum(row)] for row in rows]
    width = len(full[0]) if full else 1
    return [*full, [sum(row[column] for row in full) for column in range(width)]]


def _given_away(table: list[list[int]], hidden: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """One more cell to hide in the first line, across or down, where a single one is hidden."""
    across = [[(line, column) for column in range(len(table[0]))] for line in range(len(table))]
    down = [[(line, column) for line in range(len(table))] for column in range(len(table[0]))]
    for cells in (*across, *down):
        if len(hidden.intersection(cells)) == 1:
            others = [cell for cell in cells if cell not in hidden]
            # The smallest count that is not nothing loses least; nothing itself only when there is no other.
            return {
                min(others, key=lambda cell: (table[cell[0]][cell[1]] == 0, table[cell[0]][cell[1]], cell))
            }
    return set()
