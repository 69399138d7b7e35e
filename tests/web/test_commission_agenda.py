"""The agenda on its page: made from the demands that are ready, completed by hand, without a name on it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from guichet.commissions.sessions.actions import SessionEntry, plan
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.core import clock
from guichet.core.db import Database
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from tests import make

NAME = "Commission de Montceau"
TODAY = make.TODAY
SITS_ON = TODAY + timedelta(days=60)


@pytest.fixture
def sitting(database: Database, catalogue: Catalogue) -> str:
    """The address of a session of Les Lucioles in two months."""
    with database.writing() as session:
        by = make.person(session, "coordinator")
        commission = make.commission(session, catalogue, by, name=NAME)
        made = plan(session, commission, SessionEntry(SITS_ON, 14 * 60), actor=by, at=clock.now())
        session.commit()
        return f"/commissions/seances/{made.id}"


def enlisted(database: Database, catalogue: Catalogue, last_name: str = "Verdoux", **after: object) -> Demand:
    """A demand on the list of the session; `after` is what became of it since."""
    with database.writing() as session:
        demand = make.demand(
            session,
            catalogue,
            make.person(session),
            child=make.child(last_name=last_name, first_name="Iloïse"),
        )
        make.enlisted(session, catalogue, demand, NAME, SITS_ON)
        renewed = {"renewal_due_on": SITS_ON + timedelta(days=90), **after}
        session.flush()
        session.execute(update(Demand).where(Demand.id == demand.id).values(**renewed))
        session.commit()
        return demand


def version(database: Database) -> str:
    with database.reading() as session:
        return str(session.scalars(select(CommissionSession.version)).one())


def built(visitor, database: Database, address: str) -> str:
    visitor.get(f"{address}/ordre-du-jour")
    return visitor.post(f"{address}/ordre-du-jour", {"each": "4", "version": version(database)})


def test_the_agenda_names_nobody_and_says_who_waits_and_why(visit, database, catalogue, sitting):
    ready = enlisted(database, catalogue)
    late = enlisted(database, catalogue, "Ferval", renewal_due_on=TODAY + timedelta(days=5), papers_missing=1)
    visitor = visit("coordinator")
    html = built(visitor, database, sitting)
    assert "L’ordre du jour est établi : 1\u00a0demande." in html
    before, after = html.split('id="apart"')
    assert f"n°\u00a0{ready.number}" in before and f"n°\u00a0{late.number}" in after
    assert (
        "17\u00a0mois" in before
        and "la famille n’a pas confirmé sa demande, des justificatifs manquent" in after
    )
    assert "Verdoux" not in html and "Ferval" not in html and "Iloïse" not in html


def test_the_director_is_sent_to_the_session_that_will_decide(visit, database, catalogue, sitting):
    director = visit("director", houses=(make.house(catalogue, "lucioles"),))
    enlisted(database, catalogue)
    assert "À la séance" not in director.get("/decisions")
    built(visit("coordinator"), database, sitting)
    page = director.get("/decisions")
    assert "À la séance" in page
    assert f'href="{sitting}"' in page


def test_what_is_written_by_hand_is_placed_timed_and_moved(visit, database, catalogue, sitting):
    enlisted(database, catalogue)
    visitor = visit("rpe_agent")
    built(visitor, database, sitting)
    items = f"{sitting}/ordre-du-jour/points"
    for kind, title, duration in (
        ("text", "Date suivante", "5"),
        ("approval", "Procès-verbal de mars", "10"),
    ):
        visitor.post(
            items, {"kind": kind, "title": title, "duration": duration, "version": version(database)}
        )
    html = visitor.get(f"{sitting}/ordre-du-jour")
    assert html.index("Procès-verbal de mars") < html.index("17\u00a0mois") < html.index("Date suivante")
    assert "14\u00a0h\u00a010" in html and "14\u00a0h\u00a014" in html
    with database.reading() as session:
        last = session.scalars(select(AgendaItem).order_by(AgendaItem.position.desc()).limit(1)).one()
    html = visitor.post(f"{items}/{last.id}", {"move": "up", "version": version(database)})
    assert html.index("Date suivante") < html.index("17\u00a0mois")
    html = visitor.post(f"{items}/{last.id}", {"move": "remove", "version": version(database)})
    assert "Date suivante" not in html


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Écrivez le point comme il sera lu."),
        ({"kind": "demand"}, "Choisissez de quel point il s’agit."),
        ({"duration": "long"}, "Écrivez un nombre entre 0 et 480."),
        ({"duration": ""}, "Écrivez un nombre de minutes entre 0 et 480."),
        ({"title": "x" * 201}, "200 caractères au plus"),
    ],
)
def test_an_item_that_cannot_be_says_why_and_is_not_lost(visit, database, sitting, wrong, sentence):
    visitor = visit("coordinator")
    visitor.get(f"{sitting}/ordre-du-jour")
    typed = {"kind": "text", "title": "Calendrier de l’année", "duration": "5", "version": "1"} | wrong
    html = visitor.post(f"{sitting}/ordre-du-jour/points", typed, status=422)
    assert sentence in html and ("Calendrier de l’année" in html) == ("title" not in wrong)


def test_a_demand_is_not_taken_off_the_agenda_by_the_way(visit, database, catalogue, sitting):
    enlisted(database, catalogue)
    visitor = visit("coordinator")
    built(visitor, database, sitting)
    with database.reading() as session:
        item = session.scalars(select(AgendaItem.id)).one()
    address = f"{sitting}/ordre-du-jour/points/{item}"
    html = visitor.post(address, {"move": "remove", "version": version(database)}, status=409)
    assert "quand elle est retirée de la commission" in html
    visitor.post(address, {"move": "sideways", "version": version(database)}, status=404)


def test_a_demand_that_left_the_list_is_told_until_the_agenda_is_made_again(
    visit, database, catalogue, sitting
):
    demand = enlisted(database, catalogue)
    visitor = visit("coordinator")
    built(visitor, database, sitting)
    visitor.get(f"/demandes/{demand.id}/retirer-de-commission")
    visitor.post(f"/demandes/{demand.id}/retirer-de-commission", {"reason": "La famille hésite"})
    assert "n’attend plus cette séance" in visitor.get(f"{sitting}/ordre-du-jour")
    assert "L’ordre du jour n’est pas établi" in built(visitor, database, sitting)


def test_the_window_of_the_round_keeps_the_other_entries_apart(visit, database, catalogue, sitting):
    enlisted(database, catalogue)
    with database.writing() as session:
        by = make.person(session, "coordinator")
        entry = RoundEntry("Printemps", date(2028, 1, 1), date(2028, 3, 31))
        made = save_round(session, None, entry, actor=by, at=clock.now())
        session.execute(update(CommissionSession).values(round_id=made.id))
        session.commit()
    html = built(visit("coordinator"), database, sitting)
    assert "l’entrée souhaitée est hors de la période du tour" in html


def test_two_people_who_prepare_the_same_agenda_do_not_undo_each_other(visit, database, catalogue, sitting):
    first, second = visit("coordinator"), visit("rpe_agent")
    seen = version(database)
    built(first, database, sitting)
    second.get(f"{sitting}/ordre-du-jour")
    html = second.post(f"{sitting}/ordre-du-jour", {"each": "4", "version": seen}, status=409)
    assert "a changé depuis que vous l’avez ouvert" in html


def test_an_agenda_of_three_demands_costs_what_one_costs(visit, database, catalogue, sitting):
    visitor = visit("coordinator")
    costs = []
    for last_name in ("Verdoux", "Ferval", "Corbelin"):
        enlisted(database, catalogue, last_name)
        built(visitor, database, sitting)
        with visitor.counting() as seen:
            visitor.get(f"{sitting}/ordre-du-jour")
        costs.append(len(seen))
    assert costs[0] == costs[2] <= 9


def test_a_postponed_session_gives_its_agenda_to_the_next_and_keeps_its_own(
    visit, database, catalogue, sitting
):
    demand = enlisted(database, catalogue)
    visitor = visit("coordinator")
    built(visitor, database, sitting)
    visitor.get(f"{sitting}/reporter")
    later = (SITS_ON + timedelta(days=7)).strftime("%d/%m/%Y")
    form = {"sits_on": later, "starts_at": "9h", "reason": "Neige", "version": version(database)}
    visitor.post(f"{sitting}/reporter", form)
    assert f"n° {demand.number}" in visitor.get(f"{visitor.path}/ordre-du-jour")
    with database.reading() as session:
        items = session.execute(select(AgendaItem.session_id, AgendaItem.demand_id)).all()
    assert sorted(demand_id for _, demand_id in items) == [demand.id] * 2
    assert len({session_id for session_id, _ in items}) == 2
