"""Doubles at the desk: listed, compared, made one or set aside, without showing what is not the reader's."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import NotTheSame
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


def twice(database: Database, catalogue: Catalogue, number: int = 1) -> tuple[int, int]:
    """One child known at Montceau, then again at Blanzy with a typing fault."""
    birth = date(2026, 3, number)
    adults = (make.adult(phone=f"06 39 98 10 {number:02}", email=f"c{number}@exemple.test"),)
    with database.writing() as session:
        by = make.person(session)
        wishes = make.registration(catalogue).wishes
        first = make.demand(
            session, catalogue, by, wishes=wishes[:1], child=make.child(birth_date=birth), adults=adults
        )
        second = make.demand(
            session,
            catalogue,
            by,
            wishes=wishes[1:],
            child=make.child(birth_date=birth, first_name="Lyna"),
            household=make.household(
                address="1 rue Haute", postcode="71450", city="Blanzy", commune_code=make.BLANZY
            ),
            desk_commune_code=make.BLANZY,
            received_on=date(2026, 9, 2),
            adults=adults,
        )
        session.commit()
        return first.id, second.id


def fields(html: str) -> dict[str, str]:
    return dict(re.findall(r'name="(version-\d+)" value="(\d+)"', html))


def state(database: Database, demand_id: int) -> tuple[str, str, date]:
    with database.reading() as session:
        row = session.get(Demand, demand_id)
        assert row is not None
        return row.state, row.closed_reason, row.seniority_on


def test_the_list_leads_to_the_comparison(agent: Visitor, database: Database, catalogue: Catalogue) -> None:
    one, other = twice(database, catalogue)
    html = agent.get("/doublons")
    assert f"/doublons/{one}/{other}" in html
    html = agent.get(f"/doublons/{one}/{other}")
    assert "Prénom proche." in html
    assert "Même nom." in html
    assert html.count("différent<") > 3
    assert "12 rue des Lilas" in html


def test_no_double_says_so(agent: Visitor, database: Database, catalogue: Catalogue) -> None:
    assert "Aucun doublon probable" in agent.get("/doublons")


def test_two_demands_are_made_one(agent: Visitor, database: Database, catalogue: Catalogue) -> None:
    one, other = twice(database, catalogue)
    html = agent.get(f"/doublons/{one}/{other}")
    agent.post(f"/doublons/{one}/{other}/reunir", {"keep": str(one), **fields(html)})
    assert agent.path == f"/demandes/{one}"
    assert state(database, one) == ("received", "", date(2026, 9, 2))
    assert state(database, other)[:2] == ("withdrawn", "merged")
    assert "Aucun doublon probable" in agent.get("/doublons")
    closed = agent.get(f"/demandes/{other}")
    assert "rouv" not in closed.lower()
    agent.get(f"/demandes/{other}/rouvrir")
    kept = f"réunie avec la demande n° 2026-{one:05d}, qui continue"
    assert kept in agent.post(f"/demandes/{other}/rouvrir", {}, status=409)


def test_making_two_demands_one_costs_as_little_as_a_step(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    one, other = twice(database, catalogue)
    typed = {"keep": str(other), **fields(agent.get(f"/doublons/{one}/{other}"))}
    agent.get("/demandes")
    with agent.counting() as statements:
        agent.post(f"/doublons/{one}/{other}/reunir", typed, status=303, follow=False)
    assert len(statements) <= 10, "\n".join(statements)


def test_the_demand_to_keep_must_be_one_of_the_two(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    one, other = twice(database, catalogue)
    html = agent.get(f"/doublons/{one}/{other}")
    html = agent.post(f"/doublons/{one}/{other}/reunir", {"keep": "999", **fields(html)}, status=422)
    assert 'href="#keep"' in html
    assert state(database, other)[0] == "received"


def test_a_demand_that_changed_meanwhile_is_read_again_first(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    one, other = twice(database, catalogue)
    agent.get(f"/doublons/{one}/{other}")
    html = agent.post(
        f"/doublons/{one}/{other}/reunir",
        {"keep": str(one), f"version-{one}": "1", f"version-{other}": "8"},
        status=409,
    )
    assert "a changé depuis que vous l’avez ouvert" in html
    assert state(database, other)[0] == "received"


def test_two_children_are_set_aside_with_a_reason(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    one, other = twice(database, catalogue)
    agent.get(f"/doublons/{one}/{other}")
    assert 'href="#reason"' in agent.post(f"/doublons/{one}/{other}/differents", {"reason": ""}, status=422)
    html = agent.post(f"/doublons/{one}/{other}/differents", {"reason": "Deux cousines"})
    assert "Aucun doublon probable" in html
    with database.reading() as session:
        assert session.scalar(select(NotTheSame.reason)) == "Deux cousines"


def test_an_agent_of_one_commune_sees_little_of_the_other_s_demand(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    one, other = twice(database, catalogue)
    blanzy = visit("rpe_agent", communes=(make.BLANZY,))
    assert "suivie par un autre guichet" in blanzy.get("/doublons")
    html = blanzy.get(f"/doublons/{one}/{other}")
    assert "Lina Verdoux" in html
    assert "12 rue des Lilas" not in html
    assert "1 rue Haute" in html
    assert html.count("réservé à son guichet") == 12
    with database.reading() as session:
        traced = select(AuditEntry.action, AuditEntry.subject_id).where(AuditEntry.detail == "doublons")
        assert {tuple(row) for row in session.execute(traced)} == {("search", one), ("read", other)}


def test_two_demands_of_elsewhere_do_not_exist(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    one, other = twice(database, catalogue)
    agent = visit("rpe_agent")
    agent.get(f"/doublons/{one}/{one}", status=404)
    agent.get(f"/doublons/{one}/99999", status=404)
    with database.reading() as session:
        refused = select(func.count()).where(AuditEntry.action == "refused")
        assert session.scalar(refused) == 2
    assert other


def test_a_director_does_not_merge(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    visit("director", houses=(make.house(catalogue, "lucioles"),)).get("/doublons", status=403)


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_list_costs_the_same_for_one_pair_and_for_three(
    agent: Visitor, database: Database, catalogue: Catalogue, pairs: int
) -> None:
    for number in range(1, pairs + 1):
        twice(database, catalogue, number * 7)
    agent.get("/doublons")
    with agent.counting() as listed:
        html = agent.get("/doublons")
    assert html.count(">Comparer<") >= pairs
    assert len(listed) == 5
