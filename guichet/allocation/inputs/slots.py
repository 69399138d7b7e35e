"""Calm: half-hours, month by month, joined into the slots that the engine reads.

Half-hours of one weekday join when every establishment has the same seats there and the same children need them:
a licence of 15 / 30 / 15 is then three slots and never capped at 15. A slot that another one implies (at least the
same children, nowhere more seats, on the same weekday) is left out: who is admitted on the second is on the first,
and who is refused on the first is on the second, with the same witness or a better one.

Sections are compared by ages, in months, the upper bound excluded. Where establishments cut the ages in the same way,
a section is theirs. Where they do not, the overlapping sections make one family of sections, and a child needs a seat
in each age range of the family that holds its age: an establishment without that range offers there the seats of all
its sections that meet it, which refuses nobody by itself. Whoever asks must leave out the establishments where no
section takes the child's age.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from guichet.allocation.problem import Places
from guichet.core.week import HALF_HOUR, Interval, Week

HALF_HOURS_A_DAY = 48
CELLS = 7 * HALF_HOURS_A_DAY
"""Half-hours of a week, Monday 0 h first."""
Ages = tuple[int, int]
Counts = tuple[int, ...]
Key = tuple[tuple[int, ...], int]
"""The seats of every section in a half-hour, and who needs it, one bit a need."""


@dataclass(frozen=True)
class Offer:
    """The seats of a section, for each month of the period and each of the 336 half-hours of its week.

    `reserved` are by group, and not counted in `open`.
    """

    establishment: str
    ages: Ages
    open: tuple[Counts, ...]
    reserved: Mapping[str, tuple[Counts, ...]]


@dataclass(frozen=True)
class Need:
    """The week of a child from month `first` to month `last` (both included, 0 = the first of the period).

    `held_at` names the establishment where the child already has these seats: they are added to the others'.
    """

    id: str
    age: int
    week: Week
    first: int
    last: int
    held_at: str | None = None


@dataclass(frozen=True)
class Slot:
    """Half-hours of one weekday that fill together, as (month, half-hour of the week), in order."""

    name: str
    ages: Ages
    weekday: int
    cells: tuple[tuple[int, int], ...]

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month."""
        return self.cells[0][0], self.cells[-1][0]

    @property
    def week(self) -> Week:
        """The hours of the weekday, all months together."""
        return Week.of(
            Interval(
                cell // HALF_HOURS_A_DAY + 1,
                cell % HALF_HOURS_A_DAY * HALF_HOUR,
                (cell % HALF_HOURS_A_DAY + 1) * HALF_HOUR,
            )
            for cell in {cell for _, cell in self.cells}
        )


@dataclass(frozen=True)
class Cut:
    """The slots, what each need asks of them, and the seats they have. A need no section takes is in `ageless`."""

    slots: tuple[Slot, ...]
    places: tuple[Places, ...]
    section_of: Mapping[str, str]
    slots_of: Mapping[str, tuple[str, ...]]
    ageless: tuple[str, ...]


def cut(offers: Sequence[Offer], needs: Sequence[Need], months: Sequence[str]) -> Cut:
    """The slots of a period. `months` names its months (« 2027-09 »); offers have one entry for each."""
    slots: list[Slot] = []
    places: list[Places] = []
    section_of: dict[str, str] = {}
    slots_of: dict[str, tuple[str, ...]] = {}
    for family in _families(offers):
        members = [need for need in needs if family.takes(need.age)]
        kept = essential(joined(family, members), _held(members))
        named = [_slot(cells, ages, months) for ages, _, cells in kept]
        slots += named
        section_of |= {need.id: family.name for need in members}
        slots_of |= _asked(members, kept, named)
        places += family.places(named, kept)
    ageless = tuple(need.id for need in needs if need.id not in section_of)
    return Cut(tuple(slots), tuple(places), section_of, slots_of, ageless)


Joined = tuple[Ages, Key, list[tuple[int, int]]]


