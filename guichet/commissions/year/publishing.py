"""A calendar published: its dates become the sessions of the commissions' screens, as a version. The caller commits.

What is compared is the calendar and the sessions as they stand on that day, not two files: a session that somebody
moved, cancelled or opened meanwhile is seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from guichet.commissions.commission_models import Commission
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.year.actions import keep_cadences
from guichet.commissions.year.models import PlannedSession
from guichet.commissions.year.outside import half_of
from guichet.commissions.year.queries import GONE, Held, commissions_of, held_sessions
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, DomainError, StepRefusedError
from guichet.core.leased import DONE
from guichet.scheduling.campaigns.files import plan_from
from guichet.scheduling.campaigns.models import CalendarRun, CalendarVersion, Campaign
from guichet.scheduling.campaigns.whatif import CADENCE, commission_of
from guichet.scheduling.planning.plan import PlannedSession as Dated
from guichet.scheduling.planning.problem import HalfDay

CREATED, MOVED, CANCELLED, KEPT, LEFT = "created", "moved", "cancelled", "kept", "left"
MOVABLE = ("planned", "convened")


@dataclass(frozen=True)
class Step:
    """What the publication does to one session; `left` says why nothing is done.

    `sits_on` and `starts_at` are where the calendar wants it (None: nowhere); `session` is where it stands.
    """

    key: str
    kind: str
    sits_on: date | None = None
    starts_at: int = 0
    room: str = ""
    session: CommissionSession | None = None
    left: str = ""


def steps_of(session: Session, campaign: Campaign, run: CalendarRun, today: date) -> list[Step]:
    """What publishing this run would do, in the order of the dates. The run comes with its result."""
    if run.state != DONE or run.result is None or run.about is None:
        raise StepRefusedError("Ce calendrier n’est pas encore calculé.")
    lines = commissions_of(session, campaign.id)
    held = held_sessions(session, campaign, lines)
    plan = plan_from(run.result["plan"])
    hours = _hours(campaign, plan.sessions, run.about)
    planned = {one.id: one for one in plan.sessions}
    found = [_step(one, hours[one.id], held.get(one.id), today) for one in plan.sessions]
    found += [
        _lost(key, one, today) for key, one in held.items() if key not in planned and _would_be_lost(one)
    ]
    return sorted(found, key=lambda one: (one.sits_on or date.max, one.starts_at, one.key))


def publish(
    session: Session,
    campaign: Campaign,
    run: CalendarRun,
    calling: Calling,
    *,
    actor: Actor,
    at: datetime,
    seen: int,
) -> CalendarVersion:
    """Create, move and cancel the sessions, and keep what was done as the next version.

    `seen` is the version that the person had before the eyes (0: none): another one published meanwhile raises
    ConflictError. Who was already called to a session that moves is called to its new day. A step that a session
    refuses is left, with its sentence; the others are done.
    """
    last = session.scalar(
        select(func.max(CalendarVersion.number)).where(CalendarVersion.campaign_id == campaign.id)
    )
    if (last or 0) != seen:
        raise ConflictError(
            "Une autre version vient d’être publiée : relisez ce qui change avant de publier."
        )
    steps = steps_of(session, campaign, run, day(at))
    number = seen + 1
    reason = f"Calendrier « {campaign.title} », version {number}"
    done: dict[str, int] = dict.fromkeys((CREATED, MOVED, CANCELLED, KEPT), 0)
    left = [{"key": one.key, "why": one.left} for one in steps if one.kind == LEFT]
    for one in steps:
        if one.kind == LEFT:
            continue
        try:
            with session.begin_nested():
                _do(session, campaign, run.about or {}, one, reason, calling, actor, at)
        except DomainError as refusal:
            left.append({"key": one.key, "why": refusal.sentence})
        else:
            done[one.kind] += 1
    keep_cadences(session, campaign.id, [one for one in run.changes if one["kind"] == CADENCE])
    made = CalendarVersion(
        campaign_id=campaign.id,
        number=number,
        run_id=run.id,
        published_at=at,
        published_by=actor.name,
        changed={**done, LEFT: left},
    )
    session.add(made)
    journal.note(
        session, "campaign", campaign.id, "publish", actor=actor, at=at, detail={"version": number, **done}
    )
    return made


def _hours(campaign: Campaign, sessions: Iterable[Dated], about: Mapping[str, Any]) -> dict[str, int]:
    """When each session begins: those of a tour follow each other in the order of the rooms' communes."""
    settings = campaign.preferences
    tours: dict[tuple[str, HalfDay], list[Dated]] = {}
    for one in sessions:
        team = about["commissions"][one.commission].get("team", one.commission)
        tours.setdefault((team, one.half_day), []).append(one)
    return {
        one.id: settings.starts_at(half_day, rank)
        for (_, half_day), tour in tours.items()
        for rank, one in enumerate(sorted(tour, key=lambda held: (held.room, held.id)))
    }


