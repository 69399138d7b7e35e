"""What those who are called answer, by their own link or by telephone. The caller commits.

The page of the link is the first way; the guichet also writes down what it was told, and where a mailbox is read,
hears the replies of calendar programs (replies.py).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guichet.accounts.signing_in import digest
from guichet.commissions.convocations import actions as convocation_actions
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.choices import (
    ABSENT,
    DEPUTY,
    PROXY,
    Called,
    Ways,
    refusal,
    ways,
)
from guichet.commissions.convocations.models import NOTHING_SAID, Convocation, ConvocationLink
from guichet.commissions.convocations.queries import SUBJECT, WHOLE, called, on_the_list, whole_session
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import french, journal
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, DomainError, InvalidError, NotFoundError
from guichet.scheduling.members.models import Member

BY_PAGE, BY_MAIL = "answer_convocation", "answer_by_mail"
"""The steps of the journal: the page, or the telephone; a calendar program."""
NOT_TAKEN = "Votre réponse n’est pas prise."


class LinkOverError(DomainError):
    """The link served its time, or never was one."""

    status = 410


@dataclass(frozen=True)
class Opened:
    """The page behind a link: who is called to what, all others called, and whether its date still holds."""

    convocation: Convocation
    sitting: CommissionSession
    others: list[Convocation]
    stale: str
    """Why nothing can be answered any more, in a sentence; empty when it can."""

    @property
    def reglement(self) -> Reglement:
        """The règlement of the session."""
        kept = self.sitting.rules
        return Reglement.from_json(kept) if kept else self.sitting.commission.reglement

    @property
    def ways(self) -> Ways:
        """What may be answered."""
        return ways_of(self.convocation, self.reglement, self.others)


def opened(session: Session, token: str, *, at: datetime, lock: bool = False) -> Opened:
    """What a personal link leads to. Raises LinkOverError for one that is unknown or too old."""
    found = session.execute(
        select(ConvocationLink, Convocation)
        .join(Convocation, Convocation.id == ConvocationLink.convocation_id)
        .where(ConvocationLink.token_hash == digest(token), ConvocationLink.expires_at > at)
        .options(*WHOLE)
    ).one_or_none()
    if found is None:
        raise LinkOverError(
            "Ce lien n’est plus valable : la séance est passée, ou l’adresse n’est pas complète. Ouvrez le lien "
            "depuis le dernier courriel de convocation, ou appelez le guichet."
        )
    link, one = found
    sitting = whole_session(session, one.session_id, lock=lock)
    if sitting is None:
        raise NotFoundError
    stale = _stale(session, link.sequence, one, sitting)
    return Opened(one, sitting, called(session, sitting.id, lock=lock), stale)


def opened_by(session: Session, user_id: int, session_id: int, *, lock: bool = False) -> Opened:
    """The same page for a member who signed in. Raises NotFoundError for whoever is not called to this session."""
    one = of_account(session, user_id, session_id)
    sitting = whole_session(session, session_id, lock=lock)
    if one is None or sitting is None:
        raise NotFoundError
    stale = _stale(session, one.sequence, one, sitting)
    return Opened(one, sitting, called(session, sitting.id, lock=lock), stale)


def of_account(session: Session, user_id: int | None, session_id: int) -> Convocation | None:
    """What the holder of an account is called to, if anything."""
    wanted = (
        select(Convocation)
        .join(Member, Member.id == Convocation.member_id)
        .where(
            Member.user_id == user_id,
            Convocation.session_id == session_id,
            Convocation.withdrawn_at.is_(None),
        )
        .options(*WHOLE)
        .order_by(Convocation.as_deputy, Convocation.id)
        .limit(1)
    )
    return session.scalar(wanted)


def forget_links(session: Session, *, at: datetime) -> None:
    """Throw away the links whose session is over: they open nothing any more."""
    session.execute(delete(ConvocationLink).where(ConvocationLink.expires_at <= at))


def ways_of(one: Convocation, reglement: Reglement, others: list[Convocation]) -> Ways:
    """What somebody may answer; a deputy neither has a deputy nor gives a proxy."""
    if one.as_deputy:
        return Ways()
    me = Called(one.seat_id, one.seat.role, one.seat.voting, one.name, one.answer, one.proxy_seat_id)
    deputy = one.seat.deputy if one.seat.deputy_member is not None else ""
    return ways(reglement, me, on_the_list(others), deputy)


def take(
    session: Session,
    page: Opened,
    answer: str,
    carrier: int | None,
    calling: Calling,
    *,
    actor: Actor,
    at: datetime,
    sequence: int | None = None,
    by_mail: bool = False,
) -> None:
    """Keep an answer; the last one holds. A deputy is called, or withdrawn, with it.

    `sequence` is the date the page was shown for; `by_mail` says in the journal that a mail program answered. Raises
    ConflictError for an answer to an old date, InvalidError for one that the règlement does not allow.
    """
    one = page.convocation
    if page.stale:
        raise ConflictError(f"{NOT_TAKEN} {page.stale}")
    if sequence is not None and sequence != one.sequence:
        raise ConflictError(f"{NOT_TAKEN} L’heure ou le lieu vient de changer : relisez-les, puis répondez.")
    if page.sitting.state != "convened":
        raise ConflictError(f"{NOT_TAKEN} La séance est déjà ouverte.")
    if refused := refusal(page.ways, answer, carrier):
        raise InvalidError({"proxy_seat" if answer == PROXY else "answer": refused})
    one.answer, one.answered_at, one.answered_by = answer, at, actor.name
    one.proxy_seat_id = carrier if answer == PROXY else None
    one.mail_said, one.mail_remark = NOTHING_SAID, ""
    detail = {"answer": answer, "proxy_seat": one.proxy_seat_id}
    step = BY_MAIL if by_mail else BY_PAGE
    journal.note(session, SUBJECT, one.id, step, actor=actor, at=at, detail=detail)
    if not one.as_deputy:
        _deputy_follows(session, page, calling, actor, at)


def _deputy_follows(session: Session, page: Opened, calling: Calling, actor: Actor, at: datetime) -> None:
    """The deputy is called when the holder will not come and gave nobody her voice; otherwise she is not."""
    one = page.convocation
    stand_in = one.seat.deputy_member
    there = next((other for other in page.others if other.as_deputy and other.seat_id == one.seat_id), None)
    wanted = one.answer in (ABSENT, DEPUTY) and stand_in is not None
    if wanted and there is None and stand_in is not None:
        convocation_actions.invite(session, page.sitting, one.seat, stand_in, calling, at, as_deputy=True)
    elif not wanted and there is not None:
        convocation_actions.withdraw(session, there, page.sitting, calling, actor=actor, at=at)


def _stale(session: Session, sequence: int, one: Convocation, sitting: CommissionSession) -> str:
    if sitting.state == "postponed":
        following = session.scalar(
            select(CommissionSession).where(CommissionSession.follows_id == sitting.id).limit(1)
        )
        day = f" au {french.long_date(following.sits_on)}" if following else ""
        return f"Cette séance est reportée{day}. Répondez par le lien du dernier courriel reçu."
    if sitting.state == "cancelled":
        return "Cette séance est annulée : il n’y a rien à répondre."
    if one.withdrawn_at is not None:
        return "La convocation à cette séance a été retirée."
    if sequence != one.sequence:
        return "L’heure ou le lieu de cette séance a changé. Répondez par le lien du dernier courriel reçu."
    if sitting.state != "convened":
        return "La séance est ouverte ou tenue : il n’est plus temps de répondre."
    return ""
