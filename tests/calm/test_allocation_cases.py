"""What the engine answers in the cases that have a name: filling, transfers, families, decisions of people."""

import pytest

from guichet.allocation.checker import check
from guichet.allocation.engine import allocate
from guichet.allocation.faults import InvalidProblemError
from guichet.allocation.problem import Blocking, Current, LastAdmitted, Pin, Witness
from tests.calm.allocations import demand, given, places, problem


def allocated(asked):
    """The answer, read a second time by the checker."""
    result = allocate(asked)
    assert check(asked, result) == ()
    return result


def witness_of(result, name: str, establishment: str) -> Witness:
    found = [r.witness for r in result.refusals if (r.demand, r.establishment) == (name, establishment)]
    assert len(found) == 1
    return found[0]


def test_the_most_points_come_first_and_the_refused_sees_the_last_admitted() -> None:
    result = allocated(problem([places("E1", 1)], [demand("D1", "E1", 40), demand("D2", "E1", 39)]))
    assert given(result) == {"D1": "E1 open"}
    assert witness_of(result, "D2", "E1") == Witness("babies", "mon", 1, LastAdmitted("D1", 40), 39)
    assert (result.statistics.placed, result.statistics.unplaced) == (1, 1)
    assert result.statistics.slots_filled == round(1 / 3, 6)


def test_equal_points_are_settled_by_the_order() -> None:
    result = allocated(
        problem([places("E1", 1)], [demand("D1", "E1", 40, order=8), demand("D2", "E1", 40, order=3)])
    )
    assert given(result) == {"D2": "E1 open"}


def test_every_slot_of_the_week_is_needed_and_the_full_one_is_the_witness() -> None:
    result = allocated(
        problem(
            [places("E1", {"mon": 2, "tue": 1})],
            [demand("D1", "E1", 50, "tue"), demand("D2", "E1", 40, "mon tue"), demand("D3", "E1", 10, "mon")],
        )
    )
    assert given(result) == {"D1": "E1 open", "D3": "E1 open"}
    assert witness_of(result, "D2", "E1").slot == "tue"


def test_a_slot_nobody_described_has_no_seat_and_no_last_admitted() -> None:
    result = allocated(
        problem([places("E1", {"mon": 2})], [demand("D1", "E1", 50, "mon wed"), demand("D2", "E9", 5)])
    )
    assert witness_of(result, "D1", "E1") == Witness("babies", "wed", 0, None, 50)
    assert witness_of(result, "D2", "E9") == Witness("babies", "mon", 0, None, 5)


RESERVED = {"insertion": {"mon": 1}}
MIXED = [
    demand("D1", "E1", 90),
    demand("D2", "E1", 80, group="insertion"),
    demand("D3", "E1", 10, group="insertion"),
]


def test_reserved_seats_first_leave_the_open_ones_to_the_best_of_the_others() -> None:
    result = allocated(problem([places("E1", {"mon": 1}, RESERVED)], MIXED, reserved_first=True))
    assert given(result) == {"D1": "E1 open", "D2": "E1 insertion"}
    assert witness_of(result, "D3", "E1") == Witness("babies", "mon", 2, LastAdmitted("D2", 80), 10)


def test_open_seats_first_leave_the_reserve_to_those_of_the_group_who_come_after() -> None:
    result = allocated(problem([places("E1", {"mon": 2}, RESERVED)], MIXED, reserved_first=False))
    assert given(result) == {"D1": "E1 open", "D2": "E1 open", "D3": "E1 insertion"}


def test_a_reserve_that_nobody_asks_for_opens_or_stays_empty_as_the_rules_say() -> None:
    asked = [places("E1", {"mon": 0}, RESERVED)], [demand("D1", "E1", 5)]
    assert given(allocated(problem(*asked))) == {"D1": "E1 open"}
    closed = allocated(problem(*asked, unfilled_reserve_opens=False))
    assert given(closed) == {}
    assert witness_of(closed, "D1", "E1") == Witness("babies", "mon", 0, None, 5)


def test_a_refused_demand_is_told_only_of_the_seats_it_could_have_held() -> None:
    result = allocated(
        problem(
            [places("E1", {"mon": 1}, RESERVED)],
            [
                demand("D1", "E1", 90),
                demand("D2", "E1", 10, group="insertion"),
                demand("D3", "E1", 50),
                demand("D4", "E1", 5, group="insertion"),
            ],
        )
    )
    assert witness_of(result, "D3", "E1") == Witness("babies", "mon", 1, LastAdmitted("D1", 90), 50)
    assert witness_of(result, "D4", "E1") == Witness("babies", "mon", 2, LastAdmitted("D2", 10), 5)


def test_one_reserved_seat_in_the_week_is_enough_to_be_said_reserved() -> None:
    result = allocated(
        problem(
            [places("E1", {"mon": 1, "tue": 0}, {"insertion": {"tue": 1}})],
            [demand("D1", "E1", 5, "mon tue", group="insertion")],
        )
    )
    assert given(result) == {"D1": "E1 insertion"}


