"""The steps of a demand on their pages: prefilled, refused without losing what was typed, ten statements at most."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from guichet.core import french
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.demands.actions import OrientationEntry, enlist, orient, withdraw
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Contact, Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]
SOON = make.TODAY + timedelta(days=20)
ORIENTATION = {"kind": "commission", "interview_on": "", "note": "Famille reçue, deux besoins"}


@pytest.fixture
def demand_id(database: Database, catalogue: Catalogue) -> int:
    return registered(database, catalogue)


def registered(database: Database, catalogue: Catalogue, state: str = "received", **values) -> int:
    """A demand of today, led to the wanted state by the real actions."""
    at = make.NOON
    with database.writing() as session:
        agent = make.person(session)
        values = {"received_on": day(at), "need": make.need(entry_on=day(at) + timedelta(days=200)), **values}
        demand = make.demand(session, catalogue, agent, at=at, **values)
        if state in ("oriented", "commission"):
            orient(session, demand, OrientationEntry("commission", "Vu"), catalogue, actor=agent, at=at)
        if state == "commission":
            enlist(session, demand, SOON, "Commission de printemps", (), catalogue, actor=agent, at=at)
        if state == "withdrawn":
            withdraw(session, demand, "moved", "", catalogue, actor=agent, at=at)
        session.commit()
        return demand.id


def stored(database: Database, demand_id: int) -> Demand:
    with database.reading() as session:
        return session.get_one(Demand, demand_id)


def letters(database: Database, demand_id: int) -> list[str]:
    with database.reading() as session:
        rows = select(LetterRow.kind).where(LetterRow.subject_id == demand_id).order_by(LetterRow.id)
        return list(session.scalars(rows))


def seen_version(page: str) -> str:
    return page.split('name="version" value="')[1].split('"')[0]


def test_an_agent_orients_a_demand_and_the_letter_is_posted(
    visit: Visit, database: Database, demand_id: int
) -> None:
    visitor = visit("rpe_agent")
    address = f"/demandes/{demand_id}/orienter"
    page = visitor.get(address)
    done = visitor.post(address, {**ORIENTATION, "version": seen_version(page)})
    assert visitor.path == f"/demandes/{demand_id}"
    assert "L’orientation est enregistrée." in done
    assert "Famille reçue, deux besoins" in done
    assert stored(database, demand_id).state == "oriented"
    assert letters(database, demand_id) == ["acknowledgement", "orientation"]


def test_a_step_costs_ten_statements_at_most(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    received = registered(database, catalogue)
    oriented = registered(database, catalogue, "oriented", facts=(FactEntry("single_parent"),))
    visitor = visit("rpe_agent")
    visitor.get(f"/demandes/{received}")
    for demand_id, slug, typed in (
        (received, "orienter", ORIENTATION),
        (
            oriented,
            "inscrire-en-commission",
            {"session": "new", "session_on": french.short_date(SOON), "session_name": "Commission"},
        ),
        (received, "retirer", {"reason": "moved", "detail": ""}),
    ):
        address = f"/demandes/{demand_id}/{slug}"
        version = seen_version(visitor.get(address))
        with visitor.counting() as statements:
            visitor.post(address, {**typed, "version": version}, status=303, follow=False)
        assert len(statements) <= 10, "\n".join(statements)


def test_the_second_of_two_agents_keeps_what_was_typed_and_sees_what_changed(
    visit: Visit, database: Database, demand_id: int
) -> None:
    first, second = visit("rpe_agent"), visit("rpe_agent")
    address = f"/demandes/{demand_id}/retirer"
    version = seen_version(second.get(address))
    other = f"/demandes/{demand_id}/orienter"
    first.post(other, {**ORIENTATION, "version": seen_version(first.get(other))})
    typed = {"reason": "moved", "detail": "Partis à Autun", "version": version}
    page = second.post(address, typed, status=409)
    assert "Ce dossier a changé depuis que vous l’avez ouvert." in page
    assert "Partis à Autun" in page
    assert "Ce qui s’est passé depuis" in page
    assert first.person.name in page
    assert stored(database, demand_id).state == "oriented"
    second.post(address, {**typed, "version": seen_version(page)})
    assert stored(database, demand_id).state == "withdrawn"


def test_a_step_that_is_not_possible_any_more_says_so(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    demand_id = registered(database, catalogue, "withdrawn")
    visitor = visit("rpe_agent")
    page = visitor.get(f"/demandes/{demand_id}/orienter")
    assert "n’est pas possible pour une demande « retirée »" in page
    page = visitor.post(
        f"/demandes/{demand_id}/orienter", {**ORIENTATION, "version": seen_version(page)}, status=409
    )
    assert "Famille reçue, deux besoins" in page


@pytest.mark.parametrize(
    ("slug", "state", "typed", "sentence"),
    [
        ("orienter", "received", {"kind": "commission"}, "Notez l’entretien ou écrivez l’orientation"),
        (
            "orienter",
            "received",
            {"kind": "commission", "interview_on": "31/02/2026"},
            "Cette date n’existe pas dans le calendrier.",
        ),
        (
            "orienter",
            "received",
            {"kind": "commission", "interview_on": "01/01/2099"},
            "L’entretien ne peut pas être dans le futur.",
        ),
        ("orienter", "received", {"kind": "commission", "note": "x" * 5000}, "Ce texte est trop long"),
        ("orienter", "received", {"kind": "nowhere", "note": "x"}, "choix"),
        ("inscrire-en-commission", "oriented", {}, "Choisissez une commission."),
        ("inscrire-en-commission", "oriented", {"session": "new"}, "Indiquez la date de la commission."),
        (
            "inscrire-en-commission",
            "oriented",
            {"session": "new", "session_on": "01/01/2020", "session_name": "Passée"},
            "Choisissez une commission à venir.",
        ),
        ("retirer-de-commission", "commission", {"reason": "   "}, "Indiquez le motif."),
        ("autre-solution", "oriented", {"solution": "childminder", "since": " "}, "Indiquez depuis quand"),
        ("autre-solution", "oriented", {"solution": "childminder"}, "Indiquez la preuve"),
        ("retirer", "received", {"reason": ""}, "choix"),
    ],
)
def test_a_refusal_is_one_french_sentence_and_nothing_moves(
    visit: Visit,
    database: Database,
    catalogue: Catalogue,
    slug: str,
    state: str,
    typed: dict[str, str],
    sentence: str,
) -> None:
    demand_id = registered(database, catalogue, state)
    visitor = visit("rpe_agent")
    address = f"/demandes/{demand_id}/{slug}"
    version = seen_version(visitor.get(address))
    response = visitor.client.post(address, data={**typed, "version": version, "csrf_token": _token(visitor)})
    assert response.status_code in (409, 422)
    assert sentence in response.get_data(as_text=True)
    assert stored(database, demand_id).state == state


def _token(visitor: Visitor) -> str:
    assert visitor.last is not None
    return visitor.last.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


def test_an_incomplete_dossier_is_said_before_and_refused_after(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    facts = (FactEntry("work", "employer_certificate", about=1),)
    demand_id = registered(database, catalogue, "oriented", facts=facts)
    visitor = visit("rpe_agent")
    address = f"/demandes/{demand_id}/inscrire-en-commission"
    page = visitor.get(address)
    assert "Il manque : Attestation d’employeur ou dernier bulletin de salaire" in page
    typed = {"session": "new", "session_on": french.short_date(SOON), "session_name": "Commission"}
    page = visitor.post(address, {**typed, "version": seen_version(page)}, status=409)
    assert "Il manque au dossier : Attestation d’employeur" in page
    assert "Ce qui s’est passé depuis" not in page


def test_a_known_session_is_picked_from_the_list(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    registered(database, catalogue, "commission")
    demand_id = registered(database, catalogue, "oriented", child=make.child(first_name="Ana"))
    visitor = visit("rpe_agent")
    address = f"/demandes/{demand_id}/inscrire-en-commission"
    page = visitor.get(address)
    code = f"{SOON.isoformat()} Commission de printemps"
    assert f'value="{code}" checked' in page
    visitor.post(address, {"session": code, "version": seen_version(page)})
    assert stored(database, demand_id).session_on == SOON
    assert stored(database, demand_id).session_name == "Commission de printemps"


def test_every_other_step_goes_through_its_page(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    demand_id = registered(database, catalogue, "commission")
    visitor = visit("coordinator")
    today = french.short_date(make.TODAY)
    path = [
        ("retirer-de-commission", {"reason": "La famille hésite"}, "oriented"),
        ("autre-solution", {"solution": "childminder", "since": today, "proof": "Contrat signé"}, "placed"),
        ("liberer", {"reason": "Le contrat est rompu"}, "oriented"),
        ("renouveler", {"how": "Appel du père"}, "oriented"),
        ("retirer", {"reason": "no_longer_needed", "detail": ""}, "withdrawn"),
        ("rouvrir", {}, "received"),
    ]
    for slug, typed, state in path:
        address = f"/demandes/{demand_id}/{slug}"
        visitor.post(address, {**typed, "version": seen_version(visitor.get(address))})
        assert stored(database, demand_id).state == state
    life = visitor.get(f"/demandes/{demand_id}")
    for said in (
        "La famille hésite",
        "Contrat signé",
        "Le contrat est rompu",
        "Appel du père",
        "Besoin disparu",
    ):
        assert said in life


def test_only_the_desk_takes_steps_and_only_on_its_demands(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    wishes = (WishEntry(establishment_id=make.house(catalogue, "lucioles")),)
    demand_id = registered(database, catalogue, wishes=wishes)
    director = visit("director", houses=(make.house(catalogue, "lucioles"),))
    director.get(f"/demandes/{demand_id}/orienter", status=403)
    agent = visit("rpe_agent", communes=(make.BLANZY,))
    agent.get(f"/demandes/{demand_id}/orienter", status=404)
    agent.get("/compte")
    agent.post(f"/demandes/{demand_id}/retirer", {"reason": "moved"}, status=404)
    assert stored(database, demand_id).state == "received"


def test_an_appointment_is_planned_held_and_read_in_the_life_of_the_demand(
    visit: Visit, database: Database, demand_id: int
) -> None:
    visitor = visit("rpe_agent")
    address = f"/demandes/{demand_id}/rendez-vous"
    visitor.get(address)
    refused = visitor.post(address, {"day": "01/02/2020", "hour": "14h30", "place": "Relais"}, status=422)
    assert "Le rendez-vous doit être à venir." in refused
    assert 'value="14h30"' in refused
    page = visitor.post(
        address, {"day": french.short_date(SOON), "hour": "14h30", "place": "Relais de Montceau"}
    )
    assert "Relais de Montceau" in page
    assert "à venir" in page
    with database.reading() as session:
        contact = session.scalars(select(Contact)).one()
    assert french.clock_at(contact.planned_for) == french.clock_time(14 * 60 + 30)
    outcome = f"{address}/{contact.id}"
    visitor.get(outcome)
    assert "il peut seulement être annulé" in visitor.post(outcome, {"outcome": "held"}, status=422)
    page = visitor.post(outcome, {"outcome": "cancelled", "note": "La famille a appelé"})
    assert "Rendez-vous annulé" in page
    assert "La famille a appelé" in page
    visitor.get(outcome)
    assert "déjà noté" in visitor.post(outcome, {"outcome": "cancelled"}, status=409)


def test_a_call_is_noted(visit: Visit, demand_id: int) -> None:
    visitor = visit("rpe_agent")
    address = f"/demandes/{demand_id}/echange"
    visitor.get(address)
    assert "Écrivez ce qui s’est dit" in visitor.post(address, {"kind": "call", "note": " "}, status=422)
    page = visitor.post(address, {"kind": "call", "note": "Rappeler <b>lundi</b>"})
    assert "Rappeler &lt;b&gt;lundi&lt;/b&gt;" in page


def test_the_interview_that_was_held_is_prefilled(visit: Visit, database: Database, demand_id: int) -> None:
    held_on = make.TODAY - timedelta(days=2)
    with database.writing() as session:
        session.add(
            Contact(
                demand_id=demand_id,
                kind="appointment",
                at=make.NOON - timedelta(days=9),
                by="Alix",
                planned_for=make.NOON - timedelta(days=2),
                outcome="held",
            )
        )
        session.commit()
    page = visit("rpe_agent").get(f"/demandes/{demand_id}/orienter")
    assert f'value="{french.short_date(held_on)}"' in page


def test_what_cannot_be_stored_or_turns_the_text_around_is_taken_out(
    visit: Visit, database: Database, demand_id: int
) -> None:
    visitor = visit("rpe_agent")
    address = f"/demandes/{demand_id}/orienter"
    version = seen_version(visitor.get(address))
    note = "Reçue\x00 lundi\r\n\u202eDeux enfants 👶"
    visitor.post(address, {"kind": "commission", "note": note, "version": version})
    assert stored(database, demand_id).orientation_note == "Reçue lundi\nDeux enfants 👶"


def test_of_two_agents_at_the_same_instant_one_moves_the_demand_and_the_other_is_told(
    visit: Visit, database: Database, demand_id: int
) -> None:
    agents = [visit("rpe_agent"), visit("rpe_agent")]
    address = f"/demandes/{demand_id}/orienter"
    pages = [agent.get(address) for agent in agents]
    version = seen_version(pages[-1])
    together = Barrier(len(agents))

    def send(agent: Visitor) -> int:
        typed = {**ORIENTATION, "version": version, "csrf_token": _token(agent)}
        together.wait()
        return agent.client.post(address, data=typed).status_code

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(send, agents)) == [303, 409]
    assert letters(database, demand_id) == ["acknowledgement", "orientation"]
