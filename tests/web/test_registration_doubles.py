"""Twins and doubles while registering: one family for several children, and a child already known is looked at."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from guichet.core.db import Database
from guichet.core.journal import JournalEntry
from guichet.demands.models import Demand, Draft
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import Fact, Family, Person
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import Visitor
from tests.web.registering import CHILD, count, final, finish, known, one, type_all, where

Visit = Callable[..., Visitor]


def test_twins_are_two_demands_and_the_second_is_asked_only_a_first_name(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue, enfant={"multiple_births": "2"})
    finish(agent, draft)
    second = where(agent)
    assert "/enfant-suivant" in second
    page = agent.get(second)
    assert "Lina" in page
    draft = agent.path.rsplit("/", 1)[0]
    agent.post(f"{draft}/enfant-suivant", {"child_first_name": ""}, status=422)
    page = agent.post(f"{draft}/enfant-suivant", {"child_first_name": "Nour"})
    assert "Nour Verdoux" in page
    assert "rejoint la famille" in page
    assert "peut-être déjà connu" not in page
    form = final(agent)
    with agent.counting() as statements:
        agent.post(f"{draft}/verification", form, status=303, follow=False)
    assert len(statements) <= 10, "\n".join(statements)
    assert where(agent).startswith("/demandes/")
    with database.reading() as session:
        children = session.execute(
            select(Person.first_name, Person.position).where(Person.role == "child").order_by(Person.id)
        ).all()
    assert [tuple(child) for child in children] == [("Lina", 1), ("Nour", 2)]
    assert count(database, Demand) == 2
    assert count(database, Draft) == 0
    assert count(database, Family) == 1
    with database.reading() as session:
        kinds = session.scalars(select(Fact.kind)).all()
        assert sorted(kinds) == sorted(["birth", "multiple_birth"] * 2 + ["residence", "identity", "work"])
        assert session.scalars(select(Demand.papers_missing)).all() == [4, 4]
        letters = session.scalars(select(LetterRow.text)).all()
    assert len(letters) == 2
    assert "Nour Verdoux" in letters[1]


def test_a_twin_left_for_later_joins_the_family_when_its_draft_is_resumed(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue, enfant={"multiple_births": "3"})
    finish(agent, draft)
    first = one(database, select(Demand))
    page = agent.get("/demandes/nouvelle")
    resumed = re.findall(r'href="(/demandes/nouvelle/[^"]+/enfant-suivant)"', page)[0]
    assert f"demande {first.number}" in agent.get(resumed)
    agent.post(resumed, {"child_first_name": "Nour"})
    page = agent.get("/demandes/nouvelle")
    draft = re.findall(r'href="(/demandes/nouvelle/[^"]+)/enfant"', page)[0]
    agent.get(f"{draft}/enfant")
    child = {"child_first_name": "Nour", "multiple_births": "3", "birth_rank": "2"}
    agent.post(f"{draft}/enfant", CHILD | child)
    assert f"rejoint la famille de la demande {first.number}" in agent.get(f"{draft}/verification")
    finish(agent, draft)
    assert "Nour" in agent.get(where(agent))
    draft = agent.path.rsplit("/", 1)[0]
    agent.post(f"{draft}/enfant-suivant", {"child_first_name": "Aya"})
    finish(agent, draft)
    assert (count(database, Demand), count(database, Family)) == (3, 1)


@pytest.mark.parametrize("field", ["joins", "origin", "id"])
def test_a_forged_field_joins_no_family(
    agent: Visitor, catalogue: Catalogue, database: Database, field: str
) -> None:
    first = known(database, catalogue, child=make.child(first_name="Basile", multiple_births=2))
    forged = {"multiple_births": "2", "birth_rank": "2", field: first.submission or ""}
    draft = type_all(agent, catalogue, enfant=forged)
    assert "rejoint la famille" not in agent.get(f"{draft}/verification")
    finish(agent, draft)
    assert one(database, select(Demand).where(Demand.id != first.id)).family_id != first.family_id


def test_the_twin_of_an_expected_child_is_not_taken_for_a_double(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    unborn = {"child_first_name": "", "birth_date": "", "due_date": "1/2/2027", "multiple_births": "2"}
    draft = type_all(agent, catalogue, enfant=unborn)
    finish(agent, draft)
    agent.get(where(agent))
    draft = agent.path.rsplit("/", 1)[0]
    assert "peut-être déjà connu" not in agent.post(f"{draft}/enfant-suivant", {})
    finish(agent, draft)
    assert count(database, Demand) == 2


def test_the_certificate_of_a_pregnancy_is_asked_once_for_all_its_children(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    unborn = {"child_first_name": "", "birth_date": "", "due_date": "1/2/2027", "multiple_births": "2"}
    second_parent = {"adult2_first_name": "Sacha", "adult2_last_name": "Verdoux"}
    draft = type_all(agent, catalogue, enfant=unborn, famille=second_parent)
    finish(agent, draft)
    agent.get(where(agent))
    draft = agent.path.rsplit("/", 1)[0]
    agent.post(f"{draft}/enfant-suivant", {})
    finish(agent, draft)
    with database.reading() as session:
        kinds = sorted(session.scalars(select(Fact.kind)))
        asked = session.scalar(select(Fact.id).where(Fact.kind == "pregnancy"))
        letters = session.scalars(select(LetterRow.text)).all()
        demands = session.scalars(select(Demand).order_by(Demand.id)).all()
    assert kinds.count("pregnancy") == 1
    # The pregnancy, the home, the identity of each parent, the work of the first.
    assert [demand.papers_missing for demand in demands] == [5, 5]
    for letter in letters:
        assert letter.count("à fournir") == 5
        assert letter.count("Certificat de grossesse") == 1
        assert "Pièce d’identité (Camille Verdoux)" in letter
        assert "Pièce d’identité (Sacha Verdoux)" in letter
    for demand in demands:
        page = agent.get(f"/demandes/{demand.id}/justificatifs")
        assert "Il manque 5\xa0justificatifs" in page
        assert page.count('name="facts"') == 5
    second = f"/demandes/{demands[1].id}/justificatifs"
    agent.post(f"{second}/{asked}/verifie", {"seen": "expected"})
    with database.reading() as session:
        assert session.scalars(select(Demand.papers_missing)).all() == [4, 4]


def test_a_child_already_known_must_be_looked_at_before_registering(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    first = known(database, catalogue)
    draft = type_all(agent, catalogue, enfant={"child_first_name": "Verdous", "child_last_name": "Lyna"})
    page = agent.get(f"{draft}/verification")
    assert "peut-être déjà connu" in page
    assert f'href="/demandes/{first.id}"' in page
    page = finish(agent, draft, status=422)
    assert 'id="not_the_same-error"' in page
    assert count(database, Demand) == 1
    finish(agent, draft, not_the_same="y")
    line = one(database, select(JournalEntry).where(JournalEntry.subject_id != first.id))
    assert first.number in line.reason
    assert "pas le même enfant" in line.reason


def test_a_child_found_different_while_registering_is_not_proposed_again_as_a_double(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    known(database, catalogue)
    fault = {"child_first_name": "Lyna"}
    draft = type_all(agent, catalogue, enfant=fault)
    form = final(agent, not_the_same="y")
    with agent.counting() as statements:
        agent.post(f"{draft}/verification", form, status=303, follow=False)
    assert len(statements) <= 10, "\n".join(statements)
    page = agent.get("/doublons")
    assert ">Comparer<" not in page
    known(database, catalogue, child=make.child(first_name="Lyna"))
    assert agent.get("/doublons").count(">Comparer<") == 2


def test_a_double_out_of_reach_shows_name_birth_date_and_desk_and_nothing_else(
    visit: Visit, catalogue: Catalogue, database: Database
) -> None:
    wish = make.registration(catalogue).wishes[:1]
    first = known(database, catalogue, wishes=wish)
    agent = visit("rpe_agent", communes=(make.BLANZY,))
    draft = type_all(agent, catalogue, famille={"postcode": "71450"}, voeux={"wish1": "mhome_care"})
    page = agent.get(f"{draft}/verification")
    assert "Lina Verdoux" in page
    assert "RPE d’essai" in page
    assert f"/demandes/{first.id}" not in page
    assert first.number not in page


def test_a_child_changed_in_another_window_is_searched_again_before_registering(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    known(database, catalogue, child=make.child(first_name="Basile", birth_date=make.date(2025, 2, 3)))
    draft = type_all(agent, catalogue)
    form = final(agent)
    agent.post(f"{draft}/enfant", CHILD | {"child_first_name": "Basile", "birth_date": "3/2/2025"})
    page = agent.post(f"{draft}/verification", form, status=422)
    assert "La saisie a changé" in page
    assert "peut-être déjà connu" in page
    assert count(database, Demand) == 1


@pytest.mark.parametrize("seen", ["", "forgé", "WyJ4IixbXSwxODBd.abc"])
def test_a_form_whose_search_was_forged_is_refused(
    agent: Visitor, catalogue: Catalogue, database: Database, seen: str
) -> None:
    draft = type_all(agent, catalogue)
    finish(agent, draft, status=422, seen=seen)
    assert count(database, Demand) == 0
