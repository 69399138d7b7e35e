"""The laboratory: who moves between two barèmes, and that nobody is counted twice."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from guichet.bareme.bareme import Bareme, Condition, Flag, Repeat
from guichet.bareme.facts import Facts, Known
from guichet.bareme.trial import ENTERS, LEAVES, STAYS_IN, STAYS_OUT, distribution, try_out

TODAY = date(2026, 11, 23)
SINGLE = Flag("seul", "Parent seul", "", 10, (Condition("single_parent", "is", True),))
WAITING = Repeat("attente", "Ancienneté", "", "months_waiting", 1)
TOWNS = {"71306": "Montceau-les-Mines"}


def bareme(title: str, *criteria) -> Bareme:
    return Bareme(title.lower(), title, criteria, ("seniority", "draw"))


def demand(number: int, *, single: bool = False, waiting: int = 0, town: str = "71306") -> Facts:
    told = {"single_parent": single, "months_waiting": waiting, "home_commune": town, "age_at_entry": 8}
    known = {fact: Known(value, value) for fact, value in told.items()}
    return Facts(number, f"2026-{number:05d}", TODAY, date(2026, 1, 1), date(2026, 3, 1), known)


def test_a_demand_that_waited_leaves_its_place_to_a_single_parent() -> None:
    made = try_out(
        [demand(1, waiting=9), demand(2, single=True, waiting=1), demand(3)],
        bareme("Avant", WAITING),
        bareme("Après", SINGLE),
        1,
        TOWNS,
    )
    assert (made.moved[STAYS_IN], made.moved[ENTERS], made.moved[LEAVES], made.moved[STAYS_OUT]) == (
        0,
        1,
        1,
        1,
    )
    assert (made.before.last_in, made.after.last_in) == (9, 10)
    assert (made.before.tied, made.after.tied) == (0, 2)
    assert made.tables["Par commune"] == {"Montceau-les-Mines": (0, 1, 1, 1)}
    assert made.tables["Par âge à l’entrée"] == {"moins d’un an à l’entrée": (0, 1, 1, 1)}


def test_a_family_of_elsewhere_has_its_own_line() -> None:
    made = try_out([demand(1, town="elsewhere")], bareme("A", SINGLE), bareme("B", SINGLE), 1, TOWNS)
    assert list(made.tables["Par commune"]) == ["hors du territoire"]


def test_with_more_places_than_demands_nobody_is_left_out() -> None:
    made = try_out([demand(1), demand(2)], bareme("A", SINGLE), bareme("B", WAITING), 5, TOWNS)
    assert made.moved == (2, 0, 0, 0)
    assert made.after.last_in is None


demands = st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=25)


@given(demands, st.integers(1, 30))
def test_as_many_enter_as_leave_and_every_table_adds_up(told: list[tuple[bool, int]], places: int) -> None:
    facts = [demand(number, single=single, waiting=months) for number, (single, months) in enumerate(told, 1)]
    made = try_out(facts, bareme("A", SINGLE), bareme("B", WAITING), places, TOWNS)
    assert made.moved[ENTERS] == made.moved[LEAVES]
    assert sum(made.moved) == len(facts)
    for table in made.tables.values():
        assert tuple(map(sum, zip(*table.values(), strict=True))) == (made.moved if facts else ())
    labels, before, after = distribution(made)
    assert sum(before) == sum(after) == len(facts)
    assert len(labels) <= 8


@given(demands)
def test_nobody_is_alone_in_a_span_of_points(told: list[tuple[bool, int]]) -> None:
    facts = [demand(number, single=single, waiting=months) for number, (single, months) in enumerate(told, 1)]
    made = try_out(facts, bareme("A", SINGLE), bareme("B", WAITING), 3, TOWNS)
    labels, before, after = distribution(made, 5)
    assert sum(before) == sum(after) == len(facts)
    assert len(labels) <= 1 or all(count == 0 or count >= 5 for count in (*before, *after))


@given(demands, st.integers(1, 30))
def test_the_same_barème_on_both_sides_moves_nobody(told: list[tuple[bool, int]], places: int) -> None:
    facts = [demand(number, single=single, waiting=months) for number, (single, months) in enumerate(told, 1)]
    made = try_out(facts, bareme("A", SINGLE, WAITING), bareme("B", SINGLE, WAITING), places, TOWNS)
    assert made.moved[ENTERS] == made.moved[LEAVES] == 0
    assert made.before.totals == made.after.totals