def joined(family: "Family", needs: Sequence[Need]) -> list[Joined]:
    """The half-hours that some need asks for, those alike together: age range, seats and needs, half-hours."""
    found: list[Joined] = []
    for ages in family.ranges:
        asked = _bits(family, ages, needs)
        months = _months(needs, len(family.offers[0].open))
        columns = family.columns(ages)
        groups: dict[tuple[int, Key], list[tuple[int, int]]] = defaultdict(list)
        for month, present in enumerate(months):
            # The seats of all establishments, half-hour by half-hour.
            seats = list(zip(*(column[month] for column in columns), strict=True))
            for cell, who in asked.items():
                if who & present:
                    groups[cell // HALF_HOURS_A_DAY, (seats[cell], who & present)].append((month, cell))
        found += [(ages, key, sorted(cells)) for (_, key), cells in groups.items()]
    return found


def essential(slots: Sequence[Joined], held: int = 0) -> list[Joined]:
    """Those that no other one implies, in the order of their half-hours. `held` are the needs that hold their seats."""
    kept: list[Joined] = []
    days: dict[int, list[Joined]] = defaultdict(list)
    for one in slots:
        days[one[2][0][1] // HALF_HOURS_A_DAY].append(one)
    for day in sorted(days):
        # Most children first, fewest seats first: what implies a slot stands before it.
        ordered = sorted(days[day], key=lambda one: (-one[1][1].bit_count(), sum(one[1][0]), one[2], one[0]))
        stay: list[Joined] = []
        for one in ordered:
            if not any(_implies(other[1], one[1], held) for other in stay):
                stay.append(one)
        kept += stay
    return sorted(kept, key=lambda one: (one[2][0], one[0]))


def _implies(strong: Key, weak: Key, held: int) -> bool:
    """Whether whoever is admitted on the strong slot is on the weak one."""
    if weak[1] & ~strong[1] or (weak[1] ^ strong[1]) & held:
        return False
    return all(few <= many for few, many in zip(strong[0], weak[0], strict=True))


@dataclass(frozen=True)
class Family:
    """Sections of all establishments whose ages overlap, directly or through others."""

    offers: tuple[Offer, ...]

    @cached_property
    def ranges(self) -> tuple[Ages, ...]:
        """The different age ranges of its sections."""
        return tuple(sorted({offer.ages for offer in self.offers}))

    @property
    def name(self) -> str:
        """« 0-15 »: the months from the youngest to the oldest."""
        return f"{min(low for low, _ in self.ranges)}-{max(high for _, high in self.ranges)}"

    def takes(self, age: int) -> bool:
        """Whether some section of the family takes a child of that age."""
        return any(low <= age < high for low, high in self.ranges)

    @cached_property
    def establishments(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(sorted({offer.establishment for offer in self.offers}))

    @cached_property
    def uses(self) -> tuple[tuple[str, str | None], ...]:
        """The columns of seats: each establishment's open ones (None), then its reserved ones by group."""
        groups = sorted({(offer.establishment, group) for offer in self.offers for group in offer.reserved})
        return (*((name, None) for name in self.establishments), *groups)

    def columns(self, ages: Ages) -> list[Sequence[Counts]]:
        """For each use, month and half-hour, the seats of the sections that meet an age range."""
        return [
            _sum(
                [rows for offer in self.offers if (rows := _rows(offer, use)) and _meets(offer.ages, ages)],
                self,
            )
            for use in self.uses
        ]

    def places(self, slots: Sequence[Slot], kept: Sequence[Joined]) -> Iterator[Places]:
        """The seats of each establishment in each slot; a slot that is not named has none."""
        for establishment in self.establishments:
            open_, reserved = dict[str, int](), defaultdict[str, dict[str, int]](dict)
            for slot, (_, (seats, _), _) in zip(slots, kept, strict=True):
                for (name, group), count in zip(self.uses, seats, strict=True):
                    if name == establishment and count:
                        (open_ if group is None else reserved[group])[slot.name] = count
            yield Places(establishment, self.name, open_, dict(reserved))


def _families(offers: Sequence[Offer]) -> list[Family]:
    families: list[Family] = []
    members: list[Offer] = []
    end = 0
    for offer in sorted(offers, key=lambda one: (one.ages, one.establishment)):
        if members and offer.ages[0] >= end:
            families.append(Family(tuple(members)))
            members = []
        members.append(offer)
        end = max(end, offer.ages[1])
    return [*families, Family(tuple(members))] if members else families


def _meets(one: Ages, other: Ages) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _rows(offer: Offer, use: tuple[str, str | None]) -> tuple[Counts, ...] | None:
    name, group = use
    if offer.establishment != name:
        return None
    return offer.open if group is None else offer.reserved.get(group)


def _sum(tables: Sequence[tuple[Counts, ...]], family: Family) -> Sequence[Counts]:
    """The seats of several sections together, month by month."""
    if len(tables) == 1:
        return tables[0]
    months = len(family.offers[0].open)
    alike: dict[tuple[Counts, ...], Counts] = {}
    found = []
    for month in range(months):
        rows = tuple(table[month] for table in tables)
        if rows not in alike:
            alike[rows] = tuple(map(sum, zip(*rows, strict=True))) or (0,) * CELLS
        found.append(alike[rows])
    return found


def _held(needs: Sequence[Need]) -> int:
    return sum(1 << number for number, need in enumerate(needs) if need.held_at is not None)


def _bits(family: Family, ages: Ages, needs: Sequence[Need]) -> dict[int, int]:
    """Who needs each half-hour of the week in an age range, whatever the month."""
    found: dict[int, int] = defaultdict(int)
    for number, need in enumerate(needs):
        if ages in _ranges_of(family, need):
            for weekday, half_hour in need.week.half_hours():
                found[(weekday - 1) * HALF_HOURS_A_DAY + half_hour] |= 1 << number
    return dict(sorted(found.items()))


def _ranges_of(family: Family, need: Need) -> list[Ages]:
    """Those that count the child: where it asks, and, for seats it holds, those its section there meets."""
    if need.held_at is None:
        return [ages for ages in family.ranges if ages[0] <= need.age < ages[1]]
    own = [one.ages for one in family.offers if one.establishment == need.held_at]
    mine = next((ages for ages in own if ages[0] <= need.age < ages[1]), None)
    return [ages for ages in family.ranges if mine and _meets(mine, ages)]


def _months(needs: Sequence[Need], months: int) -> list[int]:
    """Who is there each month, one bit a need."""
    found = [0] * months
    for number, need in enumerate(needs):
        for month in range(max(need.first, 0), min(need.last + 1, months)):
            found[month] |= 1 << number
    return found


def _slot(cells: list[tuple[int, int]], ages: Ages, months: Sequence[str]) -> Slot:
    month, cell = cells[0]
    weekday, number = divmod(cell, HALF_HOURS_A_DAY)
    hour, half = divmod(number, 2)
    name = f"{ages[0]}-{ages[1]}/{months[month]}/{weekday + 1}/{hour:02}{half * 30:02}"
    return Slot(name, ages, weekday + 1, tuple(cells))


def _asked(
    needs: Sequence[Need], kept: Sequence[Joined], slots: Sequence[Slot]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {need.id: [] for need in needs}
    for slot, (_, (_, who), _) in zip(slots, kept, strict=True):
        for number in _members(who):
            found[needs[number].id].append(slot.name)
    return {name: tuple(names) for name, names in found.items()}


def _members(bits: int) -> Iterable[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def weeks_by_month(slot: Slot) -> Iterator[tuple[list[int], Week]]:
    """The months of a slot that have the same hours, together, and these hours."""
    by_month = [
        (month, tuple(cell for _, cell in cells))
        for month, cells in groupby(slot.cells, key=lambda one: one[0])
    ]
    together: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for month, cells in by_month:
        together[cells].append(month)
    for cells, months in together.items():
        yield (
            months,
            Slot(slot.name, slot.ages, slot.weekday, tuple((months[0], cell) for cell in cells)).week,
        )
