"""What follows a session: made with its decisions or written by hand, until somebody says what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import String, cast, delete, insert, literal, select
from sqlalchemy.orm import Session

from guichet.commissions.follow_up.models import ACTION, ANSWER, CALL, FollowUp
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing import settling
from guichet.commissions.signing.moves import Move
from guichet.core import journal
from guichet.core.actor import THE_CLOCK, Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.workflow import expect_version
from guichet.demands.delays import FOLLOW_UP_WITHIN
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import HELD, OFFERED, STATE
from guichet.placements.offers.states import POSTPONED as ASKED_LATER
from guichet.territory.models import Desk

LONGEST_WHAT, LONGEST_OWNER, LONGEST_CAME = 300, 120, 2000
LATEST = timedelta(days=366)


@dataclass(frozen=True)
class FollowEntry:
    """An action as typed."""

    what: str
    owner: str
    due_on: date | None
    owner_id: int | None = None


def follow_decisions(
    session: Session, sitting: CommissionSession, moves: Sequence[Move], *, actor: Actor, at: datetime
) -> None:
    """One line a demand told: the answer awaited, or the family to call. The desk of the demand owns it."""
    desks = {one.id: one.name for one in session.scalars(select(Desk))}
    rows = [
        {
            "session_id": sitting.id,
            "decision_id": one.decision.id,
            "demand_id": one.demand.id,
            "kind": ANSWER if one.kind == settling.OFFER else CALL,
            "what": _what(one),
            "owner": desks[one.demand.desk_id][:LONGEST_OWNER],
            "due_on": _due_on(one, day(at)),
            "created_at": at,
            "created_by": actor.name,
        }
        for one in moves
        if one.decision is not None and one.kind in settling.FINAL
    ]
    if rows:
        session.execute(insert(FollowUp), rows)


def add(
    session: Session, sitting: CommissionSession, entry: FollowEntry, *, actor: Actor, at: datetime
) -> FollowUp:
    """An action written by hand. Raises InvalidError with a sentence a field."""
    problems = {}
    if not entry.what.strip():
        problems["what"] = "Écrivez ce qui est à faire."
    elif len(entry.what) > LONGEST_WHAT:
        problems["what"] = f"C’est trop long : {LONGEST_WHAT} caractères au plus."
    if not entry.owner.strip():
        problems["owner"] = "Indiquez qui s’en charge."
    elif len(entry.owner) > LONGEST_OWNER:
        problems["owner"] = f"C’est trop long : {LONGEST_OWNER} caractères au plus."
    if entry.due_on is None:
        problems["due_on"] = "Indiquez pour quand."
    elif not day(at) <= entry.due_on <= day(at) + LATEST:
        problems["due_on"] = "La date est à venir, dans l’année."
    if problems or entry.due_on is None:
        raise InvalidError(problems)
    made = FollowUp(
        session_id=sitting.id,
        kind=ACTION,
        what=entry.what.strip(),
        owner=entry.owner.strip(),
        owner_id=entry.owner_id,
        due_on=entry.due_on,
        created_at=at,
        created_by=actor.name,
    )
    session.add(made)
    journal.note(session, "session", sitting.id, "add_follow_up", actor=actor, at=at, reason=made.what)
    return made


def close(
    session: Session,
    line: FollowUp,
    came_of: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Say what came of it. Raises InvalidError without a word, ConflictError when somebody closed it meanwhile."""
    if line.closed_at is not None:
        raise ConflictError(f"{line.closed_by} vient de clore cette suite.")
    expect_version(line, version)
    came_of = came_of.strip()
    if not came_of:
        raise InvalidError({"came_of": "Écrivez ce qu’il en est advenu."})
    if len(came_of) > LONGEST_CAME:
        raise InvalidError({"came_of": f"C’est trop long : {LONGEST_CAME} caractères au plus."})
    line.closed_at, line.closed_by, line.came_of = at, actor.name, came_of
    session.flush()
    journal.note(session, "session", line.session_id, "close_follow_up", actor=actor, at=at, reason=came_of)


def close_answered(session: Session, *, at: datetime, limit: int = 200) -> int:
    """Close the lines whose family has answered: the offer itself says what came of it. How many were closed."""
    wanted = (
        select(FollowUp, Offer)
        .join(Offer, Offer.from_key == literal("decision:") + cast(FollowUp.decision_id, String))
        .where(
            FollowUp.kind == ANSWER,
            FollowUp.closed_at.is_(None),
            Offer.state.not_in((HELD, OFFERED, ASKED_LATER)),
        )
        .order_by(FollowUp.id, Offer.id)
        .limit(limit)
    )
    closed = 0
    for line, offer in session.execute(wanted):
        if line.closed_at is None:
            line.closed_at, line.closed_by = at, offer.answered_by or THE_CLOCK.name
            line.came_of = f"Place {STATE[offer.state]}." if offer.state != "cancelled" else "Place retirée."
            closed += 1
    session.flush()
    return closed


def forget_decisions(session: Session, sitting: CommissionSession) -> None:
    """The signature is annulled: nothing is awaited of the families any more."""
    session.execute(
        delete(FollowUp)
        .where(
            FollowUp.session_id == sitting.id,
            FollowUp.decision_id.is_not(None),
            FollowUp.closed_at.is_(None),
        )
        .execution_options(synchronize_session=False)
    )


def _what(one: Move) -> str:
    number = one.demand.number
    if one.kind == settling.OFFER:
        return f"n° {number} : réponse à la place proposée"
    if one.kind == settling.UNPLACED:
        return f"n° {number} : chercher une autre solution"
    return f"n° {number} : inscrire à une prochaine commission"


def _due_on(one: Move, today: date) -> date:
    return one.answer_by or today + timedelta(days=FOLLOW_UP_WITHIN.default)
