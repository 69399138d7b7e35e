"""Ask for the papers of a session, number its minutes, approve them. The caller commits; a worker makes the papers."""

from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.commissions.papers import models as papers
from guichet.commissions.papers.models import Minutes, SessionDocument
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import journal, nudge
from guichet.core.actor import Actor
from guichet.core.db import WAITS
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.leased import ASKED
from guichet.demands.models import Demand

OF_THE_MINUTES = (papers.NOMINAL, papers.COMMUNICABLE, papers.EXTRACT)
TRIES = 8
LONGEST_REMARKS = 2000


def ask_paper(
    session: Session,
    sitting: CommissionSession,
    kind: str,
    *,
    actor: Actor,
    at: datetime,
    demand_id: int | None = None,
) -> SessionDocument:
    """Ask a worker for one paper. Raises StepRefusedError when there is nothing to write in it yet."""
    if kind == papers.PACK and sitting.agenda_built_at is None:
        raise StepRefusedError("Établissez d’abord l’ordre du jour : le dossier de séance en est fait.")
    number = ""
    if kind in OF_THE_MINUTES:
        minutes = session.get(Minutes, sitting.id)
        if minutes is None or sitting.state != "signed":
            raise StepRefusedError("Le procès-verbal existe quand la séance est signée.")
        number = minutes.number
    if (
        kind == papers.EXTRACT
        and session.scalar(select(Demand.state).where(Demand.id == demand_id)) == "commission"
    ):
        raise StepRefusedError(
            "Une autre commission du tour examine encore cette demande : son extrait se fait quand elle a signé."
        )
    made = SessionDocument(
        session_id=sitting.id,
        kind=kind,
        number=number,
        demand_id=demand_id,
        asked_by_id=actor.user_id,
        asked_by=actor.name,
        asked_at=at,
        state=ASKED,
    )
    session.add(made)
    session.info[WAITS.format(nudge.SESSIONS)] = True
    return made


def give_number(session: Session, sitting: CommissionSession, on: date) -> Minutes:
    """The next number of the year; a session annulled and signed again keeps its own, so that none is missing."""
    known = session.get(Minutes, sitting.id)
    if known is not None:
        return known
    for _ in range(TRIES):
        last = session.scalar(select(func.max(Minutes.rank)).where(Minutes.year == on.year)) or 0
        made = Minutes(session_id=sitting.id, year=on.year, rank=last + 1)
        try:
            with session.begin_nested():
                session.add(made)
        except IntegrityError:
            # Another session took it at the same instant: the next one is read again.
            continue
        return made
    raise ConflictError("D’autres séances sont signées en ce moment : signez de nouveau.")


def forget_papers(session: Session, sitting: CommissionSession) -> None:
    """The signature is annulled: the minutes made from it are no more. Their number stays."""
    session.execute(
        delete(SessionDocument)
        .where(SessionDocument.session_id == sitting.id, SessionDocument.kind.in_(OF_THE_MINUTES))
        .execution_options(synchronize_session=False)
    )


def approve(
    session: Session,
    sitting: CommissionSession,
    minutes_of: int,
    remarks: str,
    *,
    actor: Actor,
    at: datetime,
) -> Minutes:
    """The members approve the minutes of an earlier session of their commission, with their remarks.

    Raises StepRefusedError when the session does not sit, or when these minutes are not theirs to approve.
    """
    if sitting.state != "sitting":
        raise StepRefusedError("Un procès-verbal s’approuve pendant une séance.")
    if len(remarks) > LONGEST_REMARKS:
        raise InvalidError({"remarks": f"C’est trop long : {LONGEST_REMARKS} caractères au plus."})
    found = session.scalar(
        select(Minutes)
        .join(CommissionSession, CommissionSession.id == Minutes.session_id)
        .where(
            Minutes.session_id == minutes_of,
            CommissionSession.commission_id == sitting.commission_id,
            CommissionSession.id != sitting.id,
            CommissionSession.state == "signed",
        )
        .with_for_update(of=Minutes)
    )
    if found is None:
        raise StepRefusedError("Ce procès-verbal n’est pas à approuver par cette commission.")
    if found.approved_on is not None:
        raise ConflictError("Ce procès-verbal vient d’être approuvé.")
    found.approved_session_id, found.approved_on, found.remarks = sitting.id, sitting.sits_on, remarks.strip()
    detail = {"minutes": found.number}
    journal.note(session, "session", sitting.id, "approve_minutes", actor=actor, at=at, detail=detail)
    return found


def to_approve(session: Session, sitting: CommissionSession) -> list[tuple[Minutes, date]]:
    """The minutes of the commission that no session approved yet, the oldest first, with the day of their session."""
    wanted = (
        select(Minutes, CommissionSession.sits_on)
        .join(CommissionSession, CommissionSession.id == Minutes.session_id)
        .where(
            CommissionSession.commission_id == sitting.commission_id,
            CommissionSession.id != sitting.id,
            CommissionSession.state == "signed",
            Minutes.approved_on.is_(None),
        )
        .order_by(CommissionSession.sits_on)
    )
    return [(minutes, on) for minutes, on in session.execute(wanted)]
