"""The checker sees what is wrong: a sound answer, changed by hand in one place, never passes."""

from dataclasses import replace

import pytest

from guichet.allocation.checker import check
from guichet.allocation.engine import allocate
from guichet.allocation.problem import Assignment, Blocking, Current, Pin, Refusal, Result, Statistics
from tests.calm.allocations import demand, places, problem

ASKED = problem(
    [
        places("E1", {"mon": 1}, {"insertion": {"mon": 1}}),
        places("E2", 1),
        places("E2", 1, section="toddlers"),
    ],
    [
        demand("D1", "E1", 90),
        demand("D2", "E1", 20, group="insertion"),
        demand("D3", "E1", 60),
        demand("D4", "E1 E2", 50, together="F"),
        demand("D5", "E1 E2", 50, together="F", section="toddlers"),
        demand("D6", "E1", 5, current=Current("E3", "babies", ("mon",))),
        demand("D7", "E2", 1, "tue", pinned=Pin("E2")),
    ],
)
SOUND = allocate(ASKED)


def without(name: str) -> Result:
    kept = tuple(line for line in SOUND.assignments if line.demand != name)
    figures = SOUND.statistics
    return replace(
        SOUND,
        assignments=kept,
        statistics=Statistics(figures.placed - 1, figures.unplaced + 1, figures.slots_filled),
    )


def with_line(*lines: Assignment) -> Result:
    return replace(SOUND, assignments=(*SOUND.assignments, *lines))


def seated_as(name: str, **change: str) -> Result:
    changed = tuple(line._replace(**change) if line.demand == name else line for line in SOUND.assignments)
    return replace(SOUND, assignments=changed)


def witnessed(name: str, **change: object) -> Result:
    changed = tuple(
        line._replace(witness=line.witness._replace(**change)) if line.demand == name else line
        for line in SOUND.refusals
    )
    return replace(SOUND, refusals=changed)


def test_the_sound_answer_passes() -> None:
    assert check(ASKED, SOUND) == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (with_line(Assignment("D9", "E1", "open")), "n’est pas une demande du problème"),
        (with_line(Assignment("D1", "E1", "open")), "est admise 2 fois"),
        (with_line(Assignment("D3", "E2", "open")), "qu’elle ne demande pas"),
        (with_line(Assignment("D3", "E1", "open")), "est admise sans place"),
        (with_line(Assignment("D3", "E1", "current")), "une place qu’elle n’a pas"),
        (without("D6"), "perd la place"),
        (without("D7"), "est décidée à « E2 »"),
        (without("D5"), "sont séparées"),
        (without("D1"), "il faut une ligne de refus"),
        (seated_as("D2", seat="open"), "mais « insertion »"),
        (seated_as("D1", seat="insertion"), "mais « open »"),
        (witnessed("D3", seats=7), "le témoin devrait être"),
        (witnessed("D3", score=61), "le témoin devrait être"),
        (witnessed("D3", last_admitted=None), "le témoin devrait être"),
        (witnessed("D3", slot="tue"), "ne la refuse pas"),
        (replace(SOUND, refusals=SOUND.refusals[1:]), "il faut une ligne de refus"),
        (replace(SOUND, refusals=(*SOUND.refusals, SOUND.refusals[0])), "et une seule"),
        (
            replace(
                SOUND,
                refusals=tuple(r for r in SOUND.refusals if r.demand != "D3"),
                blocking=(Blocking("D3", "E1"),),
            ),
            "ce n’est pas un cas sans témoin",
        ),
        (
            replace(SOUND, refusals=(*SOUND.refusals, Refusal("D9", "E1", SOUND.refusals[0].witness))),
            "est refusée et n’est pas une demande",
        ),
        (replace(SOUND, statistics=replace(SOUND.statistics, placed=2)), "n’est pas celui des lignes"),
        (replace(SOUND, statistics=replace(SOUND.statistics, slots_filled=0.9)), "La part des places prises"),
    ],
)
def test_what_is_changed_by_hand_is_seen(wrong: Result, said: str) -> None:
    assert any(said in fault for fault in check(ASKED, wrong)), check(ASKED, wrong)


def test_an_empty_seat_that_somebody_asks_for_is_seen() -> None:
    asked = problem([places("E1", 1)], [demand("D1", "E1", 5)])
    nobody = replace(
        allocate(asked), assignments=(), blocking=(Blocking("D1", "E1"),), statistics=Statistics(0, 1, 0.0)
    )
    assert any("des places restent vides" in fault for fault in check(asked, nobody))
