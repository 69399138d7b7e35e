"""Ask for a calendar, try a change on it, take in the answers, absorb an absence. A worker computes. The caller commits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from guichet.core import journal, nudge
from guichet.core.actor import Actor
from guichet.core.db import WAITS
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.leased import ASKED, DONE, FAILED
from guichet.scheduling.campaigns.models import (
    ABSENCE,
    ANSWERED,
    CHANGED,
    FRESH,
    CalendarRun,
    Campaign,
)
from guichet.scheduling.campaigns.queries import published_run
from guichet.scheduling.campaigns.whatif import AWAY, Change


def ask_run(session: Session, campaign: Campaign, *, actor: Actor, at: datetime) -> CalendarRun:
    """Ask for a calendar on the tables of the day. Once published, its dates are kept where they can be."""
    kept = published_run(session, campaign.id)
    parent = session.get(CalendarRun, kept) if kept else None
    if parent is not None:
        return _asked(session, campaign.id, ANSWERED, parent, parent.changes, actor, at)
    return _asked(session, campaign.id, FRESH, None, [], actor, at)


def try_change(
    session: Session, run: CalendarRun, change: Change, *, actor: Actor, at: datetime
) -> CalendarRun:
    """The same frozen tables with one thing changed; the other dates are kept where they can be."""
    _refuse_unfinished(run)
    return _asked(session, run.campaign_id, CHANGED, run, [*run.changes, dict(change)], actor, at)


def take_in_answers(session: Session, run: CalendarRun, *, actor: Actor, at: datetime) -> CalendarRun:
    """Compute again with what members answered since, the other dates kept where they can be."""
    _refuse_unfinished(run)
    return _asked(session, run.campaign_id, ANSWERED, run, run.changes, actor, at)


def absorb_absence(
    session: Session,
    run: CalendarRun,
    person: str,
    called: str,
    days: tuple[date | None, date | None],
    *,
    actor: Actor,
    at: datetime,
) -> CalendarRun:
    """Move as few sessions as can be: this person is away between two days, both included.

    Raises InvalidError with a sentence a field.
    """
    _refuse_unfinished(run)
    first, last = days
    problems = {}
    if not person:
        problems["person"] = "Choisissez la personne absente."
    if first is None:
        problems["first"] = "Indiquez le premier jour d’absence."
    if last is None:
        problems["last"] = "Indiquez le dernier jour d’absence."
    elif first is not None and last < first:
        problems["last"] = "Le dernier jour d’absence vient après le premier."
    if problems or first is None or last is None:
        raise InvalidError(problems)
    away = {"kind": AWAY, "person": person, "called": called, "first": str(first), "last": str(last)}
    return _asked(session, run.campaign_id, ABSENCE, run, [*run.changes, away], actor, at)


def retry(session: Session, run: CalendarRun, *, actor: Actor, at: datetime) -> None:
    """Ask again for a run that stopped; what was already frozen stays."""
    if run.state != FAILED:
        raise StepRefusedError("Seul un calcul arrêté peut être relancé.")
    run.state, run.failure, run.attempts, run.percent, run.step = ASKED, "", 0, 0, ""
    journal.note(session, "calendar_run", run.id, "retry", actor=actor, at=at)
    session.info[WAITS.format(nudge.CALENDARS)] = True


def _asked(
    session: Session,
    campaign_id: int,
    kind: str,
    parent: CalendarRun | None,
    changes: Sequence[Any],
    actor: Actor,
    at: datetime,
) -> CalendarRun:
    made = CalendarRun(
        campaign_id=campaign_id,
        parent_id=parent.id if parent else None,
        kind=kind,
        changes=list(changes),
        asked_by_id=actor.user_id,
        asked_by=actor.name,
        asked_at=at,
        state=ASKED,
    )
    session.add(made)
    session.flush()
    journal.note(session, "calendar_run", made.id, "ask", actor=actor, at=at, detail={"kind": kind})
    session.info[WAITS.format(nudge.CALENDARS)] = True
    return made


def _refuse_unfinished(run: CalendarRun) -> None:
    if run.state != DONE:
        raise StepRefusedError("Ce calendrier n’est pas encore calculé.")