def test_each_slot_keeps_its_own_reserve() -> None:
    result = allocated(
        problem(
            [places("E1", {"mon": 1, "tue": 1}, {"insertion": {"mon": 1}, "handicap": {"tue": 1}})],
            [
                demand("D1", "E1", 90, "mon tue"),
                demand("D2", "E1", 20, "mon tue", group="handicap"),
                demand("D3", "E1", 10, "mon", group="insertion"),
            ],
        )
    )
    assert given(result) == {"D1": "E1 open", "D3": "E1 insertion"}
    assert witness_of(result, "D2", "E1").slot == "mon"


def test_two_children_who_want_each_other_s_place_exchange_them() -> None:
    result = allocated(
        problem(
            [],
            [
                demand("D1", "E2", 5, current=Current("E1", "babies", ("mon",))),
                demand("D2", "E1", 5, current=Current("E2", "babies", ("mon",))),
            ],
        )
    )
    assert given(result) == {"D1": "E2 open", "D2": "E1 open"}
    assert result.statistics.slots_filled == 1


def test_a_child_keeps_its_place_against_more_points_when_its_wish_is_full() -> None:
    result = allocated(
        problem(
            [places("E2", 0)],
            [demand("D1", "E2", 5, current=Current("E1", "babies", ("mon",))), demand("D2", "E1", 99)],
        )
    )
    assert given(result) == {"D1": "E1 current"}
    assert witness_of(result, "D2", "E1") == Witness("babies", "mon", 0, None, 99)


def test_a_place_left_for_a_wish_goes_to_the_next() -> None:
    result = allocated(
        problem(
            [places("E2", 1)],
            [demand("D1", "E2", 5, current=Current("E1", "babies", ("mon",))), demand("D2", "E1", 1)],
        )
    )
    assert given(result) == {"D1": "E2 open", "D2": "E1 open"}


def test_a_longer_week_in_the_same_establishment_uses_the_child_s_own_seats() -> None:
    longer = demand("D1", "E1", 1, "mon tue", current=Current("E1", "babies", ("mon",)))
    granted = allocated(problem([places("E1", {"tue": 1})], [longer, demand("D2", "E1", 99, "mon")]))
    assert given(granted) == {"D1": "E1 open"}
    refused = allocated(problem([places("E1", {"tue": 1})], [longer, demand("D2", "E1", 99, "tue")]))
    assert given(refused) == {"D1": "E1 current", "D2": "E1 open"}
    assert witness_of(refused, "D1", "E1") == Witness("babies", "tue", 1, LastAdmitted("D2", 99), 1)


def test_a_child_who_has_a_place_does_not_use_the_reserve_of_its_group() -> None:
    result = allocated(
        problem(
            [places("E1", {"mon": 0}, RESERVED)],
            [
                demand("D1", "", 5, group="insertion", current=Current("E1", "babies", ("mon",))),
                demand("D2", "E1", 50),
                demand("D3", "E1", 5, group="insertion"),
            ],
        )
    )
    assert given(result) == {"D1": "E1 current", "D3": "E1 insertion"}


def test_brothers_and_sisters_of_one_slot_need_two_seats() -> None:
    family = [demand("D1", "E1 E2", 50, together="F"), demand("D2", "E1 E2", 50, together="F")]
    result = allocated(problem([places("E1", 2), places("E2", 2)], [*family, demand("D3", "E1", 90)]))
    assert given(result) == {"D1": "E2 open", "D2": "E2 open", "D3": "E1 open"}
    # One seat is free, and both are told so: two seats, the last held by D3, the other by its own sister.
    assert witness_of(result, "D1", "E1") == witness_of(result, "D2", "E1")
    assert witness_of(result, "D1", "E1") == Witness("babies", "mon", 2, LastAdmitted("D3", 90), 50)


def test_brothers_and_sisters_ask_again_when_a_child_leaves_a_slot_that_was_not_full() -> None:
    result = allocated(
        problem(
            [places("E1", {"mon": 2}), places("E2", 1)],
            [
                demand("D1", "E2", 50, "mon tue"),
                demand("D2", "E2 E1", [40, 90]),
                demand("D3", "E1", 30, together="F"),
                demand("D4", "E1", 30, together="F"),
                # Served last, it sends D1 away: Monday comes free for D2, whose seat completes the two of the family.
                demand("D5", "E2 E9", [60, 10], "tue"),
            ],
        )
    )
    assert given(result) == {"D2": "E2 open", "D3": "E1 open", "D4": "E1 open", "D5": "E2 open"}
    assert result.blocking == ()


def test_brothers_and_sisters_of_two_sections_are_admitted_together_or_not_at_all() -> None:
    family = [
        demand("D1", "E1", 50, together="F"),
        demand("D2", "E1", 50, together="F", section="toddlers"),
    ]
    both = allocated(problem([places("E1", 1), places("E1", 1, section="toddlers")], family))
    assert given(both) == {"D1": "E1 open", "D2": "E1 open"}
    none = allocated(problem([places("E1", 1)], family))
    assert given(none) == {}
    assert witness_of(none, "D1", "E1") == Witness("toddlers", "mon", 0, None, 50)


