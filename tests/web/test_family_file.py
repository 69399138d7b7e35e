"""The family's file changed at the desk: typed as at the registration, kept on refusal, seen by one at a time."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from guichet.core import clock
from guichet.core.db import Database
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import Family, Person
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]
FAMILY = {
    "version": "1",
    "adult1_first_name": "Camille",
    "adult1_last_name": "Verdoux",
    "adult1_link": "mother",
    "adult1_phone": "06 39 98 00 01",
    "adult1_email": "camille.verdoux@exemple.test",
    "adult1_activity": "employed",
    "adult1_has_authority": "y",
    "adult1_lives_with_child": "y",
    "address": "12 rue des Lilas",
    "postcode": "71300",
    "commune": make.MONTCEAU,
    "channel": "email",
    "custody": "together",
}
CHILD = {"version": "1", "child_first_name": "Lina", "child_last_name": "Verdoux", "birth_date": "14/03/2026"}


def stored(database: Database, catalogue: Catalogue, **values: object) -> str:
    with database.writing() as session:
        demand = make.demand(session, catalogue, make.person(session), **values)
        session.commit()
        return f"/demandes/{demand.id}"


def expected(days: int) -> dict[str, object]:
    """A child expected some days from now: the pages live at the real time."""
    due = clock.day(clock.now()) + timedelta(days=days)
    return {
        "child": make.child(first_name="", birth_date=None, due_date=due),
        "need": make.need(entry_on=due + timedelta(days=200)),
    }


def one(database: Database, what: object) -> object:
    with database.reading() as session:
        return session.scalar(select(what).order_by(what))


def test_the_form_shows_what_is_recorded_and_saving_it_changes_nothing(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url = stored(database, catalogue)
    html = agent.get(f"{url}/famille")
    for value in ("12 rue des Lilas", "Camille", "06 39 98 00 01"):
        assert f'value="{value}"' in html
    assert "Rien n’a changé." in agent.post(f"{url}/famille", FAMILY)
    assert one(database, Demand.version) == 1


def test_a_family_that_moves_is_recorded_in_its_new_commune(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url = stored(database, catalogue)
    agent.get(f"{url}/famille")
    moved = {**FAMILY, "address": "3 rue Haute", "postcode": "71450", "commune": make.BLANZY}
    agent.post(f"{url}/famille", moved)
    assert one(database, Demand.home_code) == make.BLANZY
    assert one(database, Family.city) == "Blanzy"


def test_a_second_parent_and_a_brother_join_the_file(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url = stored(database, catalogue)
    agent.get(f"{url}/famille")
    more = {
        **FAMILY,
        "adult2_first_name": "Noa",
        "adult2_last_name": "Tellier",
        "adult2_phone": "0639980002",
        "sibling1_first_name": "Malo",
        "sibling1_last_name": "Verdoux",
        "sibling1_birth_date": "2/5/2024",
        "sibling1_attends": str(make.house(catalogue, "lucioles")),
    }
    agent.post(f"{url}/famille", more)
    with database.reading() as session:
        names = set(session.scalars(select(Person.first_name)))
    assert names == {"Camille", "Noa", "Lina", "Malo"}
    assert one(database, Demand.has_sibling) is True


def test_a_refusal_keeps_what_was_typed(agent: Visitor, database: Database, catalogue: Catalogue) -> None:
    url = stored(database, catalogue)
    agent.get(f"{url}/famille")
    wrong = {**FAMILY, "address": "8 place Neuve", "postcode": "99999", "commune": ""}
    html = agent.post(f"{url}/famille", wrong, status=422)
    assert 'href="#postcode"' in html
    assert 'value="8 place Neuve"' in html
    assert one(database, Family.address) == "12 rue des Lilas"


def test_a_change_seen_too_late_keeps_what_was_typed_and_shows_the_present(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url = stored(database, catalogue)
    agent.get(f"{url}/famille")
    agent.post(f"{url}/famille", {**FAMILY, "address": "3 rue Haute"})
    html = agent.post(f"{url}/famille", {**FAMILY, "address": "9 rue Basse"}, status=409)
    assert 'value="9 rue Basse"' in html
    assert "3 rue Haute, 71300 Montceau-les-Mines" in html
    assert 'name="version" value="2"' in html
    agent.post(f"{url}/famille", {**FAMILY, "address": "9 rue Basse", "version": "2"})
    assert one(database, Family.address) == "9 rue Basse"


def test_html_in_a_name_is_shown_as_text(agent: Visitor, database: Database, catalogue: Catalogue) -> None:
    url = stored(database, catalogue)
    agent.get(f"{url}/enfant")
    agent.post(f"{url}/enfant", {**CHILD, "child_first_name": "<b>Lina</b>"})
    html = agent.get(f"{url}/enfant")
    assert "<b>Lina" not in html
    assert "&lt;b&gt;Lina" in html


def test_a_corrected_birth_date_sends_the_recap(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url = stored(database, catalogue)
    agent.get(f"{url}/enfant")
    agent.post(f"{url}/enfant", {**CHILD, "birth_date": "15/3/2026"})
    assert one(database, func.max(Person.birth_date)) == date(2026, 3, 15)
    with database.reading() as session:
        kinds = list(session.scalars(select(LetterRow.kind).order_by(LetterRow.id)))
    assert kinds == ["acknowledgement", "need_recap"]


def test_a_birth_is_confirmed_with_its_certificate(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url = stored(database, catalogue, **expected(days=-3))
    agent.get(f"{url}/naissance")
    today = clock.day(clock.now())
    typed = {
        "version": "1",
        "birth_date": f"{today:%d/%m/%Y}",
        "first_name": "Nino",
        "last_name": "Verdoux",
        "certificate_seen": "y",
    }
    agent.post(f"{url}/naissance", {**typed, "birth_date": "1/1/2020"}, status=422)
    agent.post(f"{url}/naissance", typed)
    assert one(database, Demand.birth_to_confirm) is False
    assert one(database, Demand.papers_missing) == 0
    assert "La naissance est confirmée" in agent.get(f"{url}/naissance")


def test_a_birth_that_will_not_take_place_is_closed_without_a_letter(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url = stored(database, catalogue, **expected(days=90))
    assert "Aucun courrier ne part" in agent.get(f"{url}/naissance")
    html = agent.post(f"{url}/naissance/fermer", {"version": "1"})
    assert "Aucun courrier ne part" in html
    assert "interrompue" not in html
    assert one(database, Demand.state) == "withdrawn"
    assert one(database, LetterRow.state) == "cancelled"


@pytest.mark.parametrize("part", ["famille", "enfant", "naissance"])
def test_a_file_of_another_commune_does_not_exist_for_its_agent(
    visit: Visit, database: Database, catalogue: Catalogue, part: str
) -> None:
    url = stored(database, catalogue, wishes=make.registration(catalogue).wishes[:1])
    stranger = visit("rpe_agent", communes=(make.BLANZY,))
    stranger.get(f"{url}/{part}", status=404)
    stranger.post(f"{url}/{part}", {"version": "1"}, status=404)


def test_a_director_does_not_change_a_family(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    url = stored(database, catalogue)
    visit("director", houses=(make.house(catalogue, "lucioles"),)).get(f"{url}/famille", status=403)


def test_the_pages_stay_within_their_statements(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url = stored(database, catalogue, **expected(days=-3))
    agent.get(f"{url}/famille")
    with agent.counting() as shown:
        agent.get(f"{url}/famille")
    with agent.counting() as moved:
        agent.post(
            f"{url}/famille",
            {**FAMILY, "postcode": "71450", "commune": make.BLANZY, "adult1_phone": "0639980009"},
            follow=False,
            status=303,
        )
    agent.get(f"{url}/naissance")
    today = clock.day(clock.now())
    born = {"version": "2", "birth_date": f"{today:%d/%m/%Y}", "first_name": "Nino", "last_name": "Verdoux"}
    with agent.counting() as confirmed:
        agent.post(f"{url}/naissance", born, follow=False, status=303)
    assert len(shown) <= 4
    assert len(moved) <= 10
    assert len(confirmed) <= 10
