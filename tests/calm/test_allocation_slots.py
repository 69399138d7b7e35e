"""Half-hours joined into slots say the same as half-hours, one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.allocation.inputs.slots import CELLS, Cut, Need, Offer, cut, essential, joined, weeks_by_month
from guichet.allocation.inputs.slots import _families as families
from guichet.core.week import Interval, Week

MONTHS = ("2027-09", "2027-10", "2027-11")
HOURS = (8 * 60, 9 * 60, 12 * 60, 17 * 60)
EVERYWHERE = Week.same_hours((1, 2, 3, 4, 5), (480, 1020))


def rows(*by_month: int, week: Week = EVERYWHERE) -> tuple[tuple[int, ...], ...]:
    """The same seats at every half-hour of a week, month by month."""
    there = {(day - 1) * 48 + number for day, number in week.half_hours()}
    return tuple(tuple(seats if cell in there else 0 for cell in range(CELLS)) for seats in by_month)


def offer(name: str = "E", ages: tuple[int, int] = (0, 48), *by_month: int) -> Offer:
    return Offer(name, ages, rows(*(by_month or (3, 3, 3))), {})


def need(name: str = "D", **values: object) -> Need:
    return Need(**{"id": name, "age": 10, "week": EVERYWHERE, "first": 0, "last": 2, **values})  # type: ignore[arg-type]


def cells_of(one: Need) -> set[tuple[int, int]]:
    return {
        (month, (day - 1) * 48 + number)
        for month in range(one.first, one.last + 1)
        for day, number in one.week.half_hours()
    }


def seats_by_half_hour(offers: list[Offer], one: Need) -> dict[str, dict[tuple[int, int], tuple[int, int]]]:
    """For each establishment, the open and the reserved seats of the section of the child's age."""
    found: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}
    for each in offers:
        if each.ages[0] <= one.age < each.ages[1]:
            kept = each.reserved.get("insertion")
            found[each.establishment] = {
                (month, cell): (each.open[month][cell], kept[month][cell] if kept else 0)
                for month, cell in cells_of(one)
            }
    return found


weeks = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 2), st.integers(1, 3)),
    min_size=1,
    max_size=3,
    unique_by=lambda t: t[0],
).map(
    lambda days: Week.of(
        Interval(day, HOURS[start], HOURS[min(start + more, 3)]) for day, start, more in days
    )
)
counts = st.lists(st.integers(0, 3), min_size=9, max_size=9)


@st.composite
def offers_given(draw: st.DrawFn) -> list[Offer]:
    """Establishments that cut the ages alike, or not, with seats that change by hour, day and month."""
    made = []
    for number in range(draw(st.integers(1, 3))):
        ranges = draw(st.sampled_from((((0, 48),), ((0, 15), (15, 48)), ((0, 20), (20, 48)))))
        made += [
            Offer(f"E{number}", ages, _modulated(draw(counts)), {"insertion": _modulated(draw(counts))})
            for ages in ranges
        ]
    return made


def _modulated(numbers: list[int]) -> tuple[tuple[int, ...], ...]:
    table = []
    for month in range(3):
        row = [0] * CELLS
        for day in range(3):
            for half_hour in range(16, 34):
                row[day * 48 + half_hour] = numbers[(month + day * 2 + (half_hour > 20)) % 9]
        table.append(tuple(row))
    return tuple(table)


@st.composite
def needs_given(draw: st.DrawFn) -> list[Need]:
    made = []
    for number in range(draw(st.integers(1, 6))):
        first = draw(st.integers(0, 2))
        last = draw(st.integers(first, 2))
        made.append(Need(f"D{number}", draw(st.integers(0, 50)), draw(weeks), first, last))
    return made


@given(offers_given(), needs_given())
@settings(max_examples=60, deadline=None)
def test_joined_half_hours_have_the_seats_and_the_needs_of_each_of_them(
    offers: list[Offer], needs: list[Need]
) -> None:
    for family in families(offers):
        members = [one for one in needs if family.takes(one.age)]
        for ages in family.ranges:
            slots = [(key, cells) for where, key, cells in joined(family, members) if where == ages]
            everywhere = [cell for _, cells in slots for cell in cells]
            assert len(everywhere) == len(set(everywhere))
            concerned = [one for one in members if ages[0] <= one.age < ages[1]]
            assert set(everywhere) == set().union(*(cells_of(one) for one in concerned))
            for (seats, who), cells in slots:
                named = {members[number].id for number in range(len(members)) if who >> number & 1}
                for month, cell in cells:
                    assert named == {one.id for one in concerned if (month, cell) in cells_of(one)}
                    for (name, group), count in zip(family.uses, seats, strict=True):
                        assert count == sum(
                            (each.open if group is None else each.reserved[group])[month][cell]
                            for each in offers
                            if each.establishment == name
                            and each.ages[0] < ages[1]
                            and ages[0] < each.ages[1]
                            and each in family.offers
                        )


@given(offers_given(), needs_given(), st.data())
@settings(max_examples=80, deadline=None)
def test_children_fit_the_slots_exactly_when_they_fit_every_half_hour(
    offers: list[Offer], needs: list[Need], data: st.DataObject
) -> None:
    made = cut(offers, needs, MONTHS)
    inside = [one for one in needs if one.id in made.section_of and data.draw(st.booleans(), label=one.id)]
    for name in sorted({one.establishment for one in offers}):
        assert _fit_slots(made, name, inside) == _fit_half_hours(offers, name, inside), name


