"""A place offered in the tests of the pages: its link, its state, the version of its form."""

import re
from datetime import timedelta

from sqlalchemy import select

from guichet.commissions.actions import DecisionEntry, confirm_decision, record_decision
from guichet.core import clock
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.offers.models import Offer
from tests import make
from tests.web.pages import TOKEN

NAME = "Commission d’essai"
VERSION = re.compile(r'name="version" value="(\d+)"')
TWIN = {"child": make.child(first_name="Noé")}


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
