"""The seats that free between two sessions: noted at once, until they are given again or no longer to be given.

The caller commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.week import Week
from guichet.core.workflow import expect_version
from guichet.placements.offers.models import FreedSeat, Offer
from guichet.placements.offers.words import FREED_OUTCOME

MOST = 200
FARTHEST = timedelta(days=366 * 2)
LONGEST = 300


@dataclass(frozen=True)
class FreedEntry:
    """A seat that a director says will be free. `born_on` of the child who leaves tells the section."""

    establishment_id: int
    since: date
    week: Week
    detail: str = ""
    born_on: date | None = None


def note_freed(
    session: Session,
    offer: Offer,
    why: str,
    *,
    born_on: date | None,
    actor: Actor,
    at: datetime,
    detail: str = "",
) -> FreedSeat:
    """The seat of an offer that ended: free from the entry, or from now when that day has passed."""
    made = FreedSeat(
        establishment_id=offer.establishment_id,
        offer_id=offer.id,
        born_on=born_on,
        since=max(offer.entry_on, day(at)),
        pattern=offer.pattern,
        why=why,
        detail=detail[:LONGEST],
        noted_at=at,
        noted_by=actor.name,
    )
    session.add(made)
    return made


def tell_freed(
    session: Session, entry: FreedEntry, *, actor: Actor, at: datetime, why: str = "told"
) -> FreedSeat:
    """A director says that a seat will be free. Raises InvalidError, one sentence a field."""
    problems = {}
    if not entry.week:
        problems["heures"] = "Indiquez au moins un jour, avec les heures qui se libèrent."
    if not day(at) - timedelta(days=31) <= entry.since <= day(at) + FARTHEST:
        problems["since"] = "Indiquez une date proche : au plus un mois en arrière, deux ans en avant."
    if len(entry.detail) > LONGEST:
        problems["detail"] = f"La précision ne peut pas dépasser {LONGEST} caractères."
    if problems:
        raise InvalidError(problems)
    made = FreedSeat(
        establishment_id=entry.establishment_id,
        born_on=entry.born_on,
        since=entry.since,
        pattern=entry.week.to_json(),
        why=why,
        detail=entry.detail,
        noted_at=at,
        noted_by=actor.name,
    )
    session.add(made)
    session.flush()
    _note(session, made, "tell_freed", actor, at, entry.detail)
    return made


def propose_seat(session: Session, seat: FreedSeat, demand_id: int, *, actor: Actor, at: datetime) -> None:
    """Somebody wants to give it to this demand: nobody else may be proposed meanwhile. Raises ConflictError."""
    expect_open(seat)
    if seat.given_demand_id is not None and seat.given_demand_id != demand_id:
        raise ConflictError("Cette place libérée est déjà proposée à un autre enfant, à confirmer.")
    seat.given_demand_id = demand_id
    _note(session, seat, "propose_seat", actor, at)


def proposal_dropped(session: Session, demand_id: int) -> None:
    """The decision that gave it was set aside: it can be proposed again."""
    for seat in _proposed_to(session, demand_id):
        seat.given_demand_id = None


def proposal_confirmed(session: Session, demand_id: int, *, actor: Actor, at: datetime) -> None:
    """The decision that gives it is confirmed: it is no more in the list."""
    for seat in _proposed_to(session, demand_id):
        seat.outcome, seat.closed_at, seat.closed_by = "given", at, actor.name


def close_seat(
    session: Session,
    seat: FreedSeat,
    outcome: str,
    detail: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """It is not to be given, with the reason. Raises InvalidError, ConflictError."""
    expect_version(seat, version)
    expect_open(seat)
    if seat.given_demand_id is not None:
        raise ConflictError(
            "Cette place est proposée à un enfant : confirmez ou écartez d’abord la décision."
        )
    problems = {}
    if outcome not in FREED_OUTCOME or outcome == "given":
        problems["outcome"] = "Choisissez ce que devient la place."
    if not detail.strip():
        problems["detail"] = "Indiquez pourquoi : la prochaine commission le lira."
    if problems:
        raise InvalidError(problems)
    seat.outcome, seat.closed_at, seat.closed_by = outcome, at, actor.name
    seat.closed_detail = detail.strip()[:LONGEST]
    _note(session, seat, "close_seat", actor, at, detail)


def expect_open(seat: FreedSeat) -> None:
    """Raises ConflictError when the seat is settled."""
    if seat.outcome:
        word = FREED_OUTCOME[seat.outcome]
        raise ConflictError(f"Cette place n’est plus à donner : {word}, par {seat.closed_by}.")


def open_seats(session: Session, houses: Sequence[int]) -> list[FreedSeat]:
    """Those still to give in these establishments, the soonest first."""
    wanted = select(FreedSeat).where(FreedSeat.closed_at.is_(None), FreedSeat.establishment_id.in_(houses))
    return list(session.scalars(wanted.order_by(FreedSeat.since, FreedSeat.id).limit(MOST)))


def still_to_give(houses: Sequence[int]) -> ScalarSelect[int]:
    """How many are still to give in these establishments, none being proposed yet, as a part of a statement."""
    return (
        select(func.count())
        .select_from(FreedSeat)
        .where(
            FreedSeat.closed_at.is_(None),
            FreedSeat.given_demand_id.is_(None),
            FreedSeat.establishment_id.in_(houses),
        )
        .scalar_subquery()
    )


def seat_of(session: Session, seat_id: int, *, lock: bool = False) -> FreedSeat | None:
    """One freed seat, ours alone when it will change."""
    wanted = select(FreedSeat).where(FreedSeat.id == seat_id)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def _proposed_to(session: Session, demand_id: int) -> list[FreedSeat]:
    wanted = select(FreedSeat).where(FreedSeat.given_demand_id == demand_id, FreedSeat.closed_at.is_(None))
    return list(session.scalars(wanted.with_for_update()))


def _note(session: Session, seat: FreedSeat, step: str, actor: Actor, at: datetime, reason: str = "") -> None:
    detail = {"freed_seat": seat.id}
    journal.note(
        session,
        "establishment",
        seat.establishment_id,
        step,
        actor=actor,
        at=at,
        reason=reason,
        detail=detail,
    )