def test_a_family_ranks_as_its_worst_member() -> None:
    family = [demand("D1", "E1", 90, together="F"), demand("D2", "E1", 30, together="F")]
    result = allocated(problem([places("E1", 2)], [*family, demand("D3", "E1", 40)]))
    assert given(result) == {"D3": "E1 open"}
    assert witness_of(result, "D1", "E1").score == 30


def test_a_refused_family_keeps_the_places_each_has() -> None:
    family = [
        demand("D1", "E1", 50, together="F", current=Current("E2", "babies", ("mon",))),
        demand("D2", "E1", 50, together="F", current=Current("E3", "babies", ("tue",))),
        demand("D3", "E1", 50, together="F"),
    ]
    assert given(allocated(problem([places("E1", 2)], family))) == {"D1": "E2 current", "D2": "E3 current"}


def test_a_sister_may_take_the_seat_that_her_brother_leaves_in_the_same_house() -> None:
    family = [
        demand("D1", "E1", 50, "tue", together="F", current=Current("E1", "babies", ("mon",))),
        demand("D2", "E1", 50, "mon", together="F"),
    ]
    alone = allocated(problem([places("E1", {"tue": 1})], family))
    assert given(alone) == {"D1": "E1 open", "D2": "E1 open"}


def test_a_decision_of_people_sits_first_whatever_the_points() -> None:
    result = allocated(
        problem([places("E1", 1)], [demand("D1", "E1", 99), demand("D2", "E2", 1, pinned=Pin("E1"))])
    )
    assert given(result) == {"D2": "E1 open"}
    # The seat decided by people is not one the refused could have held.
    assert witness_of(result, "D1", "E1") == Witness("babies", "mon", 0, None, 99)


def test_a_refusal_decided_by_people_leaves_the_current_place_and_no_line() -> None:
    result = allocated(
        problem(
            [places("E1", 1)],
            [
                demand("D1", "E1", 99, pinned=Pin(None)),
                demand("D2", "E1", 98, pinned=Pin(None), current=Current("E2", "babies", ("mon",))),
                demand("D3", "E1", 1),
            ],
        )
    )
    assert given(result) == {"D2": "E2 current", "D3": "E1 open"}
    assert result.refusals == ()


def test_a_decision_for_one_of_a_family_binds_the_others_to_the_same_house() -> None:
    family = [
        demand("D1", "E1 E2", 50, together="F", pinned=Pin("E2")),
        demand("D2", "E1 E2", 50, together="F"),
    ]
    result = allocated(problem([places("E1", 2), places("E2", 2)], family))
    assert given(result) == {"D1": "E2 open", "D2": "E2 open"}
    assert result.blocking == (Blocking("D2", "E1"),)


def test_decisions_beyond_the_capacity_are_refused_with_their_path() -> None:
    pinned = [demand("D1", "E1", 1, pinned=Pin("E1")), demand("D2", "E1", 1, pinned=Pin("E1"))]
    with pytest.raises(InvalidProblemError, match=r"^demands\[1\]\.pinned : « D2 » est décidé à « E1 »"):
        problem([places("E1", 1)], pinned)


def test_a_decision_of_people_is_seated_whenever_it_can_be() -> None:
    # The open seat goes first to D1, who has a reserve: D2, who has none, still sits.
    pinned = [
        demand("D1", "E1", 1, group="insertion", pinned=Pin("E1")),
        demand("D2", "E1", 1, pinned=Pin("E1")),
    ]
    asked = problem([places("E1", 1, RESERVED)], pinned, reserved_first=False, unfilled_reserve_opens=False)
    result = allocated(asked)
    assert [(line.demand, line.seat) for line in result.assignments] == [("D1", "insertion"), ("D2", "open")]


def test_a_decision_may_use_a_reserve_only_when_it_opens() -> None:
    pinned = [demand("D1", "E1", 1, pinned=Pin("E1")), demand("D2", "E1", 9, group="insertion")]
    result = allocated(problem([places("E1", {"mon": 0}, RESERVED)], pinned))
    assert given(result) == {"D1": "E1 open"}
    with pytest.raises(InvalidProblemError, match="n’y a plus de place"):
        problem([places("E1", {"mon": 0}, RESERVED)], pinned, unfilled_reserve_opens=False)


def test_a_case_without_any_stable_allocation_is_listed_and_not_hidden() -> None:
    # If the family moves, D3 outranks the sister on the seat her brother left; if it stays, that seat is not free
    # for D3, and the family would fit.
    result = allocated(
        problem(
            [places("E1", {"tue": 1})],
            [
                demand("D1", "E1", 50, "tue", together="F", current=Current("E1", "babies", ("mon",))),
                demand("D2", "E1", 50, "mon", together="F"),
                demand("D3", "E1", 90, "mon"),
            ],
        )
    )
    assert result.blocking == (Blocking("D3", "E1"),)
    assert given(result) == {"D1": "E1 open", "D2": "E1 open"}
