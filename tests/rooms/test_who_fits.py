"""A place that comes free finds who waits for it, in the order of the points."""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.bareme import actions as baremes
from guichet.bareme import file
from guichet.bareme.score import total
from guichet.core.week import Week
from guichet.demands.dossier import WishEntry
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.placements.ranking import Standing, called_in_order, standings
from guichet.placements.stays import load_houses
from guichet.placements.waiting import candidates, matches
from tests import make

SHIPPED = Path(file.__file__).parent / "shipped"
DAYS = (1, 2, 3, 4, 5)


def waiting(session: Session, catalogue: Catalogue, agent: Person, **values: object) -> Demand:
    number = session.scalar(select(func.count()).select_from(Demand))
    born = date(2026, 1, 1) + timedelta(days=number or 0)
    child = make.child(first_name=f"Enfant {number}", birth_date=born)
    need = values.pop("need", make.need(entry_on=make.TODAY))
    return make.demand(session, catalogue, agent, child=child, need=need, **values)


def test_a_freed_place_finds_who_waits_whole_weeks_first_then_by_seniority(
    session: Session, catalogue: Catalogue, agent: Person, director: Person, house: int
) -> None:
    make.places(session, house, director, capacity=1)
    make.stay(session, house, director, week=Week.same_hours((3,), (480, 1050)))
    freed = Week.same_hours((1, 2, 4, 5), (480, 1050))
    late = make.TODAY - timedelta(days=3)
    partly = waiting(session, catalogue, agent, received_on=late - timedelta(days=9))
    second = waiting(
        session, catalogue, agent, need=make.need(entry_on=make.TODAY, week=freed), received_on=late
    )
    first = waiting(
        session,
        catalogue,
        agent,
        need=make.need(entry_on=make.TODAY, week=Week.same_hours((1,), (540, 720))),
        received_on=late - timedelta(days=1),
    )
    elsewhere = (WishEntry(establishment_id=make.house(catalogue, "moulins")),)
    waiting(session, catalogue, agent, wishes=elsewhere)
    waiting(session, catalogue, agent, need=make.need(entry_on=date(2027, 9, 1)))
    session.flush()
    found, more = candidates(session, director, house, make.TODAY, make.TODAY)
    assert not more
    there = load_houses(session, [house], make.TODAY)[house]
    called = called_in_order(matches(there.supply, there.periods, freed, None, make.TODAY, found), {})
    assert [one.candidate.id for one in called] == [first.id, second.id, partly.id]
    assert [(one.whole, one.days) for one in called][2] == (False, (1, 2, 4, 5))
    known = {second.id: Standing(9, (-9, 2), ""), first.id: Standing(30, (-30, 1), "Hors du territoire")}
    by_points = called_in_order(called, known)
    assert [one.candidate.id for one in by_points] == [second.id, first.id, partly.id]


def test_the_points_of_the_barème_in_force_give_the_order(
    session: Session, catalogue: Catalogue, agent: Person, director: Person, house: int
) -> None:
    make.places(session, house, director)
    demand = waiting(session, catalogue, agent)
    session.flush()
    found, _ = candidates(session, director, house, make.TODAY, make.TODAY)
    there = load_houses(session, [house], make.TODAY)[house]
    matched = matches(there.supply, there.periods, make.FIVE_DAYS, None, make.TODAY, found)
    assert standings(session, matched, house, catalogue, make.TODAY) == {}
    shipped, faults = file.read_text((SHIPPED / "pessac_2022.json").read_bytes())
    assert shipped, faults
    version = baremes.create(session, shipped, actor=agent, at=make.NOON)
    baremes.put_in_force(session, version, make.TODAY, seen=None, actor=agent, at=make.NOON)
    session.flush()
    known = standings(session, matched, house, catalogue, make.TODAY)
    facts = facts_of_demands(session, [demand.id], catalogue, make.TODAY)[demand.id]
    assert {key: one.points for key, one in known.items()} == {demand.id: total(shipped, facts, house)}


def test_a_full_hour_counts_as_freed_when_it_is_picked(
    session: Session, catalogue: Catalogue, agent: Person, director: Person, house: int
) -> None:
    make.places(session, house, director, capacity=1)
    make.stay(session, house, director)
    waiting(session, catalogue, agent)
    session.flush()
    found, _ = candidates(session, director, house, make.TODAY, make.TODAY)
    there = load_houses(session, [house], make.TODAY)[house]
    morning = Week.same_hours(DAYS, (480, 720))
    assert matches(there.supply, there.periods, morning, None, make.TODAY, found) == []
    (whole,) = matches(there.supply, there.periods, make.FIVE_DAYS, None, make.TODAY, found)
    assert (whole.whole, whole.filled) == (True, 1.0)
