"""The explanation of a refusal is counted again from the seats that the page shows, slot by slot."""

import pytest
from hypothesis import given, settings

from guichet.allocation.engine import allocate
from guichet.allocation.explaining.holders import Holders, before, rank
from guichet.allocation.explaining.telling import wish_sentence
from guichet.allocation.problem import Problem
from tests.calm.allocations import demand, places, problem, problems


@settings(max_examples=150, deadline=None)
@given(problems(transfers=False))
def test_a_child_alone_is_refused_by_as_many_better_ranked_as_there_are_seats_it_could_have_held(
    asked: Problem,
) -> None:
    found = allocate(asked)
    known = {one.id: one for one in asked.demands}
    holders = Holders(asked, {line.demand: line for line in found.assignments})
    for refusal in found.refusals:
        refused, seen, house = known[refusal.demand], refusal.witness, refusal.establishment
        if len({one.group for one in asked.demands if one.together == (refused.together or "")}) > 1:
            continue
        inside = holders.at(house, seen.section, seen.slot)
        better = before(inside, rank(holders.lowest(refused, house), house), refused.group)
        if holders.needs(refused, seen.section, seen.slot) > 1:
            assert len(better) <= seen.seats
            continue
        decided = sum(
            1
            for one in asked.demands
            if one.pinned
            and one.pinned.establishment == house
            and (one.section, seen.slot in one.slots) == (seen.section, True)
        )
        assert seen.seats - decided <= len(better) <= seen.seats
        if seen.last_admitted and not decided:
            assert better[-1].demand.order == known[seen.last_admitted.demand].order


def test_a_seat_is_said_reserved_on_the_very_slot_where_it_is() -> None:
    reserved = places("E1", {"mon": 1, "tue": 2}, {"insertion": {"mon": 1}})
    asking = [
        demand("D1", "E1", 9, "mon tue", group="insertion"),
        demand("D2", "E1", 8, "mon tue"),
        demand("D3", "E1", 7, "mon"),
    ]
    asked = problem([reserved], asking)
    holders = Holders(asked, {line.demand: line for line in allocate(asked).assignments})
    seats = {slot: [one.seat for one in holders.at("E1", "babies", slot)] for slot in ("mon", "tue")}
    assert seats == {"mon": ["insertion", "open"], "tue": ["open", "open"]}
    assert [one.within_reach(None) for one in holders.at("E1", "babies", "mon")] == [False, True]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"seats": 2, "better": 1, "needs": 2, "last": 243, "asked": 192},
            "2 places, dont 1 à un dossier mieux classé (dernier admis 243 points, le plus bas de la fratrie en a "
            "192) : il en reste 1, la fratrie en demande 2.",
        ),
        ({"seats": 1, "better": 0, "needs": 2, "asked": 192}, "1 place, la fratrie en demande 2."),
        (
            {"seats": 2, "better": 2, "needs": 2, "last": 243, "asked": 192},
            "complet (2 places) ; dernier dossier admis 243 points, le plus bas de la fratrie en a 192.",
        ),
    ],
)
def test_brothers_and_sisters_read_how_many_seats_the_better_ranked_leave_them(
    told: dict[str, int], said: str
) -> None:
    wish = {"what": "refused", "slot": "lundi, de 9 h à 12 h", "section": "Moyens", **told}
    sentence = wish_sentence(wish, together=True).replace("\u00a0", " ")
    assert sentence == f"Lundi, de 9 h à 12 h, section « Moyens » : {said}"
