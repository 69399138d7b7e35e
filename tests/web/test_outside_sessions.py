"""The pages of what is given outside a session: a freed seat, an emergency, and the session that takes note."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update

from guichet.commissions.actions import confirm_decision
from guichet.commissions.between.emergency import admit
from guichet.commissions.between.out_of_session import OutsideEntry
from guichet.commissions.models import Decision
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import clock, french
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from guichet.placements.freed_seats import FreedEntry, tell_freed
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.offers.models import FreedSeat, Offer
from tests import make
from tests.web.offering import NAME, address, of, version
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


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
