"""Call the members of a session, tell them that it moves or is given up. The caller commits.

The rows and the mails are written in one transaction with what they tell. To one person they leave in the order
they were decided: a cancellation waits for the mail it cancels (outbox.py), and what has not left yet is held back
rather than contradicted.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from guichet.accounts.signing_in import digest
from guichet.commissions.commission_models import Seat
from guichet.commissions.commission_queries import seats_in_order
from guichet.commissions.convocations import letters
from guichet.commissions.convocations.choices import hours
from guichet.commissions.convocations.letters import Call
from guichet.commissions.convocations.models import Convocation, ConvocationLink
from guichet.commissions.convocations.queries import SUBJECT, WHOLE, called, whole_session
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions.arrangement import Arrangement
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import models, outbox
from guichet.notifications.letter import Letter
from guichet.notifications.models import LetterRow
from guichet.scheduling.members.models import Member

PATH = "/convocation/"
NOT_GONE = (models.HELD, models.PENDING, models.TO_PRINT)


@dataclass(frozen=True)
class Calling:
    """What writing to the members takes: the desks that sign, and the address of the site in the links."""

    catalogue: Catalogue
    public_url: str
    reads_replies: bool = False
    """Whether the guichet hears the replies of calendar programs: the mails say so, or that it does not."""


def call(
    session: Session, sitting: CommissionSession, calling: Calling, *, actor: Actor, at: datetime
) -> int:
    """Call the holders of the seats of that day who are not yet, and withdraw who no longer holds one.

    Returns how many were called. A deputy is called when her holder says that she will not come.
    """
    seats = _seats(session, sitting)
    holders = {one.id: one.member_id for one in seats}
    there = called(session, sitting.id, lock=True)
    for one in there:
        expected = one.seat.deputy_member_id if one.as_deputy else holders.get(one.seat_id)
        if expected != one.member_id or one.seat_id not in holders:
            withdraw(session, one, sitting, calling, actor=actor, at=at)
    known = {(one.seat_id, one.member_id) for one in there}
    missing = [one for one in seats if one.member is not None and (one.id, one.member_id) not in known]
    for seat in missing:
        if seat.member is not None:
            invite(session, sitting, seat, seat.member, calling, at)
    return len(missing)


def invite(
    session: Session,
    sitting: CommissionSession,
    seat: Seat,
    member: Member,
    calling: Calling,
    at: datetime,
    *,
    as_deputy: bool = False,
) -> Convocation:
    """Call one person for one seat; who had been withdrawn is called again."""
    one = _row(session, sitting, seat, member, as_deputy=as_deputy, at=at)
    _post(session, one, letters.convocation(_call(session, one, sitting, calling, at)), at)
    return one


def withdraw(
    session: Session,
    one: Convocation,
    sitting: CommissionSession,
    calling: Calling,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """One person is not called any more: her calendar is told, and nobody else's."""
    journal.note(session, SUBJECT, one.id, "withdraw_convocation", actor=actor, at=at)
    _stop(session, one, sitting, calling, at, sequence=sitting.sequence + 1, alone=True)


def tell_cancelled(
    session: Session,
    sitting: CommissionSession,
    reason: str,
    calling: Calling,
    *,
    at: datetime,
    later: bool = False,
) -> int:
    """The session is given up: each calendar is told. `later`: another convocation will follow."""
    there = called(session, sitting.id, lock=True)
    if there:
        sitting.sequence += 1
    for one in there:
        _stop(session, one, sitting, calling, at, sequence=sitting.sequence, reason=reason, later=later)
    return len(there)


