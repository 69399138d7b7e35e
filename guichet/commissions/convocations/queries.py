"""Read who is called to a session, where each mail stands, and who still has to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from guichet.commissions.commission_models import Commission, Seat
from guichet.commissions.commission_queries import seats_in_order
from guichet.commissions.convocations.choices import ABSENT, DEPUTY, PRESENT, PROXY, REMIND_DAYS, Called
from guichet.commissions.convocations.models import NO_ANSWER, Convocation
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting.attendance import Chair, Present
from guichet.commissions.sitting.quorum import Quorum, quorum_of
from guichet.core.journal import AuditEntry, JournalEntry
from guichet.notifications.models import LetterEvent, LetterRow

SUBJECT = "convocation"
VISIT = "visit"
"""The trace of a page of answer that was opened; a mail scanner may have opened it, so it is never « read »."""
WHOLE = (
    joinedload(Convocation.member),
    joinedload(Convocation.letter),
    joinedload(Convocation.seat).options(joinedload(Seat.member), joinedload(Seat.deputy_member)),
)


@dataclass(frozen=True)
class Line:
    """One person called, with what is known of her mails. `visited_at`: when the page was first opened."""

    convocation: Convocation
    mails: tuple[LetterRow, ...]
    visited_at: datetime | None


@dataclass(frozen=True)
class Proof:
    """One thing that happened, for the file of the session."""

    at: datetime
    name: str
    what: str
    detail: str


def called(session: Session, session_id: int, *, lock: bool = False) -> list[Convocation]:
    """Those who are called to a session, in the order of the seats, a deputy after her holder. One statement."""
    wanted = (
        select(Convocation)
        .where(Convocation.session_id == session_id, Convocation.withdrawn_at.is_(None))
        .options(*WHOLE)
    )
    found = session.scalars(wanted.with_for_update(of=Convocation) if lock else wanted).all()
    return _in_order(found)


def lines(session: Session, session_id: int) -> list[Line]:
    """All who were called, those withdrawn last, with their mails and the first visit. Three statements."""
    wanted = select(Convocation).where(Convocation.session_id == session_id).options(*WHOLE)
    found = _in_order(session.scalars(wanted).all())
    ids = [one.id for one in found]
    mails: dict[int, list[LetterRow]] = {}
    letters = select(LetterRow).where(LetterRow.subject_type == SUBJECT, LetterRow.subject_id.in_(ids))
    for row in session.scalars(letters.order_by(LetterRow.id)):
        mails.setdefault(row.subject_id, []).append(row)
    visits = _visits(session, ids)
    found.sort(key=lambda one: one.withdrawn_at is not None)
    return [Line(one, tuple(mails.get(one.id, ())), visits.get(one.id)) for one in found]


def proofs(session: Session, session_id: int) -> list[Proof]:
    """Every sending, its end, each visit and answer, in the order they happened. Four statements."""
    known = {one.convocation.id: one for one in lines(session, session_id)}
    found = []
    subjects: dict[int, LetterRow] = {}
    for line in known.values():
        for mail in line.mails:
            subjects[mail.id] = mail
            found.append(Proof(mail.created_at, line.convocation.name, f"mail:{mail.kind}", mail.email or ""))
        if line.visited_at:
            found.append(Proof(line.visited_at, line.convocation.name, VISIT, ""))
    events = select(LetterEvent).where(LetterEvent.letter_id.in_(list(subjects))).order_by(LetterEvent.id)
    for event in session.scalars(events):
        mail = subjects[event.letter_id]
        found.append(
            Proof(event.at, known[mail.subject_id].convocation.name, f"way:{event.what}", event.detail)
        )
    steps = select(JournalEntry).where(
        JournalEntry.subject_type == SUBJECT, JournalEntry.subject_id.in_(list(known))
    )
    for step in session.scalars(steps.order_by(JournalEntry.id)):
        said = str(step.detail.get("answer", ""))
        found.append(Proof(step.at, known[step.subject_id].convocation.name, step.step, said))
    return sorted(found, key=lambda one: (one.at, one.name))


def whole_session(session: Session, session_id: int, *, lock: bool = False) -> CommissionSession | None:
    """A session with its commission, its seats with their members, and its agenda, whoever asks."""
    members = (joinedload(Seat.member), joinedload(Seat.deputy_member))
    wanted = (
        select(CommissionSession)
        .join(CommissionSession.commission)
        .where(CommissionSession.id == session_id)
        .options(
            contains_eager(CommissionSession.commission).selectinload(Commission.seats).options(*members),
            selectinload(CommissionSession.items),
        )
    )
    return session.scalar(wanted.with_for_update(of=CommissionSession) if lock else wanted)


def to_remind(session: Session, today: date, *, after: int = 0, limit: int = 50) -> list[int]:
    """The ids of the convocations without an answer two days before their session or later."""
    wanted = (
        select(Convocation.id)
        .join(CommissionSession, CommissionSession.id == Convocation.session_id)
        .where(
            CommissionSession.state == "convened",
            CommissionSession.sits_on > today,
            CommissionSession.sits_on <= today + timedelta(days=REMIND_DAYS),
            Convocation.id > after,
            Convocation.answer == NO_ANSWER,
            Convocation.withdrawn_at.is_(None),
            Convocation.reminded_at.is_(None),
        )
    )
    return list(session.scalars(wanted.order_by(Convocation.id).limit(limit)))


def sessions_of(session: Session, convocation_ids: Sequence[int]) -> dict[int, int]:
    """The session of each convocation."""
    wanted = select(Convocation.id, Convocation.session_id).where(Convocation.id.in_(convocation_ids))
    return {row.id: row.session_id for row in session.execute(wanted)}


def on_the_list(found: Sequence[Convocation]) -> list[Called]:
    """The seats as the choices of an answer look at them: what the holder said, and not her deputy."""
    return [
        Called(one.seat_id, one.seat.role, one.seat.voting, one.name, one.answer, one.proxy_seat_id)
        for one in found
        if not one.as_deputy
    ]


def expected_quorum(sitting: CommissionSession, reglement: Reglement, found: Sequence[Convocation]) -> Quorum:
    """The quorum if everybody does what they answered; who did not answer is counted away."""
    seats = [one for one in sitting.commission.seats if one.holds_on(sitting.sits_on)]
    chairs = [Chair(one.id, one.role, one.voting, one.role == "president") for one in seats]
    coming = frozenset(one.seat_id for one in found if one.answer == PRESENT)
    carried = {
        one.seat_id: one.proxy_seat_id
        for one in found
        if one.answer == PROXY and one.proxy_seat_id in coming and not one.as_deputy
    }
    present = Present(seats=coming, carried={giver: to for giver, to in carried.items() if to is not None})
    return quorum_of(reglement, chairs, present, second=sitting.second)


def tally(found: Sequence[Convocation]) -> dict[str, int]:
    """How many seats said each thing, and how many said nothing."""
    holders = [one for one in found if not one.as_deputy]
    said = {code: sum(one.answer == code for one in holders) for code in (PRESENT, DEPUTY, PROXY, ABSENT)}
    return said | {NO_ANSWER: sum(one.answer == NO_ANSWER for one in holders)}


def without_address(sitting: CommissionSession) -> list[Seat]:
    """The seats of that day that nobody stands behind: no convocation can be made for them."""
    return [
        one
        for one in seats_in_order(sitting.commission.seats)
        if one.holds_on(sitting.sits_on) and one.member_id is None
    ]


def _visits(session: Session, ids: list[int]) -> dict[int, datetime]:
    wanted = (
        select(AuditEntry.subject_id, func.min(AuditEntry.at))
        .where(AuditEntry.subject_type == SUBJECT, AuditEntry.action == VISIT, AuditEntry.subject_id.in_(ids))
        .group_by(AuditEntry.subject_id)
    )
    return {id_: at for id_, at in session.execute(wanted) if id_ is not None}


def _in_order(found: Sequence[Convocation]) -> list[Convocation]:
    seats = seats_in_order([one.seat for one in found])
    rank = {seat.id: place for place, seat in enumerate(seats)}
    return sorted(found, key=lambda one: (rank[one.seat_id], one.as_deputy, one.id))
