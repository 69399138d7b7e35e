"""The pages of the offers: the family's own by its link, the lists of the desk, the freed seats, the emergencies."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from guichet.commissions.actions import DecisionEntry, confirm_decision, record_decision
from guichet.commissions.between.emergency import admit
from guichet.commissions.between.out_of_session import OutsideEntry
from guichet.commissions.models import Decision
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import clock, french
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.placements.freed_seats import FreedEntry, tell_freed
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.offers.models import FreedSeat, Offer
from tests import make
from tests.web.pages import TOKEN, Visitor

Visit = Callable[..., Visitor]
NAME = "Commission d’essai"
VERSION = re.compile(r'name="version" value="(\d+)"')
TWIN = {"child": make.child(first_name="Noé")}


@pytest.fixture
def links(app: Flask) -> AnswerLinks:
    known = app.extensions["guichet.settings"]
    return AnswerLinks(known.public_url, known.secret_key)


def offered(database: Database, catalogue: Catalogue, links: AnswerLinks, **values: object) -> int:
    """A demand decided yesterday at Les Lucioles, its family asked to answer; the id of the offer."""
    now = clock.now()
    lucioles = make.house(catalogue, "lucioles")
    with database.writing() as session:
        agent = make.person(session, name="Sacha Second")
        director = make.person(session, "director", houses=(lucioles,))
        entry_on = day(now) + timedelta(days=60)
        demand = make.demand(
            session,
            catalogue,
            agent,
            at=now - timedelta(days=9),
            received_on=day(now) - timedelta(days=9),
            need=make.need(entry_on=entry_on),
            **values,
        )
        make.enlisted(session, catalogue, demand, NAME, day(now) + timedelta(days=400))
        demand.session_on = day(now) - timedelta(days=2)
        entry = DecisionEntry("placed", demand.session_on, NAME, lucioles, entry_on)
        yesterday = now - timedelta(days=1)
        decision = record_decision(session, demand, entry, catalogue, person=director, at=yesterday)
        session.flush()
        confirm_decision(session, decision, demand, catalogue, links=links, person=agent, at=yesterday)
        session.commit()
        return session.scalars(select(Offer.id).where(Offer.demand_id == demand.id)).one()


@pytest.fixture
def offer_id(database: Database, catalogue: Catalogue, links: AnswerLinks) -> int:
    return offered(database, catalogue, links)


def of(database: Database, offer_id: int) -> Offer:
    with database.reading() as session:
        return session.get_one(Offer, offer_id)


def state(database: Database, offer_id: int) -> tuple[str, str]:
    with database.reading() as session:
        offer = session.get_one(Offer, offer_id)
        return offer.state, session.get_one(Demand, offer.demand_id).state


def address(database: Database, links: AnswerLinks, offer_id: int) -> str:
    return "/reponse/" + links.token(of(database, offer_id).from_key)


def version(page: str) -> dict[str, str]:
    """What a form carries: the version seen, and its token."""
    found, token = VERSION.search(page), TOKEN.search(page)
    assert found
    assert token
    return {"version": found[1], "csrf_token": token[1]}


# --- the family


def test_looking_at_the_link_answers_nothing_and_a_click_accepts(
    visitor: Visitor, database: Database, links: AnswerLinks, offer_id: int
) -> None:
    url = address(database, links, offer_id)
    for _ in range(2):
        page = visitor.get(url)
    assert "Une place pour Lina" in page
    assert "Les Lucioles" in page
    assert "Verdoux" not in page
    assert state(database, offer_id) == ("offered", "placed")
    done = visitor.post(f"{url}/accepter", version(page))
    assert "La place est acceptée" in done
    assert "Une réponse est déjà enregistrée" in done
    assert "J’accepte cette place" not in done
    assert state(database, offer_id) == ("accepted", "placed")
    assert of(database, offer_id).answered_how == "link"


def test_each_link_that_serves_no_more_says_why_and_changes_nothing(
    visitor: Visitor, database: Database, links: AnswerLinks, offer_id: int
) -> None:
    url = address(database, links, offer_id)
    seen = version(visitor.get(url))
    assert "Ce lien n’est pas complet" in visitor.get(url[:-3], status=404)
    with database.transaction() as session:
        session.execute(update(Offer).values(answer_by=day(clock.now()) - timedelta(days=1)))
    late = visitor.get(url)
    assert "Le délai pour répondre ici est passé" in late
    assert "J’accepte" not in late
    assert "Le délai pour répondre ici est passé" in visitor.post(f"{url}/accepter", seen, status=409)
    for gone, said in (("expired", "la place n’est plus réservée"), ("cancelled", "n’est plus valable")):
        with database.transaction() as session:
            session.execute(update(Offer).values(state=gone))
        assert said in visitor.get(url, status=410)
        assert said in visitor.post(f"{url}/refuser", {**seen, "reason": "hours"}, status=409)
        assert state(database, offer_id) == (gone, "placed")


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(
    visitor: Visitor, database: Database, links: AnswerLinks, offer_id: int
) -> None:
    url = address(database, links, offer_id)
    seen = version(visitor.get(url))
    refused = visitor.post(
        f"{url}/refuser", {**seen, "detail": "Trop tard le soir", "keeps_waiting": "no"}, status=422
    )
    assert "Choisissez la raison" in refused
    assert "Trop tard le soir" in refused
    visitor.post(f"{url}/refuser", {**seen, "reason": "hours", "keeps_waiting": "yes"})
    assert state(database, offer_id) == ("declined", "oriented")


def test_a_family_asks_for_another_date(
    visitor: Visitor, database: Database, links: AnswerLinks, offer_id: int
) -> None:
    url = address(database, links, offer_id)
    seen = version(visitor.get(url))
    assert "date après l’entrée" in visitor.post(f"{url}/autre-date", {**seen, "wished_on": ""}, status=422)
    later = french.short_date(of(database, offer_id).entry_on + timedelta(days=20))
    assert "autre date" in visitor.post(f"{url}/autre-date", {**seen, "wished_on": later})
    assert state(database, offer_id) == ("postponed", "placed")


def test_brothers_and_sisters_are_answered_on_one_page(
    visitor: Visitor, database: Database, catalogue: Catalogue, links: AnswerLinks, offer_id: int
) -> None:
    second = offered(database, catalogue, links, **TWIN)
    with database.transaction() as session:
        first_family = session.scalars(
            select(Demand.family_id).join(Offer, Offer.demand_id == Demand.id).where(Offer.id == offer_id)
        ).one()
        session.execute(
            update(Demand).where(Demand.id == of(database, second).demand_id).values(family_id=first_family)
        )
    page = visitor.get(address(database, links, second))
    assert "Des places pour Noé et Lina" in page
    visitor.post(f"{address(database, links, offer_id)}/accepter", {"version": "1"})
    assert (state(database, offer_id)[0], state(database, second)[0]) == ("accepted", "offered")
    with database.transaction() as session:
        session.execute(update(Offer).where(Offer.id == offer_id).values(state="cancelled"))
    assert "Une place pour Noé" in visitor.get(address(database, links, offer_id))


def test_of_two_answers_at_the_same_instant_one_counts(
    app: Flask, database: Database, links: AnswerLinks, offer_id: int
) -> None:
    url = address(database, links, offer_id)
    visitors = [Visitor(app, database) for _ in range(2)]
    seen = [version(one.get(url)) for one in visitors]
    together, given = Barrier(2), []

    def answer(one: Visitor, path: str, typed: dict[str, str]) -> None:
        together.wait()
        given.append(one.client.post(url + path, data=typed).status_code)

    no = {**seen[1], "reason": "hours", "keeps_waiting": "yes"}
    threads = [
        Thread(target=answer, args=(visitors[0], "/accepter", seen[0])),
        Thread(target=answer, args=(visitors[1], "/refuser", no)),
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(given) == [303, 409]
    assert state(database, offer_id) in {("accepted", "placed"), ("declined", "oriented")}
    with database.reading() as session:
        kinds = session.scalars(select(LetterRow.kind).where(LetterRow.kind.like("offer_%"))).all()
    assert len(kinds) == 1


# --- the desk and the director


def test_the_desk_notes_an_answer_given_by_phone(visit: Visit, database: Database, offer_id: int) -> None:
    agent = visit("rpe_agent")
    assert "Lina Verdoux" in agent.get("/reponses")
    page = agent.get(f"/reponses/{offer_id}")
    assert "Indiquez comment" in agent.post(
        f"/reponses/{offer_id}/reponse", {**version(page), "answer": "accept"}, status=422
    )
    done = agent.post(f"/reponses/{offer_id}/reponse", {**version(page), "answer": "accept", "how": "phone"})
    assert "La réponse de la famille est notée" in done
    again = agent.post(
        f"/reponses/{offer_id}/reponse",
        {**version(page), "answer": "decline", "reason": "hours", "how": "phone"},
        status=409,
    )
    assert "a changé depuis" in again
    assert state(database, offer_id) == ("accepted", "placed")


def test_a_director_answers_the_date_asked_then_confirms_the_entry(
    visit: Visit,
    database: Database,
    catalogue: Catalogue,
    links: AnswerLinks,
    visitor: Visitor,
    offer_id: int,
) -> None:
    url = address(database, links, offer_id)
    later = of(database, offer_id).entry_on + timedelta(days=20)
    seen = version(visitor.get(url))
    visitor.post(f"{url}/autre-date", {**seen, "wished_on": french.short_date(later)})
    director = visit("director", houses=(make.house(catalogue, "lucioles"),))
    assert "Dates d’entrée demandées" in director.get("/decisions")
    page = director.get(f"/reponses/{offer_id}")
    assert "La date demandée est accordée" in director.post(f"/reponses/{offer_id}/accorder", version(page))
    assert of(database, offer_id).entry_on == later
    today = day(clock.now())
    with database.transaction() as session:
        session.execute(update(Offer).values(entry_on=today - timedelta(days=8)))
    assert "en retard" in director.get("/reponses?vue=entrees")
    page = director.get(f"/reponses/{offer_id}")
    typed = {**version(page), "entered_on": french.short_date(today)}
    assert "est confirmée" in director.post(f"/reponses/{offer_id}/entree", typed)
    assert state(database, offer_id) == ("entered", "placed")


def test_an_offer_of_elsewhere_does_not_exist_for_another_director(
    visit: Visit, catalogue: Catalogue, offer_id: int
) -> None:
    other = visit("director", houses=(make.house(catalogue, "mesanges"),))
    other.get(f"/reponses/{offer_id}", status=404)
    assert "Lina" not in other.get("/reponses")


def test_a_letter_that_did_not_arrive_waits_in_the_desk_s_day_until_somebody_told_the_family(
    visit: Visit, database: Database, offer_id: int
) -> None:
    with database.transaction() as session:
        bounced = update(LetterRow).where(LetterRow.kind == "placed")
        session.execute(bounced.values(state="bounced", sent_at=clock.now()))
    agent = visit("rpe_agent")
    assert "Familles à joindre" in agent.get("/aujourdhui")
    page = agent.get(f"/reponses/{offer_id}")
    until = french.short_date(day(clock.now()) + timedelta(days=6))
    agent.post(f"/reponses/{offer_id}/jointe", {**version(page), "answer_by": until, "told_how": "phone"})
    assert "Familles à joindre" not in agent.get("/aujourdhui")


def test_the_lists_cost_the_same_with_one_line_and_with_three(
    visit: Visit, database: Database, catalogue: Catalogue, links: AnswerLinks, offer_id: int
) -> None:
    agent = visit("rpe_agent")
    agent.get("/reponses")
    counted = []
    for number in (1, 3):
        if number == 3:
            for name in ("Ana", "Eli"):
                offered(database, catalogue, links, child=make.child(first_name=name))
        with agent.counting() as statements:
            agent.get("/reponses?vue=attendues")
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 6


def test_the_page_of_the_demand_says_until_when_the_family_answers(
    visit: Visit, database: Database, offer_id: int
) -> None:
    offer = of(database, offer_id)
    page = visit("rpe_agent").get(f"/demandes/{offer.demand_id}")
    assert f"réponse attendue au plus tard le {french.short_date(offer.answer_by)}" in page
    assert "Répondre à la place proposée" in page
    assert "Noter la réponse de la famille" in page


def test_whoever_reads_the_letter_at_the_desk_does_not_see_the_family_s_own_link(
    visit: Visit, database: Database, offer_id: int
) -> None:
    with database.reading() as session:
        letter_id = session.scalars(select(LetterRow.id).where(LetterRow.kind == "placed")).one()
    agent = visit("rpe_agent")
    for url in (f"/courriers/{letter_id}", f"/courriers/{letter_id}/html"):
        page = agent.client.get(url).get_data(as_text=True)
        assert "Répondre à la proposition" in page
        assert "adresse personnelle de la famille" in page
        assert "/reponse/" not in page


# --- freed seats and emergencies


def test_a_declined_place_goes_to_the_next_child_and_the_coordination_confirms(
    visit: Visit,
    visitor: Visitor,
    database: Database,
    catalogue: Catalogue,
    links: AnswerLinks,
    offer_id: int,
) -> None:
    coordinator = visit("coordinator")
    lucioles = make.house(catalogue, "lucioles")
    with database.writing() as session:
        make.places(session, lucioles, coordinator.person)
        agent = make.person(session)
        other = make.demand(
            session,
            catalogue,
            agent,
            child=make.child(first_name="Suzie", last_name="Aubriet"),
            adults=(make.adult(last_name="Aubriet", email="aubriet@exemple.test"),),
            need=make.need(entry_on=of(database, offer_id).entry_on),
        )
        make.enlisted(session, catalogue, other, NAME, day(clock.now()) + timedelta(days=30))
        session.commit()
        next_id = other.id
    url = address(database, links, offer_id)
    seen = version(visitor.get(url))
    visitor.post(f"{url}/refuser", {**seen, "reason": "place", "keeps_waiting": "no"})
    director = visit("director", houses=(lucioles,))
    assert "place refusée par la famille" in director.get("/places-liberees")
    with database.reading() as session:
        seat_id = session.scalars(select(FreedSeat.id)).one()
    assert "Suzie Aubriet" in director.get(f"/places-liberees/{seat_id}")
    form = f"/places-liberees/{seat_id}/proposer/{next_id}"
    page = director.get(form)
    assert "Écrivez le motif" in director.post(
        form, {**version(page), "entry_on": "1/12/2027", "hours": "whole"}, status=422
    )
    entry_on = french.short_date(of(database, offer_id).entry_on)
    typed = {**version(page), "entry_on": entry_on, "hours": "whole", "reason": "La suivante."}
    assert "à confirmer" in director.post(form, typed) or director.path.startswith("/decisions/")
    with database.reading() as session:
        decision = session.scalars(select(Decision).where(Decision.basis == "between")).one()
    read = coordinator.get(f"/decisions/{decision.id}")
    seen = {**version(read), "decision_version": str(decision.version)}
    assert "La décision est confirmée" in coordinator.post(f"/decisions/{decision.id}/confirmer", seen)
    with database.reading() as session:
        given = session.scalars(select(Offer).where(Offer.demand_id == next_id)).one()
        assert given.state == "offered"
        assert session.get_one(FreedSeat, seat_id).outcome == "given"


def test_a_member_who_presides_confirms_a_freed_seat_and_reads_nothing_else(
    visit: Visit, database: Database, catalogue: Catalogue, links: AnswerLinks
) -> None:
    member = visit("member")
    lucioles = make.house(catalogue, "lucioles")
    with database.writing() as session:
        by = make.person(session, "coordinator")
        chair = make.seat("president", user_id=member.person.user_id, holder="Ana Préside")
        make.commission(session, catalogue, by, name=NAME, seats=(chair, make.seat("elected")))
        tell_freed(
            session,
            FreedEntry(lucioles, day(clock.now()), make.FIVE_DAYS),
            actor=by,
            at=clock.now(),
        )
        session.commit()
    page = member.get("/places-liberees")
    assert "annoncée par la direction" in page
    assert "Signaler une place" not in page
    member.get("/places-liberees/signaler", status=403)
    assert "Les Lucioles" not in visit("member").get("/places-liberees")


def test_an_emergency_is_recorded_from_the_demand_with_the_count_of_the_year(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    with database.writing() as session:
        demand = make.demand(session, catalogue, agent.person)
        make.enlisted(session, catalogue, demand, NAME, day(clock.now()) + timedelta(days=30))
        make.commission(session, catalogue, make.person(session, "coordinator"), name=NAME)
        session.commit()
        demand_id = demand.id
    url = f"/demandes/{demand_id}/urgence"
    page = agent.get(url)
    assert "Admissions en urgence cette année" in page
    lucioles = str(make.house(catalogue, "lucioles"))
    soon = french.short_date(day(clock.now()) + timedelta(days=2))
    typed = {**version(page), "establishment_id": lucioles, "entry_on": soon, "hours": "whole"}
    assert "Écrivez le motif" in agent.post(url, typed, status=422)
    done = agent.post(url, {**typed, "reason": "Hospitalisation d’un parent."})
    assert "admission en urgence" in done
    assert "une autre personne doit la confirmer" in done


def test_a_session_that_sits_takes_note_of_what_was_given_without_it(
    visit: Visit, database: Database, catalogue: Catalogue, links: AnswerLinks
) -> None:
    coordinator = visit("coordinator")
    now = clock.now()
    with database.writing() as session:
        agent = make.person(session)
        demand = make.demand(session, catalogue, agent)
        make.enlisted(session, catalogue, demand, NAME, day(now) + timedelta(days=30))
        body = make.commission(session, catalogue, coordinator.person, name=NAME)
        lucioles = make.house(catalogue, "lucioles")
        entry = OutsideEntry(lucioles, day(now) + timedelta(days=3), None, "Hospitalisation.")
        decision = admit(session, demand, entry, catalogue, person=agent, at=now)
        second = coordinator.person
        confirm_decision(session, decision, demand, catalogue, links=links, person=second, at=now)
        sitting = CommissionSession(
            commission_id=body.id, state="planned", sits_on=day(now), starts_at=840, convened_on=day(now)
        )
        session.add(sitting)
        session.commit()
        url = f"/commissions/seances/{sitting.id}/hors-seance"
    page = coordinator.get(url)
    assert "Hospitalisation." in page
    assert "Prendre acte" not in page
    with database.transaction() as session:
        session.execute(update(CommissionSession).values(state="sitting"))
    coordinator.get(url)
    done = coordinator.post(url, {"decision": [str(decision.id)]})
    assert "La commission a pris acte" in done
    assert "Aucune place" in done
    with database.reading() as session:
        assert session.get_one(Decision, decision.id).ratified_session_id is not None


def test_a_freed_seat_is_told_by_a_director_and_taken_off_the_list_with_a_reason(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    lucioles = make.house(catalogue, "lucioles")
    director = visit("director", houses=(lucioles,))
    director.get("/places-liberees/signaler")
    typed = {"establishment_id": str(lucioles), "since": french.short_date(day(clock.now()))}
    assert "au moins un jour" in director.post("/places-liberees/signaler", typed, status=422)
    hours = {"heures-1-1-start": "8h", "heures-1-1-end": "17h"}
    page = director.post("/places-liberees/signaler", {**typed, **hours})
    with database.reading() as session:
        seat = session.scalars(select(FreedSeat)).one()
    close = f"/places-liberees/{seat.id}/clore"
    assert "Indiquez pourquoi" in director.post(close, {**version(page), "outcome": "kept"}, status=422)
    done = director.post(close, {**version(page), "outcome": "kept", "detail": "Accueil occasionnel"})
    assert "Aucune place à donner" in done
