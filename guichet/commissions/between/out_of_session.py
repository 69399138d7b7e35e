"""A place given outside a session: what is refused, how it is recorded, and how the next session ratifies it.

A freed seat goes to the next child who fits (`between.py`); an emergency cannot wait (`emergency.py`). Both are
recorded by one person, confirmed by another, and listed at the next session of the commission.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from guichet.accounts.policy import DIRECTOR, Person
from guichet.commissions.actions import WAITING, waiting_decision
from guichet.commissions.between.offering import commission_of
from guichet.commissions.commission_models import CommissionHouse
from guichet.commissions.models import AT_A_SESSION, BETWEEN, EMERGENCY, Decision
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.core import journal
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, NotAllowedError, StepRefusedError
from guichet.core.week import Week
from guichet.core.workflow import expect_version
from guichet.demands.models import Demand
from guichet.demands.proposals import propose_to
from guichet.establishments import grid
from guichet.establishments.capacity import Ask, Colour, Verdict, fits
from guichet.establishments.catalogue import Catalogue
from guichet.placements import actions as places
from guichet.placements.models import Placement
from guichet.placements.saying import verdict_in_words
from guichet.placements.stays import load_houses

OUTSIDE = (BETWEEN, EMERGENCY)
NAMES = {BETWEEN: "Entre deux séances", EMERGENCY: "Admission en urgence"}
LONGEST = 1000
MOST = 200


@dataclass(frozen=True)
class OutsideEntry:
    """A place given outside a session. `week` is the half-days given, None for all that was asked.

    `insists` says that the direction accepts a child above what is free, for the reason written.
    """

    establishment_id: int
    entry_on: date | None
    week: Week | None = None
    reason: str = ""
    insists: bool = False


def record_outside(
    session: Session,
    demand: Demand,
    basis: str,
    entry: OutsideEntry,
    catalogue: Catalogue,
    *,
    freed: Week | None = None,
    person: Person,
    at: datetime,
    version: int | None = None,
) -> Decision:
    """Write down the place somebody wants to give; nothing is told to the family before its confirmation.

    `freed` are the hours of the seat that frees: a week inside them needs no other room. Raises InvalidError with
    a sentence a field, StepRefusedError when the demand waits for no place, ConflictError when another decision
    waits or a session holds one.
    """
    expect_version(demand, version)
    if demand.state not in WAITING:
        raise StepRefusedError(
            "Une place ne se donne hors séance qu’à une demande orientée, en commission ou sans place : "
            "écrivez d’abord l’orientation."
        )
    _refuse_other(session, demand)
    week = entry.week or demand.week
    problems = _problems(entry, week, catalogue, at)
    if problems:
        raise InvalidError(problems)
    insisted = _insisting(session, demand, entry, week, freed, person)
    commission = commission_of(session, entry.establishment_id)
    name = f"{NAMES[basis]}, {commission.name}" if commission else NAMES[basis]
    decision = Decision(
        demand_id=demand.id,
        demand_version=demand.version,
        basis=basis,
        outcome="placed",
        session_on=day(at),
        session_name=name[:120],
        establishment_id=entry.establishment_id,
        entry_on=entry.entry_on,
        pattern=entry.week.to_json() if entry.week and entry.week != demand.week else None,
        why=entry.reason.strip(),
        insisted_by=insisted,
        recorded_at=at,
        recorded_by_id=person.user_id,
        recorded_by=person.name,
    )
    session.add(decision)
    propose_to(session, demand.id, entry.establishment_id)
    entry_on = entry.entry_on or demand.entry_on
    places.promise(session, demand, entry.establishment_id, entry_on, week, actor=person, at=at)
    journal.note(
        session,
        "demand",
        demand.id,
        "record_decision",
        actor=person,
        at=at,
        reason=entry.reason,
        detail={"outcome": "placed", "basis": basis},
    )
    session.flush()
    return decision


def to_ratify(session: Session, commission_id: int) -> list[Decision]:
    """What was given since without this commission, and that no session of it has been told of yet."""
    houses = select(CommissionHouse.establishment_id).where(CommissionHouse.commission_id == commission_id)
    wanted = (
        select(Decision)
        .where(
            Decision.basis.in_(OUTSIDE),
            Decision.state == "confirmed",
            Decision.ratified_session_id.is_(None),
            Decision.establishment_id.in_(houses),
        )
        .options(joinedload(Decision.demand).joinedload(Demand.child))
        .order_by(Decision.confirmed_at, Decision.id)
        .limit(MOST)
    )
    return list(session.scalars(wanted))


def ratified_at(session: Session, session_id: int) -> list[Decision]:
    """What a session was told of, and ratified."""
    wanted = (
        select(Decision)
        .where(Decision.ratified_session_id == session_id)
        .options(joinedload(Decision.demand).joinedload(Demand.child))
        .order_by(Decision.confirmed_at, Decision.id)
    )
    return list(session.scalars(wanted))


def ratify(
    session: Session,
    sitting: CommissionSession,
    decisions: Sequence[Decision],
    *,
    person: Person,
    at: datetime,
) -> None:
    """The session takes note of these decisions. Raises StepRefusedError while it does not sit, ConflictError."""
    if sitting.state != "sitting":
        raise StepRefusedError("Une décision prise hors séance se ratifie pendant une séance ouverte.")
    theirs = {one.id for one in to_ratify(session, sitting.commission_id)}
    for decision in decisions:
        if decision.id not in theirs:
            raise ConflictError("Cette décision est déjà ratifiée, ou elle n’est pas de cette commission.")
        decision.ratified_session_id = sitting.id
        detail = {"session": sitting.id, "decision": decision.id}
        journal.note(session, "demand", decision.demand_id, "ratify", actor=person, at=at, detail=detail)


def _refuse_other(session: Session, demand: Demand) -> None:
    if waiting_decision(session, demand.id) is not None:
        raise ConflictError("Une décision attend déjà sa confirmation pour cette demande.")
    at_session = exists().where(
        Decision.demand_id == demand.id, Decision.basis == AT_A_SESSION, Decision.state == "recorded"
    )
    held = exists().where(Placement.demand_id == demand.id, Placement.ends_on.is_(None))
    sits = exists().where(
        AgendaItem.demand_id == demand.id,
        CommissionSession.id == AgendaItem.session_id,
        CommissionSession.state == "sitting",
    )
    refused = session.execute(select(sits.label("sits"), (at_session | held).label("holds"))).one()
    if refused.sits:
        raise ConflictError("Une séance examine cette demande en ce moment : elle se décide à son écran.")
    if refused.holds:
        raise ConflictError("Une séance tient déjà une place pour cet enfant : laissez-la d’abord conclure.")


def _problems(entry: OutsideEntry, week: Week, catalogue: Catalogue, at: datetime) -> dict[str, str]:
    found = {}
    house = catalogue.houses.get(entry.establishment_id)
    if house is None or not house.is_open or not house.is_collective:
        found["establishment_id"] = "Choisissez l’établissement qui accueille l’enfant."
    if entry.entry_on is None or entry.entry_on < day(at):
        found["entry_on"] = "Indiquez la date d’entrée : aujourd’hui ou plus tard."
    if not week:
        found["week"] = "Indiquez les jours et les heures donnés : la demande n’en fixe pas."
    if not entry.reason.strip():
        found["reason"] = "Écrivez le motif : la commission le lit à sa prochaine séance."
    elif len(entry.reason) > LONGEST:
        found["reason"] = f"Le motif ne peut pas dépasser {LONGEST} caractères."
    return found


def _insisting(
    session: Session,
    demand: Demand,
    entry: OutsideEntry,
    week: Week,
    freed: Week | None,
    person: Person,
) -> str:
    """Refuse a place above what is free unless the direction or the coordination insists; who insisted."""
    if freed is not None and _inside(week, freed):
        return ""
    verdict = verdict_on(session, demand, entry.establishment_id, week, entry.entry_on)
    if verdict is None or verdict.colour is Colour.GREEN:
        return ""
    said = " ".join(verdict_in_words(verdict))
    if verdict.section is None or verdict.closed:
        raise InvalidError({"week": said})
    if not entry.insists:
        raise InvalidError({"insists": f"{said} Cochez la case si la direction accepte quand même l’enfant."})
    directs = DIRECTOR in person.roles and entry.establishment_id in person.houses
    if not directs and "coordinator" not in person.roles:
        raise NotAllowedError(
            "Seules la direction de l’établissement et la coordination acceptent un enfant au-dessus des places."
        )
    return person.name


def verdict_on(
    session: Session, demand: Demand, house_id: int, week: Week, entry_on: date | None
) -> Verdict | None:
    """Whether a week fits with every promise; None where nobody counts places."""
    born_on = demand.child.birth_date or demand.child.due_date
    if entry_on is None or born_on is None:
        return None
    house = load_houses(session, [house_id], entry_on)[house_id]
    if not house.supply.opened:
        return None
    ask = Ask(week, born_on, demand.id)
    return fits(house.supply, house.periods_for(ask), ask, entry_on)


def _inside(week: Week, freed: Week) -> bool:
    return not grid.lanes_of(week) & ~grid.lanes_of(freed)
