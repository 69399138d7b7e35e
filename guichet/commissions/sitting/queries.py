"""Read a session while it sits: what was noted of its members, its drafts, and the demand of one item."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session, joinedload

from guichet.accounts.policy import Person
from guichet.allocation.runs.models import AllocationLine
from guichet.commissions.commission_models import Commission, Seat
from guichet.commissions.commission_queries import reached
from guichet.commissions.convocations.queries import called
from guichet.commissions.models import AT_A_SESSION, Decision
from guichet.commissions.sessions.agenda import DEMAND_ITEM
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.commissions.sitting.announced import Announced, Answer, announced
from guichet.commissions.sitting.attendance import Attendance, Chair, Move, Proxy, Recusal
from guichet.commissions.sitting.models import SessionMove, SessionProxy, SessionRecusal
from guichet.commissions.sitting.room import Place, Room
from guichet.demands.link_models import DeclaredLink
from guichet.demands.models import Demand
from guichet.families.models import Person as Member

RECORDED, CONFIRMED = "recorded", "confirmed"
FEWEST_OF_A_COMMUNE = 3
"""Below, a commune would tell who the family is: it is not shown."""


@dataclass(frozen=True)
class Beat:
    """What the other screens ask for each second."""

    pulse: int
    position: int
    state: str


@dataclass(frozen=True)
class ItemLine:
    """One item as the list below the screen shows it. `months` is the age on the day of the entry wished."""

    id: int
    position: int
    kind: str
    title: str
    section: str
    demand_id: int | None = None
    number: str = ""
    birth: date | None = None
    entry_on: date | None = None
    home_code: str | None = None
    demand_state: str = ""
    decision: Decision | None = None
    elsewhere: tuple[Decision, ...] = ()

    @property
    def left(self) -> bool:
        """Whether it is still to be examined."""
        return self.kind == DEMAND_ITEM and self.decision is None and self.demand_state == "commission"

    @property
    def gone(self) -> bool:
        """Whether its demand left the commission by another way than a decision of this session."""
        return self.kind == DEMAND_ITEM and self.demand_state != "commission" and self.decision is None


def beat_of(session: Session, person: Person, session_id: int, today: date) -> Beat | None:
    """The pulse of a session, in one statement; None when it is not for them."""
    row = session.execute(
        select(CommissionSession.pulse, CommissionSession.at_position, CommissionSession.state)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(CommissionSession.id == session_id, reached(person, "sit", today))
    ).first()
    return Beat(row.pulse, row.at_position, row.state) if row else None


def room_of(session: Session, sitting: CommissionSession) -> Room:
    """Who is there for each item, from what was noted. Three statements."""
    positions = {one.id: one.position for one in sitting.items}
    moves = session.scalars(
        select(SessionMove).where(SessionMove.session_id == sitting.id).order_by(SessionMove.id)
    )
    proxies = session.scalars(
        select(SessionProxy).where(SessionProxy.session_id == sitting.id).order_by(SessionProxy.id)
    )
    recusals = session.scalars(select(SessionRecusal).where(SessionRecusal.session_id == sitting.id))
    noted = Attendance(
        tuple(Move(one.position, one.seat_id, one.by) for one in moves),
        tuple(Proxy(one.giver_id, one.carrier_id, one.position) for one in proxies),
        tuple(Recusal(positions[one.item_id], one.seat_id) for one in recusals if one.item_id in positions),
    )
    came = {move.chair for move in noted.moves}
    places = tuple(
        _place(one, sitting.sits_on)
        for one in sitting.commission.seats
        if one.holds_on(sitting.sits_on) or one.id in came
    )
    return Room(settings_of(sitting), places, noted, sitting.second)


def announced_at(session: Session, sitting: CommissionSession, room: Room, item: int) -> Announced:
    """What those who sit announced in answer to their convocation, at an item; a seat that changed hands says nothing."""
    answers = [
        Answer(one.seat_id, one.answer, one.proxy_seat_id, one.as_deputy)
        for one in called(session, sitting.id)
        if one.member_id == (one.seat.deputy_member_id if one.as_deputy else one.seat.member_id)
    ]
    return announced(room, answers, item)


def links_of(session: Session, demand_id: int) -> dict[str, int | None]:
    """Who declared a link with a demand: the account of each name."""
    found = session.execute(
        select(DeclaredLink.name, DeclaredLink.user_id).where(DeclaredLink.demand_id == demand_id)
    )
    return dict(iter(found))


def links_at(session: Session, sitting: CommissionSession) -> Sequence[DeclaredLink]:
    """The links declared with the demands of a session's agenda."""
    ids = [one.demand_id for one in sitting.items if one.demand_id]
    wanted = select(DeclaredLink).where(DeclaredLink.demand_id.in_(ids)).order_by(DeclaredLink.id)
    return session.scalars(wanted).all()


