"""What holds of every allocation, whatever the problem: laws checked on problems drawn at random."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import instance
from guichet.allocation.checker import check
from guichet.allocation.engine import allocate
from guichet.allocation.files import problem_document, problem_from, written
from guichet.allocation.problem import Demand, Places, Problem, Result, Wish
from guichet.allocation.reference import settle, solve
from tests.calm.allocations import problems

often = settings(max_examples=120, deadline=None)
sometimes = settings(max_examples=40, deadline=None)


def shuffled(asked: Problem, seed: int) -> Problem:
    """The same problem, told in another order."""
    chance = random.Random(seed)

    def mixed(things):
        return tuple(chance.sample(list(things), len(things)))

    return Problem(
        mixed(asked.slots),
        tuple(
            Places(
                p.establishment,
                p.section,
                dict(mixed(p.open.items())),
                {group: dict(mixed(kept.items())) for group, kept in mixed(p.reserved.items())},
            )
            for p in mixed(asked.places)
        ),
        tuple(replace(d, slots=mixed(d.slots)) for d in mixed(asked.demands)),
        asked.rules,
    )


def where(result: Result) -> dict[str, str]:
    return {line.demand: line.establishment for line in result.assignments}


@often
@given(problems())
def test_a_second_reading_finds_nothing_to_say(asked: Problem) -> None:
    assert check(asked, allocate(asked)) == ()


@sometimes
@given(problems())
def test_what_a_result_counts_before_it_is_read_is_what_it_says(asked: Problem) -> None:
    result = allocate(asked)
    counted = len(result.assignments), len(result.refusals)
    assert counted == (len(list(result.assignments)), len(list(result.refusals)))
    assert result.refusals == tuple(result.refusals)
    assert all(one is again for one, again in zip(result.refusals, result.refusals, strict=True))


@often
@given(problems(), st.integers(0, 1000))
def test_the_order_in_which_a_problem_is_told_changes_nothing(asked: Problem, seed: int) -> None:
    assert allocate(shuffled(asked, seed)) == allocate(asked)


@sometimes
@given(problems())
def test_a_problem_written_and_read_again_is_the_same(asked: Problem) -> None:
    assert problem_from(json.loads(written(problem_document(asked)))) == asked


def test_another_process_with_another_hash_seed_finds_the_same_digest() -> None:
    asked = instance(150, 4, siblings=0.2, transfers=0.2)
    told = written(problem_document(shuffled(asked, 9)))
    code = (
        "import sys; from guichet.allocation.engine import allocate; from guichet.allocation.files import "
        "read_problem; print(allocate(read_problem(sys.stdin.buffer.read())).result_digest)"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=told,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.decode()
        for seed in ("1", "77")
    }
    assert digests == {allocate(asked).result_digest + "\n"}


def serial(asked: Problem) -> dict[str, str]:
    """The allocation of one order for all, without any engine: each in turn takes the first wish with room."""
    left = {(p.establishment, p.section, slot): n for p in asked.places for slot, n in p.open.items()}
    units: dict[object, list[Demand]] = {}
    for demand in asked.demands:
        units.setdefault(demand.together or demand.order, []).append(demand)

    def rank(unit: list[Demand]) -> tuple[int, int]:
        return max((-d.wishes[0].score if d.wishes else 0, d.order) for d in unit)

    found = {}
    for unit in sorted(units.values(), key=rank):
        for wish in unit[0].wishes:
            needed: dict[tuple[str, str, str], int] = {}
            for d in unit:
                for slot in d.slots:
                    cell = (wish.establishment, d.section, slot)
                    needed[cell] = needed.get(cell, 0) + 1
            if all(left.get(cell, 0) >= count for cell, count in needed.items()):
                for cell, count in needed.items():
                    left[cell] -= count
                found.update({d.id: wish.establishment for d in unit})
                break
    return found


@often
@given(problems(reserves=False, transfers=False, pins=False, common_order=True, families=False))
def test_one_common_order_gives_the_serial_allocation(asked: Problem) -> None:
    result = allocate(asked)
    assert (where(result), result.blocking) == (serial(asked), ())


@often
@given(problems(reserves=False, transfers=False, pins=False, common_order=True))
def test_one_common_order_with_families_served_as_their_worst_member_blocks_nobody(asked: Problem) -> None:
    points = {
        d.together: min(e.wishes[0].score for e in asked.demands if e.together == d.together)
        for d in asked.demands
        if d.together
    }
    alike = tuple(
        replace(d, wishes=tuple(Wish(w.establishment, points[d.together]) for w in d.wishes))
        if d.together
        else d
        for d in asked.demands
    )
    asked = replace(asked, demands=alike)
    result = allocate(asked)
    assert (where(result), result.blocking) == (serial(asked), ())


def deferred_acceptance(asked: Problem, seats: dict[str, int]) -> dict[str, str]:
    """Gale and Shapley, for one slot and one section: the stable allocation that every demand likes best."""
    proposals = {d.id: list(d.wishes) for d in asked.demands}
    orders = {d.id: d.order for d in asked.demands}
    held: dict[str, list[tuple[int, int, str]]] = {}
    waiting = [d.id for d in asked.demands]
    while waiting:
        name = waiting.pop()
        if proposals[name]:
            wish = proposals[name].pop(0)
            inside = held.setdefault(wish.establishment, [])
            inside.append((-wish.score, orders[name], name))
            inside.sort()
            if len(inside) > seats.get(wish.establishment, 0):
                waiting.append(inside.pop()[2])
    return {name: e for e, inside in held.items() for _, _, name in inside}


@often
@given(problems(most=12, reserves=False, transfers=False, pins=False, families=False))
def test_on_one_slot_it_is_the_stable_allocation_that_demands_like_best(asked: Problem) -> None:
    slot = asked.slots[0]
    one = replace(
        asked,
        places=tuple(p for p in asked.places if p.section == "babies"),
        demands=tuple(replace(d, section="babies", slots=(slot,)) for d in asked.demands),
    )
    result = allocate(one)
    seats = {p.establishment: p.open[slot] for p in one.places}
    assert (where(result), result.blocking) == (deferred_acceptance(one, seats), ())


@sometimes
@given(
    problems(most=6, reserves=False, transfers=False, pins=False, families=False, common_order=True),
    st.data(),
)
def test_under_one_order_no_other_order_of_wishes_helps(asked: Problem, data: st.DataObject) -> None:
    true = data.draw(st.sampled_from(asked.demands))
    names = [wish.establishment for wish in true.wishes]

    def liked(result: Result) -> int:
        got = where(result).get(true.id)
        return names.index(got) if got in names else len(names)

    honest = liked(allocate(asked))
    for wishes in permutations(true.wishes):
        told = tuple(replace(d, wishes=wishes) if d is true else d for d in asked.demands)
        assert liked(allocate(replace(asked, demands=told))) >= honest


@sometimes
@given(problems(reserves=False, transfers=False, pins=False, families=False, common_order=True), st.data())
def test_under_one_order_more_points_never_hurt(asked: Problem, data: st.DataObject) -> None:
    lucky = data.draw(st.sampled_from(asked.demands))
    names = [wish.establishment for wish in lucky.wishes]

    def liked(problem: Problem) -> int:
        got = where(allocate(problem)).get(lucky.id)
        return names.index(got) if got in names else len(names)

    more = replace(lucky, wishes=tuple(Wish(w.establishment, w.score + 3) for w in lucky.wishes))
    raised = tuple(more if d is lucky else d for d in asked.demands)
    assert liked(replace(asked, demands=raised)) <= liked(asked)


@settings(max_examples=25, deadline=None)
@given(problems(most=7, pins=False))
def test_the_solver_never_blocks_more_than_the_engine(asked: Problem) -> None:
    result = allocate(asked)
    found = solve(asked, warm=False)
    assert found.least_blocking and found.most_placed
    assert [fault for fault in check(asked, found.result) if "places restent vides" not in fault] == []
    assert len(found.result.blocking) <= len(result.blocking)


def test_the_engine_and_the_solver_agree_on_small_creches() -> None:
    for seed in range(5):
        asked = instance(40, seed)
        found = solve(asked, warm=False)
        assert found.least_blocking
        assert len(allocate(asked).blocking) == len(found.result.blocking)


@settings(max_examples=25, deadline=None)
@given(problems(pins=False))
def test_settling_what_blocks_never_makes_it_worse(asked: Problem) -> None:
    result = allocate(asked)
    settled = settle(asked, result)
    assert len(settled.blocking) <= len(result.blocking)
    assert [fault for fault in check(asked, settled) if "places restent vides" not in fault] == []


def test_twenty_seeds_of_one_common_order_block_nobody() -> None:
    for seed in range(20):
        assert allocate(instance(300, seed, siblings=0, local=False, reserve=False)).blocking == ()
