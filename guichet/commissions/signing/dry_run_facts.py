"""Read all that a signature touches: the decisions of the session, those of its round, and what they leave together."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from guichet.commissions.commission_models import Commission
from guichet.commissions.models import PLACED, POSTPONED, UNPLACED, Decision
from guichet.commissions.sessions.agenda import DEMAND_ITEM
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.commissions.signing import settling
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from guichet.families.models import Family

LEFT = ("postponed", "cancelled")
OUTCOMES = {PLACED: settling.GRANTED, UNPLACED: settling.REFUSED, POSTPONED: settling.POSTPONED}


@dataclass(frozen=True)
class Trial:
    """The session that is tried, with all its round."""

    sitting: CommissionSession
    round: tuple[CommissionSession, ...]
    """The sessions of the round, this one included, those signed first in the order of their signatures."""
    decisions: Mapping[int, Decision]
    demands: Mapping[int, Demand]
    settled: Mapping[int, settling.Settled]
    """By demand, in the order of the demands."""

    @property
    def own(self) -> list[Decision]:
        """The drafts of the session that is tried."""
        return [one for one in self.decisions.values() if one.session_id == self.sitting.id]

    def is_last(self) -> bool:
        """Whether nobody else of the round has still to sign."""
        return all(one.state == "signed" for one in self.round if one.id != self.sitting.id)


def trial_of(session: Session, session_id: int) -> Trial:
    """Everything of one session, in a fixed number of statements. Its demands come whole, for the letters."""
    sitting = session.execute(sessions_whole(CommissionSession.id == session_id)).unique().scalar_one()
    others: list[CommissionSession] = []
    if sitting.round_id is not None:
        same = and_(
            CommissionSession.round_id == sitting.round_id,
            CommissionSession.id != sitting.id,
            CommissionSession.state.not_in(LEFT),
        )
        others = list(session.execute(sessions_whole(same)).unique().scalars())
    together = _in_order(sitting, others)
    decisions = {one.id: one for one in session.scalars(_decisions(sitting, together))}
    demands = _demands(session, {one.demand_id for one in decisions.values()})
    settled = {
        demand.id: settling.settle(wishes_of(demand), _verdicts(demand.id, sitting, together, decisions))
        for demand in demands.values()
    }
    return Trial(sitting, together, decisions, demands, settled)


def wishes_of(demand: Demand) -> list[int]:
    """The establishments a demand wishes for, preferred first."""
    return [wish.establishment_id for wish in demand.wishes if wish.establishment_id is not None]


def undecided_items(session: Session, session_id: int) -> list[tuple[int, int]]:
    """The (item, demand) of the agenda that still wait for a word; a demand that left the commission needs none."""
    said = select(Decision.id).where(
        Decision.session_id == session_id,
        Decision.demand_id == AgendaItem.demand_id,
        Decision.state.in_(("recorded", "confirmed")),
    )
    wanted = (
        select(AgendaItem.id, Demand.id)
        .join(Demand, Demand.id == AgendaItem.demand_id)
        .where(AgendaItem.session_id == session_id, Demand.state == "commission", ~said.exists())
        .order_by(AgendaItem.position)
    )
    return [(item, demand) for item, demand in session.execute(wanted)]


def digest_of(session: Session, sitting: CommissionSession) -> str:
    """The fingerprint of all that the signature of a session rests on; three statements, whatever their number."""
    same = CommissionSession.round_id == sitting.round_id if sitting.round_id else None
    mine = CommissionSession.id == sitting.id
    round_rows = session.execute(
        select(CommissionSession.id, CommissionSession.state)
        .where(mine if same is None else or_(mine, same))
        .order_by(CommissionSession.id)
    ).all()
    ids = [row.id for row in round_rows if row.state not in LEFT]
    rows = session.execute(
        select(
            Decision.id,
            Decision.version,
            Decision.state,
            Demand.id,
            Demand.version,
            Demand.state,
            Family.version,
        )
        .join(Demand, Demand.id == Decision.demand_id)
        .join(Family, Family.id == Demand.family_id)
        .where(_touched(sitting.id, ids))
        .order_by(Decision.id)
    ).all()
    left = undecided_items(session, sitting.id)
    said = repr(([tuple(row) for row in round_rows], [tuple(row) for row in rows], left))
    return sha256(said.encode()).hexdigest()


def sessions_whole(*where: Any) -> Select[CommissionSession]:  # noqa: ANN401 - conditions
    """Sessions with their round, their commission, its houses and seats, and their agenda."""
    return (
        select(CommissionSession)
        .where(*where)
        .options(
            joinedload(CommissionSession.round),
            joinedload(CommissionSession.commission).selectinload(Commission.houses),
            joinedload(CommissionSession.commission).selectinload(Commission.seats),
            selectinload(CommissionSession.items),
        )
        .order_by(CommissionSession.id)
    )


def _in_order(sitting: CommissionSession, others: list[CommissionSession]) -> tuple[CommissionSession, ...]:
    signed = [one for one in others if one.signed_at is not None and one.state == "signed"]
    known = {one.id for one in signed}
    waiting = [one for one in others if one.id not in known]
    signed.sort(key=lambda one: (str(one.signed_at), one.id))
    return (*signed, sitting, *waiting)


def _touched(session_id: int, round_ids: Collection[int]) -> Any:  # noqa: ANN401 - a condition
    """The drafts of the session, and what the round has signed for demands that still wait."""
    return or_(
        and_(Decision.session_id == session_id, Decision.state == "recorded"),
        and_(
            Decision.session_id.in_(round_ids),
            Decision.session_id != session_id,
            Decision.state == "confirmed",
            Demand.state == "commission",
        ),
    )


def _decisions(sitting: CommissionSession, together: Collection[CommissionSession]) -> Select[Decision]:
    return (
        select(Decision)
        .join(Demand, Demand.id == Decision.demand_id)
        .where(_touched(sitting.id, [one.id for one in together]))
        .order_by(Decision.id)
    )


def _demands(session: Session, ids: Collection[int]) -> dict[int, Demand]:
    wanted = select(Demand).where(Demand.id.in_(ids)).options(*WHOLE).order_by(Demand.id)
    return {one.id: one for one in session.execute(wanted).unique().scalars()}


def _verdicts(
    demand_id: int,
    sitting: CommissionSession,
    together: Iterable[CommissionSession],
    decisions: Mapping[int, Decision],
) -> list[settling.Verdict]:
    by_session = {one.session_id: one for one in decisions.values() if one.demand_id == demand_id}
    found = []
    for one in together:
        houses = frozenset(house.establishment_id for house in one.commission.houses)
        decision = by_session.get(one.id)
        if decision is not None:
            granted = decision.establishment_id if decision.outcome == PLACED else None
            found.append(settling.Verdict(decision.id, houses, OUTCOMES[decision.outcome], granted))
        elif one.id != sitting.id and one.state != "signed" and _may_still_speak(one, demand_id):
            found.append(settling.Verdict(0, houses, settling.UNDECIDED))
    return found


def _may_still_speak(other: CommissionSession, demand_id: int) -> bool:
    """Its agenda has the demand, or is not made yet."""
    if other.agenda_built_at is None:
        return True
    return any(item.kind == DEMAND_ITEM and item.demand_id == demand_id for item in other.items)
