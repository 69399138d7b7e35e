"""What the tests of a signature build: commissions of a round that sit on demands, a dry run, two signatures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, true, update
from sqlalchemy.orm import Session, undefer

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Seat
from guichet.commissions.models import Decision
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry, convene, plan
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.commissions.signing import dry_run
from guichet.commissions.signing import signatures as signing
from guichet.commissions.signing.dry_run_bench import TrialBench
from guichet.commissions.signing.models import DryRun
from guichet.commissions.sitting import actions as sitting_actions
from guichet.commissions.sitting import deciding
from guichet.commissions.sitting.choosing import DraftEntry
from guichet.core import process
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.placements.models import Placement
from guichet.placements.offers.models import Offer
from tests import make

SITS_ON = make.TODAY + timedelta(days=30)
SAT = make.NOON + timedelta(days=30)
"""The instant of the session, and of its signature."""


@dataclass
class Round2:
    """A territory with commissions that sit the same day, every change committed."""

    database: Database
    catalogue: Catalogue
    by: Person
    president: Person
    round_id: int = 0
    sessions: dict[str, int] = field(default_factory=dict)
    demands: dict[str, int] = field(default_factory=dict)

    @classmethod
    def started(cls, database: Database) -> "Round2":
        """A coordinator and a president; no commission yet."""
        with database.writing() as session:
            catalogue = make.territory(session)
            by = make.person(session, "coordinator", name="Chloé Coordination")
            president = make.person(session, "member", name="Paul Présidence")
            round_ = save_round(
                session,
                None,
                RoundEntry("Essai", SITS_ON, SITS_ON + timedelta(days=365)),
                actor=by,
                at=make.NOON,
            )
            session.commit()
            return cls(database, catalogue, by, president, round_.id)

    def ask(self, name: str, *wished: str, **values: Any) -> int:
        """A demand of a child called `name`, ready for a commission."""
        with self.database.writing() as session:
            wishes = tuple(WishEntry(establishment_id=make.house(self.catalogue, code)) for code in wished)
            family = {"adults": (make.adult(last_name=name, email=f"{name.lower()}@exemple.test"),)}
            demand = make.demand(
                session,
                self.catalogue,
                self.by,
                **{"child": make.child(last_name=name, first_name=name), "wishes": wishes} | family | values,
            )
            session.commit()
            self.demands[name] = demand.id
        return self.demands[name]

    def sit(self, name: str, *houses: str, of: tuple[str, ...] = (), **settings: Any) -> int:
        """A commission of these houses, convened, that sits on the demands `of`, its president there."""
        with self.database.writing() as session:
            commission = make.commission(session, self.catalogue, self.by, *houses, name=name, **settings)
            session.execute(
                update(Seat)
                .where(Seat.commission_id == commission.id, Seat.role == "president")
                .values(user_id=self.president.user_id, holder=self.president.name)
            )
            entry = SessionEntry(SITS_ON, 14 * 60, round_id=self.round_id)
            planned = plan(session, commission, entry, actor=self.by, at=make.NOON)
            for one in of:
                demand = session.get_one(Demand, self.demands[one], options=WHOLE)
                if demand.state != "commission":
                    make.enlisted(session, self.catalogue, demand, name, SITS_ON)
            session.execute(update(Demand).where(true()).values(renewal_due_on=SITS_ON))
            session.commit()
            self.sessions[name] = planned.id
        self.change(name, lambda s, one: convene(s, one, "", actor=self.by, at=make.NOON))
        return planned.id

    def open(self, *names: str) -> None:
        """The agendas are made, then the sessions opened with everybody there."""
        for name in names:
            self.change(name, lambda s, one: agenda_actions.build(s, one, 3, actor=self.by, at=make.NOON))
        for name in names:
            self.change(name, lambda s, one: sitting_actions.open_session(s, one, actor=self.by, at=SAT))
            self.change(name, self._fill)

    def meet_again(self, name: str, after: str, *kinds: str) -> None:
        """The same commission sits a week later, with items written by hand and no demand."""
        with self.database.writing() as session:
            before = opened_session(session, self.by, self.sessions[after], day(SAT))
            assert before is not None
            entry = SessionEntry(SITS_ON + timedelta(days=7), 14 * 60)
            planned = plan(session, before.commission, entry, actor=self.by, at=SAT)
            session.commit()
            self.sessions[name] = planned.id
        self.change(name, lambda s, one: convene(s, one, "Sans attendre.", actor=self.by, at=SAT))
        for kind in kinds:
            item = agenda_actions.ItemEntry(kind, "À l’ordre du jour", 5)
            self.change(
                name, lambda s, one, i=item: agenda_actions.add_item(s, one, i, actor=self.by, at=SAT)
            )
        self.change(name, lambda s, one: agenda_actions.build(s, one, 3, actor=self.by, at=SAT))
        at = SAT + timedelta(days=7)
        self.change(name, lambda s, one: sitting_actions.open_session(s, one, actor=self.by, at=at))

    def decide(self, name: str, demand: str, choice: str = "accept", **values: Any) -> int:
        """Record what a session decides on a demand; the decision's id."""

        def act(session: Session, sitting: CommissionSession) -> Decision:
            item = next(one for one in sitting.items if one.demand_id == self.demands[demand])
            entry = DraftEntry(choice, **values)
            known = session.scalar(
                select(Decision.version).where(
                    Decision.session_id == sitting.id,
                    Decision.demand_id == self.demands[demand],
                    Decision.state == "recorded",
                )
            )
            return deciding.decide(session, sitting, item.id, entry, person=self.by, at=SAT, seen=known or 0)

        made: Decision = self.change(name, act)
        return made.id

    def change(self, name: str, act: Callable[[Session, CommissionSession], Any]) -> Any:
        """Do something to a session, as a page does, and commit."""
        with self.database.writing() as session:
            found = opened_session(session, self.by, self.sessions[name], day(SAT))
            assert found is not None
            given = act(session, found)
            session.commit()
            return given

    def tried(self, name: str, at: datetime = SAT) -> DryRun:
        """A dry run asked for and done, with its answers and signatures."""
        self.change(name, lambda s, one: dry_run.ask(s, one, actor=self.by, at=at))
        bench(self.database, at).work()
        with self.database.reading() as session:
            found = dry_run.latest(session, self.sessions[name])
            assert found is not None
            return found

    def sign(self, name: str, person: Person, at: datetime = SAT) -> signing.Signed:
        """One signature on the last dry run."""

        def act(session: Session, sitting: CommissionSession) -> signing.Signed:
            run = dry_run.latest(session, sitting.id, lock=True)
            return signing.sign(session, sitting, run, run.digest if run else "", person=person, at=at)

        done: signing.Signed = self.change(name, act)
        return done

    def signed(self, name: str, at: datetime = SAT) -> signing.Signed:
        """The dry run, its findings answered, and the two signatures."""
        run = self.tried(name, at)
        with self.database.writing() as session:
            for one in run.findings:
                if not one["blocks"]:
                    dry_run.answer_finding(session, run, one["key"], "Vu en séance.", person=self.by, at=at)
            session.commit()
        self.sign(name, self.by, at)
        return self.sign(name, self.president, at)

    def annul(self, name: str, at: datetime, reason: str = "Une erreur de date.") -> None:
        """Undo a signature."""

        def act(session: Session, sitting: CommissionSession) -> None:
            run = dry_run.signed_run(session, sitting.id)
            assert run is not None
            signing.annul(session, sitting, run, reason, person=self.president, at=at)

        self.change(name, act)

    def state(self, demand: str) -> str:
        """The state of a demand."""
        with self.database.reading() as session:
            return session.get_one(Demand, self.demands[demand]).state

    def _fill(self, session: Session, sitting: CommissionSession) -> None:
        wanted = {seat.id: "holder" for seat in sitting.commission.seats}
        sitting_actions.note_presence(session, sitting, 0, wanted, actor=self.by, at=SAT)


