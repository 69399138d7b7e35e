"""Warn, before an agenda closes, the families whose demand would be left out of it: one letter a session, once.

A demand that is not renewed, lacks papers or waits for a birth is not examined (agenda.py, `why_apart`); its family is
told while it can still mend it.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, String, cast, literal, or_, select
from sqlalchemy.orm import Session

from guichet.commissions.commission_models import Commission
from guichet.commissions.sessions.agenda import closes_on
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import french, journal
from guichet.core.actor import THE_CLOCK
from guichet.core.clock import day
from guichet.demands.letter_parts import OTHER_CARE_SECTION, child_name, family_letter
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import outbox
from guichet.notifications.letter import Letter, NextStep, Table
from guichet.notifications.models import LetterRow

BEFORE_DAYS = 10
"""Days before the closing of the agenda; the least a family needs to bring a paper."""
AHEAD = timedelta(days=130)
"""No règlement closes an agenda earlier than that."""
BATCH = 50


def due(session: Session, today: date, *, after: int = 0) -> list[int]:
    """The demands to warn today, by id, from the one after `after`."""
    found: list[int] = []
    coming = (
        select(CommissionSession, Commission)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(
            CommissionSession.state.in_(("planned", "convened")),
            CommissionSession.sits_on.between(today, today + AHEAD),
        )
    )
    for sitting, commission in session.execute(coming):
        rules = settings_of(sitting) if sitting.rules else commission.reglement
        closing = closes_on(sitting.sits_on, rules.agenda_closes_days)
        if not closing - timedelta(days=BEFORE_DAYS) <= today <= closing:
            continue
        told = select(LetterRow.id).where(LetterRow.key == _key_of(sitting.id))
        wanted = (
            select(Demand.id)
            .where(*_left_out(sitting, commission.name), Demand.id > after, ~told.exists())
            .order_by(Demand.id)
            .limit(BATCH)
        )
        found += session.scalars(wanted)
    return sorted(found)[:BATCH]


def warn(session: Session, demand_id: int, catalogue: Catalogue, *, at: datetime) -> bool:
    """Write to one family, if its demand would still be left out. Whether it was written."""
    locked = select(Demand).where(Demand.id == demand_id, Demand.state == "commission").options(*WHOLE)
    demand = (
        session.execute(locked.with_for_update(of=Demand, skip_locked=True)).unique().scalar_one_or_none()
    )
    if demand is None:
        return False
    row = session.execute(
        select(CommissionSession, Commission)
        .join(Commission, Commission.id == CommissionSession.commission_id)
        .where(
            CommissionSession.sits_on == demand.session_on,
            Commission.name == demand.session_name,
            CommissionSession.state.in_(("planned", "convened")),
        )
    ).first()
    if row is None:
        return False
    sitting, commission = row
    rules = settings_of(sitting) if sitting.rules else commission.reglement
    lacks = lacking(demand, sitting.sits_on)
    if not lacks:
        return False
    letter = update_needed(
        demand, sitting, closes_on(sitting.sits_on, rules.agenda_closes_days), lacks, catalogue, at
    )
    posted = outbox.post(
        session,
        letter,
        key=f"demand:{demand.id}:update:{sitting.id}",
        subject_type="demand",
        subject_id=demand.id,
        at=at,
    )
    if posted is None:
        return False
    journal.note(session, "demand", demand.id, "warn_update", actor=THE_CLOCK, at=at, reason=" ".join(lacks))
    return True


def lacking(demand: Demand, sits_on: date) -> tuple[str, ...]:
    """What keeps a demand off the agenda and the family can mend, in sentences."""
    found = []
    if demand.renewal_due_on < sits_on:
        until = french.plain_date(demand.renewal_due_on)
        found.append(
            f"Votre demande est enregistrée jusqu’au {until} : dites-nous que vous en avez toujours besoin."
        )
    if demand.papers_missing:
        found.append(f"Il manque {french.count(demand.papers_missing, 'justificatif')} à votre dossier.")
    if demand.birth_to_confirm:
        found.append("Nous attendons la confirmation de la naissance de votre enfant.")
    return tuple(found)


def update_needed(
    demand: Demand,
    sitting: CommissionSession,
    closing: date,
    lacks: tuple[str, ...],
    catalogue: Catalogue,
    at: datetime,
) -> Letter:
    """What is missing, until when, and that the demand keeps its date otherwise."""
    return family_letter(
        "update_needed",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : à mettre à jour avant le {french.plain_date(closing)}",
        opening=(
            f"Votre demande d’accueil pour {child_name(demand)} est inscrite à la commission du "
            f"{french.long_date(sitting.sits_on)}. Elle ne peut pas encore y être examinée.",
            *lacks,
            "Sans cette mise à jour, votre demande n’est pas perdue : elle garde sa date d’ancienneté et attend une "
            "prochaine commission.",
        ),
        next_step=NextStep(
            "Vous",
            "mettre votre demande à jour avec le guichet, par téléphone ou en répondant",
            french.long_date(closing),
        ),
        tables=(
            Table(
                "La commission",
                (
                    ("Séance du", french.long_date(sitting.sits_on)),
                    ("Dernier jour de mise à jour", french.long_date(max(closing, day(at)))),
                ),
            ),
        ),
        sections=(OTHER_CARE_SECTION,),
    )


def _left_out(sitting: CommissionSession, name: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Demand.state == "commission",
        Demand.session_on == sitting.sits_on,
        Demand.session_name == name,
        or_(
            Demand.renewal_due_on < sitting.sits_on,
            Demand.papers_missing > 0,
            Demand.birth_to_confirm.is_(True),
        ),
    )


def _key_of(session_id: int) -> ColumnElement[str]:
    return literal("demand:") + cast(Demand.id, String) + literal(f":update:{session_id}")
