"""Decide on a demand: one person records, another confirms, then the family is told. The caller commits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.bareme.queries import version_in_force
from guichet.commissions import letters
from guichet.commissions.between import offering
from guichet.commissions.between.mandate import may_grant
from guichet.commissions.models import BETWEEN, EMERGENCY, NOTED, Decision
from guichet.commissions.sessions.queries import where_decided
from guichet.core import journal
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, NotAllowedError, StepRefusedError
from guichet.core.week import Week
from guichet.core.workflow import expect_version
from guichet.demands.actions import release, tell
from guichet.demands.models import Demand
from guichet.demands.proposals import propose_to, withdraw_proposal
from guichet.demands.workflow import DEMAND, LETTER_GONE, StepFacts
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import outbox
from guichet.placements import actions as places
from guichet.placements.freed_seats import proposal_confirmed, proposal_dropped
from guichet.placements.models import DRAFT
from guichet.placements.offers.actions import cancel_offer, taken_offer
from guichet.placements.offers.answer_links import AnswerLinks

WAITING = ("commission", "oriented", "unplaced")
MAY_BE_DECIDED = {NOTED: ("commission",), BETWEEN: WAITING, EMERGENCY: WAITING}
"""The states from which a decision confirmed alone may move a demand; those of a session are signed with it."""
NO_LONGER = {
    NOTED: "La demande n’est plus en commission : la décision ne peut pas être confirmée.",
    BETWEEN: "La demande n’attend plus de place : la décision ne peut pas être confirmée.",
    EMERGENCY: "La demande n’attend plus de place : la décision ne peut pas être confirmée.",
}


@dataclass(frozen=True)
class DecisionEntry:
    """What a director records after the session. `week` is the half-days given, None for all that was asked."""

    outcome: str
    session_on: date
    session_name: str
    establishment_id: int | None = None
    entry_on: date | None = None
    week: Week | None = None
    reason: str = ""
    detail: str = ""


def record_decision(
    session: Session,
    demand: Demand,
    entry: DecisionEntry,
    catalogue: Catalogue,
    *,
    person: Person,
    at: datetime,
    version: int | None = None,
) -> Decision:
    """Write down what the commission decided. Nothing is told to the family yet.

    Raises InvalidError with a sentence per field, StepRefusedError when the demand is not in commission,
    ConflictError when a decision already waits for its confirmation.
    """
    expect_version(demand, version)
    if demand.state != "commission":
        raise StepRefusedError("Seule une demande en commission reçoit une décision.")
    _check(entry, catalogue, person, at)
    if waiting_decision(session, demand.id) is not None:
        raise ConflictError("Une décision attend déjà sa confirmation pour cette demande.")
    if session.scalar(select(where_decided(day(at))).where(Demand.id == demand.id)) is not None:
        raise StepRefusedError(SAID_THERE)
    decision = Decision(
        demand_id=demand.id,
        demand_version=demand.version,
        outcome=entry.outcome,
        session_on=entry.session_on,
        session_name=entry.session_name,
        establishment_id=entry.establishment_id,
        entry_on=entry.entry_on,
        pattern=entry.week.to_json() if entry.week else None,
        reason=entry.reason,
        detail=entry.detail,
        recorded_at=at,
        recorded_by_id=person.user_id,
        recorded_by=person.name,
    )
    session.add(decision)
    if entry.establishment_id is not None:
        propose_to(session, demand.id, entry.establishment_id)
    if entry.outcome == "placed" and entry.establishment_id and entry.entry_on:
        week = entry.week or demand.week
        places.promise(session, demand, entry.establishment_id, entry.entry_on, week, actor=person, at=at)
    journal.note(
        session,
        "demand",
        demand.id,
        "record_decision",
        actor=person,
        at=at,
        reason=entry.detail,
        detail={"outcome": entry.outcome},
    )
    return decision


def confirm_decision(
    session: Session,
    decision: Decision,
    demand: Demand,
    catalogue: Catalogue,
    *,
    links: AnswerLinks,
    person: Person,
    at: datetime,
    version: int | None = None,
) -> None:
    """A second person confirms: the demand moves, the place is offered and the family's letter is posted.

    `version` is the decision's, as the form carries it; `links` make the family's link to answer. Raises
    NotAllowedError for the person who recorded it, ConflictError when the decision or the demand changed meanwhile.
    """
    _expect_waiting(decision, version)
    if decision.recorded_by_id == person.user_id:
        raise NotAllowedError(
            "Une décision est confirmée par une autre personne que celle qui l’a enregistrée."
        )
    if decision.basis == BETWEEN and not may_grant(session, person, decision.establishment_id or 0, day(at)):
        raise NotAllowedError(
            "Une place donnée entre deux séances est confirmée par la coordination ou la présidence de la commission."
        )
    if demand.state not in MAY_BE_DECIDED[decision.basis]:
        raise ConflictError(NO_LONGER[decision.basis])
    decision.state = "confirmed"
    decision.confirmed_at, decision.confirmed_by_id, decision.confirmed_by = at, person.user_id, person.name
    signed = StepFacts(decision_signed=True)
    if decision.outcome == "placed":
        demand.solution, demand.placed_at_id = "establishment", decision.establishment_id
        demand.placed_from, demand.placed_pattern = decision.entry_on, decision.pattern
        step = "place"
    else:
        demand.unplaced_reason, demand.unplaced_detail = decision.reason, decision.detail
        step = "leave_unplaced"
    DEMAND.fire(
        session,
        demand,
        step,
        actor=person,
        at=at,
        facts=signed,
        reason=decision.detail,
        detail={"decision": decision.id, "recorded_by": decision.recorded_by},
    )
    asked = offering.answer_asked(session, decision, links, at)
    if asked is not None:
        key = f"demand:{demand.id}:decision:{decision.id}"
        offering.offer_of(session, decision, demand, asked, key, actor=person, at=at)
        if decision.basis == BETWEEN:
            proposal_confirmed(session, demand.id, actor=person, at=at)
    ranked = is_ranked(session, decision)
    letter = letters.decided(demand, decision, catalogue, at, asked, ranked=ranked)
    tell(session, demand, letter, at, f"decision:{decision.id}")


def is_ranked(session: Session, decision: Decision) -> bool:
    """Whether points ordered the demands before this decision: an emergency waits for no rank."""
    return decision.basis != EMERGENCY and version_in_force(session, decision.session_on) is not None


def drop_decision(
    session: Session,
    decision: Decision,
    reason: str,
    *,
    person: Person,
    at: datetime,
    version: int | None = None,
) -> None:
    """Set a recorded decision aside before its confirmation, with the reason.

    Raises ConflictError when the decision is no longer the one that was read.
    """
    _expect_waiting(decision, version)
    if not reason.strip():
        raise InvalidError({"reason": "Indiquez pourquoi cette décision est écartée."})
    decision.state = "dropped"
    places.free(session, decision.demand_id, DRAFT)
    proposal_dropped(session, decision.demand_id)
    _no_longer_proposed(session, decision)
    journal.note(session, "demand", decision.demand_id, "drop_decision", actor=person, at=at, reason=reason)


def annul_decision(
    session: Session,
    decision: Decision,
    demand: Demand,
    reason: str,
    *,
    person: Person,
    at: datetime,
    version: int | None = None,
) -> None:
    """Bring a confirmed decision back to the commission while its letter has not left.

    Decided outside a session, the demand waits again as it did.

    Raises ConflictError when the decision is no longer the one that was read.
    """
    if decision.state != "confirmed":
        raise ConflictError(_meanwhile(decision, "Cette décision n’est pas confirmée"))
    expect_version(decision, version)
    left = not outbox.cancel(session, f"demand:{demand.id}:decision:{decision.id}", at=at, detail=person.name)
    decision.state = "annulled"
    offer = taken_offer(session, demand.id, lock=True)
    if offer is not None:
        cancel_offer(session, offer, reason, actor=person, at=at)
    places.free(session, demand.id)
    _no_longer_proposed(session, decision)
    if decision.basis != NOTED:
        if left:
            raise StepRefusedError(LETTER_GONE)
        release(session, demand, reason, actor=person, at=at)
        return
    demand.solution = demand.placed_at_id = demand.placed_from = demand.placed_pattern = None
    demand.unplaced_reason = demand.unplaced_detail = ""
    DEMAND.fire(
        session,
        demand,
        "annul",
        actor=person,
        at=at,
        facts=StepFacts(letters_left=left, reason=reason),
        reason=reason,
    )


SAID_THERE = "Une séance examine cette demande : sa décision s’enregistre sur l’écran de la séance."


_WAITS = (Decision.state == "recorded", Decision.session_id.is_(None))
"""The drafts of a session are signed with its minutes, not confirmed one by one."""


def decision_waits() -> ColumnElement[bool]:
    """The same as a condition on Demand, to ask with the demand."""
    return exists().where(Decision.demand_id == Demand.id, *_WAITS)


def waiting_decision(session: Session, demand_id: int) -> Decision | None:
    """The decision recorded on a demand that nobody has confirmed yet."""
    return session.scalar(select(Decision).where(Decision.demand_id == demand_id, *_WAITS))


def _no_longer_proposed(session: Session, decision: Decision) -> None:
    """The establishment named by mistake reads the demand no more, unless it answered for it before."""
    if decision.establishment_id is None:
        return
    before = exists().where(
        Decision.demand_id == decision.demand_id,
        Decision.establishment_id == decision.establishment_id,
        Decision.id != decision.id,
        Decision.state == "confirmed",
    )
    withdraw_proposal(session, decision.demand_id, decision.establishment_id, before)


MEANWHILE = {"confirmed": "a été confirmée", "dropped": "a été écartée", "annulled": "a été annulée"}


def _expect_waiting(decision: Decision, version: int | None) -> None:
    if decision.state != "recorded":
        raise ConflictError(_meanwhile(decision, "Cette décision n’attend plus de confirmation"))
    expect_version(decision, version)


def _meanwhile(decision: Decision, refusal: str) -> str:
    """The refusal, and what somebody else has done since the page was read."""
    done = MEANWHILE.get(decision.state)
    return f"{refusal} : elle {done} entre-temps." if done else f"{refusal}."


def _check(entry: DecisionEntry, catalogue: Catalogue, person: Person, at: datetime) -> None:
    problems: dict[str, str] = {}
    if entry.session_on > day(at):
        problems["session_on"] = "La commission n’a pas encore eu lieu à cette date."
    if not entry.session_name.strip():
        problems["session_name"] = "Indiquez de quelle commission il s’agit."
    if entry.outcome == "placed":
        if entry.establishment_id not in catalogue.houses:
            problems["establishment_id"] = "Choisissez l’établissement qui accueille l’enfant."
        elif (
            "director" in person.roles
            and "coordinator" not in person.roles
            and (entry.establishment_id not in person.houses)
        ):
            problems["establishment_id"] = "Vous ne pouvez attribuer que les places de vos établissements."
        if entry.entry_on is None:
            problems["entry_on"] = "Indiquez la date d’entrée."
        elif entry.entry_on < entry.session_on:
            problems["entry_on"] = "L’entrée est avant la commission."
    elif not entry.reason:
        problems["reason"] = "Indiquez le motif : la famille le lira dans sa lettre."
    elif entry.reason == "other" and not entry.detail.strip():
        problems["detail"] = "Précisez le motif en une phrase."
    if problems:
        raise InvalidError(problems)
