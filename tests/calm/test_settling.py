"""What the commissions of a round, taken together, leave to one demand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.commissions.signing.settling import (
    FINAL,
    GRANTED,
    HOLD,
    OFFER,
    ORIENTED,
    POSTPONED,
    REFUSED,
    UNDECIDED,
    UNPLACED,
    WAIT,
    Settled,
    Verdict,
    settle,
)

NORTH, SOUTH = frozenset({1, 2}), frozenset({3, 4})


def north(outcome: str, granted: int | None = None) -> Verdict:
    return Verdict(10, NORTH, outcome, granted)


def south(outcome: str, granted: int | None = None) -> Verdict:
    return Verdict(20, SOUTH, outcome, granted)


@pytest.mark.parametrize(
    ("wishes", "verdicts", "settled"),
    [
        ((1, 3), (north(GRANTED, 1), south(UNDECIDED)), Settled(OFFER, 10, 1)),
        ((3, 1), (north(GRANTED, 1), south(UNDECIDED)), Settled(HOLD, 10, 1, awaited=(3,))),
        ((3, 1), (north(GRANTED, 1), south(GRANTED, 3)), Settled(OFFER, 20, 3, freed=(1,))),
        ((3, 1), (north(GRANTED, 1), south(REFUSED)), Settled(OFFER, 10, 1)),
        ((3, 1), (north(GRANTED, 1), south(POSTPONED)), Settled(OFFER, 10, 1)),
        ((3, 1), (north(REFUSED), south(UNDECIDED)), Settled(WAIT, awaited=(3,))),
        ((1, 3), (north(REFUSED), south(REFUSED)), Settled(UNPLACED, 10)),
        ((1, 3), (north(REFUSED), south(POSTPONED)), Settled(ORIENTED, 20)),
        ((1, 2), (north(GRANTED, 2),), Settled(OFFER, 10, 2)),
        ((3,), (south(UNDECIDED), north(GRANTED, 2)), Settled(HOLD, 10, 2, awaited=(3,))),
        ((), (north(GRANTED, 2),), Settled(OFFER, 10, 2)),
        ((9, 1), (north(REFUSED),), Settled(UNPLACED, 10)),
    ],
)
def test_a_place_waits_for_what_the_family_prefers_and_for_nothing_else(
    wishes: tuple[int, ...], verdicts: tuple[Verdict, ...], settled: Settled
) -> None:
    assert settle(wishes, verdicts) == settled


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[int], list[Verdict]]:
    """Up to four commissions of two establishments, a demand that wishes for some of them, each with its word.

    Those that have spoken come first, in the order they did.
    """
    count = draw(st.integers(1, 4))
    verdicts = []
    for number in range(count):
        houses = frozenset({2 * number + 1, 2 * number + 2})
        outcome = draw(st.sampled_from((GRANTED, REFUSED, POSTPONED, UNDECIDED)))
        granted = draw(st.sampled_from(sorted(houses))) if outcome == GRANTED else None
        verdicts.append(Verdict(number + 1, houses, outcome, granted))
    wishes = draw(st.lists(st.integers(1, 2 * count), min_size=1, unique=True))
    return wishes, sorted(verdicts, key=lambda one: one.outcome == UNDECIDED)


@given(rounds())
def test_a_demand_has_one_place_to_answer_at_most_and_hears_no_while_nobody_may_say_yes(
    round_: tuple[list[int], list[Verdict]],
) -> None:
    wishes, verdicts = round_
    found = settle(wishes, verdicts)
    granted = {one.granted for one in verdicts if one.granted}
    undecided = {house for one in verdicts if one.outcome == UNDECIDED for house in one.houses}
    assert {found.house} - {None} | set(found.freed) == granted
    assert found.house not in found.freed
    if found.kind in (HOLD, WAIT):
        assert set(found.awaited) <= undecided
        assert found.awaited
    else:
        assert found.by in {one.id for one in verdicts}
    if found.kind == UNPLACED:
        assert not undecided & set(wishes)


@given(rounds(), st.data())
def test_the_last_signature_leaves_nothing_held_and_an_offer_once_made_never_changes(
    round_: tuple[list[int], list[Verdict]], data: st.DataObject
) -> None:
    wishes, verdicts = round_
    before = settle(wishes, verdicts)
    spoken = [one for one in verdicts if one.outcome != UNDECIDED]
    for one in data.draw(st.permutations([one for one in verdicts if one.outcome == UNDECIDED])):
        outcome = data.draw(st.sampled_from((GRANTED, REFUSED, POSTPONED)))
        granted = data.draw(st.sampled_from(sorted(one.houses))) if outcome == GRANTED else None
        spoken.append(Verdict(one.id, one.houses, outcome, granted))
    after = settle(wishes, spoken)
    assert after.kind in FINAL
    if before.kind == OFFER:
        assert (after.kind, after.house) == (OFFER, before.house)
