"""The sessions of a commission on their pages: planned by hand, convened, postponed, cancelled; and the rounds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from guichet.commissions.sessions.models import CommissionSession, Round
from guichet.core.db import Database
from guichet.core.french import short_date
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.scheduling.places.models import Room
from tests import make

NAME = "Commission de Montceau"
TODAY = make.TODAY


def in_days(days: int) -> str:
    """A day to come, as one types it."""
    return short_date(TODAY + timedelta(days=days))


@pytest.fixture
def commission(database: Database, catalogue: Catalogue) -> int:
    with database.writing() as session:
        made = make.commission(session, catalogue, make.person(session, "coordinator"), name=NAME)
        session.commit()
        return made.id


def plan(visitor, commission: int, days: int = 60, **values: object) -> str:
    """A session planned by hand; its address."""
    visitor.get(f"/commissions/{commission}/seances/nouvelle")
    form = {"sits_on": in_days(days), "starts_at": "14h30", "place": "Mairie", **values}
    visitor.post(f"/commissions/{commission}/seances/nouvelle", form)
    return str(visitor.path)


def enlisted(database: Database, catalogue: Catalogue, days: int) -> int:
    """A demand on the list of the session held in so many days."""
    with database.writing() as session:
        demand = make.demand(session, catalogue, make.person(session))
        on = TODAY + timedelta(days=days)
        make.enlisted(session, catalogue, demand, NAME, on)
        session.commit()
        return demand.id


def test_a_session_is_planned_then_convened_with_the_reglement_of_that_day(visit, database, commission):
    visitor = visit("coordinator")
    address = plan(visitor, commission)
    html = visitor.get(address)
    assert "prévue" in html and "14 h 30".replace(" ", "\u00a0") in html and "Mairie" in html
    assert "Les convocations partent" in visitor.post(f"{address}/convoquer", {"version": "1"})
    assert "convoquée" in visitor.get(address) and "/convoquer" not in visitor.get(address)
    with database.reading() as session:
        found = session.scalars(select(CommissionSession)).one()
    assert (found.state, found.convened_on, found.rules["notice_days"]) == ("convened", TODAY, 10)
    assert NAME in visitor.get("/commissions") and found.sits_on.strftime("%Y") in visitor.get("/commissions")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sits_on": ""}, "Indiquez le jour de la séance."),
        ({"sits_on": in_days(-1)}, "Une séance se prévoit aujourd’hui ou plus tard."),
        ({"starts_at": "tantôt"}, "tantôt"),
        ({"round_id": "999999"}, "Ce tour n’existe plus"),
        ({"duration": "longtemps"}, "Écrivez la durée sous la forme 1 h 30"),
        ({"duration": "13h"}, "Une séance dure entre un quart d’heure et douze heures."),
    ],
)
def test_a_session_that_cannot_be_planned_says_why(visit, database, commission, wrong, sentence):
    visitor = visit("rpe_agent")
    address = f"/commissions/{commission}/seances/nouvelle"
    visitor.get(address)
    form = {"sits_on": in_days(60), "starts_at": "14h", "place": "Mairie d’essai"} | wrong
    html = visitor.post(address, form, status=422)
    assert sentence in html and 'value="Mairie d’essai"' in html
    with database.reading() as session:
        assert session.scalars(select(CommissionSession)).all() == []


def test_the_rooms_in_use_are_proposed_for_its_place(visit, database, commission):
    with database.writing() as session:
        for name, used in (("Salle du conseil", True), ("Préau", False)):
            session.add(Room(name=name, commune_code=make.BLANZY, seats=20, in_use=used))
        session.commit()
    page = visit("coordinator").get(f"/commissions/{commission}/seances/nouvelle")
    assert 'list="place-among"' in page and '<option value="Salle du conseil, Blanzy">' in page
    assert "Préau" not in page


def test_a_commission_sits_once_a_day(visit, commission):
    visitor = visit("coordinator")
    plan(visitor, commission, 60)
    form = {"sits_on": in_days(60), "starts_at": "9h"}
    html = visitor.post(f"/commissions/{commission}/seances/nouvelle", form, status=422)
    assert "Cette commission a déjà une séance ce jour-là." in html


def test_a_convocation_too_late_asks_for_its_urgency(visit, database, commission):
    visitor = visit("coordinator")
    address = plan(visitor, commission, 3)
    visitor.get(address)
    html = visitor.post(f"{address}/convoquer", {"version": "1"}, status=409)
    assert "Indiquez l’urgence qui l’abrège" in html
    visitor.post(f"{address}/convoquer", {"version": "1", "urgency": "Place libérée sans délai"})
    assert "Place libérée sans délai" in visitor.get(address)


def test_a_quorum_out_of_reach_keeps_the_members_from_being_convened(visit, database, catalogue):
    with database.writing() as session:
        by = make.person(session, "coordinator")
        seats = (make.seat("president"),)
        number = make.commission(session, catalogue, by, seats=seats, quorum="number", quorum_number=4).id
        session.commit()
    visitor = visit("coordinator")
    address = plan(visitor, number)
    visitor.get(address)
    html = visitor.post(f"{address}/convoquer", {"version": "1"}, status=409)
    assert "Le quorum demande 4\u00a0membres pour 1\u00a0siège" in html


def test_a_postponed_session_takes_its_demands_along_and_tells_each_family(
    visit, database, catalogue, commission
):
    visitor = visit("coordinator")
    address = plan(visitor, commission, 60)
    demand_id = enlisted(database, catalogue, 60)
    assert "1\u00a0demande suit" in visitor.get(f"{address}/reporter")
    later = {"sits_on": in_days(75), "starts_at": "9h", "reason": "Salle indisponible", "version": "1"}
    html = visitor.post(f"{address}/reporter", later)
    assert "Chaque famille inscrite reçoit la nouvelle date." in html and "la séance reportée" in html
    assert "Salle indisponible" in visitor.get(address)
    with database.reading() as session:
        demand = session.get(Demand, demand_id)
        letters = session.scalars(select(LetterRow.subject).order_by(LetterRow.id)).all()
    assert (demand.state, demand.session_on) == ("commission", TODAY + timedelta(days=75))
    assert sum("examen en commission" in one for one in letters) == 2
    assert "Commission reportée à une autre date" in visitor.get(f"/demandes/{demand_id}")


@pytest.mark.parametrize("leave", ["reporter", "annuler"])
def test_a_session_is_not_left_without_a_reason_nor_twice(visit, commission, leave):
    visitor = visit("coordinator")
    address = plan(visitor, commission)
    visitor.get(f"{address}/{leave}")
    form = {"sits_on": in_days(80), "starts_at": "9h", "version": "1"}
    assert "Indiquez pourquoi la séance est" in visitor.post(f"{address}/{leave}", form, status=409)
    visitor.post(f"{address}/{leave}", form | {"reason": "Neige"})
    visitor.get(f"{address}/{leave}")
    html = visitor.post(f"{address}/{leave}", form | {"reason": "Neige", "version": ""}, status=409)
    assert "n’est pas possible : la séance est" in html


def test_a_cancelled_session_gives_its_demands_back(visit, database, catalogue, commission):
    visitor = visit("coordinator")
    address = plan(visitor, commission, 60)
    demand_id = enlisted(database, catalogue, 60)
    visitor.get(f"{address}/annuler")
    html = visitor.post(f"{address}/annuler", {"reason": "Aucune place", "version": "1"})
    assert "1\u00a0demande redevient orientée" in html
    with database.reading() as session:
        assert session.get(Demand, demand_id).state == "oriented"


def test_a_session_planned_is_offered_to_whoever_enlists(visit, database, catalogue, commission):
    plan(visit("coordinator"), commission, 60)
    with database.writing() as session:
        demand = make.demand(session, catalogue, make.person(session))
        session.commit()
        number = demand.id
    assert NAME in visit("rpe_agent").get(f"/demandes/{number}/inscrire-en-commission")


def test_a_round_joins_the_sessions_of_its_window(visit, database, commission):
    visitor = visit("coordinator")
    visitor.get("/commissions/tours/nouveau")
    form = {"title": "Printemps 2027", "entry_from": "01/08/2027", "entry_to": "31/10/2027"}
    assert "Le tour est créé" in visitor.post("/commissions/tours/nouveau", form)
    with database.reading() as session:
        number = session.scalars(select(Round.id)).one()
    plan(visitor, commission, 60, round_id=str(number))
    assert NAME in visitor.get(f"/commissions/tours/{number}")
    visitor.get(f"/commissions/tours/{number}/modifier")
    changed = form | {"title": "Été 2027", "version": "1"}
    assert "Le tour est enregistré" in visitor.post(f"/commissions/tours/{number}/modifier", changed)
    visitor.get(f"/commissions/tours/{number}/modifier")
    visitor.post(f"/commissions/tours/{number}/modifier", changed, status=409)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Donnez un nom à ce tour"),
        ({"entry_from": ""}, "Indiquez la première entrée examinée."),
        ({"entry_to": "01/07/2027"}, "La dernière entrée examinée vient après la première."),
        ({"run_id": "999999"}, "Cette proposition n’est pas calculée"),
    ],
)
def test_a_round_that_cannot_be_says_why(visit, wrong, sentence):
    visitor = visit("coordinator")
    visitor.get("/commissions/tours/nouveau")
    form = {"title": "Printemps 2027", "entry_from": "01/08/2027", "entry_to": "31/10/2027"} | wrong
    assert sentence in visitor.post("/commissions/tours/nouveau", form, status=422)


def test_a_session_elsewhere_does_not_exist(visit, database, catalogue, commission):
    address = plan(visit("coordinator"), commission)
    elsewhere = visit("director", houses=(make.house(catalogue, "moulins"),))
    elsewhere.get(address, status=404)


def test_two_sessions_at_once_say_what_they_share(visit, database, catalogue, commission):
    """The same presidency, at hours that meet; an hour later they do not."""
    with database.writing() as session:
        seats = (make.seat("president", holder="Honorine Castel", email="h.castel@exemple.test"),)
        by = make.person(session, "coordinator")
        ids = [
            make.commission(session, catalogue, by, house, name=name, seats=seats).id
            for house, name in (("mesanges", "Bureau nord"), ("moulins", "Bureau sud"))
        ]
        session.commit()
    visitor = visit("coordinator")
    for one, start in zip(ids, ("14h", "15h"), strict=True):
        visitor.get(f"/commissions/{one}/seances/nouvelle")
        form = {"sits_on": in_days(60), "starts_at": start, "duration": "90", "place": "Mairie"}
        html = visitor.post(f"/commissions/{one}/seances/nouvelle", form)
    assert (
        "Bureau nord</a>, 14\u00a0h pour 1\u00a0h\u00a030 : au même endroit ; Honorine Castel y siège aussi."
        in html
    )
    visitor.get(f"{visitor.path}/heure")
    form = {"starts_at": "15h30", "place": "Mairie", "version": "1"}
    html = visitor.post(f"{visitor.path.removesuffix('/heure')}/heure", form)
    assert "En même temps" not in html and "L’ordre du jour est vide" in html


def test_three_sessions_cost_what_one_costs(visit, commission):
    visitor = visit("coordinator")
    costs = []
    for days in (60, 61, 62):
        plan(visitor, commission, days)
        visitor.get(f"/commissions/{commission}")
        with visitor.counting() as seen:
            visitor.get(f"/commissions/{commission}")
        costs.append(len(seen))
    assert costs[0] == costs[2] <= 6
