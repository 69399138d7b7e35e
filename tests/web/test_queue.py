"""The queue as it is read: counted tabs, filters in the address, few statements, nobody else's families."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode

from sqlalchemy import select

from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.demands.dossier import WishEntry
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


def register(
    database: Database, catalogue: Catalogue, visitor: Visitor, number: int = 1, **values: object
) -> int:
    """Some demands; gives the id of the last one."""
    with database.writing() as session:
        for _ in range(number):
            demand = make.demand(session, catalogue, visitor.person, **values)
        session.commit()
        return demand.id


def test_the_queue_costs_the_same_statements_for_one_row_and_for_three(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    numbers = []
    for more in (1, 2):
        register(database, catalogue, agent, more)
        agent.get("/demandes")
        with agent.counting() as statements:
            html = agent.get("/demandes?etat=recues")
        numbers.append(len(statements))
    assert html.count('scope="row"') == 3
    assert numbers[0] == numbers[1] <= 6


def test_a_search_is_traced_and_stays_under_six_statements(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    register(database, catalogue, agent, 3)
    agent.get("/demandes")
    with agent.counting() as statements:
        html = agent.get("/demandes?q=lin+verd")
    assert html.count('scope="row"') == 3
    assert len(statements) <= 6
    with database.reading() as session:
        trace = session.scalars(select(AuditEntry).where(AuditEntry.action == "search")).one()
    assert (trace.actor_id, trace.detail) == (agent.person.user_id, "par nom")


def test_a_line_says_the_child_the_family_the_need_the_wishes_and_the_state(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    demand_id = register(database, catalogue, agent)
    html = agent.get("/demandes")
    assert f'<a href="/demandes/{demand_id}">Lina Verdoux</a>' in html
    for words in ("17\u00a0mois", "Camille Verdoux", "01/09/2027", "Les Lucioles, Les Mésanges", "reçue"):
        assert words in html, words
    assert 'aria-label="lundi, mardi, mercredi, jeudi et vendredi, de 8' in html


def test_what_was_searched_is_traced_by_its_kind_and_never_by_its_words(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    for typed in ("verdoux", "06 39 98 00 01", "camille@exemple.test", "2026-00042"):
        agent.get(f"/demandes?{urlencode({'q': typed})}")
    agent.get(f"/demandes/export.csv?q=verdoux&commune={make.BLANZY}")
    with database.reading() as session:
        details = session.scalars(select(AuditEntry.detail).order_by(AuditEntry.id)).all()
    assert details[-5:-1] == ["par nom", "par numéro", "par courriel", "par numéro"]
    assert details[-1] == "demandes toutes, Commune : Blanzy, par nom"


def test_a_child_who_is_not_born_is_not_given_a_first_name(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    expected = make.child(first_name="", last_name="De Verdoux", birth_date=None, due_date=date(2027, 2, 1))
    register(database, catalogue, agent, child=expected)
    assert "Enfant à naître · De Verdoux</a>" in agent.get("/demandes")


def test_the_tabs_are_doors_that_keep_the_filters(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    register(database, catalogue, agent)
    html = agent.get(f"/demandes?commune={make.MONTCEAU}&note=fratrie")
    doors = [
        parse_qs(href.split('"')[0].replace("&amp;", "&")) for href in html.split('href="/demandes?')[1:]
    ]
    assert {"etat": ["placees"], "note": ["fratrie"], "commune": [make.MONTCEAU]} in doors
    assert "Commune : Montceau-les-Mines" in html
    assert "Aucune demande ici" in html


def test_a_mistyped_date_is_said_and_filters_nothing(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    register(database, catalogue, agent)
    html = agent.get("/demandes?du=32/13/2026")
    assert 'value="32/13/2026"' in html
    assert 'aria-invalid="true"' in html
    assert "Lina Verdoux" in html


def test_an_address_that_makes_no_sense_shows_the_queue(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    register(database, catalogue, agent)
    for address in (
        "etat=x&note=y&tri=z&age=9&accueil=q&afaire=w",
        "apres=hier_3&avant=_&rang=-4",
        "apres=2026-01-01_999999999999",
        "etablissement=99999999999999999999&guichet=²&commune=00000",
        "q=%00%00",
        "q=" + "a" * 5000,
    ):
        agent.get(f"/demandes?{address}")


def test_a_family_outside_the_person_s_communes_is_not_listed_nor_counted(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    register(
        database, catalogue, agent, wishes=(WishEntry(establishment_id=make.house(catalogue, "lucioles")),)
    )
    of_blanzy = visit("rpe_agent", communes=(make.BLANZY,))
    for address in ("/demandes", "/demandes?q=verdoux", "/demandes?etat=toutes", "/demandes/export.csv"):
        assert "Verdoux" not in of_blanzy.get(address)
    assert "Verdoux" in agent.get("/demandes")


def test_the_page_turns_both_ways_and_says_where_it_stands(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    register(database, catalogue, agent, 26)
    first = agent.get("/demandes")
    assert "1 à 25 sur 26" in first
    second = agent.get(_href(first, "next"))
    assert "26 à 26 sur 26" in second
    assert second.count('scope="row"') == 1
    assert _shown(agent.get(_href(second, "prev"))) == _shown(first)


def test_what_a_family_types_is_never_read_as_html(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    register(database, catalogue, agent, child=make.child(first_name="<script>alert(1)</script>"))
    assert "<script>alert" not in agent.get("/demandes")
    assert "<script>alert" not in agent.get("/demandes?q=<script>alert(1)</script>")


def test_somebody_without_the_right_gets_a_french_refusal(visit: Visit) -> None:
    administrator = visit("administrator")
    assert "ne donne pas accès" in administrator.get("/demandes", status=403)
    assert "ne donne pas accès" in visit("member").get("/demandes/export.csv", status=403)


def test_a_case_of_the_day_filters_the_queue(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    agent = visit("rpe_agent")
    register(database, catalogue, agent, received_on=make.TODAY - timedelta(days=400))
    agent.get("/demandes")
    with agent.counting() as statements:
        html = agent.get("/demandes?afaire=a-orienter")
    assert "Demandes reçues à orienter" in html
    assert "Lina Verdoux" in html
    assert len(statements) <= 6


def _href(html: str, rel: str) -> str:
    before = html.split(f'rel="{rel}"')[0]
    return before.rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")


def _shown(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('<th scope="row"><a href="')[1:]]
