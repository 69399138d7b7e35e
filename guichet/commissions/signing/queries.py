"""What the page of a signature shows: the letters held, the moves in words, who signed; and the papers of a session."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, undefer

from guichet.commissions.models import Decision
from guichet.commissions.papers.models import Minutes, SessionDocument
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.commissions.signing.models import DryRun
from guichet.commissions.sitting.models import SessionRecusal
from guichet.commissions.sitting.queries import room_of
from guichet.core.errors import StepRefusedError
from guichet.demands.models import Demand
from guichet.families.models import Person as Member
from guichet.notifications.models import LetterRow
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import HELD


@dataclass(frozen=True)
class MoveLine:
    """One demand of a dry run as its table shows it; `letter` is the id of the letter held, None when none is."""

    number: str
    child: str
    demand_id: int
    kind: str
    house: int | None
    freed: tuple[int, ...]
    awaited: tuple[int, ...]
    letter: int | None


def letters_of(session: Session, run: DryRun) -> Sequence[LetterRow]:
    """The letters that a dry run wrote, in the order of their recipients, without their bodies."""
    wanted = _letters(run).order_by(LetterRow.recipient_name, LetterRow.id)
    return session.scalars(wanted).all()


def letter_of(session: Session, run: DryRun, letter_id: int) -> LetterRow | None:
    """One of them with its text and its HTML."""
    bodies = (undefer(LetterRow.text), undefer(LetterRow.html))
    return session.scalar(_letters(run).where(LetterRow.id == letter_id).options(*bodies))


def moves_in_words(session: Session, run: DryRun, letters: Collection[LetterRow]) -> list[MoveLine]:
    """The moves with the names of the children, for who signs. One statement."""
    ids = [one["demand"] for one in run.moves]
    names = {
        demand_id: f"{first} {last}".strip()
        for demand_id, first, last in session.execute(
            select(Demand.id, Member.first_name, Member.last_name)
            .join(Member, Member.id == Demand.child_id)
            .where(Demand.id.in_(ids))
        )
    }
    by_key = {one.key: one.id for one in letters}
    return [
        MoveLine(
            one["number"],
            names.get(one["demand"], ""),
            one["demand"],
            one["kind"],
            one["house"],
            tuple(one["freed"]),
            tuple(one["awaited"]),
            by_key.get(one["letter"]),
        )
        for one in run.moves
    ]


def recused_from(session: Session, sitting: CommissionSession, account: int | None) -> frozenset[int]:
    """The demands whose file a person may not read here: those on which they were recused."""
    room = room_of(session, sitting)
    mine = {
        one.chair.id for one in room.places if account in (one.holder_account, one.deputy_account) and account
    }
    if not mine:
        return frozenset()
    wanted = (
        select(AgendaItem.demand_id)
        .join(SessionRecusal, SessionRecusal.item_id == AgendaItem.id)
        .where(SessionRecusal.session_id == sitting.id, SessionRecusal.seat_id.in_(mine))
    )
    return frozenset(one for one in session.scalars(wanted) if one is not None)


def papers_of(session: Session, session_id: int) -> Sequence[SessionDocument]:
    """The papers of a session, the latest first, without their content."""
    wanted = select(SessionDocument).where(SessionDocument.session_id == session_id)
    return session.scalars(wanted.order_by(SessionDocument.id.desc())).all()


def paper_of(session: Session, session_id: int, paper_id: int) -> SessionDocument | None:
    """One paper with its content."""
    return session.scalar(
        select(SessionDocument)
        .where(SessionDocument.session_id == session_id, SessionDocument.id == paper_id)
        .options(undefer(SessionDocument.content))
    )


def minutes_of(session: Session, session_id: int) -> tuple[Minutes, date | None] | None:
    """The minutes of a session, and the day of the session that approved them."""
    row = session.execute(
        select(Minutes, CommissionSession.sits_on)
        .outerjoin(CommissionSession, CommissionSession.id == Minutes.approved_session_id)
        .where(Minutes.session_id == session_id)
    ).first()
    return (row[0], row[1]) if row else None


def expect_nothing_held(session: Session, sitting: CommissionSession) -> None:
    """Refuse to give a session up while families wait for it with a place held elsewhere in the round."""
    if sitting.round_id is None:
        return
    held = (
        select(Offer.id)
        .join(Decision, and_(Decision.demand_id == Offer.demand_id, Decision.state == "confirmed"))
        .join(CommissionSession, CommissionSession.id == Decision.session_id)
        .where(CommissionSession.round_id == sitting.round_id, Offer.state == HELD)
        .limit(1)
    )
    if session.scalar(held) is not None:
        raise StepRefusedError(
            "Dans ce tour, des places sont réservées en attendant les séances qui restent : reportez celle-ci à un "
            "autre jour, sans l’annuler."
        )


def _letters(run: DryRun) -> Select[LetterRow]:
    keys = {one["letter"] for one in run.moves if one["letter"]}
    return select(LetterRow).where(LetterRow.key.in_(keys))
