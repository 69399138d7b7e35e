"""Record what a session decides, item by item: drafts, until the minutes are signed. The caller commits.

A draft holds its seat at once, so that the next item sees it. The demand is locked first, then its session: whoever
withdraws a demand takes them in the same order.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from guichet.accounts.policy import Person
from guichet.allocation.runs.models import AllocationLine
from guichet.commissions.models import AT_A_SESSION, Decision
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.commissions.sitting import choosing
from guichet.commissions.sitting.choosing import DraftEntry
from guichet.commissions.sitting.deciding_checks import (
    expect_no_room,
    expect_part,
    expect_quorum,
    expect_theirs,
    expect_words,
    insisting,
    why_gone,
)
from guichet.commissions.sitting.queries import demand_of, draft_of, line_of, room_of
from guichet.commissions.words import CHOICE
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, NotFoundError, StepRefusedError
from guichet.demands.link_models import DeclaredLink
from guichet.demands.models import Demand
from guichet.placements import actions as places
from guichet.placements.models import DRAFT

CLOSED = "La séance n’est pas ouverte : aucune décision ne s’y enregistre."


def decide(
    session: Session,
    sitting: CommissionSession,
    item_id: int,
    entry: DraftEntry,
    *,
    person: Person,
    at: datetime,
    seen: int = 0,
) -> Decision:
    """Record the decision of an item, or put another in its place. `seen` is the version read, 0 when none.

    `sitting` comes with its commission, its seats, its houses, its round and its items
    (session_queries.opened_session). Raises InvalidError with a sentence a field, StepRefusedError without a quorum
    or when the demand left, NotAllowedError in a recusal, ConflictError when somebody recorded meanwhile.
    """
    item = item_of(sitting, item_id)
    demand = demand_of(session, item.demand_id or 0, lock=True)
    beat(session, sitting)
    if demand is None or demand.state != "commission":
        raise StepRefusedError(why_gone(demand))
    draft = draft_of(session, sitting.id, demand.id)
    _expect_seen(draft, seen)
    room = room_of(session, sitting)
    expect_part(session, room, person, item.position, demand.id)
    if entry.choice != choosing.POSTPONE:
        expect_quorum(room, item.position)
    asked = asked_of(session, sitting, demand)
    if entry.choice == choosing.WAIT and not entry.reason:
        expect_no_room(session, demand, asked)
    entry = choosing.completed(entry, asked)
    expect_words(entry, asked, room, item.position, person)
    insisted_by = insisting(session, demand, entry, room, item.position, person)
    return _keep(session, sitting, item, demand, draft, entry, insisted_by, person, at)


def undo(
    session: Session, sitting: CommissionSession, item_id: int, *, person: Person, at: datetime, seen: int
) -> None:
    """Take the draft of an item back: its seat is free, the demand is to be examined again."""
    item = item_of(sitting, item_id)
    demand = demand_of(session, item.demand_id or 0, lock=True)
    beat(session, sitting)
    draft = draft_of(session, sitting.id, item.demand_id or 0)
    _expect_seen(draft, seen)
    if draft is None or demand is None:
        raise StepRefusedError("Rien n’est enregistré sur ce point.")
    expect_part(session, room_of(session, sitting), person, item.position, demand.id)
    expect_theirs(person, demand, draft.establishment_id if draft.outcome == "placed" else None)
    _drop(session, draft)
    _note(session, sitting.id, "undo_draft", demand.id, item.id, "", person, at)


def postpone_the_rest(
    session: Session, sitting: CommissionSession, detail: str, *, person: Person, at: datetime
) -> int:
    """Postpone every item not decided yet, with one reason: the quorum is lost, or the hour has passed. How many.

    In a number of statements that does not grow with the agenda, but for what is written.
    """
    if not detail.strip():
        raise InvalidError({"detail": "Écrivez pourquoi ces demandes sont examinées plus tard."})
    ids = [item.demand_id for item in sitting.items if item.demand_id]
    waiting = select(Demand).where(Demand.id.in_(ids), Demand.state == "commission").order_by(Demand.id)
    whole = waiting.options(selectinload(Demand.wishes)).with_for_update(of=Demand)
    demands = {one.id: one for one in session.scalars(whole)}
    beat(session, sitting)
    known = select(Decision.demand_id).where(
        Decision.session_id == sitting.id, Decision.state.in_(("recorded", "confirmed"))
    )
    apart = select(DeclaredLink.demand_id).where(DeclaredLink.user_id == person.user_id)
    left = demands.keys() - set(session.scalars(known)) - set(session.scalars(apart))
    for item in sitting.items:
        if item.demand_id in left:
            demand = demands[item.demand_id]
            asked = _asked(sitting, demand, None)
            entry = choosing.completed(DraftEntry(choosing.POSTPONE, detail=detail), asked)
            if problems := choosing.refusals(entry, asked, ()):
                raise InvalidError(problems)
            _keep(session, sitting, item, demand, None, entry, "", person, at)
    return len(left)


def drop_drafts(session: Session, demand: Demand, actor: Actor, at: datetime) -> None:
    """A demand leaves its commission while it is being decided: its drafts fall and their seats are free.

    Bound to guichet/demands/leaving.py when a process starts.
    """
    # Whoever records at this very moment ends first: their draft falls too.
    session.execute(select(Demand.id).where(Demand.id == demand.id).with_for_update())
    held = select(Decision).where(
        Decision.demand_id == demand.id, Decision.basis == AT_A_SESSION, Decision.state == "recorded"
    )
    for draft in session.scalars(held).all():
        _drop(session, draft)
        _note(session, draft.session_id or 0, "drop_draft", demand.id, draft.item_id or 0, "", actor, at)
    # Whether or not something was decided, a screen that shows this item must say that the family left.
    sittings = select(AgendaItem.session_id).where(AgendaItem.demand_id == demand.id)
    session.execute(
        update(CommissionSession)
        .where(CommissionSession.state == "sitting", CommissionSession.id.in_(sittings))
        .values(pulse=CommissionSession.pulse + 1)
        .execution_options(synchronize_session=False)
    )


def beat(session: Session, sitting: CommissionSession) -> None:
    """Something is recorded: the other screens will see it. Those who record take turns from here on."""
    moved = session.execute(
        update(CommissionSession)
        .where(CommissionSession.id == sitting.id, CommissionSession.state == "sitting")
        .values(pulse=CommissionSession.pulse + 1)
        .execution_options(synchronize_session=False)
        .returning(CommissionSession.pulse)
    ).first()
    if moved is None:
        raise StepRefusedError(CLOSED)


def asked_of(session: Session, sitting: CommissionSession, demand: Demand) -> choosing.Asked:
    """The demand as its choices are judged, with what the proposal of the round gives it here."""
    return _asked(
        sitting, demand, line_of(session, sitting.round.run_id if sitting.round else None, demand.id)
    )


def _asked(sitting: CommissionSession, demand: Demand, line: AllocationLine | None) -> choosing.Asked:
    houses = frozenset(one.establishment_id for one in sitting.commission.houses)
    proposed = line.establishment_id if line and line.outcome == "placed" else None
    return choosing.Asked(
        week=demand.week,
        entry_on=demand.entry_on,
        sits_on=sitting.sits_on,
        wished=tuple(one.establishment_id for one in demand.wishes if one.establishment_id in houses),
        houses=houses,
        proposed=proposed if proposed in houses else None,
        examined=line is not None,
    )


def item_of(sitting: CommissionSession, item_id: int) -> AgendaItem:
    """An item of this session that examines a demand."""
    item = next((one for one in sitting.items if one.id == item_id and one.demand_id), None)
    if item is None:
        raise NotFoundError
    return item


def _expect_seen(draft: Decision | None, seen: int) -> None:
    present = draft.version if draft else 0
    if present == seen:
        return
    if draft is None:
        raise ConflictError(
            "Cette décision vient d’être retirée par une autre personne. Votre saisie est conservée."
        )
    raise ConflictError(
        f"{draft.recorded_by} vient d’enregistrer « {CHOICE[draft.choice]} » sur ce point. Votre saisie est "
        "conservée : relisez, puis enregistrez de nouveau si elle convient toujours."
    )


def _keep(
    session: Session,
    sitting: CommissionSession,
    item: AgendaItem,
    demand: Demand,
    draft: Decision | None,
    entry: DraftEntry,
    insisted_by: str,
    person: Person,
    at: datetime,
) -> Decision:
    if draft is not None and draft.outcome == "placed":
        places.free(session, demand.id, DRAFT, house=draft.establishment_id)
    kept = draft or Decision(
        demand_id=demand.id,
        basis=AT_A_SESSION,
        session_id=sitting.id,
        item_id=item.id,
        session_on=sitting.sits_on,
        session_name=sitting.commission.name,
    )
    kept.demand_version = demand.version
    kept.run_id = sitting.round.run_id if sitting.round else None
    kept.choice, kept.outcome = entry.choice, choosing.OUTCOME[entry.choice]
    kept.establishment_id, kept.entry_on = entry.establishment_id, entry.entry_on
    kept.pattern = entry.week.to_json() if entry.week else None
    kept.reason, kept.detail, kept.why, kept.insisted_by = entry.reason, entry.detail, entry.why, insisted_by
    kept.vote = entry.vote.to_json() if entry.vote else None
    kept.recorded_at, kept.recorded_by_id, kept.recorded_by = at, person.user_id or 0, person.name
    session.add(kept)
    if kept.outcome == "placed" and entry.establishment_id and entry.entry_on:
        week = entry.week or demand.week
        places.promise(session, demand, entry.establishment_id, entry.entry_on, week, actor=person, at=at)
    session.flush()
    _note(session, sitting.id, "draft", demand.id, item.id, entry.choice, person, at)
    return kept


def _drop(session: Session, draft: Decision) -> None:
    draft.state = "dropped"
    if draft.outcome == "placed":
        places.free(session, draft.demand_id, DRAFT, house=draft.establishment_id)
    session.flush()


def _note(
    session: Session,
    session_id: int,
    step: str,
    demand_id: int,
    item_id: int,
    choice: str,
    actor: Actor,
    at: datetime,
) -> None:
    detail = {"demand": demand_id, "item": item_id, "choice": choice, "on": day(at).isoformat()}
    journal.note(session, "session", session_id, step, actor=actor, at=at, detail=detail)
