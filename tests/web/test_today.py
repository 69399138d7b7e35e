"""What to do today, for those who work at the desk."""

from collections.abc import Callable
from datetime import timedelta

from guichet.core.db import Database
from guichet.demands import drafts
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


def late(database: Database, catalogue: Catalogue, visitor: Visitor, number: int) -> None:
    with database.writing() as session:
        for _ in range(number):
            make.demand(session, catalogue, visitor.person, received_on=make.TODAY - timedelta(days=400))
        session.commit()


def test_a_quiet_day_says_so(visit: Visit) -> None:
    assert "Rien n’attend aujourd’hui" in visit("rpe_agent").get("/aujourdhui")


def test_a_late_demand_waits_with_its_action_and_the_whole_list_behind(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    late(database, catalogue, agent, 7)
    html = agent.get("/aujourdhui")
    assert "Reçues depuis plus de 15 jours sans orientation." in html
    assert html.count(">Orienter<") == 5
    whole = agent.get("/demandes?afaire=a-orienter")
    assert whole.count('scope="row"') == 7


def test_the_day_costs_the_same_statements_for_one_demand_and_for_three(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    numbers = []
    for more in (1, 2):
        late(database, catalogue, agent, more)
        agent.get("/aujourdhui")
        with agent.counting() as statements:
            agent.get("/aujourdhui")
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 10


def test_only_one_s_own_drafts_are_offered(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    mine, other = visit("rpe_agent"), visit("rpe_agent")
    with database.writing() as session:
        draft = drafts.start(session, mine.person.user_id, {}, at=make.NOON)
        draft.title = "Zoé Talbertin"
        session.commit()
    assert "Zoé Talbertin" in mine.get("/aujourdhui")
    assert "Zoé Talbertin" not in other.get("/aujourdhui")


def test_an_agent_of_another_commune_is_not_told(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    with database.writing() as session:
        make.demand(
            session,
            catalogue,
            agent.person,
            received_on=make.TODAY - timedelta(days=400),
            wishes=(make.WishEntry(establishment_id=make.house(catalogue, "lucioles")),),
        )
        session.commit()
    assert "Lina" in agent.get("/aujourdhui")
    assert "Lina" not in visit("rpe_agent", communes=(make.BLANZY,)).get("/aujourdhui")


def test_a_director_has_no_desk(visit: Visit, catalogue: Catalogue) -> None:
    director = visit("director", houses=(make.house(catalogue, "lucioles"),))
    assert "ne donne pas accès" in director.get("/aujourdhui", status=403)