def numbers_of(session: Session, demand_ids: Collection[int]) -> dict[int, str]:
    """The numbers of some demands."""
    found = session.scalars(select(Demand).where(Demand.id.in_(sorted(set(demand_ids)))))
    return {one.id: one.number for one in found}


def draft_of(session: Session, session_id: int, demand_id: int) -> Decision | None:
    """What this session decided on a demand, as it stands."""
    return session.scalar(
        select(Decision).where(
            Decision.session_id == session_id,
            Decision.demand_id == demand_id,
            Decision.state.in_((RECORDED, CONFIRMED)),
        )
    )


def drafts_of(session: Session, session_id: int) -> Sequence[Decision]:
    """All that this session decided, as it stands, in the order of its items."""
    wanted = (
        select(Decision)
        .join(AgendaItem, AgendaItem.id == Decision.item_id)
        .where(Decision.session_id == session_id, Decision.state.in_((RECORDED, CONFIRMED)))
        .order_by(AgendaItem.position)
    )
    return session.scalars(wanted).all()


def decided_in_round(
    session: Session, sitting: CommissionSession, demand_ids: Collection[int]
) -> dict[int, list[Decision]]:
    """What the sessions of the round (this one included) decided on these demands."""
    mine = CommissionSession.id == sitting.id
    of_round = mine if sitting.round_id is None else or_(mine, CommissionSession.round_id == sitting.round_id)
    wanted = (
        select(Decision)
        .join(CommissionSession, CommissionSession.id == Decision.session_id)
        .where(
            of_round,
            Decision.basis == AT_A_SESSION,
            Decision.state.in_((RECORDED, CONFIRMED)),
            Decision.demand_id.in_(sorted(demand_ids)),
        )
        .order_by(Decision.id)
    )
    found: dict[int, list[Decision]] = {}
    for one in session.scalars(wanted):
        found.setdefault(one.demand_id, []).append(one)
    return found


def item_lines(session: Session, sitting: CommissionSession) -> list[ItemLine]:
    """Every item of the agenda with what was decided on it. Two statements, whatever their number."""
    rows = session.execute(
        select(
            AgendaItem.id,
            Demand.id.label("demand_id"),
            Demand.received_on,
            Demand.entry_on,
            Demand.home_code,
            Demand.state,
            func.coalesce(Member.birth_date, Member.due_date, type_=Member.due_date.type).label("birth"),
        )
        .join(Demand, Demand.id == AgendaItem.demand_id)
        .join(Member, Member.id == Demand.child_id)
        .where(AgendaItem.session_id == sitting.id)
    )
    known = {row.id: row for row in rows}
    decided = decided_in_round(session, sitting, [row.demand_id for row in known.values()])
    return [
        _line(one, known.get(one.id), decided, sitting.id)
        for one in sorted(sitting.items, key=lambda item: item.position)
    ]


def line_of(session: Session, run_id: int | None, demand_id: int) -> AllocationLine | None:
    """Where a demand stands in the proposal of the round."""
    return None if run_id is None else session.get(AllocationLine, (run_id, demand_id))


def demand_of(session: Session, demand_id: int, *, lock: bool = False) -> Demand | None:
    """The demand of an item with its child and its wishes, ours alone when it will change."""
    wanted = (
        select(Demand)
        .where(Demand.id == demand_id)
        .options(joinedload(Demand.child), joinedload(Demand.wishes))
        .execution_options(populate_existing=lock)
    )
    if lock:
        wanted = wanted.with_for_update(of=Demand)
    return session.scalars(wanted).unique().one_or_none()


def shown_communes(lines: Collection[ItemLine]) -> frozenset[str]:
    """The communes that may be named: enough demands of the agenda come from them."""
    counts: dict[str, int] = {}
    for one in lines:
        if one.home_code:
            counts[one.home_code] = counts.get(one.home_code, 0) + 1
    return frozenset(code for code, number in counts.items() if number >= FEWEST_OF_A_COMMUNE)


def _place(seat: Seat, on: date) -> Place:
    return Place(
        Chair(seat.id, seat.role, seat.voting, presides=seat.role == "president"),
        seat.called,
        seat.title if seat.holder else "",
        seat.deputy,
        seat.user_id,
        seat.deputy_user_id,
        lapsed=not seat.holds_on(on),
    )


def _line(
    item: AgendaItem,
    row: Row[*tuple[Any, ...]] | None,
    decided: dict[int, list[Decision]],
    session_id: int,
) -> ItemLine:
    if row is None or item.demand_id is None:
        return ItemLine(item.id, item.position, item.kind, item.title, item.section)
    found = decided.get(item.demand_id, [])
    return ItemLine(
        item.id,
        item.position,
        item.kind,
        item.title,
        item.section,
        item.demand_id,
        f"{row.received_on.year}-{item.demand_id:05d}",
        row.birth,
        row.entry_on,
        row.home_code,
        row.state,
        next((one for one in found if one.session_id == session_id), None),
        tuple(one for one in found if one.session_id != session_id),
    )
