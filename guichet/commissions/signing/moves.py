"""What a signature moves, all at once, and what its annulment moves back: demands, seats and offers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from guichet.commissions.between.offering import from_key
from guichet.commissions.models import Decision
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing import settling
from guichet.commissions.signing.models import DryRun
from guichet.core import french
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.demands.workflow import DEMAND, StepFacts
from guichet.placements.models import DRAFT, Placement
from guichet.placements.offers.actions import NewOffer, cancel_offers, make_offers, open_all_held
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import OPEN as OFFER_OPEN

STEP = {settling.OFFER: "place", settling.UNPLACED: "leave_unplaced", settling.ORIENTED: "postpone"}


@dataclass(frozen=True)
class Move:
    """One demand at the signature: what the round leaves to it, by which decision, and the key of its letter."""

    demand: Demand
    kind: str
    decision: Decision | None
    house: int | None
    freed: tuple[int, ...]
    letter: str
    answer_by: date | None

    @property
    def from_key(self) -> str:
        """What the offer comes from: the link of the family is made of it."""
        return from_key(self.decision) if self.decision else ""


def moves_of_run(session: Session, run: DryRun) -> list[Move]:
    """The moves that a dry run showed, with their demands, ours alone until the transaction ends. Two statements."""
    ids = [one["demand"] for one in run.moves]
    wanted = select(Demand).where(Demand.id.in_(ids)).order_by(Demand.id).with_for_update()
    demands = {one.id: one for one in session.scalars(wanted)}
    decided = select(Decision).where(
        Decision.id.in_([one["decision"] for one in run.moves if one["decision"]])
    )
    decisions = {one.id: one for one in session.scalars(decided.execution_options(populate_existing=True))}
    return [
        Move(
            demands[one["demand"]],
            one["kind"],
            decisions.get(one["decision"]),
            one["house"],
            tuple(one["freed"]),
            one["letter"],
            date.fromisoformat(one["answer_by"]) if one["answer_by"] else None,
        )
        for one in run.moves
    ]


def carry_out(
    session: Session, sitting: CommissionSession, moves: Sequence[Move], *, actor: Actor, at: datetime
) -> None:
    """The demands take their state, the seats are offered, held or free again. Raises ConflictError."""
    gone = [one.demand.number for one in moves if one.demand.state != "commission"]
    if gone:
        raise ConflictError(f"La demande n° {gone[0]} n’est plus en commission : refaites l’essai.")
    held = _held(session, moves)
    _free(session, moves, held, actor, at)
    for kind, step in STEP.items():
        chosen = [one for one in moves if one.kind == kind]
        for one in chosen:
            _settle(one)
        said = f"Séance du {french.plain_date(sitting.sits_on)}, {sitting.commission.name}"
        facts = StepFacts(decision_signed=True, reason=said)
        demands = [one.demand for one in chosen]
        detail = {"session": sitting.id}
        DEMAND.fire_many(session, demands, step, actor=actor, at=at, facts=facts, reason=said, detail=detail)
    _offer(session, sitting, moves, held, actor, at)


def _settle(one: Move) -> None:
    demand, decision = one.demand, one.decision
    if decision is None:
        return
    if one.kind == settling.OFFER:
        demand.solution, demand.placed_at_id = "establishment", one.house
        demand.placed_from, demand.placed_pattern = decision.entry_on, decision.pattern
    elif one.kind == settling.UNPLACED:
        demand.unplaced_reason, demand.unplaced_detail = decision.reason, decision.detail
    else:
        demand.session_on, demand.session_name = None, ""


def _offer(
    session: Session,
    sitting: CommissionSession,
    moves: Sequence[Move],
    held: dict[tuple[int, int], Offer],
    actor: Actor,
    at: datetime,
) -> None:
    """What was held in another session of the round is opened; the rest is offered, or held, for the first time."""
    silence = settings_of(sitting).silence
    rows, opened = [], []
    for one in moves:
        if one.house is None or one.decision is None or one.kind not in (settling.OFFER, settling.HOLD):
            continue
        known = held.get((one.demand.id, one.house))
        if known is None:
            rows.append(_row(one, one.decision, silence))
        elif one.kind == settling.OFFER and one.answer_by is not None:
            # What silence means stays what the commission that gave the place says.
            known.letter_key = one.letter
            opened.append((known, one.answer_by))
    make_offers(session, rows, actor=actor, at=at)
    for answer_by in {by for _, by in opened}:
        some = [offer for offer, by in opened if by == answer_by]
        open_all_held(session, some, answer_by=answer_by, actor=actor, at=at)


def _row(one: Move, decision: Decision, silence: str) -> NewOffer:
    return NewOffer(
        demand=one.demand,
        establishment_id=decision.establishment_id or 0,
        entry_on=decision.entry_on or one.demand.entry_on,
        week=Week.from_json(decision.pattern) if decision.pattern else one.demand.week,
        answer_by=one.answer_by,
        from_key=one.from_key,
        held=one.kind == settling.HOLD,
        letter_key=one.letter,
        silence=silence,
    )


def _held(session: Session, moves: Iterable[Move]) -> dict[tuple[int, int], Offer]:
    """The seats that the round holds for these demands, by demand and establishment."""
    offers = open_offers(session, [one.demand.id for one in moves])
    return {(one.demand_id, one.establishment_id): one for one in offers}


def open_offers(session: Session, demand_ids: Collection[int]) -> list[Offer]:
    wanted = select(Offer).where(Offer.demand_id.in_(demand_ids), Offer.state.in_(OFFER_OPEN))
    return list(session.scalars(wanted.order_by(Offer.id)))


def _free(
    session: Session, moves: Iterable[Move], held: dict[tuple[int, int], Offer], actor: Actor, at: datetime
) -> None:
    """The seats that a preferred place makes useless: held offers end, drafts go."""
    pairs = [(one.demand.id, house) for one in moves for house in one.freed]
    ended = [held[pair] for pair in pairs if pair in held]
    if ended:
        why = "Une place que la famille préfère lui est donnée dans le même tour."
        cancel_offers(session, ended, why, actor=actor, at=at)
    if pairs:
        session.execute(
            delete(Placement)
            .where(
                tuple_(Placement.demand_id, Placement.establishment_id).in_(pairs),
                Placement.load == DRAFT,
                Placement.ends_on.is_(None),
            )
            .execution_options(synchronize_session=False)
        )
