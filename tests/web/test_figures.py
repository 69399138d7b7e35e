"""The figures' screen and its file."""

from collections.abc import Callable
from datetime import date

from guichet.accounts.policy import AGENT, DIRECTOR
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.web.pages import Visitor

PERIOD = "/indicateurs?du=01/01/2026&au=31/12/2026"
FILE = "/indicateurs/export.csv?du=01/01/2026&au=31/12/2026"


def some_demands(database: Database, catalogue: Catalogue, number: int) -> None:
    with database.transaction() as session:
        agent = make.person(session)
        for rank in range(number):
            child = make.child(first_name=f"Enfant{rank}", birth_date=date(2026, 1, rank + 1))
            make.demand(session, catalogue, agent, child=child)


def test_the_page_shows_what_was_received_and_by_commune(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    some_demands(database, catalogue, 3)
    page = visit(AGENT).get(PERIOD)
    assert "Demandes reçues" in page
    assert "Montceau-les-Mines" in page
    assert 'role="img"' in page


def test_every_professional_reads_the_figures(visit: Callable[..., Visitor], catalogue: Catalogue) -> None:
    house = make.house(catalogue, "lucioles")
    assert "Indicateurs" in visit(DIRECTOR, houses=(house,)).get("/indicateurs")
    assert "Indicateurs" in visit("member").get("/indicateurs")


def test_a_mistyped_date_gets_its_sentence_at_its_field(visit: Callable[..., Visitor]) -> None:
    page = visit(AGENT).get("/indicateurs?du=demain", status=422)
    assert "Écrivez la date sous la forme" in page
    assert 'value="demain"' in page


def test_a_period_that_ends_before_it_starts_is_refused(visit: Callable[..., Visitor]) -> None:
    page = visit(AGENT).get("/indicateurs?du=01/09/2026&au=01/01/2026", status=422)
    assert "La fin de la période est avant son début." in page


def test_the_file_hides_small_counts(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    some_demands(database, catalogue, 3)
    text = visit(AGENT).get(FILE)
    assert text.startswith("\ufeffCommune;")
    assert "moins de 5" in text
    montceau = next(line for line in text.splitlines() if line.startswith("Montceau"))
    assert ";3;" not in montceau


def test_the_page_costs_the_same_with_one_demand_and_with_three(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    visitor = visit(AGENT)
    counted = []
    for _ in range(2):
        some_demands(database, catalogue, 1 + 2 * len(counted))
        with visitor.counting() as statements:
            visitor.get(PERIOD)
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 6