def _fit_slots(made: Cut, establishment: str, inside: list[Need]) -> bool:
    places = {one.section: one for one in made.places if one.establishment == establishment}
    taken: dict[tuple[str, str], int] = {}
    for one in inside:
        for slot in made.slots_of[one.id]:
            key = made.section_of[one.id], slot
            taken[key] = taken.get(key, 0) + 1
    return all(
        section in places
        and count
        <= places[section].open.get(slot, 0)
        + sum(kept.get(slot, 0) for kept in places[section].reserved.values())
        for (section, slot), count in taken.items()
    )


def _fit_half_hours(offers: list[Offer], establishment: str, inside: list[Need]) -> bool:
    taken: dict[tuple[tuple[int, int], tuple[int, int]], int] = {}
    total: dict[tuple[tuple[int, int], tuple[int, int]], int] = {}
    for one in inside:
        seats = seats_by_half_hour([each for each in offers if each.establishment == establishment], one)
        if establishment not in seats:
            return False
        ages = next(
            each.ages
            for each in offers
            if each.establishment == establishment and each.ages[0] <= one.age < each.ages[1]
        )
        for cell, (open_, kept) in seats[establishment].items():
            taken[ages, cell] = taken.get((ages, cell), 0) + 1
            total[ages, cell] = open_ + kept
    return all(count <= total[key] for key, count in taken.items())


def test_a_modulated_licence_is_cut_where_it_changes_and_not_capped_at_its_lowest() -> None:
    early, day = Week.same_hours((1,), (450, 510)), Week.same_hours((1,), (510, 1050))
    morning, whole = rows(15, week=early)[0], rows(30, week=day)[0]
    licence = Offer("E", (0, 48), (tuple(a + b for a, b in zip(morning, whole, strict=True)),), {})
    asked = [
        need("long", week=Week.same_hours((1,), (450, 1050)), last=0),
        need("short", week=Week.same_hours((1,), (540, 1050)), last=0),
    ]
    made = cut([licence], asked, MONTHS[:1])
    seats = {slot.name: made.places[0].open[slot.name] for slot in made.slots}
    assert seats == {"0-48/2027-09/1/0730": 15, "0-48/2027-09/1/0900": 30}
    assert made.slots_of["short"] == ("0-48/2027-09/1/0900",)


def test_a_month_with_more_seats_for_the_same_children_is_implied_by_the_tighter_one() -> None:
    made = cut([offer("E", (0, 48), 3, 2, 4)], [need("A"), need("B")], MONTHS)
    assert {slot.name.split("/")[1] for slot in made.slots} == {"2027-10"}
    assert len(made.slots) == 5


def test_a_child_that_comes_later_keeps_the_months_before_apart() -> None:
    made = cut([offer("E", (0, 48), 1, 2, 2)], [need("A"), need("B", first=1)], MONTHS)
    assert len(made.slots_of["A"]) == 10
    assert len(made.slots_of["B"]) == 5


def test_seats_held_by_a_child_who_asks_to_leave_are_never_merged_with_others() -> None:
    monday, tuesday = Week.same_hours((1,), (480, 1020)), Week.same_hours((1,), (480, 720))
    needs = [need("A", week=monday), need("A held", week=tuesday, held_at="E"), need("B", week=monday)]
    made = cut([offer()], needs, MONTHS)
    assert len(made.slots_of["A"]) == 2
    assert len(made.slots_of["A held"]) == 1


def test_a_child_that_no_section_takes_is_said_apart() -> None:
    made = cut([offer("E", (0, 15))], [need("old", age=30), need("young")], MONTHS)
    assert made.ageless == ("old",)
    assert "old" not in made.slots_of


def test_establishments_that_cut_the_ages_otherwise_are_compared_range_by_range() -> None:
    offers = [offer("A", (0, 15), 1, 1, 1), offer("A", (15, 48), 2, 2, 2), offer("B", (0, 48), 2, 2, 2)]
    made = cut(offers, [need("baby"), need("big", age=30)], MONTHS)
    assert {one.section for one in made.places} == {"0-48"}
    mixed = {slot.name for slot in made.slots if slot.ages == (0, 48)}
    assert mixed <= set(made.slots_of["baby"]) & set(made.slots_of["big"])
    seats = {one.establishment: one.open for one in made.places}
    assert {seats["B"][slot] for slot in mixed} == {2}
    assert {seats["A"][slot] for slot in mixed} == {3}


def test_a_slot_says_its_hours_and_its_months() -> None:
    made = cut([offer("E", (0, 48), 1, 1, 1)], [need("A", week=Week.same_hours((2,), (540, 720)))], MONTHS)
    ((months, hours),) = weeks_by_month(made.slots[0])
    assert (months, hours.to_json()) == ([0, 1, 2], [[2, 540, 720]])


def test_the_slots_that_imply_others_come_from_the_same_weekday_only() -> None:
    family = families([offer()])[0]
    slots = joined(family, [need("A")])
    assert len(slots) == len(essential(slots)) == 5
