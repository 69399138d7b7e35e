"""What goes beside a proposal: the price of rules, parts of weeks, and the files of the format."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from guichet.allocation.checker import check
from guichet.allocation.engine import allocate
from guichet.allocation.explaining.counter_offers import CounterOffer, counter_offers
from guichet.allocation.explaining.prices import (
    AS_ASKED,
    CHILDREN_APART,
    COMMON_ORDER,
    OPEN_FIRST,
    RESERVE_OPENS,
    RESERVE_STAYS_CLOSED,
    RESERVED_FIRST,
    prices,
)
from guichet.allocation.faults import InvalidProblemError
from guichet.allocation.files import (
    problem_document,
    problem_from,
    read_problem,
    result_document,
    schema,
    written,
)
from guichet.allocation.problem import Pin, Problem
from tests.calm.allocations import demand, places, problem, problems

RESERVED = {"insertion": {"mon": 1}}


def test_the_price_of_brothers_and_sisters_together_is_what_they_would_have_each_for_themselves() -> None:
    twins = [demand(name, "E1", 5, together="F") for name in ("D1", "D2")]
    asked = problem([places("E1", 2)], [*twins, demand("D3", "E1", 9)])
    assert [(price.choice, price.placed) for price in prices(asked)] == [(AS_ASKED, 1), (CHILDREN_APART, 2)]


def test_the_price_of_each_rule_stands_beside_the_rules_as_asked() -> None:
    asked = problem(
        [places("E1", {"mon": 1}, RESERVED), places("E2", {"mon": 1})],
        [demand("D1", "E1 E2", [9, 5]), demand("D2", "E1", 8), demand("D3", "E2", 7)],
    )
    found = {price.choice: (price.placed, price.blocking) for price in prices(asked)}
    assert found == {AS_ASKED: (3, 0), OPEN_FIRST: (3, 0), RESERVE_STAYS_CLOSED: (2, 0), COMMON_ORDER: (3, 0)}
    other = replace(asked, rules=replace(asked.rules, reserved_first=False, unfilled_reserve_opens=False))
    assert {RESERVED_FIRST, RESERVE_OPENS} < {price.choice for price in prices(other)}


def test_a_rule_that_changes_nothing_has_no_price() -> None:
    asked = problem([places("E1", 1)], [demand("D1", "E1 E2", 5)])
    assert [price.choice for price in prices(asked)] == [AS_ASKED]


def test_a_rule_that_decisions_of_people_exclude_has_no_price() -> None:
    asked = problem([places("E1", {"mon": 0}, RESERVED)], [demand("D1", "E1", 5, pinned=Pin("E1"))])
    assert [price.choice for price in prices(asked)] == [AS_ASKED, OPEN_FIRST]


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_first_price_is_the_proposal_s(asked: Problem) -> None:
    result = allocate(asked)
    first = prices(asked)[0]
    assert (first.placed, first.slots_filled) == (result.statistics.placed, result.statistics.slots_filled)
    assert first.blocking == len(result.blocking)


FULL_ON_TUESDAY = problem(
    [places("E1", {"mon": 2, "tue": 1, "wed": 1}), places("E2", {"mon": 1})],
    [
        demand("D1", "E1", 90, "tue"),
        demand("D2", "E2 E1", 80, "mon tue wed"),
        demand("D3", "E1", 70, "mon tue wed"),
        demand("D4", "E1", 60, "mon tue"),
    ],
)
DAYS = {name: {"lundi": ["mon"], "mardi": ["tue"], "mercredi": ["wed"]} for name in ("D2", "D3")}


def test_parts_of_weeks_use_what_is_left_in_rank_order() -> None:
    offers = counter_offers(FULL_ON_TUESDAY, allocate(FULL_ON_TUESDAY), DAYS)
    # D4 does not accept fewer days; D2 ranks first and takes the Wednesday that D3 also asks for.
    assert offers == (
        CounterOffer("D2", "E1", ("lundi", "mercredi")),
        CounterOffer("D3", "E1", ("lundi",)),
    )


def test_a_part_smaller_than_what_is_worth_offering_is_not_offered() -> None:
    offers = counter_offers(FULL_ON_TUESDAY, allocate(FULL_ON_TUESDAY), DAYS, least=2)
    assert [offer.demand for offer in offers] == ["D2"]


@settings(max_examples=60, deadline=None)
@given(problems(pins=False, families=False))
def test_parts_of_weeks_send_nobody_away(asked: Problem) -> None:
    result = allocate(asked)
    days = {d.id: {slot: (slot,) for slot in d.slots} for d in asked.demands}
    offers = {offer.demand: offer for offer in counter_offers(asked, result, days)}
    parts = tuple(
        replace(d, slots=offers[d.id].days, pinned=Pin(offers[d.id].establishment)) if d.id in offers else d
        for d in asked.demands
    )
    # Everybody kept by decision, parts of weeks included: there is room for all.
    given_now = {line.demand: line for line in result.assignments}
    decided = tuple(
        d
        if d.id in offers
        else replace(d, pinned=Pin(given_now[d.id].establishment if d.id in given_now else None))
        for d in parts
    )
    kept = tuple(
        replace(d, pinned=Pin(None)) if d.id in given_now and given_now[d.id].seat == "current" else d
        for d in decided
    )
    seated = replace(asked, demands=kept)
    assert check(seated, allocate(seated)) == ()


@settings(max_examples=60, deadline=None)
@given(problems())
def test_files_are_as_their_schemas_say(asked: Problem) -> None:
    Draft202012Validator(schema("problem")).validate(problem_document(asked))
    told = json.loads(written(result_document(allocate(asked))))
    Draft202012Validator(schema("result")).validate(told)


BASE = problem_document(
    problem([places("E1", 1, RESERVED)], [demand("D1", "E1", 5, pinned=Pin("E1")), demand("D2", "E1", 4)])
)
JUNK = st.sampled_from(
    [None, True, 3, -1, 2.5, 4.0, "", "x", [], {}, [""], {"x": 1}, {"refused": True}, ["mon"]]
)


def paths_of(value: object, at: tuple = ()) -> list[tuple]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, one in inside for path in paths_of(one, (*at, key)))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(paths_of(BASE)[1:]), JUNK, st.sampled_from(["put", "drop", "add"]))
def test_the_quick_reading_refuses_what_the_schema_refuses_and_nothing_else(path, junk, how) -> None:
    document = json.loads(json.dumps(BASE))
    inside = document
    for key in path[:-1]:
        inside = inside[key]
    if how == "put":
        inside[path[-1]] = junk
    elif how == "drop":
        del inside[path[-1]]
    elif isinstance(inside, dict):
        inside["inconnue"] = junk
    sound = Draft202012Validator(schema("problem")).is_valid(document)
    try:
        problem_from(document)
        accepted = True
    except InvalidProblemError as fault:
        # The shape is accepted when what is refused is the meaning, which no schema can say.
        accepted = sound
        assert str(fault).endswith(".")
        assert fault.path
    assert accepted == sound


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "ligne 1, colonne 2 : le fichier n’est pas du JSON à cet endroit."),
        (b"\xff\xfe", "fichier : ce n’est pas un texte en UTF-8."),
        (b"[" * 100_000, "fichier : il emboîte trop de listes ou d’objets."),
        (b"[]", "fichier : il faut un objet entre accolades (lu : [])."),
        (b"9" * 5000, "fichier : il contient un nombre beaucoup trop long."),
        (b'{"slots": [], "slots": []}', "slots : cette clé est écrite deux fois dans le même objet."),
        (b"{}", "format : cette clé manque."),
    ],
)
def test_what_is_not_a_problem_file_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidProblemError) as refused:
        read_problem(content)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            ("demands", 1, "slots", 0),
            "jeu",
            "demands[1].slots[0] : le créneau « jeu » n’est pas déclaré dans slots.",
        ),
        (
            ("demands", 1, "order"),
            1,
            "demands[1].order : 1 est déjà l’ordre de demands[0] (« D1 ») ; il doit départager toutes les demandes.",
        ),
        (("demands", 1, "id"), "D1", "demands[1].id : « D1 » est déjà le nom de demands[0]."),
        (("demands", 1, "order"), "x", 'demands[1].order : il faut un nombre entier (lu : "x").'),
        (("demands", 1, "slots"), [], "demands[1].slots : cette liste ne peut pas être vide (lu : [])."),
        (("demands", 1, "slots"), ["mon", "mon"], "demands[1].slots[1] : « mon » est écrit deux fois."),
        (("demands", 1, "age"), 3, "demands[1].age : cette clé est inconnue ; celles du format sont id, "),
        (
            ("demands", 1, "pinned"),
            {},
            "demands[1].pinned : il faut une clé et une seule parmi establishment, refused",
        ),
        (
            ("demands", 1, "pinned"),
            {"establishment": "E1"},
            "demands[1].pinned : « D2 » est décidé à « E1 », mais la section « babies » n’y a plus de place",
        ),
        (("demands", 1, "together"), "", "demands[1].together : il faut un texte qui n’est pas vide"),
        (("places", 0, "open", "mon"), -1, "places[0].open.mon : il faut au moins 0 (lu : -1)."),
        (
            ("places", 0, "open", "jeu"),
            1,
            "places[0].open.jeu : le créneau « jeu » n’est pas déclaré dans slots.",
        ),
        (("places", 0, "reserved", "insertion"), {"jeu": 1}, "places[0].reserved.insertion.jeu : le créneau"),
        (("slots", 1), "mon", "slots[1] : « mon » est écrit deux fois."),
        (("rules", "reserved_first"), 1, "rules.reserved_first : il faut true ou false (lu : 1)."),
    ],
)
def test_a_fault_is_one_sentence_with_its_path(path: tuple, value: object, sentence: str) -> None:
    document = json.loads(json.dumps(BASE))
    if path[-1] == "pinned" and value != {}:
        document["places"][0]["reserved"] = {}
    inside = document
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    with pytest.raises(InvalidProblemError) as refused:
        problem_from(document)
    assert str(refused.value).startswith(sentence)


def test_demands_made_together_must_have_the_same_wishes() -> None:
    with pytest.raises(
        InvalidProblemError, match=r"^demands\[1\]\.wishes : « D2 » et « D1 » sont demandés ensemble"
    ):
        problem([], [demand("D1", "E1 E2", together="F"), demand("D2", "E2 E1", together="F")])


def test_two_descriptions_of_one_section_are_refused() -> None:
    with pytest.raises(
        InvalidProblemError, match=r"^places\[1\] : la section « babies » de « E1 » est déjà décrite"
    ):
        problem([places("E1", 1), places("E1", 2)], [])
