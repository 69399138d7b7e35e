"""A director records, another person reads the very letter and confirms; nobody decides alone."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from guichet.commissions.models import Decision
from guichet.core import french
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.demands.actions import OrientationEntry, enlist, orient
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import queries as posted
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]
BEFORE = make.NOON - timedelta(days=20)
SESSION_ON = make.TODAY - timedelta(days=2)
ENTRY_ON = make.TODAY + timedelta(days=200)
NAME = "Commission d’automne"


def in_commission(database: Database, catalogue: Catalogue, session_on=SESSION_ON, **values) -> int:
    """A demand enlisted for a session by the real actions."""
    with database.writing() as session:
        agent = make.person(session)
        values = {"received_on": day(BEFORE), "need": make.need(entry_on=ENTRY_ON), **values}
        demand = make.demand(session, catalogue, agent, at=BEFORE, **values)
        orient(session, demand, OrientationEntry("commission", "Vu"), catalogue, actor=agent, at=BEFORE)
        enlist(session, demand, session_on, NAME, (), catalogue, actor=agent, at=BEFORE)
        session.commit()
        return demand.id


@pytest.fixture
def demand_id(database: Database, catalogue: Catalogue) -> int:
    return in_commission(database, catalogue)


@pytest.fixture
def director(visit: Visit, catalogue: Catalogue) -> Visitor:
    return visit("director", houses=(make.house(catalogue, "lucioles"),))


def seen_version(page: str) -> str:
    return page.split('name="version" value="')[1].split('"')[0]


def seen_versions(page: str) -> dict[str, str]:
    """The versions of the demand and of the decision that a page carries."""
    return dict(re.findall(r'name="(version|decision_version)" value="(\d+)"', page))


def placed(catalogue: Catalogue, **typed: str) -> dict[str, str]:
    return {
        "outcome": "placed",
        "establishment_id": str(make.house(catalogue, "lucioles")),
        "entry_on": french.short_date(ENTRY_ON),
        "hours": "whole",
        "reason": "",
        "detail": "",
        **typed,
    }


def record(visitor: Visitor, demand_id: int, typed: dict[str, str], status: int = 200) -> str:
    address = f"/demandes/{demand_id}/decision"
    page = visitor.get(address)
    return visitor.post(address, {**typed, "version": seen_version(page)}, status=status)


def only_decision(database: Database) -> Decision:
    with database.reading() as session:
        return session.scalars(select(Decision)).one()


def state_of(database: Database, demand_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Demand, demand_id).state


def test_a_director_records_then_an_agent_reads_the_letter_and_confirms(
    visit: Visit, database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    page = record(director, demand_id, placed(catalogue))
    assert "La décision est enregistrée." in page
    assert state_of(database, demand_id) == "commission"
    agent = visit("rpe_agent")
    address = f"/decisions/{only_decision(database).id}"
    read = agent.get(address)
    assert "une place est proposée" in read.lower()
    done = agent.post(f"{address}/confirmer", seen_versions(read))
    assert "La lettre part maintenant" in done
    assert state_of(database, demand_id) == "placed"
    with database.reading() as session:
        row = session.scalars(select(LetterRow).where(LetterRow.kind == "placed")).one()
        letter = posted.letter(session, row.id)
    first_words = " ".join(letter.text.split("http")[0].split())[200:600]
    assert first_words in " ".join(read.split())


def test_who_recorded_does_not_confirm(
    database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    record(director, demand_id, placed(catalogue))
    address = f"/decisions/{only_decision(database).id}"
    page = director.get(address)
    assert "une autre personne doit la confirmer" in page
    assert "Confirmer la décision et envoyer" not in page
    refused = director.post(f"{address}/confirmer", {"version": "99"}, status=409)
    assert "a changé" in refused
    version = str(stored_version(database, demand_id))
    typed = {"version": version, "decision_version": "1"}
    refused = director.post(f"{address}/confirmer", typed, status=403)
    assert "par une autre personne que celle qui l’a enregistrée" in refused
    assert state_of(database, demand_id) == "commission"


def stored_version(database: Database, demand_id: int) -> int:
    with database.reading() as session:
        return session.get_one(Demand, demand_id).version


def test_an_unplaced_demand_has_its_reason_and_its_sentence(
    visit: Visit, database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    typed = placed(catalogue, outcome="unplaced", reason="no_seat", detail="Le groupe des bébés est complet.")
    record(director, demand_id, typed)
    other = visit("coordinator")
    address = f"/decisions/{only_decision(database).id}"
    page = other.get(address)
    assert "Le groupe des bébés est complet." in page
    assert "Autorité de Ville d’essai" in page
    other.post(f"{address}/confirmer", seen_versions(page))
    assert state_of(database, demand_id) == "unplaced"


def test_a_part_of_the_week_is_given_and_said_in_the_letter(
    visit: Visit, database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    typed = placed(catalogue, hours="part") | {"week-1-1-start": "8h", "week-1-1-end": "12h"}
    record(director, demand_id, typed)
    assert only_decision(database).pattern == [[1, 480, 720]]
    page = visit("coordinator").get(f"/decisions/{only_decision(database).id}")
    assert "La place couvre une partie des jours demandés." in page.replace("\n", " ")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"outcome": ""}, "Choisissez ce que la commission a décidé."),
        ({"entry_on": ""}, "Indiquez la date d’entrée."),
        ({"entry_on": "01/01/2020"}, "L’entrée est avant la commission."),
        ({"hours": "part"}, "Indiquez les jours et les heures donnés."),
        (
            {"hours": "part", "week-2-1-start": "14h", "week-2-1-end": "9h"},
            "Mardi : l’heure de fin est avant",
        ),
        ({"outcome": "unplaced"}, "Indiquez le motif"),
        ({"outcome": "unplaced", "reason": "other"}, "Précisez le motif en une phrase."),
        ({"establishment_id": "999"}, "choix"),
    ],
)
def test_a_refused_decision_keeps_what_was_typed(
    database: Database,
    catalogue: Catalogue,
    director: Visitor,
    demand_id: int,
    typed: dict[str, str],
    sentence: str,
) -> None:
    page = record(director, demand_id, placed(catalogue, **{"detail": "", **typed}), status=422)
    assert sentence in page
    with database.reading() as session:
        assert session.scalars(select(Decision)).all() == []


def test_a_decision_is_not_recorded_before_its_commission(
    database: Database, catalogue: Catalogue, director: Visitor
) -> None:
    demand_id = in_commission(database, catalogue, session_on=make.TODAY + timedelta(days=5))
    page = record(director, demand_id, placed(catalogue), status=422)
    assert "La commission n’a pas encore eu lieu à cette date." in page
    assert "la décision s’enregistre après" in page


def test_a_second_decision_waits_for_the_first(
    visit: Visit, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    other = visit("director", houses=(make.house(catalogue, "mesanges"),))
    address = f"/demandes/{demand_id}/decision"
    version = seen_version(other.get(address))
    record(director, demand_id, placed(catalogue))
    theirs = placed(catalogue, establishment_id=str(make.house(catalogue, "mesanges")), detail="Chez nous")
    page = other.post(address, {**theirs, "version": version}, status=409)
    assert "Une décision attend déjà sa confirmation" in page
    assert "Chez nous" in page


def test_another_director_reads_no_decision_of_elsewhere(
    visit: Visit, database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    record(director, demand_id, placed(catalogue))
    other = visit("director", houses=(make.house(catalogue, "mesanges"),))
    decision_id = only_decision(database).id
    other.get(f"/decisions/{decision_id}", status=404)
    assert "Les Lucioles" not in other.get("/decisions")
    other.get("/compte")
    other.post(f"/decisions/{decision_id}/confirmer", status=404)
    assert only_decision(database).state == "recorded"


def test_a_decision_is_set_aside_with_its_reason(
    database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    record(director, demand_id, placed(catalogue))
    address = f"/decisions/{only_decision(database).id}"
    seen = seen_versions(director.get(address))
    assert "Indiquez le motif." in director.post(f"{address}/ecarter", {**seen, "reason": " "}, status=422)
    page = director.post(f"{address}/ecarter", {**seen, "reason": "Mauvais enfant"})
    assert "La décision est écartée." in page
    assert only_decision(database).state == "dropped"


def test_a_decision_is_annulled_while_its_letter_has_not_left_and_not_after(
    visit: Visit, database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    record(director, demand_id, placed(catalogue))
    agent = visit("rpe_agent")
    address = f"/decisions/{only_decision(database).id}"
    agent.post(f"{address}/confirmer", seen_versions(agent.get(address)))
    with database.writing() as session:
        session.execute(
            update(LetterRow).where(LetterRow.kind == "placed").values(state="sent", sent_at=make.NOON)
        )
        session.commit()
    page = agent.get(address)
    assert "La lettre est partie" in page
    typed = {"decision_version": "2", "reason": "Erreur"}
    refused = agent.post(f"{address}/annuler", typed, status=409)
    assert "ne peut plus être annulée ici" in refused
    with database.writing() as session:
        session.execute(update(LetterRow).where(LetterRow.kind == "placed").values(state="pending"))
        session.commit()
    seen = seen_versions(agent.get(address))
    agent.post(f"{address}/annuler", {**seen, "reason": "Erreur de ligne"})
    assert state_of(database, demand_id) == "commission"
    assert only_decision(database).state == "annulled"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_decisions_asks_seven_statements_whatever_its_length(
    visit: Visit, database: Database, catalogue: Catalogue, rows: int
) -> None:
    lucioles = make.house(catalogue, "lucioles")
    director = visit("director", houses=(lucioles,))
    for number in range(rows):
        child = make.child(first_name=f"Enfant{number}")
        decided = in_commission(database, catalogue, child=child)
        in_commission(database, catalogue, child=child)
        record(director, decided, placed(catalogue))
    director.get("/decisions")
    with director.counting() as statements:
        page = director.get("/decisions")
    assert len(statements) <= 7, "\n".join(statements)
    assert page.count("attend une autre personne") == rows
    assert page.count(">Décider<") == rows


def test_a_decision_costs_ten_statements_and_its_confirmation_with_offer_and_letter_sixteen(
    visit: Visit, database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    address = f"/demandes/{demand_id}/decision"
    version = seen_version(director.get(address))
    with director.counting() as recorded:
        director.post(address, {**placed(catalogue), "version": version}, status=303, follow=False)
    agent = visit("rpe_agent")
    address = f"/decisions/{only_decision(database).id}"
    seen = seen_versions(agent.get(address))
    with agent.counting() as confirmed:
        agent.post(f"{address}/confirmer", seen, status=303, follow=False)
    assert len(recorded) <= 10, "\n".join(recorded)
    assert len(confirmed) <= 16, "\n".join(confirmed)


def test_a_member_of_the_commission_only_reads(visit: Visit, demand_id: int) -> None:
    member = visit("member")
    page = member.get(f"/demandes/{demand_id}")
    assert "Autres actions" not in page
    member.get("/decisions", status=403)
    member.get(f"/demandes/{demand_id}/decision", status=403)


def test_of_two_confirmations_at_the_same_instant_one_letter_leaves(
    visit: Visit, database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    record(director, demand_id, placed(catalogue))
    address = f"/decisions/{only_decision(database).id}"
    others = [visit("rpe_agent"), visit("coordinator")]
    pages = [other.get(address) for other in others]
    seen = seen_versions(pages[-1])
    together = Barrier(len(others))

    def send(other: Visitor) -> int:
        token = other.last.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
        together.wait()
        typed = {**seen, "csrf_token": token}
        return other.client.post(f"{address}/confirmer", data=typed).status_code

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(send, others)) == [303, 409]
    with database.reading() as session:
        assert len(session.scalars(select(LetterRow).where(LetterRow.kind == "placed")).all()) == 1


@pytest.mark.parametrize(
    ("slug", "typed"),
    [
        ("retirer-de-commission", {"reason": "La famille hésite"}),
        ("retirer", {"reason": "moved", "detail": ""}),
        ("autre-solution", {"solution": "family", "since": "1/9/2026", "proof": "Appel du père"}),
    ],
)
def test_a_demand_whose_decision_waits_does_not_leave_the_commission(
    visit: Visit,
    database: Database,
    catalogue: Catalogue,
    director: Visitor,
    demand_id: int,
    slug: str,
    typed: dict[str, str],
) -> None:
    record(director, demand_id, placed(catalogue))
    agent = visit("rpe_agent")
    address = f"/demandes/{demand_id}/{slug}"
    version = seen_version(agent.get(address))
    with agent.counting() as statements:
        page = agent.post(address, {**typed, "version": version}, status=409)
    assert len(statements) <= 10, "\n".join(statements)
    assert "attend sa confirmation : confirmez-la ou écartez-la d’abord" in page
    decision = f"/decisions/{only_decision(database).id}"
    agent.post(f"{decision}/ecarter", {**seen_versions(agent.get(decision)), "reason": "La famille part"})
    agent.post(address, {**typed, "version": seen_version(agent.get(address))})
    assert state_of(database, demand_id) != "commission"


def test_a_director_sets_aside_a_decision_for_a_house_nobody_wished_for(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    wished = (WishEntry(establishment_id=make.house(catalogue, "lucioles")),)
    demand_id = in_commission(database, catalogue, wishes=wished)
    mesanges = make.house(catalogue, "mesanges")
    director = visit("director", houses=(mesanges,))
    director.get(f"/demandes/{demand_id}", status=404)
    record(visit("coordinator"), demand_id, placed(catalogue, establishment_id=str(mesanges)))
    assert "Confirmer la décision" in director.get(f"/demandes/{demand_id}")
    address = f"/decisions/{only_decision(database).id}"
    typed = {**seen_versions(director.get(address)), "reason": "Groupe fermé"}
    with director.counting() as statements:
        director.post(f"{address}/ecarter", typed, status=303, follow=False)
    assert len(statements) <= 10, "\n".join(statements)
    assert "La décision est écartée." in director.get(director.last.headers["Location"])
    director.get(f"/demandes/{demand_id}", status=404)


def test_the_second_of_two_persons_is_told_what_the_first_one_did(
    visit: Visit, database: Database, catalogue: Catalogue, director: Visitor, demand_id: int
) -> None:
    record(director, demand_id, placed(catalogue))
    address = f"/decisions/{only_decision(database).id}"
    agent = visit("rpe_agent")
    seen = seen_versions(agent.get(address))
    director.get(address)
    director.post(f"{address}/ecarter", {**seen, "reason": "Mauvais enfant"})
    page = agent.post(f"{address}/ecarter", {**seen, "reason": "Erreur de ligne"}, status=409)
    assert "elle a été écartée entre-temps" in page
    page = agent.post(f"{address}/confirmer", {**seen, "version": seen["version"]}, status=409)
    assert "n’attend plus de confirmation" in page
    assert only_decision(database).state == "dropped"


@pytest.mark.parametrize("act", ["confirmer", "ecarter"])
@pytest.mark.parametrize("seen", ["", "7", "forgé"])
def test_a_decision_that_changed_since_it_was_read_is_read_again_first(
    visit: Visit,
    database: Database,
    catalogue: Catalogue,
    director: Visitor,
    demand_id: int,
    act: str,
    seen: str,
) -> None:
    record(director, demand_id, placed(catalogue))
    address = f"/decisions/{only_decision(database).id}"
    agent = visit("rpe_agent")
    typed = {**seen_versions(agent.get(address)), "decision_version": seen, "reason": "Erreur"}
    page = agent.post(f"{address}/{act}", typed, status=409)
    assert "a changé depuis que vous l’avez ouvert" in page
    assert only_decision(database).state == "recorded"