def tell_moved(
    session: Session,
    sitting: CommissionSession,
    made: CommissionSession,
    reason: str,
    calling: Calling,
    *,
    at: datetime,
) -> int:
    """The session is put off to `made`, which keeps its identity: the same event moves in the calendars.

    Every holder is asked again; who is not called to the new day is withdrawn. Returns how many are called.
    """
    before = {one.member_id: one for one in called(session, sitting.id, lock=True)}
    seats = [one for one in _seats(session, made) if one.member is not None]
    for seat in seats:
        if seat.member is None:
            continue
        old = before.pop(seat.member.id, None)
        earlier = _leave(session, old, at)
        one = _row(session, made, seat, seat.member, as_deputy=False, at=at)
        told = _call(session, one, made, calling, at)
        moved = earlier is not None and not made.second
        letter = letters.convocation(
            told, moved_from=sitting.sits_on if moved else None, reason=reason if moved else ""
        )
        _post(session, one, letter, at, earlier)
    for old in before.values():
        if made.second:
            old.withdrawn_at = at
        else:
            _stop(session, old, sitting, calling, at, sequence=made.sequence, reason=reason)
    return len(seats)


def tell_rearranged(
    session: Session, sitting: CommissionSession, before: Arrangement, calling: Calling, *, at: datetime
) -> int:
    """Another hour, length or place on the same day: the calendars move, and everybody is asked again."""
    there = called(session, sitting.id, lock=True)
    if there:
        sitting.sequence += 1
    for one in there:
        earlier = _held_back(session, one, at)
        one.sequence = max(sitting.sequence, one.sequence + 1)
        one.forget_answer()
        one.reminded_at = None
        told = _call(session, one, sitting, calling, at)
        letter = letters.changed_hours(told, before) if earlier else letters.convocation(told)
        _post(session, one, letter, at, earlier)
    return len(there)


def remind(
    session: Session, one: Convocation, sitting: CommissionSession, calling: Calling, at: datetime
) -> bool:
    """Ask once more. False for somebody called on paper: the guichet telephones."""
    one.reminded_at = at
    if one.member.email is None:
        return False
    letter = letters.reminder(_call(session, one, sitting, calling, at))
    key = f"{SUBJECT}:{one.id}:{letter.kind}:{one.sequence}"
    outbox.post(
        session, letter, key=key, subject_type=SUBJECT, subject_id=one.id, at=at, after_id=one.letter_id
    )
    return True


def remind_one(session: Session, convocation_id: int, calling: Calling, *, at: datetime) -> bool:
    """Remind somebody if she still has to answer; the same sweep twice at once reminds her once."""
    wanted = select(Convocation).where(Convocation.id == convocation_id).options(*WHOLE)
    one = session.scalar(wanted.with_for_update(of=Convocation))
    if one is None or one.answer or one.reminded_at or one.withdrawn_at:
        return False
    sitting = whole_session(session, one.session_id)
    if sitting is None or sitting.state != "convened":
        return False
    return remind(session, one, sitting, calling, at)


def _seats(session: Session, sitting: CommissionSession) -> list[Seat]:
    """The seats of the day of a session, with those who hold them."""
    wanted = (
        select(Seat)
        .where(Seat.commission_id == sitting.commission_id)
        .options(joinedload(Seat.member), joinedload(Seat.deputy_member))
        .execution_options(populate_existing=True)
    )
    return seats_in_order([one for one in session.scalars(wanted) if one.holds_on(sitting.sits_on)])


def _row(
    session: Session,
    sitting: CommissionSession,
    seat: Seat,
    member: Member,
    *,
    as_deputy: bool,
    at: datetime,
) -> Convocation:
    """The row of a person, new or called again, above the last sequence her calendar knows (RFC 5546, 2.1.4)."""
    known = session.scalar(
        select(Convocation)
        .where(
            Convocation.session_id == sitting.id,
            Convocation.seat_id == seat.id,
            Convocation.member_id == member.id,
        )
        .options(joinedload(Convocation.letter))
    )
    one = known or Convocation(session_id=sitting.id, seat_id=seat.id, member_id=member.id)
    one.as_deputy, one.name, one.called_at = as_deputy, _called(seat, member, as_deputy=as_deputy), at
    one.sequence = max(sitting.sequence, _last_told(session, sitting, member) + 1)
    one.withdrawn_at = one.reminded_at = None
    one.forget_answer()
    one.seat, one.member = seat, member
    session.add(one)
    session.flush()
    return one


