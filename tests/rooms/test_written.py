"""A statement kept as its text answers as the statement does, on both databases."""

from datetime import date

import pytest
from sqlalchemy import Date, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.written import dialect_of, written
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from tests import make


@pytest.fixture
def agent(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session)


def test_its_columns_are_read_in_their_types_and_its_named_values_given_at_each_sending(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    demand = make.demand(session, catalogue, agent)
    session.flush()
    since = bindparam("since", type_=Date)
    asked = select(Demand.id, Demand.received_at, Demand.week_pattern).where(
        Demand.received_on >= since, Demand.state.in_(("received", "oriented"))
    )
    kept = written(asked, dialect_of(session))
    found = session.execute(kept, {"since": demand.received_on}).one()
    assert (found.id, found.received_at, found.week_pattern) == (
        demand.id,
        demand.received_at,
        demand.week_pattern,
    )
    assert session.execute(kept, {"since": date(2999, 1, 1)}).all() == []


def test_an_empty_list_finds_nothing(session: Session, catalogue: Catalogue, agent: Person) -> None:
    make.demand(session, catalogue, agent)
    session.flush()
    assert (
        session.execute(written(select(Demand.id).where(Demand.id.in_([])), dialect_of(session))).all() == []
    )


def test_several_statements_in_one_keep_their_own_values(session: Session) -> None:
    both = union_all(
        *(select(literal(word).label("word"), literal(len(word)).label("size")) for word in ("un", "deux"))
    )
    found = session.execute(written(both, dialect_of(session))).all()
    assert {(row.word, row.size) for row in found} == {("un", 2), ("deux", 4)}
