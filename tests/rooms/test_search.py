"""A demand is found by its words and its number, and never beyond what the person may see."""

import pytest
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.demands import counting
from guichet.demands.keys import search_words
from guichet.demands.queue import View
from guichet.demands.search import ranges
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.queues import asking, seen, wishing


@pytest.mark.parametrize(
    "typed",
    [
        "verd",
        "Lin VERDOUX",
        "doux-noël",
        "06 39 98 00 01",
        "0639",
        "06-39-98-00-01",
        "CAMILLE.verdoux@exemple.test",
    ],
)
def test_a_demand_is_found_by_the_beginnings_of_its_words(
    session: Session, catalogue: Catalogue, agent: Person, typed: str
) -> None:
    family = {"child": make.child(last_name="Verdoux Doux-Noël")}
    wanted = make.demand(session, catalogue, agent, **family)
    make.demand(
        session,
        catalogue,
        agent,
        child=make.child(first_name="Paul", last_name="Autre"),
        adults=(
            make.adult(first_name="Zoé", last_name="Autre", phone="07 39 98 55 55", email="z@exemple.test"),
        ),
    )
    assert seen(session, agent, tab="all", words=search_words(typed)) == [wanted.id]


def test_a_demand_is_found_by_its_number_and_no_longer_number_answers(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    demands = [make.demand(session, catalogue, agent) for _ in range(12)]
    session.flush()
    wanted = demands[0]
    assert wanted.id in seen(session, agent, tab="all", words=search_words(str(wanted.id)))
    assert seen(session, agent, tab="all", words=search_words(wanted.number)) == [wanted.id]
    assert seen(session, agent, tab="all", words=search_words(f"2026-{wanted.id}")) == [wanted.id]


@pytest.mark.parametrize("tab", ["all", "open", "received"])
def test_a_demand_found_by_several_of_its_words_is_listed_and_counted_once(
    session: Session, catalogue: Catalogue, agent: Person, tab: str
) -> None:
    adults = (make.adult(first_name="Martine", last_name="Martinot", email="martin@exemple.test"),)
    wanted = make.demand(session, catalogue, agent, child=make.child(last_name="Martin"), adults=adults)
    words = search_words("mart")
    assert seen(session, agent, tab=tab, words=words) == [wanted.id]
    numbers = counting.counts(session, View(tab=tab, words=words), asking(agent)).tabs
    assert (numbers[tab].value, numbers[tab].more) == (1, False)


def test_a_search_does_not_reach_further_than_the_person(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    make.demand(session, catalogue, agent, wishes=wishing(catalogue, "lucioles"))
    director = make.person(session, "director", houses=(make.house(catalogue, "moulins"),))
    found = View(tab="all", words=("VERDOUX",))
    assert seen(session, director, tab="all", words=("VERDOUX",)) == []
    assert counting.counts(session, found, asking(director)).tabs["all"].value == 0


def test_the_span_of_a_word_ends_before_the_next_letter() -> None:
    assert ranges("DUP") == (("DUP", "DUQ"),)
    assert ranges("2026-00042") == (("#42", "#42\x01"),)
    assert ranges("A\ud7ff") == (("A\ud7ff", "A\ue000"),)
