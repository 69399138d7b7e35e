"""What moves a demand: load, guard, move, record, tell. The caller commits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.journal import JournalEntry
from guichet.core.workflow import expect_version
from guichet.demands import letters
from guichet.demands.delays import FOLLOW_UP_WITHIN, REOPEN_WITHIN
from guichet.demands.leaving import left_commission
from guichet.demands.models import Demand
from guichet.demands.states import MERGED, OPEN_STATES
from guichet.demands.workflow import DEMAND, StepFacts
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import outbox
from guichet.notifications.letter import Letter


@dataclass(frozen=True)
class OrientationEntry:
    """What the interview led to."""

    kind: str
    note: str = ""
    interview_on: date | None = None
    counts_as_seniority: bool = False
    """Where the règlement makes the interview's date the seniority date."""


def orient(
    session: Session,
    demand: Demand,
    entry: OrientationEntry,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    follow_up_within_days: int = FOLLOW_UP_WITHIN.default,
    version: int | None = None,
) -> None:
    """Write the orientation given after the interview, and tell the family."""
    expect_version(demand, version)
    if entry.interview_on and entry.interview_on > day(at):
        raise InvalidError({"interview_on": "L’entretien ne peut pas être dans le futur."})
    demand.orientation, demand.orientation_note = entry.kind, entry.note
    demand.interview_on = entry.interview_on or demand.interview_on
    demand.oriented_on = day(at)
    if entry.counts_as_seniority and entry.interview_on:
        demand.seniority_on, demand.seniority_rule = entry.interview_on, "interview"
    line = DEMAND.fire(session, demand, "orient", actor=actor, at=at, reason=entry.note)
    letter = letters.orientation(demand, catalogue, at, follow_up_within_days)
    tell(session, demand, letter, at, f"orientation:{line_key(line)}")


