"""Is the child already known? Found across communes, shown only as far as the reader may."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.demands.doubles import Double, find_doubles
from guichet.demands.keys import trace_of
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import AdultEntry, ChildEntry, FamilyEntry
from tests import make


@pytest.fixture
def agent(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "rpe_agent")


def look(
    session: Session, reader: Person, child: ChildEntry, *adults: AdultEntry, rank: int | None = None
) -> tuple[Double, ...]:
    return find_doubles(session, trace_of(0, child, adults or (make.adult(),), rank), reader, make.TODAY)


def test_a_child_known_in_another_commune_is_found_in_spite_of_faults(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    known = make.demand(session, catalogue, agent)
    typed = ChildEntry(first_name="Verdous", last_name="Lina", birth_date=date(2026, 3, 14))
    other_adult = AdultEntry(first_name="Sasha", last_name="Moreau")
    (found,) = look(session, agent, typed, other_adult)
    assert found.demand_id == known.id
    assert found.number == known.number
    assert found.verdict in ("same", "probable")
    assert found.reasons
    assert (found.child_name, found.desk) == ("Lina Verdoux", "RPE d’essai")


def test_a_brother_is_not_a_double(session: Session, catalogue: Catalogue, agent: Person) -> None:
    make.demand(session, catalogue, agent)
    assert look(session, agent, make.child(first_name="Basile", birth_date=date(2024, 1, 5))) == ()


def test_an_expected_child_is_found_again_once_born(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    expected = make.child(first_name="", birth_date=None, due_date=date(2027, 2, 10))
    known = make.demand(session, catalogue, agent, child=expected)
    born = make.child(first_name="Milo", birth_date=date(2027, 2, 3))
    assert [one.demand_id for one in look(session, agent, born)] == [known.id]


def test_the_second_of_expected_twins_is_not_the_first(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    twin = make.child(first_name="", birth_date=None, due_date=date(2027, 2, 10), multiple_births=2)
    first = make.demand(session, catalogue, agent, child=twin, birth_rank=1)
    assert [one.demand_id for one in look(session, agent, twin, rank=1)] == [first.id]
    assert look(session, agent, twin, rank=2) == ()


def test_an_agent_of_another_commune_sees_that_it_exists_and_may_not_open_it(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    wish = make.registration(catalogue).wishes[:1]
    make.demand(session, catalogue, agent, wishes=wish)
    elsewhere = make.person(session, "rpe_agent", communes=(make.BLANZY,))
    there = make.person(session, "rpe_agent", communes=(make.MONTCEAU,))
    assert [one.readable for one in look(session, elsewhere, make.child())] == [False]
    assert [one.readable for one in look(session, there, make.child())] == [True]


@pytest.mark.parametrize("known", [1, 3])
def test_the_search_is_one_statement_however_many_are_known(
    session: Session, catalogue: Catalogue, agent: Person, known: int
) -> None:
    for number in range(known):
        adults = (make.adult(), make.adult(first_name="Noa", email="", phone=""))
        family = FamilyEntry(make.household(), adults)
        make.demand(
            session, catalogue, agent, child=make.child(first_name=f"Lina{'h' * number}"), family=family
        )
    session.flush()
    seen: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *args: seen.append(args[2]))
    assert len(look(session, agent, make.child())) == known
    assert len(seen) == 1


def test_a_name_without_a_date_or_a_contact_finds_nothing_to_fear(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    make.demand(session, catalogue, agent)
    nobody = ChildEntry(last_name="")
    assert find_doubles(session, trace_of(0, nobody, ()), agent, make.TODAY) == ()
