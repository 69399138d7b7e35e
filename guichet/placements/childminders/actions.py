"""What changes on the childminder track of a demand. Session, actor and time are arguments; the caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.workflow import expect_version
from guichet.demands import actions
from guichet.demands.models import Demand
from guichet.demands.states import OPEN_STATES
from guichet.establishments.catalogue import Catalogue
from guichet.placements.childminders import letters
from guichet.placements.childminders.letters import Proposal
from guichet.placements.childminders.models import (
    RESULTS,
    ChildminderContact,
    ChildminderList,
    ChildminderListLine,
    ChildminderSolution,
)
from guichet.placements.childminders.words import RESULT

MOST_PROPOSALS = 15
"""A longer list is not read: the family asks for another one."""
LONGEST_PROOF = 300
REPLACED = "La demande est placée."
NOT_PLACED = "La place n’a pas été prise."


@dataclass(frozen=True)
class SolutionEntry:
    """The solution found, as typed. `keeps_waiting`: the family still waits for a crèche."""

    since: date
    proof: str
    keeps_waiting: bool
    childminder_id: int | None = None


def hand_list(
    session: Session,
    demand: Demand,
    proposals: Sequence[Proposal],
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    answer_within_days: int,
) -> ChildminderList:
    """Hand a list to the family by letter, and remember it as it was said.

    Raises InvalidError (field: childminders) for an empty or endless list, StepRefusedError when the demand no
    longer waits.
    """
    _expect_open(demand, "Cette demande n’attend plus de solution : aucune liste ne peut être envoyée.")
    if not proposals:
        raise InvalidError({"childminders": "Choisissez au moins une personne à proposer à la famille."})
    if len(proposals) > MOST_PROPOSALS:
        raise InvalidError({"childminders": f"Choisissez {MOST_PROPOSALS} personnes au plus."})
    answer_by = day(at) + timedelta(days=answer_within_days)
    handed = ChildminderList(
        demand_id=demand.id,
        at=at,
        by_id=actor.user_id,
        by=actor.name,
        answer_by=answer_by,
        lines=[
            ChildminderListLine(rank=rank, childminder_id=one.childminder_id, fits=one.fits)
            for rank, one in enumerate(proposals, start=1)
        ],
    )
    session.add(handed)
    session.flush()
    names = ", ".join(one.name for one in proposals)
    detail = {"list": handed.id}
    journal.note(
        session, "demand", demand.id, "hand_childminders", actor=actor, at=at, reason=names, detail=detail
    )
    letter = letters.handed_list(demand, proposals, catalogue, at, answer_by)
    actions.tell(session, demand, letter, at, f"childminders:{handed.id}")
    return handed


def note_contact(
    session: Session,
    demand: Demand,
    childminder: tuple[int, str],
    result: str,
    note: str = "",
    *,
    actor: Actor,
    at: datetime,
) -> ChildminderContact:
    """Write what came of asking a professional, given as (id, name), for this demand."""
    if result not in RESULTS:
        raise InvalidError({"result": "Choisissez ce que le contact a donné."})
    made = ChildminderContact(
        demand_id=demand.id,
        childminder_id=childminder[0],
        at=at,
        by_id=actor.user_id,
        by=actor.name,
        result=result,
        note=note,
    )
    session.add(made)
    said = f"{childminder[1]} : {RESULT[result]}" + (f". {note}" if note else "")
    journal.note(session, "demand", demand.id, "contact_childminder", actor=actor, at=at, reason=said)
    return made


def record_solution(
    session: Session,
    demand: Demand,
    entry: SolutionEntry,
    name: str = "",
    *,
    actor: Actor,
    at: datetime,
    decision_waits: bool = False,
    version: int | None = None,
) -> ChildminderSolution:
    """Record that the child is cared for by a childminder, with its proof.

    Either the demand goes on waiting for a crèche beside it, or it is placed by this solution. `name` is the
    professional's, for the journal. Raises InvalidError, StepRefusedError, ConflictError.
    """
    expect_version(demand, version)
    _check(entry)
    current = current_solution(session, demand.id)
    if entry.keeps_waiting:
        _expect_open(demand, "Cette demande n’attend plus : notez plutôt une autre solution.")
        if current is not None and current.keeps_waiting:
            raise StepRefusedError("Une solution d’attente est déjà notée : mettez-y fin d’abord.")
    else:
        actions.place_by_other_solution(
            session, demand, "childminder", entry.since, entry.proof,
            actor=actor, at=at, decision_waits=decision_waits,
        )  # fmt: skip
    if current is not None:
        current.ended_on = day(at)
        current.ended_because = REPLACED if current.keeps_waiting else NOT_PLACED
        session.flush()
    made = ChildminderSolution(
        demand_id=demand.id,
        childminder_id=entry.childminder_id,
        since=entry.since,
        proof=entry.proof,
        keeps_waiting=entry.keeps_waiting,
        at=at,
        by_id=actor.user_id,
        by=actor.name,
    )
    session.add(made)
    if entry.keeps_waiting:
        said = ". ".join(part for part in (name, entry.proof) if part)
        detail = {"since": entry.since.isoformat()}
        journal.note(
            session,
            "demand",
            demand.id,
            "wait_with_childminder",
            actor=actor,
            at=at,
            reason=said,
            detail=detail,
        )
    return made


def end_solution(
    session: Session, demand: Demand, because: str, *, actor: Actor, at: datetime
) -> ChildminderSolution:
    """The waiting solution is over; the demand, if it is open, waits as before.

    Raises InvalidError without a reason, StepRefusedError when there is none.
    """
    current = current_solution(session, demand.id)
    if current is None or not current.keeps_waiting:
        raise StepRefusedError("Aucune solution d’attente n’est en cours pour cette demande.")
    if not because.strip():
        raise InvalidError({"because": "Indiquez pourquoi la solution d’attente prend fin."})
    current.ended_on, current.ended_because = day(at), because[:LONGEST_PROOF]
    journal.note(session, "demand", demand.id, "end_childminder", actor=actor, at=at, reason=because)
    return current


def current_solution(session: Session, demand_id: int) -> ChildminderSolution | None:
    """The solution that has not ended, if any."""
    return session.scalar(
        select(ChildminderSolution).where(
            ChildminderSolution.demand_id == demand_id, ChildminderSolution.ended_on.is_(None)
        )
    )


def _expect_open(demand: Demand, sentence: str) -> None:
    if demand.state not in OPEN_STATES:
        raise StepRefusedError(sentence)


def _check(entry: SolutionEntry) -> None:
    if not entry.proof.strip():
        raise InvalidError({"proof": "Indiquez la preuve : contrat, attestation, appel de la famille."})
    if len(entry.proof) > LONGEST_PROOF:
        raise InvalidError({"proof": f"Ce texte est trop long : {LONGEST_PROOF} caractères au plus."})
