"""Calm: how the seats of one slot of a section go to those who ask for them.

(1) the reserved seats to their group, by rank; (2) the open seats by rank, all groups alike; (3) if the rules say
so, the reserved seats still empty, by rank. `reserved_first=False` swaps (1) and (2).
"""

from collections.abc import Mapping, Sequence

CURRENT = "current"
OPEN = "open"
"""How the seat of a demand is called, when it is not by the name of its group."""

OPEN_SEAT = 1
RESERVED_SEAT = 2
OPENED_SEAT = 3


def fill(
    groups: Sequence[str | None],
    open_seats: int,
    reserved: Mapping[str, int],
    reserved_first: bool,
    unfilled_reserve_opens: bool,
) -> list[int | None]:
    """The kind of seat of each of those present, given their groups from the first ranked to the last.

    None is left out.
    """
    seats: list[int | None] = [None] * len(groups)
    left = dict(reserved)

    def to_groups() -> None:
        for i, group in enumerate(groups):
            if seats[i] is None and group is not None and left.get(group, 0) > 0:
                seats[i] = RESERVED_SEAT
                left[group] -= 1

    def to_all(count: int, kind: int) -> None:
        for i in [i for i, seat in enumerate(seats) if seat is None][:count]:
            seats[i] = kind

    if reserved_first:
        to_groups()
        to_all(open_seats, OPEN_SEAT)
    else:
        to_all(open_seats, OPEN_SEAT)
        to_groups()
    if unfilled_reserve_opens:
        to_all(sum(left.values()), OPENED_SEAT)
    return seats


def fill_decided(
    groups: Sequence[str | None],
    open_seats: int,
    reserved: Mapping[str, int],
    reserved_first: bool,
    unfilled_reserve_opens: bool,
) -> list[int | None]:
    """The same for those that people decided, who are seated whenever they can be.

    Where the rules would leave one out for having given an open seat to a child who has a reserve, the reserves go
    first: that seats as many as can be.
    """
    seats = fill(groups, open_seats, reserved, reserved_first, unfilled_reserve_opens)
    if None in seats and not reserved_first:
        return fill(groups, open_seats, reserved, True, unfilled_reserve_opens)
    return seats