def bench(database: Database, at: datetime = SAT, owner: str = "") -> TrialBench:
    """A worker at the dry runs."""
    return TrialBench(database, lambda: at, owner or process.this_process(), make.LINKS)


def letters(database: Database, *states: str) -> list[LetterRow]:
    with database.reading() as session:
        wanted = select(LetterRow).where(LetterRow.key.startswith("session:")).order_by(LetterRow.id)
        if states:
            wanted = wanted.where(LetterRow.state.in_(states))
        return list(session.scalars(wanted.options(undefer(LetterRow.text))))


def loads(database: Database) -> dict[tuple[int | None, int], str]:
    with database.reading() as session:
        rows = session.scalars(select(Placement))
        return {(one.demand_id, one.establishment_id): one.load for one in rows}


def offers(database: Database) -> list[tuple[int, str]]:
    with database.reading() as session:
        return [(one.demand_id, one.state) for one in session.scalars(select(Offer).order_by(Offer.id))]


def sat_on(round_: Round2, **decided: dict[str, object]) -> Round2:
    """One session of Les Lucioles, where each child is decided as said."""
    for name in decided:
        round_.ask(name, "lucioles")
    round_.sit("Nord", "lucioles", of=tuple(decided))
    round_.open("Nord")
    for name, values in decided.items():
        round_.decide("Nord", name, **values)
    return round_
