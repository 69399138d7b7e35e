"""While a session sits: it opens, members come, go and stand aside, and the shared screen moves. The caller commits."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from guichet.commissions.models import Decision
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.workflow import SESSION
from guichet.commissions.sitting import links
from guichet.commissions.sitting.attendance import Move, Proxy, refusal_of_proxy
from guichet.commissions.sitting.deciding import beat, item_of
from guichet.commissions.sitting.models import AWAY, FILLED_BY, SessionMove, SessionProxy, SessionRecusal
from guichet.commissions.sitting.queries import room_of
from guichet.commissions.sitting.room import Room, changes
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError, NotFoundError, StepRefusedError
from guichet.core.workflow import expect_version


def open_session(
    session: Session, sitting: CommissionSession, *, actor: Actor, at: datetime, version: int | None = None
) -> None:
    """The day has come: the roll is called. Raises StepRefusedError before, or without an agenda."""
    expect_version(sitting, version)
    if not sitting.items:
        raise StepRefusedError("L’ordre du jour est vide : établissez-le avant d’ouvrir la séance.")
    sitting.opened_at, sitting.at_position = at, 0
    SESSION.fire(session, sitting, "open", actor=actor, at=at)


def note_presence(
    session: Session,
    sitting: CommissionSession,
    position: int,
    wanted: Mapping[int, str],
    *,
    actor: Actor,
    at: datetime,
) -> tuple[Move, ...]:
    """Who fills each seat from an item on: only what changes is noted. A seat left out does not move."""
    _expect_position(sitting, position)
    beat(session, sitting)
    room = room_of(session, sitting)
    for seat, by in wanted.items():
        place = room.by_id.get(seat)
        if place is None or by not in FILLED_BY or (by == "deputy" and not place.deputy):
            raise InvalidError({f"seat-{seat}": "Choisissez qui occupe ce siège."})
        if by and place.lapsed:
            raise InvalidError(
                {f"seat-{seat}": f"Le mandat de {place.holder} a pris fin : ce siège ne compte plus."}
            )
    moved = changes(room, position, wanted)
    for move in moved:
        _add_move(session, sitting, room, move, actor, at)
    return moved


def note_lapsed(
    session: Session, sitting: CommissionSession, room: Room, position: int, *, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Those whose mandate ended while they sat leave the count from this item on; their names."""
    gone = room.lapsed(position)
    for place in gone:
        _add_move(session, sitting, room, Move(position, place.chair.id, AWAY), actor, at)
    return tuple(place.holder for place in gone)


def give_proxy(
    session: Session,
    sitting: CommissionSession,
    giver: int,
    carrier: int,
    position: int,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """An absent member's voice goes to a present one from an item on. Raises InvalidError as the règlement says."""
    _expect_position(sitting, position)
    beat(session, sitting)
    room = room_of(session, sitting)
    wanted = Proxy(giver, carrier, position)
    refusal = refusal_of_proxy(wanted, room.chairs(position), room.noted, room.reglement)
    if refusal:
        raise InvalidError({"proxy": refusal})
    session.add(
        SessionProxy(
            session_id=sitting.id,
            giver_id=giver,
            carrier_id=carrier,
            position=position,
            noted_at=at,
            noted_by=actor.name,
        )
    )
    _note(session, sitting, "note_proxy", actor, at, giver=giver, carrier=carrier, position=position)


def take_proxy_back(
    session: Session, sitting: CommissionSession, giver: int, *, actor: Actor, at: datetime
) -> None:
    """A proxy noted by mistake is as if it had never been."""
    beat(session, sitting)
    session.execute(
        delete(SessionProxy)
        .where(SessionProxy.session_id == sitting.id, SessionProxy.giver_id == giver)
        .execution_options(synchronize_session=False)
    )
    _note(session, sitting, "take_proxy_back", actor, at, giver=giver)


def recuse(
    session: Session, sitting: CommissionSession, item_id: int, seat: int, *, actor: Actor, at: datetime
) -> None:
    """A member takes no part in an item, and cannot open its file any more. Noting it twice changes nothing."""
    item = item_of(sitting, item_id)
    beat(session, sitting)
    room = room_of(session, sitting)
    place = room.by_id.get(seat)
    if place is None:
        raise NotFoundError
    by = room.filled_by(item.position, seat)
    if not by:
        raise InvalidError({"recusal": "Ce membre n’est pas présent sur ce point."})
    if session.get(SessionRecusal, (item.id, seat)) is not None:
        return
    session.add(
        SessionRecusal(
            item_id=item.id,
            seat_id=seat,
            session_id=sitting.id,
            name=place.name(by),
            noted_at=at,
            noted_by=actor.name,
        )
    )
    links.declare(session, item.demand_id or 0, place.name(by), place.account(by), actor=actor, at=at)
    _note(session, sitting, "recuse", actor, at, item=item.id, seat=seat)


def lift_recusal(
    session: Session, sitting: CommissionSession, item_id: int, seat: int, *, actor: Actor, at: datetime
) -> None:
    """A recusal noted by mistake is lifted, with the link it declared."""
    item = item_of(sitting, item_id)
    beat(session, sitting)
    found = session.get(SessionRecusal, (item.id, seat))
    if found is None:
        return
    links.withdraw(session, item.demand_id or 0, found.name, actor=actor, at=at)
    session.delete(found)
    _note(session, sitting, "lift_recusal", actor, at, item=item.id, seat=seat)


def show(session: Session, sitting: CommissionSession, position: int, *, actor: Actor, at: datetime) -> None:
    """Put an item on the shared screen; 0 is the roll call. Those whose mandate ended leave the count there."""
    _expect_position(sitting, position)
    beat(session, sitting)
    note_lapsed(session, sitting, room_of(session, sitting), position, actor=actor, at=at)
    # The version stays: whoever else has the session open only sees that its screen moved.
    session.execute(
        update(CommissionSession)
        .where(CommissionSession.id == sitting.id)
        .values(at_position=position)
        .execution_options(synchronize_session=False)
    )


def quorum_is_missing(session: Session, sitting: CommissionSession) -> bool:
    """Whether the item on the screen may not be deliberated on."""
    return sitting.state == "sitting" and not room_of(session, sitting).quorum(sitting.at_position).met


def expect_no_draft(session: Session, sitting: CommissionSession) -> None:
    """A session that decided something is signed: the rest is postponed item by item."""
    decided = select(func.count()).where(Decision.session_id == sitting.id, Decision.state == "recorded")
    if session.scalar(decided):
        raise StepRefusedError(
            "Cette séance a déjà pris des décisions, quand le quorum était atteint : reportez les demandes qui restent, "
            "puis signez le procès-verbal."
        )


def _expect_position(sitting: CommissionSession, position: int) -> None:
    if not 0 <= position <= max((one.position for one in sitting.items), default=0):
        raise NotFoundError


def _add_move(
    session: Session, sitting: CommissionSession, room: Room, move: Move, actor: Actor, at: datetime
) -> None:
    place = room.by_id[move.chair]
    was = move.by or room.filled_by(move.item, move.chair)
    session.add(
        SessionMove(
            session_id=sitting.id,
            seat_id=move.chair,
            position=move.item,
            by=move.by,
            name=place.name(was),
            noted_at=at,
            noted_by=actor.name,
        )
    )
    _note(session, sitting, "note_presence", actor, at, seat=move.chair, by=move.by, position=move.item)


def _note(
    session: Session, sitting: CommissionSession, step: str, actor: Actor, at: datetime, **detail: object
) -> None:
    journal.note(session, "session", sitting.id, step, actor=actor, at=at, detail=dict(detail))
