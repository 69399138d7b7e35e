"""The figures: counted from the demands themselves, the same on both databases, at a constant cost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.demands.actions import OrientationEntry, orient, place_by_other_solution, withdraw
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.observatory.indicators import Asked, Figures, figures, places
from tests import make

YEAR = Asked(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def agent(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session)


def received(
    session: Session, catalogue: Catalogue, agent: Person, number: int, commune: str = make.MONTCEAU
) -> Demand:
    child = make.child(first_name=f"Enfant{number}", birth_date=date(2026, 1, number + 1))
    home = make.household(commune_code=commune)
    return make.demand(session, catalogue, agent, child=child, household=home)


def placed(session: Session, demand: Demand, catalogue: Catalogue, agent: Person, days: int) -> None:
    at = make.NOON + timedelta(days=days)
    orient(session, demand, OrientationEntry("childminder", "vu"), catalogue, actor=agent, at=make.NOON)
    place_by_other_solution(session, demand, "childminder", at.date(), "contrat vu", actor=agent, at=at)


def read(session: Session, asked: Asked = YEAR) -> Figures:
    session.commit()
    return figures(session, asked, places(session))


def test_nothing_received_is_nothing_everywhere(session: Session, catalogue: Catalogue) -> None:
    found = read(session)
    assert (found.received, found.families_with, found.families_without) == (0, 0, 0)
    assert found.median_wait is None
    assert len(found.months) == 12


def test_families_with_a_solution_and_without_are_told_apart(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    demands = [received(session, catalogue, agent, number) for number in range(4)]
    placed(session, demands[0], catalogue, agent, 10)
    withdraw(session, demands[1], "moved", "", catalogue, actor=agent, at=make.NOON)
    found = read(session)
    assert (found.received, found.families_with, found.families_without) == (4, 1, 2)
    assert (found.by_state["placed"], found.by_state["withdrawn"], found.by_state["received"]) == (1, 1, 2)


def test_the_median_wait_is_that_of_half_of_the_placed(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    for number, days in enumerate((3, 10, 90)):
        placed(session, received(session, catalogue, agent, number), catalogue, agent, days)
    assert read(session).median_wait == 10


def test_demands_are_counted_where_the_family_lives_and_the_period_is_kept(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    received(session, catalogue, agent, 1)
    received(session, catalogue, agent, 2, make.BLANZY)
    received(session, catalogue, agent, 3, make.BLANZY)
    found = read(session)
    assert {town.name: town.received for town in found.towns} == {"Blanzy": 2, "Montceau-les-Mines": 1}
    assert found.by_month[10]["received"] == 3
    assert read(session, replace(YEAR, commune=make.BLANZY)).received == 2
    assert read(session, replace(YEAR, bassin="sud")).received == 3
    assert read(session, replace(YEAR, last=date(2026, 11, 22))).received == 0


def test_tension_compares_what_waits_with_the_places_of_the_commune(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    received(session, catalogue, agent, 1)
    received(session, catalogue, agent, 2)
    towns = {town.name: town for town in read(session).towns}
    assert towns["Montceau-les-Mines"].place is not None
    assert towns["Montceau-les-Mines"].place.places == 20
    assert towns["Montceau-les-Mines"].tension == 1.0


def test_a_family_living_elsewhere_is_counted_apart(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    away = make.household(commune_code=None, city="Le Creusot", postcode="71200")
    make.demand(session, catalogue, agent, household=away)
    last = read(session).towns[-1]
    assert (last.name, last.received, last.tension) == ("hors du territoire", 1, None)
