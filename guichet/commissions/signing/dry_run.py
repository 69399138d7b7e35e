"""Ask for the dry run of a session, answer what it found, know whether it still holds. The caller commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Commission
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing.dry_run_facts import digest_of
from guichet.commissions.signing.models import DryRun, FindingAnswer, Signature
from guichet.core import journal, nudge
from guichet.core.actor import Actor
from guichet.core.db import WAITS
from guichet.core.errors import InvalidError, NotFoundError, StepRefusedError
from guichet.core.leased import ASKED, DONE, RUNNING

LASTS = timedelta(days=3)
"""The letters say until when to answer: past this, the families would have less time than the règlement gives."""
LONGEST_REASON = 500
STALE = "Une décision a changé depuis l’essai : refaites l’essai avant de signer."
OLD = "L’essai a plus de trois jours : refaites-le, les lettres disent jusqu’à quand répondre."


def ask(session: Session, sitting: CommissionSession, *, actor: Actor, at: datetime) -> DryRun:
    """Ask a worker to try the signature. Raises StepRefusedError unless the session sits."""
    if sitting.state != "sitting":
        raise StepRefusedError("L’essai se fait quand la séance est ouverte, avant sa signature.")
    waiting = session.scalar(
        select(DryRun).where(DryRun.session_id == sitting.id, DryRun.state.in_((ASKED, RUNNING)))
    )
    if waiting is not None:
        raise StepRefusedError("Un essai est déjà en cours : attendez qu’il se termine.")
    made = DryRun(
        session_id=sitting.id, state=ASKED, asked_by_id=actor.user_id, asked_by=actor.name, asked_at=at
    )
    session.add(made)
    session.flush()
    journal.note(session, "session", sitting.id, "ask_dry_run", actor=actor, at=at)
    session.info[WAITS.format(nudge.SESSIONS)] = True
    return made


def latest(session: Session, session_id: int, *, lock: bool = False) -> DryRun | None:
    """The last trial of a session, with its answers, its signatures and its commission."""
    wanted = (
        select(DryRun)
        .where(DryRun.session_id == session_id)
        .order_by(DryRun.id.desc())
        .limit(1)
        .options(
            joinedload(DryRun.session)
            .joinedload(CommissionSession.commission)
            .selectinload(Commission.seats),
            selectinload(DryRun.answers),
            selectinload(DryRun.signatures),
        )
        .execution_options(populate_existing=lock)
    )
    return session.scalar(wanted)


def answer_finding(
    session: Session, run: DryRun, key: str, reason: str, *, person: Person, at: datetime
) -> None:
    """Write why the session may be signed although this was found.

    Raises InvalidError when nothing is written, StepRefusedError when it must be mended first.
    """
    found = next((one for one in run.findings if one["key"] == key), None)
    if run.state != DONE or found is None:
        raise NotFoundError
    if found["blocks"]:
        raise StepRefusedError("Ce point se corrige ; il ne se signe pas avec un motif.")
    reason = reason.strip()
    if not reason:
        raise InvalidError({"reason": "Écrivez pourquoi la séance peut être signée malgré ce point."})
    if len(reason) > LONGEST_REASON:
        raise InvalidError({"reason": f"C’est trop long : {LONGEST_REASON} caractères au plus."})
    known = session.get(FindingAnswer, (run.id, key))
    if known is None:
        known = FindingAnswer(dry_run_id=run.id, key=key)
        session.add(known)
    known.reason, known.at, known.by_id, known.by = reason, at, person.user_id, person.name
    detail = {"finding": key}
    journal.note(
        session,
        "session",
        run.session_id,
        "answer_finding",
        actor=person,
        at=at,
        reason=reason,
        detail=detail,
    )


def open_findings(run: DryRun) -> Sequence[str]:
    """The sentences found that nobody has answered yet."""
    answered = {one.key for one in run.answers}
    return [
        one["sentence"]
        for one in run.findings
        if one["blocks"] or not (one["reason"] or one["key"] in answered)
    ]


def why_not(session: Session, run: DryRun | None, at: datetime) -> str:
    """Why a session cannot be signed on this trial, in a sentence; empty when it can."""
    if run is None:
        return "Faites d’abord l’essai : il écrit les lettres et contrôle chaque décision."
    if run.state in (ASKED, RUNNING):
        return "L’essai n’est pas terminé."
    if run.state != DONE:
        return "L’essai n’a pas abouti : refaites-le."
    if digest_of(session, run.session) != run.digest:
        return STALE
    if run.done_at is not None and at > run.done_at + LASTS:
        return OLD
    if open_findings(run):
        return "Des points du contrôle attendent une correction ou un motif écrit."
    return ""


def signed_run(session: Session, session_id: int) -> DryRun | None:
    """The trial on which a session was signed: the last one that carries two signatures."""
    two = (
        select(Signature.dry_run_id)
        .join(DryRun, DryRun.id == Signature.dry_run_id)
        .where(DryRun.session_id == session_id)
        .group_by(Signature.dry_run_id)
        .having(func.count() > 1)
        .order_by(Signature.dry_run_id.desc())
        .limit(1)
    )
    run_id = session.scalar(two)
    return session.get(DryRun, run_id) if run_id is not None else None
