"""A decision takes, keeps and frees its seat."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import (
    DecisionEntry,
    annul_decision,
    confirm_decision,
    drop_decision,
    record_decision,
)
from guichet.commissions.models import Decision
from guichet.core.week import Week
from guichet.demands.actions import OrientationEntry, enlist, orient
from guichet.demands.models import Demand
from guichet.establishments.capacity import Colour, fits
from guichet.establishments.catalogue import Catalogue
from guichet.placements.fitting import ask_of
from guichet.placements.models import Placement
from guichet.placements.offers.answers import leave_place
from guichet.placements.stays import load_houses
from tests import make

SESSION_ON = make.TODAY + timedelta(days=10)
AFTER = make.NOON + timedelta(days=11)


@pytest.fixture
def demand(session: Session, catalogue: Catalogue, agent: Person) -> Demand:
    made = make.demand(session, catalogue, agent)
    orient(session, made, OrientationEntry("commission", "Vu"), catalogue, actor=agent, at=make.NOON)
    enlist(session, made, SESSION_ON, "Printemps", (), catalogue, actor=agent, at=make.NOON)
    return made


def decided(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, week: Week | None = None
) -> Decision:
    house = make.house(catalogue, "lucioles")
    entry = DecisionEntry("placed", SESSION_ON, "Printemps", house, date(2027, 9, 1), week)
    return record_decision(session, demand, entry, catalogue, person=director, at=AFTER)


def loads(session: Session, demand: Demand) -> list[tuple[str, date, Week]]:
    session.flush()
    rows = session.scalars(
        select(Placement).where(Placement.demand_id == demand.id).execution_options(populate_existing=True)
    )
    return [(row.load, row.starts_on, Week.from_json(row.pattern)) for row in rows]


def test_a_recorded_decision_holds_a_seat_and_its_confirmation_keeps_it(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision = decided(session, demand, catalogue, director)
    assert loads(session, demand) == [("draft", date(2027, 9, 1), make.FIVE_DAYS)]
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    assert loads(session, demand) == [("offered", date(2027, 9, 1), make.FIVE_DAYS)]


def test_a_part_of_the_week_takes_only_its_seats(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person
) -> None:
    week = Week.same_hours((1, 2), (480, 1050))
    decided(session, demand, catalogue, director, week)
    assert loads(session, demand) == [("draft", date(2027, 9, 1), week)]


def test_a_decision_set_aside_frees_its_seat(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    drop_decision(
        session, decided(session, demand, catalogue, director), "Erreur de ligne", person=agent, at=AFTER
    )
    assert loads(session, demand) == []


def test_a_decision_annulled_frees_its_seat_and_another_may_be_recorded(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision = decided(session, demand, catalogue, director)
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    annul_decision(session, decision, demand, "Erreur de ligne", person=agent, at=AFTER)
    assert loads(session, demand) == []
    decided(session, demand, catalogue, director)
    assert [load for load, _, _ in loads(session, demand)] == ["draft"]


def test_a_place_released_before_the_entry_leaves_no_seat_and_after_it_ends_that_day(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision = decided(session, demand, catalogue, director)
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    with session.begin_nested() as later:
        october = make.NOON.replace(year=2027, month=10)
        leave_place(session, demand, "La famille déménage", actor=agent, at=october)
        session.flush()
        row = session.scalars(
            select(Placement)
            .where(Placement.demand_id == demand.id)
            .execution_options(populate_existing=True)
        ).one()
        assert row.ends_on == october.date()
        later.rollback()
    session.refresh(demand)
    leave_place(session, demand, "La famille déménage", actor=agent, at=AFTER)
    assert loads(session, demand) == []


def test_a_decision_recorded_before_seats_were_held_gets_its_seat_when_confirmed(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision = decided(session, demand, catalogue, director)
    session.execute(Placement.__table__.delete())
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    assert [load for load, _, _ in loads(session, demand)] == ["offered"]


def test_a_demand_never_holds_two_seats(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person
) -> None:
    decided(session, demand, catalogue, director)
    session.flush()
    row = session.scalars(select(Placement)).one()
    values = {
        name: getattr(row, name)
        for name in ("establishment_id", "child_id", "demand_id", "starts_on", "pattern", "created_at")
    }
    session.add(Placement(**values, load="draft", source="commission", created_by="Essai"))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_demand_does_not_take_its_own_seat_from_itself(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, house: int
) -> None:
    make.places(session, house, director, capacity=1)
    decided(session, demand, catalogue, director)
    session.flush()
    there = load_houses(session, [house], make.TODAY)[house]
    ask = ask_of(demand.week, demand.child.birth_date, None, demand.id)
    assert ask is not None
    colour = fits(there.supply, there.periods_for(ask), ask, date(2027, 9, 1)).colour
    other = fits(there.supply, there.periods, ask, date(2027, 9, 1)).colour
    assert (colour, other) == (Colour.GREEN, Colour.RED)
