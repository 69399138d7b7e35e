"""A demand on one page: complete for the desk, narrower for others, and never slower with more rows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import DecisionEntry, confirm_decision, record_decision
from guichet.core import french
from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.demands.actions import OrientationEntry, enlist, orient, release
from guichet.demands.contacts import note_exchange
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]
SESSION_ON = make.TODAY - timedelta(days=3)
BEFORE = make.NOON - timedelta(days=20)
PHONE = french.phone("06 39 98 00 01")
NOTE = "Reprise du travail le 5 janvier."


def registered(database: Database, catalogue: Catalogue, **values) -> int:
    with database.writing() as session:
        agent = make.person(session, name="Alix Accueil")
        demand = make.demand(session, catalogue, agent, **values)
        session.commit()
        return demand.id


def to_commission(session: Session, demand: Demand, catalogue: Catalogue, agent: Person) -> None:
    orient(session, demand, OrientationEntry("commission", NOTE), catalogue, actor=agent, at=BEFORE)
    enlist(session, demand, SESSION_ON, "Commission d’automne", (), catalogue, actor=agent, at=BEFORE)


def in_commission(database: Database, catalogue: Catalogue, **values) -> int:
    with database.writing() as session:
        agent = make.person(session, name="Alix Accueil")
        demand = make.demand(session, catalogue, agent, at=BEFORE, received_on=BEFORE.date(), **values)
        to_commission(session, demand, catalogue, agent)
        session.commit()
        return demand.id


def decided_at_lucioles(database: Database, catalogue: Catalogue, demand_id: int, *, confirmed: bool) -> None:
    with database.writing() as session:
        demand = session.get(Demand, demand_id)
        lucioles = make.house(catalogue, "lucioles")
        director = make.person(session, "director", name="Dany Directrice", houses=(lucioles,))
        agent = make.person(session, name="Sacha Second")
        entry = DecisionEntry(
            "placed",
            SESSION_ON,
            "Commission d’automne",
            lucioles,
            demand.entry_on,
            detail="Très bien classée",
        )
        decision = record_decision(session, demand, entry, catalogue, person=director, at=make.NOON)
        session.flush()
        if confirmed:
            whole = session.get(Demand, demand_id)
            _load(session, whole)
            confirm_decision(
                session, decision, whole, catalogue, links=make.LINKS, person=agent, at=make.NOON
            )
        session.commit()


def _load(session: Session, demand: Demand) -> None:
    session.refresh(demand, ["family", "child", "wishes"])
    session.refresh(demand.family, ["persons"])


def test_the_desk_reads_the_whole_demand_on_one_page(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    demand_id = registered(database, catalogue)
    page = visit("rpe_agent").get(f"/demandes/{demand_id}")
    for words in (
        "Lina Verdoux",
        "accueil régulier",
        "Les Lucioles (Montceau-les-Mines)",
        PHONE,
        "12 rue des Lilas",
        "Rencontrer la famille, puis écrire l’orientation",
        "Enregistrement",
        "Courrier : accusé de réception",
        "Alix Accueil",
    ):
        assert words in page


def test_each_reading_leaves_a_trace(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    demand_id = registered(database, catalogue)
    visitor = visit("rpe_agent")
    visitor.get(f"/demandes/{demand_id}")
    with database.reading() as session:
        read = session.scalars(select(AuditEntry).where(AuditEntry.action == "read")).all()
    assert [(line.subject_type, line.subject_id, line.actor_id) for line in read] == [
        ("demand", demand_id, visitor.person.user_id)
    ]


def test_a_demand_of_another_commune_does_not_exist_and_the_attempt_is_traced(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    only_montceau = (WishEntry(establishment_id=make.house(catalogue, "lucioles")),)
    demand_id = registered(database, catalogue, wishes=only_montceau)
    visitor = visit("rpe_agent", communes=(make.BLANZY,))
    visitor.get(f"/demandes/{demand_id}", status=404)
    visitor.get("/demandes/999999", status=404)
    with database.reading() as session:
        refused = session.scalars(
            select(AuditEntry.subject_id).where(AuditEntry.action == "refused").order_by(AuditEntry.id)
        ).all()
    assert refused == [demand_id, 999999]


@pytest.mark.parametrize("adults", [1, 2])
def test_the_page_asks_seven_statements_however_long_its_life(
    visit: Visit, database: Database, catalogue: Catalogue, adults: int
) -> None:
    parents = tuple(make.adult(first_name=f"Parent {number}") for number in range(adults))
    facts = tuple(FactEntry("work", "employer_certificate", about=number + 1) for number in range(adults))
    demand_id = registered(database, catalogue, adults=parents, facts=facts)
    with database.writing() as session:
        demand = session.get(Demand, demand_id)
        for number in range(5 * adults - 4):
            note_exchange(
                session, demand, "call", f"Appel {number}", actor=make.person(session), at=make.NOON
            )
        session.commit()
    visitor = visit("rpe_agent")
    visitor.get(f"/demandes/{demand_id}")
    with visitor.counting() as statements:
        visitor.get(f"/demandes/{demand_id}")
    assert len(statements) == 7, "\n".join(statements)


def test_a_referral_and_the_notes_of_calls_stay_with_the_desk(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    facts = (
        FactEntry("social_referral", referral_contact="Service social, 03 53 01 00 09"),
        FactEntry("single_parent"),
    )
    demand_id = in_commission(database, catalogue, facts=facts)
    with database.writing() as session:
        demand = session.get(Demand, demand_id)
        note_exchange(
            session, demand, "call", "La famille est inquiète.", actor=make.person(session), at=make.NOON
        )
        session.commit()
    address = f"/demandes/{demand_id}"
    desk = visit("rpe_agent").get(address)
    director = visit("director", houses=(make.house(catalogue, "lucioles"),)).get(address)
    member = visit("member").get(address)
    assert "service social" in desk.lower()
    assert "La famille est inquiète." in desk
    for page in (director, member):
        assert "service social" not in page.lower()
        assert "La famille est inquiète." not in page
        assert "Parent seul" in page
    assert PHONE in director
    for kept in (PHONE, "camille.verdoux@exemple.test", "12 rue des Lilas", NOTE):
        assert kept not in member


def test_another_director_does_not_see_what_was_decided_elsewhere(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    demand_id = in_commission(database, catalogue)
    decided_at_lucioles(database, catalogue, demand_id, confirmed=False)
    other = visit("director", houses=(make.house(catalogue, "mesanges"),))
    page = other.get(f"/demandes/{demand_id}")
    assert "Une décision attend sa confirmation." in page
    for hidden in ("Dany Directrice", "Très bien classée", "place attribuée", "Confirmer la décision</a>"):
        assert hidden not in page


def test_a_director_who_refused_does_not_see_where_the_child_went_even_later(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    demand_id = in_commission(database, catalogue)
    decided_at_lucioles(database, catalogue, demand_id, confirmed=True)
    other = visit("director", houses=(make.house(catalogue, "mesanges"),))
    other.get(f"/demandes/{demand_id}", status=404)
    with database.writing() as session:
        demand = session.get(Demand, demand_id)
        release(session, demand, "Place refusée aux Lucioles", actor=make.person(session), at=make.NOON)
        session.commit()
    page = other.get(f"/demandes/{demand_id}")
    for hidden in ("Dany Directrice", "Sacha Second", "Place refusée", "Courrier : place proposée"):
        assert hidden not in page


def test_what_a_family_said_is_never_markup(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    bad = "<script>alert(1)</script>"
    demand_id = registered(database, catalogue, child=make.child(first_name=bad, last_name=bad))
    assert "<script>alert" not in visit("rpe_agent").get(f"/demandes/{demand_id}")
