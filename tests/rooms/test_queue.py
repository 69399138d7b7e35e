"""The list of demands: who sees what, its pages, its counts, its filters, its export."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import (
    DecisionEntry,
    annul_decision,
    confirm_decision,
    drop_decision,
    record_decision,
)
from guichet.demands import counting, queue
from guichet.demands.actions import OrientationEntry, enlist, orient, place_by_other_solution, withdraw
from guichet.demands.models import Demand
from guichet.demands.queries import may_read
from guichet.demands.queue import View
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.queues import asking, seen, wishing

SESSION_ON = make.TODAY + timedelta(days=10)


def before_commission(session: Session, demand: Demand, catalogue: Catalogue, agent: Person) -> None:
    orient(session, demand, OrientationEntry("commission", "vu"), catalogue, actor=agent, at=make.NOON)
    enlist(session, demand, SESSION_ON, "Commission", (), catalogue, actor=agent, at=make.NOON)
    session.flush()


def placed_at(session: Session, demand: Demand, code: str, catalogue: Catalogue, agent: Person) -> None:
    before_commission(session, demand, catalogue, agent)
    coordinator = make.person(session, "coordinator")
    entry = DecisionEntry(
        outcome="placed",
        session_on=SESSION_ON,
        session_name="Commission",
        establishment_id=make.house(catalogue, code),
        entry_on=date(2027, 9, 1),
    )
    after = make.NOON + timedelta(days=11)
    decision = record_decision(session, demand, entry, catalogue, person=coordinator, at=after)
    session.flush()
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=after)
    session.flush()


def test_an_agent_of_a_commune_sees_what_lives_was_registered_or_wishes_there(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    elsewhere = {"household": make.household(commune_code=make.MONTCEAU), "desk_commune_code": make.MONTCEAU}
    hidden = make.demand(session, catalogue, agent, wishes=wishing(catalogue, "lucioles"), **elsewhere)
    wishes = make.demand(session, catalogue, agent, wishes=wishing(catalogue, "moulins"), **elsewhere)
    lives = make.demand(
        session,
        catalogue,
        agent,
        household=make.household(commune_code=make.BLANZY),
        wishes=wishing(catalogue, "lucioles"),
    )
    of_blanzy = make.person(session, communes=(make.BLANZY,))
    assert set(seen(session, of_blanzy)) == {wishes.id, lives.id}
    assert may_read(session, of_blanzy, lives.id, make.TODAY)
    assert not may_read(session, of_blanzy, hidden.id, make.TODAY)


def test_a_refusing_director_does_not_see_where_the_child_went(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    demand = make.demand(session, catalogue, agent, wishes=wishing(catalogue, "lucioles", "mesanges"))
    refusing = make.person(session, "director", houses=(make.house(catalogue, "mesanges"),))
    welcoming = make.person(session, "director", houses=(make.house(catalogue, "lucioles"),))
    assert seen(session, refusing) == [demand.id]
    placed_at(session, demand, "lucioles", catalogue, agent)
    assert seen(session, refusing, tab="all") == []
    assert not may_read(session, refusing, demand.id, make.TODAY)
    assert seen(session, welcoming, tab="placed") == [demand.id]


@pytest.mark.parametrize("outcome", ["placed", "unplaced"])
def test_a_director_reads_what_was_proposed_to_their_house_and_not_where_it_went_after(
    session: Session, catalogue: Catalogue, agent: Person, outcome: str
) -> None:
    demand = make.demand(session, catalogue, agent, wishes=wishing(catalogue, "lucioles"))
    before_commission(session, demand, catalogue, agent)
    proposed = make.person(session, "director", houses=(make.house(catalogue, "mesanges"),))
    stranger = make.person(session, "director", houses=(make.house(catalogue, "moulins"),))
    coordinator = make.person(session, "coordinator")
    after = make.NOON + timedelta(days=11)
    entry = DecisionEntry(
        outcome=outcome,
        session_on=SESSION_ON,
        session_name="Commission",
        establishment_id=make.house(catalogue, "mesanges"),
        entry_on=date(2027, 9, 1),
        reason="no_seat",
    )
    assert seen(session, proposed, tab="all") == []
    first = record_decision(session, demand, entry, catalogue, person=coordinator, at=after)
    assert seen(session, proposed) == [demand.id]
    drop_decision(session, first, "Mauvaise ligne", person=coordinator, at=after)
    assert seen(session, proposed, tab="all") == []
    for _ in range(2):
        decision = record_decision(session, demand, entry, catalogue, person=coordinator, at=after)
        session.flush()
        confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=after)
        assert seen(session, proposed, tab=outcome) == [demand.id]
        annul_decision(session, decision, demand, "Erreur de date", person=agent, at=after)
        assert seen(session, proposed, tab="all") == []
    record_decision(session, demand, entry, catalogue, person=coordinator, at=after)
    assert may_read(session, proposed, demand.id, make.TODAY)
    assert not may_read(session, stranger, demand.id, make.TODAY)
    place_by_other_solution(session, demand, "childminder", SESSION_ON, "Contrat", actor=agent, at=after)
    session.flush()
    assert not may_read(session, proposed, demand.id, make.TODAY)
    assert seen(session, proposed, tab="all") == []


def test_a_director_without_establishment_sees_nothing(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    make.demand(session, catalogue, agent)
    nowhere = Person(user_id=None, name="Direction", roles=frozenset({"director"}))
    assert seen(session, nowhere, tab="all") == []


def test_a_member_sees_what_is_before_the_commission_and_for_a_month_after(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    member = make.person(session, "member")
    make.demand(session, catalogue, agent)
    demand = make.demand(session, catalogue, agent)
    before_commission(session, demand, catalogue, agent)
    assert seen(session, member) == [demand.id]
    withdraw(session, demand, "moved", "", catalogue, actor=agent, at=make.NOON)
    session.flush()
    assert may_read(session, member, demand.id, SESSION_ON + timedelta(days=30))
    assert not may_read(session, member, demand.id, SESSION_ON + timedelta(days=31))


def test_an_administrator_reads_no_demand(session: Session, catalogue: Catalogue, agent: Person) -> None:
    demand = make.demand(session, catalogue, agent)
    administrator = make.person(session, "administrator")
    assert seen(session, administrator, tab="all") == []
    assert not may_read(session, administrator, demand.id, make.TODAY)


@pytest.mark.parametrize("sort", ["oldest", "newest", "entry"])
def test_pages_forward_then_back_show_every_demand_once_in_order(
    session: Session, catalogue: Catalogue, agent: Person, sort: str
) -> None:
    days = [0, 3, 3, 3, 9, 1, 3]
    made = [
        make.demand(
            session,
            catalogue,
            agent,
            received_on=make.TODAY - timedelta(days=day),
            need=make.need(entry_on=date(2027, 9, 1) + timedelta(days=day)),
        )
        for day in days
    ]
    orient(session, made[1], OrientationEntry("commission", "vu"), catalogue, actor=agent, at=make.NOON)
    session.flush()
    view, shown = View(sort=sort), []
    first = page = queue.page(session, view, asking(agent), 3)
    assert not page.before
    while True:
        shown += [row.id for row in page.rows]
        if not page.after:
            break
        view = View(sort=sort, cursor=queue.cursor_of(page.rows[-1], view))
        page = queue.page(session, view, asking(agent), 3)
        assert page.before
    assert sorted(shown) == sorted(demand.id for demand in made)
    column = {"oldest": "seniority_on", "newest": "seniority_on", "entry": "entry_on"}[sort]
    by_id = {demand.id: (getattr(demand, column), demand.id) for demand in made}
    ordered = [by_id[demand_id] for demand_id in shown]
    assert all((a > b) if sort == "newest" else (a < b) for a, b in pairwise(ordered))
    last = View(sort=sort, cursor=queue.cursor_of(page.rows[0], view, backwards=True))
    middle = queue.page(session, last, asking(agent), 3)
    assert [row.id for row in middle.rows] == shown[3:6]
    start = View(sort=sort, cursor=queue.cursor_of(middle.rows[0], view, backwards=True))
    assert [row.id for row in queue.page(session, start, asking(agent), 3).rows] == [r.id for r in first.rows]


def test_counts_agree_with_the_list_for_every_tab_and_tag(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    demands = [make.demand(session, catalogue, agent) for _ in range(6)]
    demands[0].urgent = demands[1].urgent = demands[2].has_sibling = True
    demands[3].papers_missing = 2
    demands[4].renewal_due_on = make.TODAY
    orient(session, demands[0], OrientationEntry("commission", "vu"), catalogue, actor=agent, at=make.NOON)
    withdraw(session, demands[5], "moved", "", catalogue, actor=agent, at=make.NOON)
    session.flush()
    director = make.person(session, "director", houses=(make.house(catalogue, "mesanges"),))
    for person in (agent, director):
        for tab in queue.TABS:
            for tag in ("", *queue.TAGS):
                view = View(tab=tab, tag=tag)
                counted = counting.counts(session, view, asking(person))
                listed = len(queue.page(session, view, asking(person)).rows)
                assert counted.tabs[tab] == counting.Number(listed, False)
                if tag:
                    assert counted.tags[tag].value == listed


def test_filters_keep_what_they_say(session: Session, catalogue: Catalogue, agent: Person) -> None:
    baby = make.demand(session, catalogue, agent, need=make.need(care="occasional"))
    older = make.demand(
        session,
        catalogue,
        agent,
        child=make.child(birth_date=date(2024, 11, 23)),
        household=make.household(commune_code=make.BLANZY),
        wishes=wishing(catalogue, "moulins"),
        need=make.need(entry_on=date(2027, 1, 4)),
    )
    coming = make.demand(
        session, catalogue, agent, child=make.child(birth_date=None, due_date=date(2027, 2, 1))
    )
    assert seen(session, agent, care="occasional") == [baby.id]
    assert seen(session, agent, commune=make.BLANZY) == [older.id]
    assert seen(session, agent, house=make.house(catalogue, "moulins")) == [older.id]
    assert seen(session, agent, entry_to=date(2027, 1, 4)) == [older.id]
    assert seen(session, agent, entry_from=date(2027, 1, 5)) == [baby.id, coming.id]
    assert seen(session, agent, age="2") == [older.id]
    assert seen(session, agent, age="0") == [baby.id]
    assert seen(session, agent, age="unborn") == [coming.id]


def test_every_page_of_an_export_is_read_once(session: Session, catalogue: Catalogue, agent: Person) -> None:
    for _ in range(5):
        make.demand(session, catalogue, agent)
    session.flush()
    read = [row.id for page in queue.every_page(session, View(), asking(agent), 2) for row in page.rows]
    assert sorted(read) == sorted(session.scalars(select(Demand.id)))
    assert len(read) == 5
