"""Read what a session may examine: its demands, as the agenda looks at them."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from guichet.allocation.runs.models import AllocationLine
from guichet.commissions.commission_models import Commission
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions.agenda import DEMAND_ITEM, Candidate, Terms, closes_on
from guichet.commissions.sessions.models import CommissionSession
from guichet.demands.models import Demand, Wish
from guichet.families.models import Person

MOST_CANDIDATES = 1000


def candidates(session: Session, sitting: CommissionSession) -> list[Candidate]:
    """The demands that the session may examine, with their points in the proposal of its round. Two statements.

    Those on its list; and those on the list of another commission of its round that wish for an establishment of
    this one: each commission decides the places of its own.
    """
    these = (Demand.state == "commission", _listed(sitting))
    run_id = sitting.round.run_id if sitting.round else None
    wanted = (
        select(
            Demand.id,
            Demand.received_on,
            Demand.entry_on,
            Demand.seniority_on,
            Demand.renewal_due_on,
            Demand.papers_missing,
            Demand.birth_to_confirm,
            Person.birth_date,
            AllocationLine.points,
            AllocationLine.wishes,
        )
        .join(Person, Person.id == Demand.child_id)
        .outerjoin(
            AllocationLine, and_(AllocationLine.demand_id == Demand.id, AllocationLine.run_id == run_id)
        )
        .where(*these)
        .order_by(Demand.id)
        .limit(MOST_CANDIDATES)
    )
    ours = {one.establishment_id for one in sitting.commission.houses}
    houses: dict[int, set[int]] = {}
    wishes = select(Wish.demand_id, Wish.establishment_id).join(Demand, Demand.id == Wish.demand_id)
    for demand_id, house in session.execute(wishes.where(*these, Wish.establishment_id.is_not(None))):
        houses.setdefault(demand_id, set()).add(house or 0)
    return [
        Candidate(
            demand_id=row.id,
            number=f"{row.received_on.year}-{row.id:05d}",
            birth=row.birth_date,
            entry_on=row.entry_on,
            seniority_on=row.seniority_on,
            renewal_due_on=row.renewal_due_on,
            papers_missing=row.papers_missing,
            birth_to_confirm=row.birth_to_confirm,
            houses=frozenset(houses.get(row.id, ())),
            points=_points(row.points, row.wishes, ours),
        )
        for row in session.execute(wanted)
    ]


def _points(granted: int | None, wishes: list[dict[str, Any]] | None, ours: Collection[int]) -> int | None:
    """Its points where a place is proposed; else the best it has at an establishment of this commission."""
    if granted is not None:
        return granted
    known = [one["points"] for one in wishes or () if one["house"] in ours and one.get("points") is not None]
    return max(known, default=None)


def wished_on(session: Session, sitting: CommissionSession) -> dict[int, tuple[int, int]]:
    """By establishment of the commission: the demands of the agenda that wish for it, and those that wish it first."""
    ids = [one.demand_id for one in sitting.items if one.kind == DEMAND_ITEM and one.demand_id]
    houses = [one.establishment_id for one in sitting.commission.houses]
    first = func.count().filter(Wish.rank == 1)
    wanted = (
        select(Wish.establishment_id, func.count(), first)
        .where(Wish.demand_id.in_(ids), Wish.establishment_id.in_(houses))
        .group_by(Wish.establishment_id)
    )
    rows = session.execute(wanted)
    return {house: (many, firsts) for house, many, firsts in rows if house is not None}


def _listed(sitting: CommissionSession) -> ColumnElement[bool]:
    mine = and_(Demand.session_on == sitting.sits_on, Demand.session_name == sitting.commission.name)
    if sitting.round_id is None:
        return mine
    of_round = exists().where(
        CommissionSession.round_id == sitting.round_id,
        CommissionSession.commission_id != sitting.commission_id,
        CommissionSession.state.not_in(("postponed", "cancelled")),
        CommissionSession.sits_on == Demand.session_on,
        Commission.id == CommissionSession.commission_id,
        Commission.name == Demand.session_name,
    )
    houses = sorted(one.establishment_id for one in sitting.commission.houses)
    wish = aliased(Wish)
    wished_here = exists().where(wish.demand_id == Demand.id, wish.establishment_id.in_(houses))
    return or_(mine, and_(wished_here, of_round))


def terms(sitting: CommissionSession, today: date) -> Terms:
    """What the session looks at today: once made, its list closes on the day its règlement says."""
    last = closes_on(sitting.sits_on, settings_of(sitting).agenda_closes_days)
    return Terms(
        sits_on=sitting.sits_on,
        houses=frozenset(one.establishment_id for one in sitting.commission.houses),
        window=(sitting.round.entry_from, sitting.round.entry_to) if sitting.round else None,
        closed=sitting.agenda_built_at is not None and today > last,
        known=frozenset(one.demand_id for one in sitting.items if one.kind == DEMAND_ITEM and one.demand_id),
    )


def settings_of(sitting: CommissionSession) -> Reglement:
    """The règlement of the session: its own once convened, the commission's before."""
    return Reglement.from_json(sitting.rules) if sitting.rules else sitting.commission.reglement
