"""The pages of an offer: the family answers by its link, the desk and the direction note what they were told."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import select, update

from guichet.core import clock, french
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.offers.models import Offer
from tests import make
from tests.web.offering import TWIN, address, of, offered, state, version
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


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
