"""The pages of the proposals: asked, followed, read by those it concerns, decided, downloaded."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.allocation import files
from guichet.allocation.engine import allocate
from guichet.allocation.runs import actions
from guichet.allocation.runs.actions import PinEntry
from guichet.allocation.runs.models import AllocationRun
from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.peak_actions import PeakEntry, open_peak
from guichet.establishments.sheet_actions import Change
from tests import make
from tests.proposals import bench, frozen, in_force, places, proposed, waiting
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]
TYPED = {
    "title": "Rentrée 2027",
    "sessions_from": "08/04/2027",
    "sessions_until": "08/04/2027",
    "entries_from": "01/09/2027",
    "entries_until": "01/09/2027",
    "horizon": "31/08/2028",
    "reserved_first": "first",
    "unfilled_reserve_opens": "y",
}


@pytest.fixture
def coordinator(visit: Visit, database: Database, catalogue: Catalogue) -> Visitor:
    """Signed in, with a barème in force and one seat in each crèche of the town."""
    visitor = visit("coordinator")
    with database.writing() as session:
        in_force(session, visitor.person)
        places(session, make.house(catalogue, "lucioles"), 1, may_exceed=True)
        places(session, make.house(catalogue, "moulins"), 1)
        session.commit()
    return visitor


def enlisted(
    database: Database, catalogue: Catalogue, visitor: Visitor, *names: str, wishes: tuple[str, ...] = ()
) -> list[int]:
    """Demands for the first establishment named, the first the oldest; their ids."""
    with database.writing() as session:
        ids = [
            waiting(
                session,
                catalogue,
                visitor.person,
                name,
                *wishes,
                since=make.TODAY - timedelta(days=31 * rank),
            ).id
            for rank, name in enumerate(reversed(names), start=1)
        ]
        session.commit()
    return ids[::-1]


def run_of(database: Database) -> AllocationRun:
    with database.reading() as session:
        return session.scalars(select(AllocationRun).order_by(AllocationRun.id.desc()).limit(1)).one()


def test_a_coordinator_asks_follows_and_reads_a_proposal(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    enlisted(database, catalogue, coordinator, "Ana", "Bob")
    assert "Rentrée" not in coordinator.get("/propositions")
    form = coordinator.get("/propositions/nouvelle")
    assert 'value="08/04/2027"' in form and 'value="31/08/2028"' in form
    page = coordinator.post("/propositions", TYPED)
    assert "En attente d’un travailleur" in page
    assert coordinator.last is not None and coordinator.last.headers["Refresh"] == "3"
    bench(database).work()
    page = coordinator.get(coordinator.path)
    assert "Refresh" not in coordinator.last.headers
    assert "Dernier dossier admis" in page and "20" in page
    for view in ("demandes", "arbitrer", "jours", "regles"):
        assert "Rentrée 2027" in coordinator.get(f"/propositions/{run_of(database).id}?vue={view}")
    assert "Rentrée 2027" in coordinator.get("/propositions")


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    coordinator: Visitor, database: Database
) -> None:
    coordinator.get("/propositions/nouvelle")
    page = coordinator.post(
        "/propositions", TYPED | {"title": "", "sessions_until": "hier", "horizon": ""}, status=422
    )
    assert page.count('class="error"') >= 2 and 'value="hier"' in page
    page = coordinator.post("/propositions", TYPED | {"title": " ", "horizon": "01/01/2027"}, status=422)
    assert "Donnez un titre" in page and "finit avant la dernière entrée" in page
    with database.reading() as session:
        assert session.scalars(select(AllocationRun)).all() == []


def test_a_refusal_is_explained_by_points_seats_and_hours_that_can_be_counted_again(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    first, second = enlisted(database, catalogue, coordinator, "Ana", "Bob")
    proposed(database, coordinator.person)
    page = " ".join(coordinator.get(f"/demandes/{second}/proposition").replace("\u00a0", " ").split())
    assert "Lundi, de 8 h à 17 h 30, de septembre 2027 à août 2028" in page
    assert "complet (1 place) ; dernier dossier admis 20 points, le vôtre 10." in page
    assert '<ol class="seats-of"><li>20 points <span class="sub">rang 1</span></li></ol>' in page
    week = f"/etablissements/{make.house(catalogue, 'lucioles')}/semaine?le=2027-09-06"
    assert f'href="{week}&amp;section=' in page and "septembre 2027" in coordinator.get(week).replace(
        "\u00a0", " "
    )
    assert "Ancienneté" in page and "Barème appliqué : Barème d’essai" in page
    assert "Ana" not in page
    assert "Une place y est proposée." in coordinator.get(f"/demandes/{first}/proposition")


def test_a_decision_is_computed_around_and_the_page_says_what_changes(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    _, second = enlisted(database, catalogue, coordinator, "Ana", "Bob")
    run = proposed(database, coordinator.person)
    line = f"/propositions/{run.id}/demandes/{second}"
    coordinator.get(line)
    page = coordinator.post(line, {"establishment": "", "reason": ""}, status=422)
    assert "Choisissez ce que vous décidez." in page
    house = str(make.house(catalogue, "lucioles"))
    page = coordinator.post(line, {"establishment": house, "reason": " "}, status=422)
    assert "Écrivez le motif" in page and "checked" in page
    coordinator.post(line, {"establishment": house, "reason": "Reprise d’emploi lundi"})
    bench(database).work()
    child = run_of(database)
    page = coordinator.get(f"/propositions/{child.id}/differences")
    assert "Entrent" in page and "Sortent" in page and "Reprise d’emploi lundi" in page
    assert "Voir ce qui change" in coordinator.get(f"/propositions/{child.id}")
    coordinator.get(f"/propositions/{run.id}/differences", status=404)


def test_a_decision_where_there_is_no_room_left_is_one_sentence_at_its_field(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    first, second = enlisted(database, catalogue, coordinator, "Ana", "Bob")
    run = proposed(database, coordinator.person)
    house = make.house(catalogue, "lucioles")
    with database.writing() as session:
        seen = frozen(session, run.id)
        actions.pin(session, seen, first, PinEntry(house, "Vu"), actor=coordinator.person, at=make.NOON)
        session.commit()
    bench(database).work()
    line = f"/propositions/{run_of(database).id}/demandes/{second}"
    coordinator.get(line)
    page = coordinator.post(line, {"establishment": str(house), "reason": "Vu"}, status=422)
    assert "n’a pas assez de places pour cette semaine" in page
    assert "Levée" not in page and run_of(database).kind == "pinned"


def test_the_same_computation_again_gives_the_same_digest(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    enlisted(database, catalogue, coordinator, "Ana", "Bob")
    run = proposed(database, coordinator.person)
    coordinator.get(f"/propositions/{run.id}?vue=regles")
    coordinator.post(f"/propositions/{run.id}/refaire")
    bench(database).work()
    assert "Calcul refait : même empreinte" in coordinator.get(coordinator.path)


def test_the_downloaded_problem_computes_again_to_the_downloaded_result(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    enlisted(database, catalogue, coordinator, "Ana", "Bob")
    run = proposed(database, coordinator.person)
    problem = files.read_problem(coordinator.get(f"/propositions/{run.id}/probleme.json").encode())
    result = json.loads(coordinator.get(f"/propositions/{run.id}/resultat.json"))
    assert "Ana" not in json.dumps(result)
    assert allocate(problem).result_digest == result["result_digest"] == run.result_digest


def test_a_run_that_stopped_says_why_and_may_start_again(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    run = proposed(database, coordinator.person)
    page = coordinator.get(f"/propositions/{run.id}")
    assert "Aucune demande ne correspond à ces choix" in page
    enlisted(database, catalogue, coordinator, "Ana")
    assert "En attente" in coordinator.post(f"/propositions/{run.id}/relancer")
    bench(database).work()
    assert "Dernier dossier admis" in coordinator.get(f"/propositions/{run.id}")


def test_a_director_reads_their_own_establishment_and_not_where_else_a_child_may_go(
    coordinator: Visitor, database: Database, catalogue: Catalogue, visit: Visit
) -> None:
    enlisted(database, catalogue, coordinator, "Ana", "Bob", wishes=("lucioles", "moulins"))
    (alone,) = enlisted(database, catalogue, coordinator, "Cléo", wishes=("lucioles",))
    run = proposed(database, coordinator.person)
    director = visit("director", houses=(make.house(catalogue, "moulins"),))
    page = director.get(f"/propositions/{run.id}?vue=demandes")
    assert "Ana" in page and "Bob" in page and "Cléo" not in page
    assert "un autre établissement" in page and "Les Lucioles" not in page
    assert "Les Lucioles" not in director.get(f"/propositions/{run.id}")
    director.get(f"/propositions/{run.id}/demandes/{alone}", status=404)
    csv = director.get(f"/propositions/{run.id}/export.csv")
    assert "un autre établissement" in csv and "Les Lucioles" not in csv
    director.get("/propositions/nouvelle", status=403)
    with database.reading() as session:
        refused = select(AuditEntry).where(
            AuditEntry.action == "refused", AuditEntry.subject_type == "demand"
        )
        assert session.scalars(refused).all()


def test_a_member_reads_a_proposal_and_changes_nothing(
    coordinator: Visitor, database: Database, catalogue: Catalogue, visit: Visit
) -> None:
    (demand,) = enlisted(database, catalogue, coordinator, "Ana")
    run = proposed(database, coordinator.person)
    member = visit("member")
    assert "Ana" in member.get(f"/propositions/{run.id}")
    page = member.get(f"/propositions/{run.id}/demandes/{demand}")
    assert "Décider et recalculer" not in page
    member.post(f"/propositions/{run.id}/demandes/{demand}", {"establishment": "none"}, status=403)


def test_seats_above_the_licence_and_children_apart_are_chosen_on_the_form(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    first, second = enlisted(database, catalogue, coordinator, "Ana", "Anna")
    with database.writing() as session:
        family = same_family(session, first, second)
    page = coordinator.get("/propositions/nouvelle")
    assert f'value="{family}" checked' in page and "non ouvert par la direction : Les Lucioles" in page
    house = make.house(catalogue, "lucioles")
    refused = coordinator.post("/propositions", TYPED | {"amber": str(house)}, status=422)
    assert 'href="#amber"' in refused
    with database.writing() as session:
        director = make.person(session, "director", houses=(house,))
        entry = PeakEntry(date(2027, 9, 1), date(2028, 8, 31), staffed=True)
        open_peak(session, house, entry, Change(director, make.NOON))
        session.commit()
    assert f'name="amber" value="{house}" checked' in coordinator.get("/propositions/nouvelle")
    coordinator.post("/propositions", TYPED | {"amber": str(house)})
    assert (run_of(database).choices["apart"], run_of(database).choices["amber"]) == ([family], [house])
    coordinator.get("/propositions/nouvelle")
    coordinator.post("/propositions", TYPED | {"together": str(family), "oriented": "y"})
    assert (run_of(database).choices["apart"], run_of(database).choices["oriented"]) == ([], True)


def same_family(session: Session, first: int, second: int) -> int:
    """Make two demands those of one family."""
    from guichet.demands.models import Demand

    one, other = session.get_one(Demand, first), session.get_one(Demand, second)
    other.family_id = one.family_id
    session.commit()
    return one.family_id


@pytest.mark.parametrize("view", ["etablissements", "demandes", "arbitrer", "jours", "regles"])
def test_the_page_of_a_run_costs_the_same_whatever_its_length(
    coordinator: Visitor, database: Database, catalogue: Catalogue, view: str
) -> None:
    counts = []
    for names in (("Ana",), ("Bob", "Cléo", "Dan")):
        enlisted(database, catalogue, coordinator, *names)
        run = proposed(database, coordinator.person)
        coordinator.get("/propositions")
        with coordinator.counting() as seen:
            coordinator.get(f"/propositions/{run.id}?vue={view}")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_the_list_and_the_forms_cost_few_statements(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    (demand,) = enlisted(database, catalogue, coordinator, "Ana")
    run = proposed(database, coordinator.person)
    with coordinator.counting() as seen:
        coordinator.get("/propositions")
    assert len(seen) <= 6
    coordinator.get("/propositions/nouvelle")
    with coordinator.counting() as seen:
        coordinator.post("/propositions", TYPED, follow=False, status=303)
    assert len(seen) <= 10
    line = f"/propositions/{run.id}/demandes/{demand}"
    coordinator.get(line)
    with coordinator.counting() as seen:
        coordinator.post(line, {"establishment": "none", "reason": "Vu"}, follow=False, status=303)
    assert len(seen) <= 10


def test_a_demand_that_no_proposal_examined_says_so(
    coordinator: Visitor, database: Database, catalogue: Catalogue
) -> None:
    (demand,) = enlisted(database, catalogue, coordinator, "Ana")
    assert "proposition" in coordinator.get(f"/demandes/{demand}")
    assert "dans aucune proposition" in coordinator.get(f"/demandes/{demand}/proposition")
    coordinator.get("/demandes/999/proposition", status=404)
    coordinator.get("/propositions/999", status=404)
