"""Hear the replies that calendar programs send by mail (iTIP, RFC 5546). The caller commits.

A reply is an answer when it comes from the very address that was called, for the date she was last told; anything
else waits for a person. It says what the page of the answer would, in the journal too, with the way it came.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.answers import Opened, take
from guichet.commissions.convocations.mailed import OLD_DATE, PERHAPS, Meant, is_older, meaning
from guichet.commissions.convocations.models import Convocation
from guichet.commissions.convocations.queries import SUBJECT, called, whole_session
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import DomainError
from guichet.notifications.incoming import models as received
from guichet.notifications.incoming.actions import Outcome
from guichet.notifications.incoming.said import Mail, Reply

REMARK_STEP = "mail_remark"


def hear(session: Session, mail: Mail, reply: Reply, calling: Calling, *, at: datetime) -> Outcome:
    """Take the reply of a mail as the answer of whoever was called, or say why it is not one."""
    found = _addressed(session, reply)
    about = (SUBJECT, found.id if found else None)
    if mail.sender != reply.attendee:
        return Outcome(received.STRANGER, *about, f"Au nom de {reply.attendee}.")
    if not mail.proved:
        return Outcome(received.UNPROVED, *about)
    if found is None or reply.sequence > found.sequence:
        return Outcome(received.UNKNOWN, *about)
    page = _opened(session, found)
    if page is None:
        return Outcome(received.LATE, *about)
    stamped = min(reply.stamped or at, at)
    if is_older(stamped, page.convocation.answered_at, page.convocation.mail_at):
        return Outcome(received.OLDER, *about)
    meant = meaning(reply, found.sequence, found.answer)
    if meant is None:
        return Outcome(received.REFUSED, *about, f"Son agenda dit « {reply.part} ».")
    code = _answer(session, page, meant, calling, at) if meant.answer else _remark(session, page, meant, at)
    if code in received.SETTLED:
        page.convocation.mail_at = stamped
    if code == received.ANSWERED:
        # Hers is the instant when she pressed: what she says by the page afterwards is later.
        page.convocation.answered_at = stamped
    return Outcome(code, *about)


def _addressed(session: Session, reply: Reply) -> Convocation | None:
    """Whom a reply is from: the one called at this date first, then the one still called, then the latest.

    A session that was put off keeps its identity, and one person may hold two seats. The address is the one that she
    was written to, or hers since.
    """
    wanted = (
        select(Convocation)
        .join(CommissionSession, CommissionSession.id == Convocation.session_id)
        .where(CommissionSession.uid == reply.uid)
        .options(joinedload(Convocation.member), joinedload(Convocation.letter))
    )
    mine = [one for one in session.scalars(wanted) if reply.attendee in _addresses(one)]
    still = [one for one in mine if one.withdrawn_at is None]
    return max(still or mine, key=lambda one: (one.sequence == reply.sequence, one.sequence), default=None)


def _addresses(one: Convocation) -> set[str]:
    known = (one.member.email, one.letter.email if one.letter else None)
    return {email.lower() for email in known if email}


def _opened(session: Session, found: Convocation) -> Opened | None:
    """What the page of the answer would show, ours alone; None when nothing can be answered any more."""
    sitting = whole_session(session, found.session_id, lock=True)
    others = called(session, found.session_id, lock=True)
    if sitting is None or sitting.state != "convened" or found not in others:
        return None
    return Opened(found, sitting, others, "")


def _answer(session: Session, page: Opened, meant: Meant, calling: Calling, at: datetime) -> str:
    one = page.convocation
    if one.answer == meant.answer:
        code = received.SAME
    else:
        try:
            take(session, page, meant.answer, None, calling, actor=_herself(one), at=at, by_mail=True)
        except DomainError:
            return received.REFUSED
        code = received.ANSWERED
    one.mail_said, one.mail_remark = "", meant.remark
    return code


def _remark(session: Session, page: Opened, meant: Meant, at: datetime) -> str:
    """What is no answer stays beside it; only « perhaps » undoes a presence, which would be counted."""
    one = page.convocation
    if meant.said == OLD_DATE and one.answer:
        return received.OLDER
    one.mail_said, one.mail_remark = meant.said, meant.remark
    if meant.said == PERHAPS:
        one.doubt_presence()
    detail = {"answer": meant.said}
    actor = _herself(one)
    journal.note(
        session, SUBJECT, one.id, REMARK_STEP, actor=actor, at=at, reason=meant.remark, detail=detail
    )
    return received.STALE if meant.said == OLD_DATE else received.REMARK


def _herself(one: Convocation) -> Actor:
    return Actor(one.member.user_id, one.name)
