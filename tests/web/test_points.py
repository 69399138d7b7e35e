"""The points of a demand on its pages: line by line, what is missing, what a person sets with a reason."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from guichet.core.db import Database
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Assessment, Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from guichet.families.models import Fact
from tests import make
from tests.baremes import demand_of, stored
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


def scored(database: Database, catalogue: Catalogue) -> int:
    facts = (
        FactEntry("work", "employer_certificate", about=1),
        FactEntry("single_parent", "birth_certificate"),
    )
    demand_id = demand_of(database, catalogue, facts=facts, household=make.household(single_parent=True))
    with database.writing() as session:
        for fact in session.scalars(select(Fact).where(Fact.kind == "single_parent")):
            fact.received_on = fact.checked_on = make.TODAY
            fact.checked_by = "Alix Accueil"
        session.commit()
    return demand_id


def test_a_demands_page_tells_its_points_what_is_missing_and_costs_no_more_with_more_wishes(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    stored(database)
    demand_id = scored(database, catalogue)
    one_wish = demand_of(
        database,
        catalogue,
        child=make.child(first_name="Nino"),
        wishes=(WishEntry(establishment_id=make.house(catalogue, "lucioles")),),
    )
    visitor = visit("rpe_agent")
    page = visitor.get(f"/demandes/{demand_id}")
    assert "Pessac, 2022" in page
    assert "Attestation d’employeur ou dernier bulletin de salaire" in page
    costs = []
    for wanted in (one_wish, demand_id):
        visitor.get(f"/demandes/{wanted}")
        with visitor.counting() as statements:
            visitor.get(f"/demandes/{wanted}")
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 8


def test_the_page_of_points_adds_up_and_stays_within_its_statements(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    stored(database)
    demand_id = scored(database, catalogue)
    visitor = visit("rpe_agent")
    visitor.get(f"/demandes/{demand_id}/points")
    with visitor.counting() as statements:
        page = visitor.get(f"/demandes/{demand_id}/points")
    assert len(statements) <= 8
    assert "Famille monoparentale" in page and "+\u00a030\u00a0points" in page
    assert "R. 311-3-1-2" in page


def assessing(visitor: Visitor, demand_id: int, *, status: int = 200, **typed: str) -> str:
    visitor.get(f"/demandes/{demand_id}/points")
    fields = {"criterion": "suivi_medico_social", "seen": "", "points": "60", "reason": "Courrier de la PMI."}
    return visitor.post(f"/demandes/{demand_id}/points", fields | typed, status=status)


def test_points_are_set_by_a_person_with_a_reason_and_the_post_stays_within_its_statements(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    stored(database)
    demand_id = scored(database, catalogue)
    visitor = visit("rpe_agent")
    visitor.get(f"/demandes/{demand_id}/points")
    with visitor.counting() as statements:
        visitor.post(
            f"/demandes/{demand_id}/points",
            {"criterion": "suivi_medico_social", "seen": "", "points": "60", "reason": "Courrier de la PMI."},
            status=303,
            follow=False,
        )
    assert len(statements) <= 10
    page = visitor.get(f"/demandes/{demand_id}/points")
    assert "+\u00a060\u00a0points" in page and "Courrier de la PMI." in page
    assert "Points appréciés" in visitor.get(f"/demandes/{demand_id}")


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"points": "300"}, 422, "Donnez de"),
        ({"points": "beaucoup"}, 422, "Donnez de"),
        ({"reason": " "}, 422, "Écrivez le motif"),
        ({"reason": "x" * 501}, 422, "500 caractères au plus"),
        ({"criterion": "adoption"}, 422, ""),
        ({"seen": "2026-11-01T10:00:00+00:00"}, 409, "Une autre personne"),
    ],
)
def test_a_refused_assessment_stores_nothing_and_says_why(
    visit: Visit, database: Database, catalogue: Catalogue, typed: dict[str, str], status: int, sentence: str
) -> None:
    stored(database)
    demand_id = scored(database, catalogue)
    page = assessing(visit("rpe_agent"), demand_id, status=status, **typed)
    assert sentence in page
    with database.reading() as session:
        assert session.scalars(select(Assessment)).all() == []


def test_an_assessment_is_taken_back(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    stored(database)
    demand_id = scored(database, catalogue)
    visitor = visit("rpe_agent")
    assessing(visitor, demand_id)
    with database.reading() as session:
        kept = session.scalars(select(Assessment)).one()
    visitor.post(
        f"/demandes/{demand_id}/points",
        {"criterion": "suivi_medico_social", "seen": kept.at.isoformat(), "act": "remove"},
    )
    with database.reading() as session:
        assert session.scalars(select(Assessment)).all() == []


def test_what_a_social_service_wrote_is_told_to_a_director_by_its_points_only(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    stored(database)
    demand_id = scored(database, catalogue)
    assessing(visit("rpe_agent"), demand_id)
    director = visit("director", houses=(make.house(catalogue, "lucioles"),))
    for page in (director.get(f"/demandes/{demand_id}/points"), director.get(f"/demandes/{demand_id}")):
        assert "Courrier de la PMI." not in page
        assert "Suivi médico-social" not in page.replace("Ne donnent pas de points ici", "")
        assert "+\u00a060\u00a0points" in page
        assert "lecture réservée" in page
    with database.reading() as session:
        assert session.scalar(select(Demand.version).where(Demand.id == demand_id))


def test_points_of_a_demand_out_of_reach_do_not_exist(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    stored(database)
    only_montceau = (WishEntry(establishment_id=make.house(catalogue, "lucioles")),)
    demand_id = demand_of(database, catalogue, wishes=only_montceau)
    visit("rpe_agent", communes=(make.BLANZY,)).get(f"/demandes/{demand_id}/points", status=404)


def test_without_a_barème_the_pages_say_so(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    demand_id = demand_of(database, catalogue)
    visitor = visit("rpe_agent")
    assert "Aucun barème n’est en vigueur" in visitor.get("/bareme")
    assert "Aucun barème n’est en vigueur" in visitor.get(f"/demandes/{demand_id}/points")
    assert 'id="points"' not in visitor.get(f"/demandes/{demand_id}")
