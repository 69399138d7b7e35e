"""What of a stored family weighs: what its checked proofs show, no more, in as many statements for one as for many."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from guichet.bareme.facts import Known
from guichet.core.db import Database
from guichet.core.journal import note
from guichet.demands.dossier import WishEntry
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.models import Assessment, Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry, FamilyEntry
from guichet.families.models import Fact, Person
from tests import make

CHECKED = make.TODAY - timedelta(days=9)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def _note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", _note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", _note)


def check(session: Session, *kinds: str) -> None:
    for fact in session.query(Fact).filter(Fact.kind.in_(kinds)):
        fact.received_on = fact.checked_on = CHECKED
        fact.checked_by = "Alix Accueil"
    session.flush()


def known(session: Session, demand: Demand, catalogue: Catalogue) -> dict[str, Known]:
    session.expire_all()
    return dict(facts_of_demands(session, [demand.id], catalogue, make.TODAY)[demand.id].known)


WORK = FactEntry("work", "employer_certificate", about=1)
HOME = FactEntry("residence", "address_proof")


def test_activity_weighs_once_the_employers_certificate_is_checked(
    session: Session, catalogue: Catalogue
) -> None:
    agent = make.person(session)
    demand = make.demand(session, catalogue, agent, facts=(WORK,))
    before = known(session, demand, catalogue)["activity"]
    assert (before.value, before.declared) == ("two_inactive", "one_active_one_inactive")
    assert before.awaited == ("Attestation d’employeur ou dernier bulletin de salaire",)
    check(session, "work")
    after = known(session, demand, catalogue)["activity"]
    assert after.value == "one_active_one_inactive"
    assert [(proof.paper, proof.checked_on) for proof in after.proofs] == [
        ("Attestation d’employeur ou dernier bulletin de salaire", CHECKED)
    ]


def test_a_single_parent_not_proved_yet_counts_as_a_couple_with_one_active(
    session: Session, catalogue: Catalogue
) -> None:
    alone = FactEntry("single_parent", "birth_certificate")
    demand = make.demand(
        session,
        catalogue,
        make.person(session),
        household=make.household(single_parent=True),
        facts=(WORK, alone),
    )
    check(session, "work")
    activity = known(session, demand, catalogue)["activity"]
    assert (activity.value, activity.declared) == ("one_active_one_inactive", "single_active")
    check(session, "single_parent")
    assert known(session, demand, catalogue)["activity"].value == "single_active"


def test_the_address_weighs_once_checked_and_says_its_commune(session: Session, catalogue: Catalogue) -> None:
    demand = make.demand(session, catalogue, make.person(session), facts=(HOME,))
    assert known(session, demand, catalogue)["in_territory"].value is False
    check(session, "residence")
    after = known(session, demand, catalogue)
    assert after["in_territory"].value is True
    assert (after["home_commune"].value, after["home_commune"].words) == (
        make.MONTCEAU,
        "la famille vit à Montceau-les-Mines",
    )


def test_what_depends_on_the_establishment_is_told_for_each_wish_and_for_any_creche(
    session: Session, catalogue: Catalogue
) -> None:
    lucioles, moulins = make.house(catalogue, "lucioles"), make.house(catalogue, "moulins")
    sibling = make.child(first_name="Tom", birth_date=date(2024, 5, 2), attends_id=lucioles)
    family = FamilyEntry(
        make.household(),
        (make.adult(work_place="Blanzy"),),
        siblings=(sibling,),
        facts=(HOME, WORK, FactEntry("sibling", "attendance_certificate", about=0)),
    )
    wishes = (WishEntry(establishment_id=lucioles), WishEntry(mode="any_creche"))
    demand = make.demand(session, catalogue, make.person(session), family=family, wishes=wishes)
    check(session, "residence", "work", "sibling")
    session.expire_all()
    here = facts_of_demands(session, [demand.id], catalogue, make.TODAY)[demand.id].here
    assert next(iter(here)) == lucioles
    assert {fact: one.value for fact, one in here[lucioles].items()} == {
        "wish_rank": 1,
        "same_commune": True,
        "sibling_here": True,
        "works_near": False,
    }
    assert {fact: one.value for fact, one in here[moulins].items()} == {
        "wish_rank": 2,
        "same_commune": False,
        "sibling_here": False,
        "works_near": True,
    }


def test_passages_in_commission_are_counted_less_the_decisions_annulled(
    session: Session, catalogue: Catalogue
) -> None:
    agent = make.person(session)
    demand = make.demand(session, catalogue, agent)
    for step, states in (
        ("leave_unplaced", ("commission", "unplaced")),
        ("annul", ("unplaced", "commission")),
        ("leave_unplaced", ("commission", "unplaced")),
    ):
        note(session, "demand", demand.id, step, actor=agent, at=make.NOON, states=states)
    session.flush()
    assert known(session, demand, catalogue)["commission_passages"].value == 1


def test_points_set_by_a_person_come_with_their_reason_and_the_role(
    session: Session, catalogue: Catalogue
) -> None:
    demand = make.demand(session, catalogue, make.person(session))
    session.add(
        Assessment(
            demand_id=demand.id,
            criterion="social",
            points=30,
            reason="Suivi par la PMI.",
            at=make.NOON,
            by="Alix Accueil",
            by_role="agent du relais",
            bareme="essai",
        )
    )
    session.flush()
    session.expire_all()
    given = facts_of_demands(session, [demand.id], catalogue, make.TODAY)[demand.id].given["social"]
    assert (given.points, given.reason, given.by) == (30, "Suivi par la PMI.", "agent du relais")


def test_nothing_of_the_file_but_the_listed_facts_is_read(session: Session, catalogue: Catalogue) -> None:
    demand = make.demand(session, catalogue, make.person(session))
    told = repr(facts_of_demands(session, [demand.id], catalogue, make.TODAY)[demand.id])
    child = session.get(Person, demand.child_id)
    for kept_out in (child.first_name, child.last_name, "Camille", "rue des Lilas", "06 39"):
        assert kept_out not in told


def test_three_demands_cost_as_many_statements_as_one(
    session: Session, database: Database, catalogue: Catalogue
) -> None:
    agent = make.person(session)
    ids = [
        make.demand(
            session,
            catalogue,
            agent,
            child=make.child(first_name=name, birth_date=date(2026, 1, day)),
            facts=(WORK,),
        ).id
        for day, name in enumerate(("Ana", "Bo", "Cy"), 1)
    ]
    session.flush()
    costs = []
    for wanted in (ids[:1], ids):
        session.expunge_all()
        with statements(database) as seen:
            assert len(facts_of_demands(session, wanted, catalogue, make.TODAY)) == len(wanted)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 6
