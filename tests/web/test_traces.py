"""The traces, found by person, demand and date."""

import re

from sqlalchemy import select

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.journal import AuditEntry
from tests import make


def test_traces_are_found_by_person_demand_and_date(admin, database, catalogue):
    with database.writing() as session:
        agent = make.person(session, name="Agente Vue")
        other = make.person(session, name="Autre Personne")
        demand = make.demand(session, catalogue, agent)
        for who, subject in ((agent, demand.id), (other, demand.id), (other, None)):
            journal.trace(
                session, "read", "demand" if subject else "figures", subject, actor=who, at=make.NOON
            )
        session.commit()
        number, agent_id = demand.number, agent.user_id
    base = "/administration/traces"
    rows = re.compile(r'<th scope="row"><time')
    assert len(rows.findall(admin.get(f"{base}?demande={number}"))) == 2
    assert len(rows.findall(admin.get(f"{base}?personne={agent_id}&action=read"))) == 1
    assert len(rows.findall(admin.get(f"{base}?du=23/11/2026&au=23/11/2026&action=read"))) == 3
    assert "Aucune trace ne correspond" in admin.get(f"{base}?du=24/11/2026&au=24/11/2026&action=read")
    assert "Cette date n’existe pas" in admin.get(f"{base}?du=31/02/2026", status=422)
    assert number in admin.get(f"{base}.csv?demande={number}")


def test_looking_for_a_demand_in_the_traces_leaves_a_trace(admin, database):
    admin.get("/administration/traces?demande=2026-00042")
    admin.get("/administration/traces.csv")
    with database.reading() as session:
        seen = session.execute(
            select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.subject_type == "audit")
        ).all()
    assert [action for action, _detail in seen] == ["search", "export"]


def test_long_traces_are_read_page_after_page_without_a_hole(admin, database):
    with database.writing() as session:
        for number in range(120):
            journal.trace(
                session,
                "read",
                "figures",
                None,
                actor=Actor(None, "Essai"),
                at=make.NOON,
                detail=f"n{number:03}",
            )
        session.commit()
    url, seen = "/administration/traces?action=read", []
    for _ in range(3):
        page = admin.get(url)
        seen += re.findall(r"n\d{3}", page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        url = more[1].replace("&amp;", "&") if more else ""
    assert seen == [f"n{number:03}" for number in reversed(range(120))]
    assert url == ""


def test_the_traces_read_the_same_number_of_statements_whatever_their_length(admin, database):
    admin.get("/administration/traces")
    with admin.counting() as few:
        admin.get("/administration/traces")
    with database.writing() as session:
        for _ in range(30):
            journal.trace(session, "read", "figures", None, actor=Actor(None, "Essai"), at=make.NOON)
        session.commit()
    with admin.counting() as many:
        admin.get("/administration/traces")
    assert len(few) == len(many) <= 6
