"""The sitting screen: opened, followed by several at once, decided on, refused, and never a name on it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from guichet.commissions.commission_models import Seat
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.models import Convocation
from guichet.commissions.models import Decision
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry, convene, plan
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sitting.models import SessionMove, SessionProxy
from guichet.core import clock
from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.demands.actions import OrientationEntry, enlist, orient
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.proposals import places
from tests.web.pages import Visitor

NAME = "Commission de Montceau"
TODAY = make.TODAY
Visit = Callable[..., Visitor]
CHECKED = re.compile(r'name="seat-(\d+)" value="(\w*)" checked')
SEATS = (
    *make.elected_seats(),
    make.seat("elected", holder="Amaury Belcastel", email="amaury@mairie.example"),
    make.seat("director", holder="Régine Halbourdin", email="regine@creche.example"),
)


class Sat:
    """A session of today, convened, with its agenda; `base` is the address of its pages."""

    def __init__(self, database: Database, catalogue: Catalogue, *names: str, **settings: Any) -> None:
        self.database, self.calling = database, Calling(catalogue, "http://127.0.0.1:8000")
        now = clock.now()
        with database.transaction() as session:
            by = make.person(session, "coordinator")
            places(session, make.house(catalogue, "lucioles"), 1)
            settings = {"quorum": "half", "second_without_quorum": True} | settings
            commission = make.commission(session, catalogue, by, name=NAME, **settings)
            made = plan(session, commission, SessionEntry(TODAY, 14 * 60), actor=by, at=now)
            self.demands = [self._demand(session, catalogue, by, name) for name in names]
            session.flush()
            session.execute(update(Demand).values(renewal_due_on=TODAY + timedelta(days=90)))
            self.id = made.id
            for act in (self._convene, self._agenda):
                session.expire_all()
                found = opened_session(session, by, made.id, TODAY)
                assert found is not None
                act(session, found, by)
                session.flush()
            session.expire_all()
            found = opened_session(session, by, made.id, TODAY)
            assert found is not None
            self.items = {one.demand_id: (one.id, one.position) for one in found.items if one.demand_id}
            self.seats = [one.id for one in found.commission.seats]
        self.base = f"/commissions/seances/{self.id}"

    def _demand(self, session: Any, catalogue: Catalogue, by: Any, name: str) -> int:
        child = make.child(first_name="Iloïse", last_name=name)
        demand = make.demand(session, catalogue, make.person(session), child=child)
        orient(
            session, demand, OrientationEntry("commission", "Entretien"), catalogue, actor=by, at=clock.now()
        )
        enlist(session, demand, TODAY, NAME, (), catalogue, actor=by, at=clock.now())
        session.flush()
        return demand.id

    def _convene(self, session: Any, found: CommissionSession, by: Any) -> None:
        convene(session, found, "Essai", actor=by, at=clock.now(), calling=self.calling)

    def _agenda(self, session: Any, found: CommissionSession, by: Any) -> None:
        agenda_actions.build(session, found, 3, actor=by, at=clock.now())

    def roll(self, visitor: Visitor) -> str:
        """Open it: the page of the roll call."""
        visitor.get(self.base)
        with self.database.reading() as session:
            version = session.scalars(select(CommissionSession.version)).one()
        return visitor.post(f"{self.base}/ouvrir", {"version": version})

    def opened(self, visitor: Visitor) -> str:
        """Open it with everybody there, and show the first item."""
        self.roll(visitor)
        visitor.post(
            f"{self.base}/presences", {f"seat-{one}": "holder" for one in self.seats} | {"position": 0}
        )
        return visitor.post(f"{self.base}/ecran", {"position": 1})

    def decision(self, demand_id: int) -> str:
        return f"{self.base}/points/{self.items[demand_id][0]}/decision"

    def first(self) -> int:
        return min(self.items, key=lambda one: self.items[one][1])


@pytest.fixture
def sat(database: Database, catalogue: Catalogue) -> Sat:
    return Sat(database, catalogue, "Verdoux", "Ferval")


def pulse(visitor: Visitor, sat: Sat, seen: int) -> tuple[int, dict[str, int]]:
    answer = visitor.client.get(f"{sat.base}/etat?pulse={seen}")
    return answer.status_code, answer.get_json() if answer.status_code == 200 else {}


def test_a_session_is_opened_its_roll_called_and_an_item_decided_without_a_name(visit: Visit, sat: Sat):
    visitor = visit("coordinator")
    assert "Ouvrir la séance" in visitor.get(sat.base)
    html = sat.opened(visitor)
    assert "Quorum atteint : 3\u00a0membres sur 3" in html and "Point 1 sur 2" in html
    assert "17 mois" in html and "Restent à examiner : 2 sur 2" in html and "1\u00a0libre, puis 0" in html
    assert "Verdoux" not in html and "Iloïse" not in html and "Montceau-les-Mines</li>" not in html
    html = visitor.post(sat.decision(sat.first()), {"choice": "accept", "seen": 0})
    assert "Place accordée, Les Lucioles, entrée le 1er\u00a0septembre 2027" in html
    assert (
        "1\u00a0en projet" in html.replace("1 en projet", "1\u00a0en projet")
        and "Restent à examiner : 1 sur 2" in html
    )
    second = visitor.get(f"{sat.base}/deroulement?point=2")
    assert "complet, 1 de trop" in second and "ne tient pas" in second


def test_the_roll_is_proposed_from_the_answers_to_the_convocation_and_noted_once_confirmed(
    visit: Visit, database: Database, catalogue: Catalogue
):
    sat = Sat(database, catalogue, "Verdoux", seats=SEATS, proxies=1)
    president, deputed, carrier, giver, silent = sat.seats
    visitor = visit("coordinator")
    with database.reading() as session:
        called = dict(iter(session.execute(select(Convocation.seat_id, Convocation.id))))
    answers = [(president, "present", ""), (deputed, "deputy", ""), (giver, "proxy", carrier)]
    for seat, answer, to in [*answers, (carrier, "present", "")]:
        visitor.post(
            f"{sat.base}/convocations/{called[seat]}", {"answer": answer, "proxy_seat": to, "sequence": 0}
        )
    html = sat.roll(visitor)
    assert "Rien n’est noté" in html and "donne pouvoir à Ludivine Marescot" in html
    assert "n’a pas répondu" in html and "Noter ce pouvoir" not in html
    shown = {int(seat): by for seat, by in CHECKED.findall(html)}
    assert shown == {president: "holder", deputed: "deputy", carrier: "holder", giver: "", silent: ""}
    assert noted(database, SessionMove) == noted(database, SessionProxy) == 0
    form = {f"seat-{seat}": by for seat, by in shown.items()} | {f"was-{one}": "" for one in sat.seats}
    html = visitor.post(f"{sat.base}/presences", form | {"position": 0})
    assert noted(database, SessionMove) == 3 and "Rien n’est noté" not in html
    assert "a annoncé un pouvoir à Ludivine Marescot" in html and "Noter ce pouvoir" in html
    html = visitor.post(f"{sat.base}/pouvoirs", {"giver": giver, "carrier": carrier, "position": 0})
    assert "pouvoir à Ludivine Marescot" in html and "Noter ce pouvoir" not in html
    assert noted(database, SessionProxy) == 1
    visitor.post(f"{sat.base}/pouvoirs", {"giver": giver, "carrier": carrier, "back": "y", "position": 0})
    html = visitor.post(f"{sat.base}/presences", {f"seat-{carrier}": "", "position": 0})
    assert "Le membre qui porte le pouvoir doit être présent." in html
    visitor.post(f"{sat.base}/ecran", {"position": 1})
    html = visitor.post(f"{sat.base}/presences", {f"seat-{carrier}": "holder", "position": 1})
    assert "1\u00a0pouvoir annoncé" in html and "Noter ce pouvoir" in html
    visitor.post(f"{sat.base}/pouvoirs", {"giver": giver, "carrier": carrier, "position": 1})
    assert noted(database, SessionProxy) == 1


def noted(database: Database, kind: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_the_item_of_the_needs_counts_the_demands_by_age_and_by_establishment(
    visit: Visit, sat: Sat, database: Database
):
    visitor = visit("coordinator")
    typed = {"kind": "needs", "title": "Places et besoins", "duration": "5", "version": ""}
    page = visitor.get(f"{sat.base}/ordre-du-jour")
    typed["version"] = re.search(r'name="version" value="(\d+)"', page)[1]
    visitor.post(f"{sat.base}/ordre-du-jour/points", typed)
    sat.roll(visitor)
    html = visitor.get(f"{sat.base}/deroulement?point=1").replace("\u00a0", " ")
    assert "à l’entrée : 2 demandes" in html
    assert "Les Lucioles : souhaité par 2 demandes, dont 2 en premier vœu" in html


def test_what_one_records_the_others_learn_by_the_pulse(visit: Visit, sat: Sat, database: Database):
    keeper, member = visit("coordinator"), visit("member")
    with database.transaction() as session:
        session.execute(update(Seat).where(Seat.id == sat.seats[1]).values(user_id=member.person.user_id))
    sat.opened(keeper)
    status, told = pulse(member, sat, -1)
    assert (status, told["position"]) == (200, 1)
    with member.counting() as statements:
        assert pulse(member, sat, told["pulse"])[0] == 204
    assert len(statements) == 2  # who asks, and the pulse
    assert "Pas encore de décision sur ce point." in member.get(f"{sat.base}/deroulement")
    assert "Indiquez le motif" not in keeper.post(sat.decision(sat.first()), {"choice": "wait"}, status=422)
    html = keeper.post(sat.decision(sat.first()), {"choice": "wait", "reason": "rank"})
    assert "Changer ou retirer cette décision" in html
    assert pulse(member, sat, told["pulse"]) == (200, {"pulse": told["pulse"] + 1, "position": 1})
    page = member.get(f"{sat.base}/deroulement")
    assert "Liste d’attente, places attribuées" in page and "Accepter" not in page
    assert "Séance en cours" in member.get("/commissions")
    member.post(sat.decision(sat.first()), {"choice": "accept"}, status=403)


def test_what_cannot_be_recorded_keeps_what_was_typed_and_says_why(visit: Visit, sat: Sat):
    one, other = visit("coordinator"), visit("rpe_agent")
    sat.opened(one)
    address = sat.decision(sat.first())
    typed = {"choice": "refuse", "detail": "Une phrase gardée."}
    assert "Indiquez le motif" in one.post(address, typed, status=422)
    html = one.post(address, typed | {"choice": ""}, status=422)
    assert "Choisissez ce que la commission décide." in html and "Une phrase gardée." in html
    other.get(f"{sat.base}/deroulement")
    other.post(address, {"choice": "accept"})
    html = one.post(address, {"choice": "wait", "detail": "Autre phrase."}, status=409)
    assert "vient d’enregistrer « Place accordée »" in html and "Autre phrase." in html
    second = next(demand for demand in sat.items if demand != sat.first())
    html = one.post(sat.decision(second), {"choice": "accept"}, status=422)
    assert "Complet" in html and "peut insister" in html
    html = one.post(sat.decision(second), {"choice": "accept", "insists": "y", "why": "Départ connu."})
    assert "Place accordée" in one.get(f"{sat.base}/deroulement?point=2")


def test_part_of_the_week_is_given_by_half_days_then_taken_back(
    visit: Visit, sat: Sat, database: Database, catalogue: Catalogue
):
    visitor = visit("coordinator")
    sat.opened(visitor)
    address = sat.decision(sat.first())
    data = {"choice": "partial", "part": ["1-480", "2-480"], "part_house": make.house(catalogue, "lucioles")}
    html = visitor.post(address, data)
    assert "Semaine partielle, Les Lucioles" in html and "lundi et mardi, de 8" in html
    html = visitor.post(f"{address}/retirer", {"seen": 1})
    assert "Semaine partielle, Les Lucioles" not in html
    with database.reading() as session:
        assert session.scalars(select(Decision.state)).all() == ["dropped"]


def test_a_member_declares_a_link_before_the_session_and_the_file_is_closed_to_her(
    visit: Visit, sat: Sat, database: Database
):
    keeper, member = visit("coordinator"), visit("member")
    with database.transaction() as session:
        seat = session.get_one(Seat, sat.seats[1])
        seat.user_id, seat.holder = member.person.user_id, "Évrard Tournemine"
        number = session.get_one(Demand, sat.first()).number
    assert number in member.get(f"/demandes/{sat.first()}")
    member.get(f"{sat.base}/liens")
    assert "Aucune demande de cet ordre" in member.post(f"{sat.base}/liens", {"number": "12"}, status=422)
    assert "Le lien est déclaré" in member.post(f"{sat.base}/liens", {"number": number})
    assert "Vous avez déclaré un lien" in member.get(f"/demandes/{sat.first()}", status=403)
    html = sat.opened(keeper)
    assert "Évrard Tournemine a déclaré un lien avec cette demande." in html
    barred = member.get(f"{sat.base}/deroulement", status=403)
    assert "en déport sur ce point" in barred and "17 mois" not in barred.split('data-part="list"')[0]
    html = keeper.post(
        f"{sat.base}/points/{sat.items[sat.first()][0]}/deports", {"seat": sat.seats[1], "position": 1}
    )
    assert "2\u00a0membres sur 2" in html and "en déport" in html and "a déclaré un lien" not in html
    with database.reading() as session:
        refused = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "refused")).all()
    assert "déport" in refused


def test_a_quorum_lost_refuses_the_item_and_offers_to_postpone_the_rest(visit: Visit, sat: Sat):
    visitor = visit("coordinator")
    sat.opened(visitor)
    html = visitor.post(
        f"{sat.base}/presences", {f"seat-{one}": "" for one in sat.seats[1:]} | {"position": 1}
    )
    assert "Quorum manquant : 1\u00a0membre sur 3" in html
    html = visitor.get(f"{sat.base}/deroulement")
    assert "Sans quorum, rien ne se décide sur ce point" in html and "une seconde convocation" in html
    assert 'value="postpone"' in html and 'value="wait"' not in html and 'value="accept"' not in html
    assert "seulement reporter" in visitor.post(sat.decision(sat.first()), {"choice": "wait"}, status=409)
    assert "examinées plus tard" in visitor.post(f"{sat.base}/reporter-le-reste", {}, status=422)
    stale = {f"seat-{sat.seats[1]}": "holder", f"was-{sat.seats[1]}": "holder", "position": 1}
    assert "Quorum manquant" in visitor.post(f"{sat.base}/presences", stale)
    html = visitor.post(f"{sat.base}/reporter-le-reste", {"detail_rest": "Quorum perdu."})
    assert "2\u00a0demandes sont reportées." in html


def test_the_statements_of_the_screen_do_not_grow_with_the_agenda(
    visit: Visit, database: Database, catalogue: Catalogue
):
    visitor = visit("coordinator")
    sat = Sat(database, catalogue, "Verdoux", "Ferval", "Morvan")
    sat.opened(visitor)
    with visitor.counting() as three:
        visitor.get(f"{sat.base}/deroulement")
    with database.transaction() as session:
        session.execute(update(Demand).where(Demand.id == sat.first()).values(has_sibling=True))
    for demand in sorted(sat.items, key=lambda one: sat.items[one][1])[1:]:
        visitor.post(sat.decision(demand), {"choice": "wait", "reason": "rank"})
    with visitor.counting() as decided:
        visitor.get(f"{sat.base}/deroulement")
    assert len(three) == len(decided) <= 25
