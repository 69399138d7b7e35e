"""Appointments and exchanges with a family: what was planned, what was said. The caller commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, InvalidError
from guichet.demands import words
from guichet.demands.models import Contact, Demand

EXCHANGES = ("call", "visit", "mail")
OUTCOMES = ("held", "missed", "cancelled")


def plan_appointment(
    session: Session,
    demand: Demand,
    planned_for: datetime,
    place: str,
    note: str = "",
    *,
    actor: Actor,
    at: datetime,
) -> Contact:
    """Write down an appointment with the family. Raises InvalidError when it is not to come."""
    if planned_for <= at:
        raise InvalidError({"day": "Le rendez-vous doit être à venir."})
    return _keep(session, demand, "appointment", note, actor, at, planned_for=planned_for, place=place)


def note_exchange(
    session: Session, demand: Demand, kind: str, note: str, *, actor: Actor, at: datetime
) -> Contact:
    """Write down a call, a visit or a mail. Raises InvalidError when nothing is said of it."""
    if kind not in EXCHANGES:
        raise InvalidError({"kind": "Choisissez le moyen de l’échange."})
    if not note.strip():
        raise InvalidError({"note": "Écrivez ce qui s’est dit, en quelques mots."})
    return _keep(session, demand, kind, note, actor, at)


def record_outcome(
    session: Session, contact: Contact, outcome: str, note: str, *, actor: Actor, at: datetime
) -> None:
    """Say what became of an appointment: held, missed or cancelled.

    Raises ConflictError when somebody has already said it, InvalidError when it is said too early.
    """
    if contact.kind != "appointment" or outcome not in OUTCOMES:
        raise InvalidError({"outcome": "Choisissez ce qu’est devenu le rendez-vous."})
    if contact.outcome:
        raise ConflictError(f"Ce rendez-vous est déjà noté : {words.OUTCOME[contact.outcome]}.")
    if outcome != "cancelled" and contact.planned_for and contact.planned_for > at:
        raise InvalidError({"outcome": "Ce rendez-vous est à venir : il peut seulement être annulé."})
    contact.outcome = outcome
    journal.note(
        session, "demand", contact.demand_id, f"appointment_{outcome}", actor=actor, at=at, reason=note
    )


def _keep(
    session: Session,
    demand: Demand,
    kind: str,
    note: str,
    actor: Actor,
    at: datetime,
    planned_for: datetime | None = None,
    place: str = "",
) -> Contact:
    contact = Contact(
        demand_id=demand.id,
        kind=kind,
        at=at,
        by_id=actor.user_id,
        by=actor.name,
        planned_for=planned_for,
        place=place,
        note=note,
    )
    session.add(contact)
    return contact