def enlist(
    session: Session,
    demand: Demand,
    session_on: date,
    session_name: str,
    missing_papers: tuple[str, ...],
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Put a complete demand on the list of a commission's session, and tell the family the date."""
    expect_version(demand, version)
    demand.session_on, demand.session_name = session_on, session_name
    line = DEMAND.fire(
        session,
        demand,
        "enlist",
        actor=actor,
        at=at,
        facts=StepFacts(missing_papers=missing_papers),
        detail={"session_on": session_on.isoformat(), "session": session_name},
    )
    tell(session, demand, letters.commission_date(demand, catalogue, at), at, f"commission:{line_key(line)}")


def postpone(
    session: Session,
    demand: Demand,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    decision_waits: bool = False,
    version: int | None = None,
) -> None:
    """Take a demand off a session's list, with the reason."""
    expect_version(demand, version)
    left_commission(session, demand, actor, at)
    demand.session_on, demand.session_name = None, ""
    facts = StepFacts(reason=reason, decision_waits=decision_waits)
    DEMAND.fire(session, demand, "postpone", actor=actor, at=at, facts=facts, reason=reason)


def place_by_other_solution(
    session: Session,
    demand: Demand,
    solution: str,
    since: date,
    proof: str,
    *,
    actor: Actor,
    at: datetime,
    decision_waits: bool = False,
    version: int | None = None,
) -> None:
    """Record that the family has another solution, with its proof. No letter: the family told us."""
    expect_version(demand, version)
    left_commission(session, demand, actor, at)
    demand.solution, demand.placed_from, demand.solution_proof = solution, since, proof
    demand.placed_at_id, demand.placed_pattern = None, None
    DEMAND.fire(
        session,
        demand,
        "place",
        actor=actor,
        at=at,
        facts=StepFacts(solution_proof=proof, decision_waits=decision_waits),
        reason=proof,
        detail={"solution": solution},
    )


def release(
    session: Session, demand: Demand, reason: str, *, actor: Actor, at: datetime, version: int | None = None
) -> None:
    """The place is not taken: the demand waits again with its seniority."""
    expect_version(demand, version)
    refuse_second_active(session, demand)
    demand.solution = demand.placed_at_id = demand.placed_from = demand.placed_pattern = None
    demand.solution_proof = ""
    DEMAND.fire(session, demand, "release", actor=actor, at=at, facts=StepFacts(reason=reason), reason=reason)


def withdraw(
    session: Session,
    demand: Demand,
    reason: str,
    detail: str,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    reopen_within_days: int = REOPEN_WITHIN.default,
    decision_waits: bool = False,
    version: int | None = None,
) -> None:
    """Close a demand because the family asks for it, and confirm it in writing."""
    expect_version(demand, version)
    waits = StepFacts(decision_waits=decision_waits)
    _close(session, demand, "withdraw", reason, detail, catalogue, actor, at, reopen_within_days, waits)


def expire(
    session: Session,
    demand: Demand,
    reason: str,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    reopen_within_days: int = REOPEN_WITHIN.default,
) -> None:
    """Close a demand by a rule (not renewed, school age), and say so to the family."""
    _close(session, demand, "expire", reason, "", catalogue, actor, at, reopen_within_days, StepFacts())


def reopen(
    session: Session,
    demand: Demand,
    *,
    actor: Actor,
    at: datetime,
    reopen_within_days: int = REOPEN_WITHIN.default,
    renew_every_days: int,
    version: int | None = None,
) -> None:
    """Open a closed demand again, with its seniority; one that was merged never is."""
    expect_version(demand, version)
    continues_as = ""
    if demand.closed_reason == MERGED:
        continues_as = _number_it_joined(session, demand)
    else:
        refuse_second_active(session, demand)
    facts = StepFacts(reopen_within_days=reopen_within_days, continues_as=continues_as)
    DEMAND.fire(session, demand, "reopen", actor=actor, at=at, facts=facts)
    demand.closed_on, demand.closed_reason = None, ""
    demand.renewal_due_on = day(at) + timedelta(days=renew_every_days)
    demand.renewal_asked_on = demand.second_ask_on = None


def renew(session: Session, demand: Demand, *, actor: Actor, at: datetime, days: int, how: str = "") -> None:
    """The family still needs care: the demand keeps its seniority."""
    if demand.state not in OPEN_STATES:
        raise StepRefusedError("Seule une demande en cours peut être renouvelée.")
    demand.renewal_due_on = day(at) + timedelta(days=days)
    demand.renewal_asked_on = demand.second_ask_on = None
    journal.note(session, "demand", demand.id, "renew", actor=actor, at=at, reason=how)


def refuse_second_active(session: Session, demand: Demand) -> None:
    """One active demand per child: refuse to wake this one when another lives."""
    if demand.linked_to_id is not None:
        return
    other = exists().where(
        Demand.child_id == demand.child_id,
        Demand.id != demand.id,
        Demand.linked_to_id.is_(None),
        Demand.state.in_(OPEN_STATES),
    )
    if session.scalar(select(other)):
        raise StepRefusedError("Cet enfant a déjà une autre demande en cours.")


def _number_it_joined(session: Session, demand: Demand) -> str:
    """The number of the demand that continues in place of a merged one, itself merged perhaps later."""
    joined: Demand | None = demand
    while joined is not None and joined.closed_reason == MERGED:
        merged = select(JournalEntry.detail).where(
            JournalEntry.subject_type == "demand",
            JournalEntry.subject_id == joined.id,
            JournalEntry.step.in_(("withdraw", "merge")),
        )
        detail = session.scalar(merged.order_by(JournalEntry.id.desc()).limit(1)) or {}
        joined = session.get(Demand, detail["into"]) if "into" in detail else None
    return joined.number if joined else ""


def tell(session: Session, demand: Demand, letter: Letter, at: datetime, key: str) -> None:
    """Post a letter about a demand, once for its key."""
    outbox.post(
        session,
        letter,
        key=f"demand:{demand.id}:{key}",
        subject_type="demand",
        subject_id=demand.id,
        at=at,
    )


def line_key(line: journal.JournalEntry) -> str:
    """What makes a letter unique to one move: the same demand may be oriented twice in its life."""
    return line.at.strftime("%Y%m%dT%H%M%S%f")


def _close(
    session: Session,
    demand: Demand,
    step: str,
    reason: str,
    detail: str,
    catalogue: Catalogue,
    actor: Actor,
    at: datetime,
    reopen_within_days: int,
    facts: StepFacts,
) -> None:
    left_commission(session, demand, actor, at)
    demand.closed_on, demand.closed_reason = day(at), reason
    closed: dict[str, Any] = {"closed": reason}
    line = DEMAND.fire(session, demand, step, actor=actor, at=at, facts=facts, reason=detail, detail=closed)
    until = day(at) + timedelta(days=reopen_within_days)
    tell(session, demand, letters.closed(demand, catalogue, at, until), at, f"closed:{line_key(line)}")
