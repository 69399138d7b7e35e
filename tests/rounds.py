"""The demonstration's territory for a round of two commissions: its establishments with their licences, its accounts.

The families are those of this file, so that each place is worth knowing.
"""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from guichet.accounts import signing_in
from guichet.accounts.policy import Person
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry, convene, plan
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.core import clock
from guichet.core.clock import day
from guichet.core.week import Week
from guichet.demands.actions import OrientationEntry, enlist, orient
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.demo.accounts import COORDINATOR, PASSWORD, PRESIDENTS
from guichet.demo.load import load_accounts, load_offer, load_sheets, load_territory
from guichet.establishments.catalogue import load_catalogue
from tests import make

MONTCEAU, BLANZY = "Commission d’admission de Montceau-les-Mines", "Commission d’admission de Blanzy"
OURS, THEIRS = "lucioles", "pain-d-epice"
MONDAYS = Week.same_hours((1, 2), (510, 1020))
THURSDAYS = Week.same_hours((4, 5), (510, 1020))


class Town:
    """The demonstration's territory with two commissions that sit today in one round, on the families of this file."""

    def __init__(self, session: Session) -> None:
        self.now = clock.now()
        self.today = day(self.now)
        self.entry_on = self.today + timedelta(days=60)
        self.demands: dict[str, int] = {}
        self.sessions: dict[str, int] = {}
        load_territory(session, self.now)
        load_offer(session, self.now)
        load_sheets(session, self.now)
        load_accounts(session, self.now)
        session.flush()
        self.catalogue = load_catalogue(session)
        self.by = self._account(session, COORDINATOR.email)
        self._commissions(session)
        for name, wishes, week in (
            ("Nino", (OURS,), make.FIVE_DAYS),
            ("Zoé", (THEIRS, OURS), make.FIVE_DAYS),
            ("Basile", (OURS,), MONDAYS),
            ("Milo", (OURS,), make.FIVE_DAYS),
        ):
            enlist(
                session,
                self._ask(session, name, wishes, week),
                self.today,
                MONTCEAU,
                (),
                self.catalogue,
                actor=self.by,
                at=self.now,
            )
        for name, week in (("Rémi", THURSDAYS), ("Suzie", MONDAYS), ("Inès", MONDAYS)):
            self._ask(session, name, (OURS,), week)
        for name in (MONTCEAU, BLANZY):
            self._prepare(session, name)

    def number(self, session: Session, name: str) -> str:
        """What the room reads of a child: the number of the demand."""
        return session.get_one(Demand, self.demands[name]).number

    def _account(self, session: Session, email: str) -> Person:
        return signing_in.sign_in(session, email, PASSWORD, "127.0.0.1", at=self.now)[1]

    def _commissions(self, session: Session) -> None:
        president = self._account(session, PRESIDENTS[0].email)
        window = RoundEntry("Places de printemps", self.today, self.today + timedelta(days=365))
        of = save_round(session, None, window, actor=self.by, at=self.now)
        for name, house in ((MONTCEAU, OURS), (BLANZY, THEIRS)):
            chairs = (
                make.seat("president", user_id=president.user_id, holder=president.name),
                make.seat("coordinator", user_id=self.by.user_id, holder=self.by.name),
            )
            made = make.commission(
                session, self.catalogue, self.by, house, name=name, seats=chairs, quorum="half"
            )
            entry = SessionEntry(self.today, 14 * 60, "Salle des commissions", of.id)
            self.sessions[name] = plan(session, made, entry, actor=self.by, at=self.now).id

    def _ask(self, session: Session, name: str, wishes: tuple[str, ...], week: Week) -> Demand:
        came = self.now - timedelta(days=40 - len(self.demands))
        demand = make.demand(
            session,
            self.catalogue,
            self.by,
            at=came,
            received_on=day(came),
            child=make.child(first_name=name, last_name="Verdoux", birth_date=_born(self.entry_on)),
            adults=(make.adult(email=f"{name.lower().replace('é', 'e').replace('è', 'e')}@exemple.test"),),
            need=make.need(entry_on=self.entry_on, week=week),
            wishes=tuple(WishEntry(establishment_id=make.house(self.catalogue, one)) for one in wishes),
        )
        seen = OrientationEntry("commission", "Entretien")
        orient(session, demand, seen, self.catalogue, actor=self.by, at=self.now)
        session.flush()
        self.demands[name] = demand.id
        return demand

    def _prepare(self, session: Session, name: str) -> None:
        for act in (
            lambda found: convene(session, found, "Sans attendre.", actor=self.by, at=self.now),
            lambda found: agenda_actions.build(session, found, 3, actor=self.by, at=self.now),
        ):
            session.flush()
            session.expire_all()
            found = opened_session(session, self.by, self.sessions[name], self.today)
            assert found is not None
            act(found)


def _born(entry_on: date) -> date:
    return entry_on - timedelta(days=300)
