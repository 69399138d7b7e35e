"""What the tests of a session that sits build: demands before it, the roll call, what is decided in it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Seat
from guichet.commissions.models import Decision
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry, convene, plan
from guichet.commissions.sessions.models import CommissionSession, Round
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sitting import actions as sitting_actions
from guichet.commissions.sitting import deciding
from guichet.commissions.sitting.choosing import DraftEntry
from guichet.core.clock import day
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.placements.models import Placement
from tests import make

SITS_ON = make.TODAY + timedelta(days=30)
SAT = make.NOON + timedelta(days=30)
"""The instant of the session."""


class Sat:
    """A session that sits, and what the tests do in it."""

    def __init__(self, session: Session, catalogue: Catalogue, by: Person, session_id: int) -> None:
        self.session, self.catalogue, self.by, self.id = session, catalogue, by, session_id

    @property
    def now(self) -> CommissionSession:
        self.session.flush()
        self.session.expire_all()
        found = opened_session(self.session, self.by, self.id, day(SAT))
        assert found is not None
        return found

    @property
    def pulse(self) -> int:
        return self.now.pulse

    def item(self, demand: Demand) -> int:
        return next(one.id for one in self.now.items if one.demand_id == demand.id)

    def decide(self, demand: Demand, choice: str = "accept", **values: Any) -> Decision:
        seen = values.pop("seen", 0)
        person = values.pop("person", self.by)
        entry = DraftEntry(choice, **values)
        return deciding.decide(
            self.session, self.now, self.item(demand), entry, person=person, at=SAT, seen=seen
        )

    def seats(self) -> list[Seat]:
        return list(self.now.commission.seats)

    def present(self, position: int, *filled: str) -> None:
        wanted = {seat.id: by for seat, by in zip(self.seats(), filled, strict=True)}
        sitting_actions.note_presence(self.session, self.now, position, wanted, actor=self.by, at=SAT)

    def held(self) -> list[tuple[int | None, int, str]]:
        self.session.flush()
        rows = self.session.execute(
            select(Placement.demand_id, Placement.establishment_id, Placement.load).order_by(Placement.id)
        )
        return [tuple(row) for row in rows]


def asked(session: Session, catalogue: Catalogue, name: str, *wished: str, **values: Any) -> Demand:
    """A demand of a child called `name`, for Les Lucioles when no wish is said."""
    wishes = tuple(
        WishEntry(establishment_id=make.house(catalogue, code)) for code in wished or ("lucioles",)
    )
    child = make.child(last_name=name, first_name=name)
    demand = make.demand(session, catalogue, make.person(session), child=child, wishes=wishes, **values)
    session.flush()
    return demand


def sat(
    session: Session,
    catalogue: Catalogue,
    by: Person,
    *demands: Demand,
    houses: tuple[str, ...] = ("lucioles",),
    name: str = "Commission d’essai",
    round_: Round | None = None,
    everybody: bool = True,
    **settings: Any,
) -> Sat:
    """A session that sits on these demands, with everybody there unless said."""
    commission = make.commission(session, catalogue, by, *houses, name=name, **settings)
    entry = SessionEntry(SITS_ON, 14 * 60, round_id=round_.id if round_ else None)
    planned = plan(session, commission, entry, actor=by, at=make.NOON)
    for demand in demands:
        make.enlisted(session, catalogue, demand, name, SITS_ON)
        session.execute(
            update(Demand)
            .where(Demand.id == demand.id)
            .values(renewal_due_on=SITS_ON, birth_to_confirm=False)
        )
    made = Sat(session, catalogue, by, planned.id)
    convene(session, made.now, "", actor=by, at=make.NOON)
    agenda_actions.build(session, made.now, 3, actor=by, at=make.NOON)
    sitting_actions.open_session(session, made.now, actor=by, at=SAT)
    if everybody:
        made.present(0, *["holder"] * len(made.seats()))
    return made
