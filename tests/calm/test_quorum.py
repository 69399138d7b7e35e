"""Attendance and quorum: cases one can count by hand, and what holds whatever is noted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.commissions import words
from guichet.commissions.reglement import (
    ABSENT,
    COUNTED,
    HALF,
    MAJORITY,
    NO_QUORUM,
    NUMBER,
    OUT,
    QUORUMS,
    RECUSALS,
    Reglement,
)
from guichet.commissions.sitting.attendance import (
    DEPUTY,
    HOLDER,
    Attendance,
    Chair,
    Move,
    Present,
    Proxy,
    Recusal,
    present_at,
    refusal_of_proxy,
    without_voice,
)
from guichet.commissions.sitting.quorum import in_words, outcome_of_vote, quorum_of

BENCH = (
    Chair(1, "president", presides=True),
    Chair(2, "elected"),
    Chair(3, "elected"),
    Chair(4, "pmi"),
    Chair(5, "caf", voting=False),
)
HALF_PRESENT = Reglement(quorum=HALF)
ONE_PROXY = Reglement(proxies=1)


def called(*chairs: int) -> tuple[Move, ...]:
    """A roll call that these seats answer."""
    return tuple(Move(0, one, HOLDER) for one in chairs)


def there(*chairs: int, recused: tuple[int, ...] = (), carried: dict[int, int] | None = None) -> Present:
    return Present(frozenset(chairs), frozenset(), carried or {}, frozenset(recused))


def test_who_comes_late_counts_from_that_item_and_who_leaves_until_it():
    noted = Attendance((*called(1, 2), Move(4, 3, HOLDER), Move(6, 1)))
    assert [sorted(present_at(noted, item).seats) for item in (1, 3, 4, 6, 9)] == [
        [1, 2],
        [1, 2],
        [1, 2, 3],
        [2, 3],
        [2, 3],
    ]


def test_a_deputy_fills_the_seat_until_the_holder_comes():
    noted = Attendance((Move(0, 4, DEPUTY), Move(3, 4, HOLDER)))
    assert present_at(noted, 1).deputies == {4} and not present_at(noted, 3).deputies
    assert present_at(noted, 1).seats == present_at(noted, 3).seats == {4}


def test_a_move_noted_late_for_an_earlier_item_takes_its_place():
    noted = Attendance((Move(5, 2), *called(2), Move(3, 2, DEPUTY)))
    assert present_at(noted, 3).deputies == {2} and not present_at(noted, 5).seats


def test_quorum_is_lost_at_the_twelfth_item_when_a_member_leaves():
    noted = Attendance((*called(1, 2), Move(12, 2)))
    met = [quorum_of(HALF_PRESENT, BENCH, present_at(noted, item)).met for item in (1, 11, 12, 13)]
    assert met == [True, True, False, False]


def test_consultative_members_never_count():
    found = quorum_of(HALF_PRESENT, BENCH, there(1, 5))
    assert (found.members, found.needed, found.there, found.met, found.voices) == (4, 2, 1, False, 1)
    assert without_voice(BENCH) == {5}


@pytest.mark.parametrize(
    ("recusal", "expected"), [(OUT, (3, 2, 1)), (ABSENT, (4, 2, 1)), (COUNTED, (4, 2, 2))]
)
def test_a_recused_member_is_counted_as_the_reglement_says_and_never_votes(recusal, expected):
    found = quorum_of(replace(HALF_PRESENT, recusal=recusal), BENCH, there(1, 2, recused=(2,)))
    assert (found.members, found.needed, found.there) == expected
    assert found.voices == 1


def test_a_recusal_holds_for_its_item_only():
    noted = Attendance(called(1, 2), recusals=(Recusal(3, 2),))
    assert [sorted(present_at(noted, item).recused) for item in (2, 3, 4)] == [[], [2], []]


def test_a_proxy_falls_when_the_one_who_carries_it_leaves_or_the_giver_comes():
    noted = Attendance((*called(1), Move(5, 1)), proxies=(Proxy(2, 1),))
    assert dict(present_at(noted, 4).carried) == {2: 1} and not present_at(noted, 5).carried
    came = Attendance((*called(1), Move(3, 2, HOLDER)), proxies=(Proxy(2, 1),))
    assert not present_at(came, 3).carried


def test_a_voice_carried_by_a_recused_member_is_not_heard_on_that_item():
    counts = Reglement(quorum=HALF, proxies=1, proxies_in_quorum=True)
    found = quorum_of(counts, BENCH, there(1, 3, recused=(1,), carried={2: 1}))
    assert (found.voices, found.there) == (1, 1)


def test_proxies_enter_the_quorum_only_where_the_reglement_says_so():
    present = there(1, carried={2: 1})
    assert not quorum_of(Reglement(quorum=HALF, proxies=1), BENCH, present).met
    assert quorum_of(Reglement(quorum=HALF, proxies=1, proxies_in_quorum=True), BENCH, present).met


def test_a_role_that_lacks_is_said_and_no_proxy_replaces_its_presence():
    asks = Reglement(proxies=1, proxies_in_quorum=True, roles={"pmi": 1})
    found = quorum_of(asks, BENCH, there(1, 2, carried={4: 1}))
    assert not found.met and found.missing == {"pmi": 1}
    assert in_words(found, words.ROLE) == (
        "Quorum manquant : 3\u00a0membres sur 4, il manque 1 « Protection maternelle et infantile (PMI) »."
    )


def test_a_second_convocation_sits_whatever_the_number_where_the_reglement_says_so():
    waives = replace(HALF_PRESENT, second_without_quorum=True)
    assert not quorum_of(waives, BENCH, there(1)).met
    found = quorum_of(waives, BENCH, there(1), second=True)
    assert found.met and in_words(found, words.ROLE).startswith("Seconde convocation")
    assert not quorum_of(HALF_PRESENT, BENCH, there(1), second=True).met


def test_the_count_is_said_in_a_sentence():
    said = in_words(quorum_of(Reglement(quorum=MAJORITY), BENCH, there(1, 2)), words.ROLE)
    assert said == "Quorum manquant : 2\u00a0membres sur 4, il manque 1\u00a0membre."
    asks = Reglement(quorum=MAJORITY, roles={"elected": 1})
    said = in_words(quorum_of(asks, BENCH, there(1)), words.ROLE)
    assert said == "Quorum manquant : 1\u00a0membre sur 4, il manque 2\u00a0membres, dont 1 « Élu »."
    said = in_words(quorum_of(asks, BENCH, there(1, 4)), words.ROLE)
    assert said == "Quorum manquant : 2\u00a0membres sur 4, il manque 1 « Élu »."
    said = in_words(quorum_of(Reglement(quorum=NO_QUORUM), BENCH, there(1)), words.ROLE)
    assert said == "Quorum atteint : 1\u00a0membre sur 4, aucun nombre n’est demandé."


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Proxy(2, 2), "d’un membre de la commission à un autre"),
        (Proxy(2, 99), "d’un membre de la commission à un autre"),
        (Proxy(5, 1), "entre membres à voix délibérative"),
        (Proxy(3, 1), "Ce membre est présent"),
        (Proxy(2, 4), "doit être présent"),
        (Proxy(2, 3), "autant de pouvoirs que le règlement le permet"),
        (Proxy(4, 1), "dans le même collège"),
    ],
)
def test_a_proxy_that_the_reglement_does_not_permit_is_refused(wanted, sentence):
    noted = Attendance(called(1, 3), proxies=(Proxy(6, 3),))
    assert sentence in (refusal_of_proxy(wanted, BENCH, noted, ONE_PROXY) or "")


def test_a_proxy_is_noted_where_there_may_be_one():
    noted = Attendance(called(1, 3))
    anywhere = replace(ONE_PROXY, proxies_in_college=False)
    assert refusal_of_proxy(Proxy(2, 1), BENCH, noted, ONE_PROXY) is None
    assert refusal_of_proxy(Proxy(4, 1), BENCH, noted, anywhere) is None
    assert "ne prévoit pas de pouvoir" in (refusal_of_proxy(Proxy(2, 1), BENCH, noted, Reglement()) or "")


@pytest.mark.parametrize(
    ("casting", "says", "expected"),
    [(True, True, True), (True, False, False), (True, None, None), (False, True, None)],
)
def test_a_tie_is_settled_by_the_presidency_where_it_may(casting, says, expected):
    assert outcome_of_vote(Reglement(casting_vote=casting), 3, 3, presidency_says_yes=says) is expected
    assert outcome_of_vote(Reglement(casting_vote=casting), 3, 2, presidency_says_yes=says) is True
    assert outcome_of_vote(Reglement(casting_vote=casting), 2, 3, presidency_says_yes=says) is False


# What holds whatever is noted

CHAIRS = st.integers(1, 5)
ITEMS = st.integers(0, 6)
NOTED = st.builds(
    Attendance,
    st.lists(st.builds(Move, ITEMS, CHAIRS, st.sampled_from(["", HOLDER, DEPUTY])), max_size=14).map(tuple),
    st.lists(st.builds(Proxy, CHAIRS, CHAIRS, ITEMS), max_size=5).map(tuple),
    st.lists(st.builds(Recusal, ITEMS, CHAIRS), max_size=5).map(tuple),
)
REGLEMENTS = st.builds(
    Reglement,
    quorum=st.sampled_from(QUORUMS),
    quorum_number=st.integers(1, 4),
    roles=st.dictionaries(st.sampled_from(["elected", "pmi"]), st.integers(1, 2)),
    proxies=st.integers(0, 2),
    proxies_in_quorum=st.booleans(),
    recusal=st.sampled_from(RECUSALS),
    second_without_quorum=st.booleans(),
)


@given(NOTED, ITEMS)
def test_nobody_is_at_once_present_and_represented(noted, item):
    present = present_at(noted, item)
    assert not present.seats & present.carried.keys()
    assert set(present.carried.values()) <= present.seats
    assert present.deputies <= present.seats


@given(NOTED, REGLEMENTS, ITEMS)
def test_voices_and_members_stay_within_the_voting_seats(noted, reglement, item):
    found = quorum_of(reglement, BENCH, present_at(noted, item))
    assert 0 <= found.voices <= 4 and 0 <= found.there <= 4 and 0 <= found.members <= 4
    assert found.met == (found.there >= found.needed and not found.missing)


@given(NOTED, REGLEMENTS, ITEMS, CHAIRS)
def test_one_more_member_in_the_room_never_loses_the_quorum(noted, reglement, item, chair):
    present = present_at(noted, item)
    more = replace(
        present,
        seats=present.seats | {chair},
        carried={giver: one for giver, one in present.carried.items() if giver != chair},
    )
    assert quorum_of(reglement, BENCH, more).met >= quorum_of(reglement, BENCH, present).met or (
        chair in present.recused
    )


@given(NOTED, REGLEMENTS, ITEMS)
def test_the_sentence_says_reached_exactly_when_it_is(noted, reglement, item):
    found = quorum_of(reglement, BENCH, present_at(noted, item))
    assert in_words(found, words.ROLE).startswith("Quorum atteint" if found.met else "Quorum manquant")


@given(NOTED, ITEMS, st.randoms(use_true_random=False))
def test_the_order_in_which_different_seats_were_noted_does_not_matter(noted, item, chance):
    last = {(one.item, one.chair): one for one in noted.moves}
    moves = list(last.values())
    chance.shuffle(moves)
    assert present_at(replace(noted, moves=tuple(moves)), item) == present_at(noted, item)


def test_every_quorum_of_a_number_is_met_by_all_and_by_nobody_less():
    for number in range(1, 5):
        exact = Reglement(quorum=NUMBER, quorum_number=number)
        assert quorum_of(exact, BENCH, there(*range(1, number + 1))).met
        assert not quorum_of(exact, BENCH, there(*range(1, number))).met
