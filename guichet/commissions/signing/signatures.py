"""Sign a session by two, and undo it while its letters wait. The caller commits.

The dry run has done the long part: the second signature only moves rows, in one short transaction. Whoever signs
holds the session until the end; of two signatures at once the later one sees the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Seat
from guichet.commissions.follow_up.actions import follow_decisions, forget_decisions
from guichet.commissions.models import Decision
from guichet.commissions.papers import models as papers
from guichet.commissions.papers.documents import ask_paper, forget_papers, give_number
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.workflow import SESSION, SessionFacts
from guichet.commissions.signing.dry_run import why_not
from guichet.commissions.signing.dry_run_facts import undecided_items
from guichet.commissions.signing.models import PRESIDENT, SECOND, DryRun, Signature
from guichet.commissions.signing.moves import carry_out, moves_of_run
from guichet.commissions.signing.undo import take_back
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import ConflictError, NotAllowedError, StepRefusedError
from guichet.demands.models import Demand
from guichet.notifications import outbox
from guichet.placements import actions as places
from guichet.placements.models import DRAFT

RIGHT = "sign_minutes"


@dataclass(frozen=True)
class Signed:
    """What a signature did: `done` when the session is signed, with the day its letters leave."""

    done: bool
    letters_on: date | None = None


def role_of(sitting: CommissionSession, person: Person) -> str:
    """As whom a person signs this session: the presidency, the second person, or nobody (empty)."""
    for seat in sitting.commission.seats:
        if seat.role == "president" and seat.holds_on(sitting.sits_on) and _fills(seat, person):
            return PRESIDENT
    return SECOND if person.may(RIGHT) else ""


def sign(
    session: Session,
    sitting: CommissionSession,
    run: DryRun | None,
    digest: str,
    *,
    person: Person,
    at: datetime,
) -> Signed:
    """One person signs what the dry run shows; the second signature signs the session.

    `digest` is that of the page. Raises NotAllowedError, StepRefusedError, ConflictError.
    """
    _ours_alone(session, sitting, run)
    if sitting.state == "signed":
        raise ConflictError("La séance vient d’être signée : deux personnes l’ont fait avant vous.")
    role = role_of(sitting, person)
    if not role:
        raise NotAllowedError("Votre compte ne signe pas le procès-verbal de cette séance.")
    if (why := why_not(session, run, at)) or run is None:
        raise StepRefusedError(why)
    if digest != run.digest:
        raise ConflictError("L’essai a été refait depuis que vous l’avez lu : relisez-le avant de signer.")
    before = list(session.scalars(select(Signature).where(Signature.dry_run_id == run.id)))
    _refuse(before, person, role)
    made = Signature(
        dry_run_id=run.id, user_id=person.user_id or 0, name=person.name, role=role, digest=digest, at=at
    )
    session.add(made)
    session.flush()
    if not before:
        return Signed(done=False)
    return _sign_session(session, sitting, run, [*before, made], person, at)


def annul(
    session: Session, sitting: CommissionSession, run: DryRun, reason: str, *, person: Person, at: datetime
) -> None:
    """Undo a signature while its letters wait: states, seats, offers and letters are as before it.

    Raises StepRefusedError once a letter is leaving, or when a later session of the round was signed on it.
    """
    _ours_alone(session, sitting, run)
    _refuse_too_late(session, sitting, at)
    moves = moves_of_run(session, run)
    keys = sorted({one.letter for one in moves if one.letter})
    if outbox.hold_back(session, keys, at=at, detail=person.name) != len(keys):
        raise StepRefusedError("Des lettres de cette séance sont parties : la signature ne s’annule plus.")
    facts = SessionFacts(reason=reason)
    SESSION.fire(session, sitting, "reopen", actor=person, at=at, facts=facts, reason=reason)
    sitting.signed_at = None
    take_back(session, sitting, moves, reason, actor=person, at=at)
    forget_papers(session, sitting)
    forget_decisions(session, sitting)


def letters_leave_at(sitting: CommissionSession) -> datetime | None:
    """When the letters of a signed session leave: until then its signature can be annulled."""
    if sitting.signed_at is None:
        return None
    return sitting.signed_at + timedelta(days=settings_of(sitting).letters_wait_days)


def _sign_session(
    session: Session,
    sitting: CommissionSession,
    run: DryRun,
    signatures: Sequence[Signature],
    person: Person,
    at: datetime,
) -> Signed:
    signatures = sorted(signatures, key=lambda one: (one.role != PRESIDENT, one.id))
    facts = SessionFacts(
        signatories=tuple(one.user_id for one in signatures),
        undecided=len(undecided_items(session, sitting.id)),
    )
    names = french.join_and([one.name for one in signatures])
    SESSION.fire(session, sitting, "sign", actor=person, at=at, facts=facts, detail={"signed_by": names})
    sitting.signed_at = at
    leaves = at + timedelta(days=settings_of(sitting).letters_wait_days)
    _drop_gone(session, sitting)
    _confirm(session, sitting, signatures, at)
    moves = moves_of_run(session, run)
    carry_out(session, sitting, moves, actor=person, at=at)
    outbox.release(session, sorted({one.letter for one in moves if one.letter}), at=at, due_at=leaves)
    follow_decisions(session, sitting, moves, actor=person, at=at)
    give_number(session, sitting, day(at))
    for kind in (papers.NOMINAL, papers.COMMUNICABLE):
        ask_paper(session, sitting, kind, actor=person, at=at)
    return Signed(done=True, letters_on=day(leaves))


def _ours_alone(session: Session, sitting: CommissionSession, run: DryRun | None) -> None:
    """The demands first, then the session: whoever decides or withdraws takes them in the same order."""
    ids = [one["demand"] for one in run.moves] if run else []
    session.execute(select(Demand.id).where(Demand.id.in_(ids)).order_by(Demand.id).with_for_update())
    session.refresh(sitting, ["state", "version", "signed_at"], with_for_update=True)


def _fills(seat: Seat, person: Person) -> bool:
    return person.user_id is not None and person.user_id in (seat.user_id, seat.deputy_user_id)


def _refuse(before: Sequence[Signature], person: Person, role: str) -> None:
    if any(one.user_id == person.user_id for one in before):
        raise ConflictError(
            "Vous avez déjà signé : une autre personne signe à son tour, avec son propre compte."
        )
    if before and PRESIDENT not in (role, *(one.role for one in before)):
        raise StepRefusedError("L’autre signature est celle de la présidence, ou de sa suppléance.")


def _refuse_too_late(session: Session, sitting: CommissionSession, at: datetime) -> None:
    leaves = letters_leave_at(sitting)
    if sitting.state != "signed" or leaves is None:
        raise StepRefusedError("Cette séance n’est pas signée : il n’y a rien à annuler.")
    if at >= leaves:
        raise StepRefusedError(
            f"Les lettres partent depuis le {french.at(leaves)} : la signature ne s’annule plus. "
            "Une décision se change désormais demande par demande."
        )
    if sitting.round_id is None:
        return
    later = select(CommissionSession.sits_on).where(
        CommissionSession.round_id == sitting.round_id,
        CommissionSession.state == "signed",
        CommissionSession.signed_at > sitting.signed_at,
    )
    on = session.scalar(later.limit(1))
    if on is not None:
        raise StepRefusedError(
            f"La séance du {french.plain_date(on)}, du même tour, a été signée depuis : annulez d’abord celle-là."
        )


def _drop_gone(session: Session, sitting: CommissionSession) -> None:
    """The drafts on demands that left the commission since: set aside, their seats free."""
    gone = (
        select(Decision)
        .join(Demand, Demand.id == Decision.demand_id)
        .where(Decision.session_id == sitting.id, Decision.state == "recorded", Demand.state != "commission")
    )
    for one in session.scalars(gone).all():
        one.state = "dropped"
        places.free(session, one.demand_id, DRAFT, house=one.establishment_id)
    session.flush()


def _confirm(
    session: Session, sitting: CommissionSession, signatures: Sequence[Signature], at: datetime
) -> None:
    """The drafts become decisions, each confirmed by a signatory who did not record it."""
    first, second = signatures[0], signatures[1]
    drafts = (Decision.session_id == sitting.id, Decision.state == "recorded")
    for signatory, theirs in (
        (second, Decision.recorded_by_id != second.user_id),
        (first, Decision.recorded_by_id == second.user_id),
    ):
        session.execute(
            update(Decision)
            .where(*drafts, theirs)
            .values(
                state="confirmed",
                confirmed_at=at,
                confirmed_by_id=signatory.user_id,
                confirmed_by=signatory.name,
                version=Decision.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