def _last_told(session: Session, sitting: CommissionSession, member: Member) -> int:
    """The last sequence that her calendar may know of this event, whatever day it was on; -1 for none."""
    last = session.scalar(
        select(func.max(Convocation.sequence))
        .join(CommissionSession, CommissionSession.id == Convocation.session_id)
        .where(CommissionSession.uid == sitting.uid, Convocation.member_id == member.id)
    )
    return -1 if last is None else last


def _called(seat: Seat, member: Member, *, as_deputy: bool) -> str:
    return (seat.deputy if as_deputy else seat.called) or member.name


def _call(
    session: Session, one: Convocation, sitting: CommissionSession, calling: Calling, at: datetime
) -> Call:
    reglement = Reglement.from_json(sitting.rules) if sitting.rules else sitting.commission.reglement
    when = hours(sitting.sits_on, sitting.starts_at, sitting.duration)
    told = Call(
        sitting,
        one,
        one.member.email,
        reglement,
        when,
        calling.catalogue,
        at,
        site=calling.public_url,
        reads_replies=calling.reads_replies,
    )
    if one.member.email is None:
        return told
    token = secrets.token_urlsafe(32)
    session.add(
        ConvocationLink(
            token_hash=digest(token), convocation_id=one.id, sequence=one.sequence, expires_at=when.over_at
        )
    )
    return replace(told, link=calling.public_url + PATH + token)


def _post(
    session: Session, one: Convocation, letter: Letter, at: datetime, earlier: LetterRow | None = None
) -> None:
    """One mail to one person; called again at the same date, she is sent another with its own key."""
    key = f"{SUBJECT}:{one.id}:{letter.kind}:{one.sequence}:{at.isoformat(timespec='milliseconds')}"
    after = earlier.id if earlier else one.letter_id
    one.letter_id = outbox.post(
        session, letter, key=key, subject_type=SUBJECT, subject_id=one.id, at=at, after_id=after
    )


def _held_back(session: Session, one: Convocation, at: datetime) -> LetterRow | None:
    """The mail she has or may have; None when it never left, and then it no longer will."""
    letter = one.letter
    if letter is None or letter.state == models.CANCELLED:
        return None
    if letter.state in models.UNDELIVERED:
        # Nobody may send it again from the tray of the undelivered: what it says is no longer true.
        outbox.cancel(session, letter.key, at=at, detail="remplacé par la suite")
        return None
    waits = letter.state in NOT_GONE and (letter.attempts == 0 or letter.state == models.TO_PRINT)
    if waits and outbox.cancel(session, letter.key, at=at, detail="remplacé avant son départ"):
        return None
    return letter


def _leave(session: Session, old: Convocation | None, at: datetime) -> LetterRow | None:
    if old is None:
        return None
    old.withdrawn_at = at
    return _held_back(session, old, at)


def _stop(
    session: Session,
    one: Convocation,
    sitting: CommissionSession,
    calling: Calling,
    at: datetime,
    *,
    sequence: int,
    reason: str = "",
    later: bool = False,
    alone: bool = False,
) -> None:
    """Withdraw somebody; who never received her convocation has nothing to be told."""
    earlier = _held_back(session, one, at)
    one.withdrawn_at = at
    if earlier is None:
        return
    one.sequence = max(sequence, one.sequence + 1)
    told = Call(
        sitting,
        one,
        one.member.email,
        sitting.commission.reglement,
        hours(sitting.sits_on, sitting.starts_at, sitting.duration),
        calling.catalogue,
        at,
    )
    _post(session, one, letters.cancelled(told, reason, later=later, alone=alone), at, earlier)
