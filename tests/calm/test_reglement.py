"""The règlement of a commission: its models, what it refuses, and how it is said."""

from dataclasses import replace

import pytest

from guichet.commissions import words
from guichet.commissions.reglement import (
    HALF,
    MAJORITY,
    MODELS,
    NO_QUORUM,
    NUMBER,
    ROLES,
    Bench,
    Reglement,
    needed,
    refusals,
)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_a_reglement_that_is_kept_as_it_is_and_says_its_source(model):
    found = MODELS[model]
    assert refusals(found.reglement, Bench(9, {"president": 1}), words.ROLE) == {}
    assert Reglement.from_json(found.reglement.to_json()) == found.reglement
    assert found.source.endswith(".")


def test_every_role_has_its_french_word():
    assert set(words.ROLE) == set(ROLES)


@pytest.mark.parametrize(
    ("quorum", "members", "expected"),
    [
        (NO_QUORUM, 9, 0),
        (HALF, 9, 5),
        (HALF, 8, 4),
        (MAJORITY, 9, 5),
        (MAJORITY, 8, 5),
        (MAJORITY, 0, 0),
        (NUMBER, 9, 3),
        (NUMBER, 2, 3),
    ],
)
def test_the_number_of_members_that_must_be_there(quorum, members, expected):
    assert needed(Reglement(quorum=quorum, quorum_number=3), members) == expected


def test_a_quorum_above_the_voting_seats_is_refused_in_one_sentence():
    high = Reglement(quorum=NUMBER, quorum_number=7)
    found = refusals(high, Bench(5, {}), words.ROLE)
    assert found == {
        "quorum_number": "Le quorum demande 7\u00a0membres pour 5\u00a0sièges à voix délibérative."
    }


def test_a_quorum_is_not_compared_with_seats_before_there_are_some():
    assert refusals(Reglement(quorum=NUMBER, quorum_number=7), Bench(), words.ROLE) == {}


def test_a_role_asked_for_must_have_its_voting_seats():
    found = refusals(Reglement(roles={"elected": 2, "pmi": 1}), Bench(3, {"elected": 2}), words.ROLE)
    assert set(found) == {"roles-pmi"}


def test_what_says_nothing_together_is_refused():
    found = refusals(Reglement(proxies_in_quorum=True, second_without_quorum=True), Bench(), words.ROLE)
    assert set(found) == {"proxies_in_quorum", "second_without_quorum"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proxies", 4),
        ("notice_days", 61),
        ("letters_wait_days", 31),
        ("answer_days", 0),
        ("quorum_number", 0),
    ],
)
def test_a_number_out_of_its_bounds_is_refused_at_its_field(name, value):
    assert set(refusals(replace(Reglement(), **{name: value}), Bench(), words.ROLE)) == {name}


def test_a_setting_born_later_takes_its_default():
    stored = Reglement(proxies=2).to_json()
    del stored["answer_days"]
    assert Reglement.from_json(stored | {"forgotten": 1}) == Reglement(proxies=2)


def test_the_quorum_is_said_with_its_roles():
    said = words.quorum_in_words(Reglement(quorum=NUMBER, quorum_number=4, roles={"pmi": 1, "elected": 2}))
    assert said == (
        "4 membres présents, dont au moins 1\u00a0siège « Protection maternelle et infantile (PMI) » et 2\u00a0sièges « Élu »"
    )


def test_every_subject_of_a_reglement_is_said():
    lines = words.reglement_in_words(MODELS["council_small"].reglement)
    assert ("Convocation", "3\u00a0jours francs avant la séance") in lines
    assert all(label and said for label, said in lines)
