"""Calm: what an establishment can give in a run: the seats of its sections, month by month and half-hour by half-hour.

A seat is offered in a month when every week of that month leaves it free (children present, accepted, offered and
held by a recorded decision are counted). Seats above the licence are offered only where the director opened them.
When the sections together would pass what the whole establishment has left, what is left is shared among them by
largest remainder. A reserve is a share of the seats offered, rounded down half-hour by half-hour.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from guichet.allocation.inputs.slots import Ages, Offer
from guichet.core.months import add_months
from guichet.establishments import grid
from guichet.establishments.capacity import House, Span
from guichet.establishments.supply import AgeGroup, largest_remainder

Row = tuple[int, ...]
Days = tuple[date, date]
Tables = dict[int, list[Row]]


def offers_of(
    name: str, house: House, months: Sequence[date], shares: Mapping[str, int], *, peak: Days | None = None
) -> tuple[Offer, ...]:
    """The offer of each section. `shares` are the reserves, in percent of the seats, by group.

    `peak` are the days, both included, when the seats above the licence are offered too: a month counts when all
    of it is among them. The house's periods must cover the months.
    """
    tables: Tables = {section.id: [] for section in house.supply.groups}
    for first in months:
        last = add_months(first, 1) - timedelta(days=1)
        amber = peak is not None and peak[0] <= first and last <= peak[1]
        for section, row in _month(house, first, last, amber=amber).items():
            tables[section].append(row)
    return tuple(
        _offer(name, ages, tables[section.id], shares)
        for section, ages in ages_of(house.supply.groups).items()
    )


def ages_of(groups: Sequence[AgeGroup]) -> dict[AgeGroup, Ages]:
    """The ages that each section takes: where two meet, those of the first listed."""
    found: dict[AgeGroup, Ages] = {}
    for one in groups:
        low, high = one.from_months, one.to_months
        for start, end in sorted(found.values()):
            if start <= low < end:
                low = end
            elif low < start < high:
                high = start
        if low < high:
            found[one] = (low, high)
    return found


def _month(house: House, first: date, last: date, *, amber: bool) -> dict[int, Row]:
    """The seats that every day between two days leaves free, by section."""
    groups = house.supply.groups
    most = grid.MASK ^ grid.TOPS
    whole, own = most, {section.id: most for section in groups}
    for span in _between(house.periods, first, last):
        extra = span.frame.peak - span.frame.open if amber else 0
        whole = grid.lower(whole, grid.left(span.frame.open + extra, span.total))
        for section in own:
            left = grid.left(span.frame.shares[section] + extra, span.taken.get(section, 0))
            own[section] = grid.lower(own[section], left)
    columns = {section: grid.counts(grid.lower(seats, whole)) for section, seats in own.items()}
    return _within(columns, grid.counts(whole))


def _between(periods: Sequence[Span], first: date, last: date) -> list[Span]:
    return [span for span in periods if span.first <= last and span.last >= first]


def _within(columns: Mapping[int, Sequence[int]], whole: Sequence[int]) -> dict[int, Row]:
    """The seats of the sections, shared where together they would pass the whole."""
    rows = [
        sizes if sum(sizes) <= most else largest_remainder(most, sizes)
        for most, sizes in zip(whole, zip(*columns.values(), strict=True), strict=True)
    ]
    return dict(zip(columns, zip(*rows, strict=True), strict=True))


def _offer(name: str, ages: Ages, table: Sequence[Row], shares: Mapping[str, int]) -> Offer:
    kept = {group: share for group, share in shares.items() if share}
    if not kept:
        return Offer(name, ages, tuple(table), {})
    # Most months are alike: each different one is shared out once.
    shared = {row: _shared(row, tuple(kept.values())) for row in set(table)}
    reserved = {group: tuple(shared[row][1][rank] for row in table) for rank, group in enumerate(kept)}
    return Offer(name, ages, tuple(shared[row][0] for row in table), reserved)


def _shared(row: Row, shares: tuple[int, ...]) -> tuple[Row, list[Row]]:
    """The open seats of each half-hour, then the reserved ones of each share, in percent rounded down."""
    kept = [tuple(seats * share // 100 for seats in row) for share in shares]
    return tuple(seats - sum(taken) for seats, *taken in zip(row, *kept, strict=True)), kept
