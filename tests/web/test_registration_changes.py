"""Changing the need or the wishes of a registered demand: before and after, a recap, no colleague overwritten."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, true

from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.demands import need
from guichet.demands.actions import withdraw
from guichet.demands.models import Demand, NeedVersion, Wish
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]
NEED = {
    "entry_on": "6/9/2027",
    "care": "regular",
    "meals": "y",
    "school_holidays": "all",
    "week-2-1-start": "8h",
    "week-2-1-end": "12h",
}


@pytest.fixture
def demand(database: Database, catalogue: Catalogue) -> Demand:
    with database.writing() as session:
        made = make.demand(session, catalogue, make.person(session))
        session.commit()
        return made


def recaps(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(LetterRow.id).where(LetterRow.kind == "need_recap")).all())


def version(database: Database, demand: Demand) -> str:
    with database.reading() as session:
        return str(session.scalar(select(Demand.version).where(Demand.id == demand.id)))


def test_the_need_shows_what_is_recorded_and_is_changed_with_a_recap(
    agent: Visitor, demand: Demand, database: Database
) -> None:
    page = agent.get(f"/demandes/{demand.id}/besoin")
    assert 'value="01/09/2027"' in page
    assert 'value="17h30"' in page
    assert "Ce qui est enregistré aujourd’hui" in page
    seen = version(database, demand)
    with agent.counting() as statements:
        agent.post(f"/demandes/{demand.id}/besoin", NEED | {"version": seen}, status=303, follow=False)
    assert len(statements) <= 10, "\n".join(statements)
    assert recaps(database) == 1
    with database.reading() as session:
        assert session.scalars(select(NeedVersion.number)).all() == [1]
        assert session.scalars(select(Demand.weekly_minutes)).one() == 240


def test_new_wishes_are_ten_statements_at_most(
    agent: Visitor, demand: Demand, catalogue: Catalogue, database: Database
) -> None:
    page = agent.get(f"/demandes/{demand.id}/voeux")
    assert f'<option value="h{make.house(catalogue, "lucioles")}" selected>' in page
    typed = {"wish1": "mhome_care", "version": version(database, demand)}
    with agent.counting() as statements:
        agent.post(f"/demandes/{demand.id}/voeux", typed, status=303, follow=False)
    assert len(statements) <= 10, "\n".join(statements)
    with database.reading() as session:
        assert [(wish.rank, wish.mode) for wish in session.scalars(select(Wish))] == [(1, "home_care")]
    assert recaps(database) == 1


@pytest.mark.parametrize(
    ("step", "typed", "field"),
    [
        ("besoin", NEED | {"week-2-1-end": "7h"}, "week-2"),
        ("besoin", NEED | {"entry_on": "30/2/2027"}, "entry_on"),
        ("besoin", NEED | {"entry_earliest": "1/1/2028"}, "entry_earliest"),
        ("besoin", NEED | {"entry_on": "1/3/2025"}, "entry_on"),
        ("voeux", {"wish1": ""}, "wish1"),
        ("voeux", {"wish1": "mmam", "wish4": "mmam"}, "wish4"),
    ],
)
def test_a_refused_change_keeps_what_was_typed_and_writes_nothing(
    agent: Visitor, demand: Demand, database: Database, step: str, typed: dict[str, str], field: str
) -> None:
    agent.get(f"/demandes/{demand.id}/{step}")
    sent = typed | {"version": version(database, demand)}
    page = agent.post(f"/demandes/{demand.id}/{step}", sent, status=422)
    assert f'id="{field}-error"' in page
    if step == "besoin":
        assert f'value="{typed["entry_on"]}"' in page
    assert recaps(database) == 0


def test_the_second_of_two_agents_sees_the_present_state_and_keeps_what_they_typed(
    agent: Visitor, visit: Visit, demand: Demand, database: Database
) -> None:
    seen = version(database, demand)
    agent.get(f"/demandes/{demand.id}/besoin")
    agent.post(f"/demandes/{demand.id}/besoin", NEED | {"version": seen}, status=303, follow=False)
    second = visit("rpe_agent")
    second.get(f"/demandes/{demand.id}/besoin")
    late = NEED | {"entry_on": "4/10/2027", "version": seen}
    page = second.post(f"/demandes/{demand.id}/besoin", late, status=409)
    assert "a changé depuis" in page
    assert 'value="4/10/2027"' in page
    assert "lundi 6 septembre 2027" in page.replace("\u00a0", " ")
    assert f'name="version" value="{version(database, demand)}"' in page
    assert recaps(database) == 1


@pytest.mark.parametrize("forged", ["", "x", "-1", "²"])
def test_a_form_without_its_version_changes_nothing(
    agent: Visitor, demand: Demand, database: Database, forged: str
) -> None:
    agent.get(f"/demandes/{demand.id}/besoin")
    agent.post(f"/demandes/{demand.id}/besoin", NEED | {"version": forged}, status=409)
    assert recaps(database) == 0


@pytest.mark.parametrize("step", ["besoin", "voeux"])
def test_a_demand_of_another_commune_is_not_found_and_the_attempt_is_traced(
    visit: Visit, demand: Demand, database: Database, catalogue: Catalogue, step: str
) -> None:
    with database.writing() as session:
        elsewhere = make.demand(
            session,
            catalogue,
            make.person(session),
            child=make.child(first_name="Basile"),
            wishes=make.registration(catalogue).wishes[:1],
        )
        session.commit()
    agent = visit("rpe_agent", communes=(make.BLANZY,))
    agent.get(f"/demandes/{elsewhere.id}/{step}", status=404)
    agent.get("/demandes/nouvelle")
    agent.post(f"/demandes/{elsewhere.id}/{step}", NEED | {"version": "1"}, status=404)
    with database.reading() as session:
        refused = session.scalars(select(AuditEntry).where(AuditEntry.action == "refused")).all()
    assert [line.subject_id for line in refused] == [elsewhere.id] * 2


def test_a_closed_demand_says_why_it_no_longer_changes(
    agent: Visitor, demand: Demand, database: Database, catalogue: Catalogue
) -> None:
    with database.writing() as session:
        found = need.find(session, demand.id, true())
        assert found is not None
        withdraw(session, found, "moved", "", catalogue, actor=make.person(session), at=make.NOON)
        session.commit()
    assert "rouvrez-la" in agent.get(f"/demandes/{demand.id}/besoin", status=409)


def test_a_change_that_changes_nothing_sends_nothing(
    agent: Visitor, demand: Demand, database: Database, catalogue: Catalogue
) -> None:
    agent.get(f"/demandes/{demand.id}/voeux")
    typed = {
        "wish1": f"h{make.house(catalogue, 'lucioles')}",
        "wish2": f"h{make.house(catalogue, 'mesanges')}",
        "version": version(database, demand),
    }
    agent.post(f"/demandes/{demand.id}/voeux", typed, status=303, follow=False)
    assert recaps(database) == 0