def _step(wanted: Dated, starts_at: int, held: Held | None, today: date) -> Step:
    on, room = wanted.half_day.day, wanted.room
    known = held.session if held else None
    if known is None:
        kind, left = (CREATED, "") if on >= today else (LEFT, "La date est passée.")
        return Step(wanted.id, kind, on, starts_at, room, left=left)
    if known.state in GONE:
        return Step(
            wanted.id, LEFT, on, starts_at, room, known, "La séance a été annulée : elle n’est pas recréée."
        )
    if (known.sits_on, half_of(known.starts_at)) == (on, wanted.half_day.half):
        return Step(wanted.id, KEPT, on, known.starts_at, room, known)
    if known.state not in MOVABLE or known.sits_on < today:
        return Step(
            wanted.id, LEFT, on, starts_at, room, known, "La séance s’est déjà tenue, ou elle est ouverte."
        )
    if on < today:
        return Step(wanted.id, LEFT, on, starts_at, room, known, "La nouvelle date est passée.")
    return Step(wanted.id, MOVED, on, starts_at, room, known)


def _would_be_lost(held: Held) -> bool:
    """What the campaign did not publish is not its own to cancel."""
    return held.is_published and held.session.state not in GONE


def _lost(key: str, held: Held, today: date) -> Step:
    known = held.session
    if known.state in MOVABLE and known.sits_on >= today:
        return Step(key, CANCELLED, session=known)
    return Step(key, KEPT, known.sits_on, known.starts_at, held.room, known)


def _do(
    session: Session,
    campaign: Campaign,
    about: Mapping[str, Any],
    step: Step,
    reason: str,
    calling: Calling,
    actor: Actor,
    at: datetime,
) -> None:
    place = about["rooms"].get(step.room, "") if not step.room.startswith("R") else ""
    stands = step.session
    lasts = stands.duration if stands else campaign.preferences.session_minutes
    entry = SessionEntry(step.sits_on, step.starts_at, place, duration=lasts)
    if step.kind == CREATED:
        commission = session.get_one(Commission, int(commission_of(step.key)[1:]))
        stands = session_actions.plan(session, commission, entry, actor=actor, at=at)
    elif step.kind == MOVED and stands is not None:
        sitting = whole(session, stands.id)
        stands = session_actions.postpone(
            session,
            sitting,
            entry,
            f"Nouvelle date. {reason}.",
            calling.catalogue,
            actor=actor,
            at=at,
            calling=calling,
        )
    elif step.kind == CANCELLED and stands is not None:
        sitting = whole(session, stands.id)
        session_actions.cancel(
            session, sitting, f"Plus aucune date ne convient. {reason}.", actor=actor, at=at, calling=calling
        )
    session.flush()
    if stands is not None:
        _keep(session, campaign.id, step, stands.id)


def _keep(session: Session, campaign_id: int, step: Step, session_id: int) -> None:
    """The session that stands for the key; none after a cancellation, so that a later calendar may plan it again."""
    known = session.get(PlannedSession, (campaign_id, step.key))
    if step.kind == CANCELLED:
        if known is not None:
            session.delete(known)
        return
    if known is None:
        # A session that another campaign published is from now on this one's.
        session.execute(delete(PlannedSession).where(PlannedSession.session_id == session_id))
        known = PlannedSession(campaign_id=campaign_id, key=step.key)
        session.add(known)
    known.session_id, known.room = session_id, step.room or known.room or ""


def whole(session: Session, session_id: int) -> CommissionSession:
    """The session with all that moving it reads, ours alone until the transaction ends."""
    wanted = (
        select(CommissionSession)
        .where(CommissionSession.id == session_id)
        .options(
            joinedload(CommissionSession.round),
            joinedload(CommissionSession.commission).selectinload(Commission.seats),
            joinedload(CommissionSession.commission).selectinload(Commission.houses),
            selectinload(CommissionSession.items),
        )
        .with_for_update(of=CommissionSession)
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).one()
