"""Keep the dated tasks of a session, tick them, give them to somebody, remind their owner. The caller commits."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.models import User
from guichet.commissions.milestones import letters, queries
from guichet.commissions.milestones.models import SEEN, TICKED, SessionTask
from guichet.commissions.milestones.settings import WARN_OWNER, lapses
from guichet.commissions.milestones.signs import TO_REDO, seen
from guichet.commissions.sessions.agenda import closes_on
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.update_warning import BEFORE_DAYS
from guichet.core import journal
from guichet.core.actor import THE_CLOCK, Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.workflow import expect_version
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import outbox
from guichet.scheduling.milestones import Milestone, Task, milestones
from guichet.scheduling.places.queries import public_holidays

AROUND = timedelta(days=150)
"""The public holidays this near to a session may count in one of its delays."""


def keep(session: Session, session_id: int, chosen: Mapping[str, int], *, at: datetime) -> bool:
    """The tasks of a session, made, moved with its date and closed when they are seen done; whether one changed.

    `chosen` are the settings of milestone_settings.py. Done again it changes nothing; a session that somebody
    works on is left for the next time.
    """
    sitting = queries.session_to_follow(session, session_id)
    if sitting is None:
        return False
    rows = {
        Task(row.task): row for row in queries.tasks_of(session, sitting.id) or _taken_over(session, sitting)
    }
    changed = _dated(session, sitting, rows, chosen, at)
    closing = closes_on(sitting.sits_on, settings_of(sitting).agenda_closes_days)
    warned_from = closing - timedelta(days=BEFORE_DAYS)
    signs = queries.signs_of(session, sitting)
    done = seen(signs, warned_from, closing, rows[Task.REMINDER].due_on, day(at))
    for task, row in rows.items():
        if task in done and row.done_at is None:
            row.done_at, row.done_how, row.done_by = at, SEEN, THE_CLOCK.name
            changed = True
    session.flush()
    return changed


def tick(
    session: Session, row: SessionTask, *, done: bool, actor: Actor, at: datetime, version: int | None = None
) -> None:
    """Somebody did it, or takes their word back. Raises ConflictError when it changed meanwhile."""
    expect_version(row, version)
    if done and row.done_at is not None:
        raise ConflictError(f"Cette échéance est déjà faite, par {row.done_by}.")
    if done:
        row.done_at, row.done_how, row.done_by = at, TICKED, actor.name
    else:
        row.done_at, row.done_how, row.done_by = None, None, ""
    step = "tick_task" if done else "untick_task"
    journal.note(session, "session", row.session_id, step, actor=actor, at=at, detail={"task": row.task})


def give(
    session: Session,
    row: SessionTask,
    owner_id: int,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Another person does it, and will be reminded of it. Raises InvalidError when they may not."""
    expect_version(row, version)
    if owner_id not in dict(queries.may_own(session, day(at))):
        raise InvalidError({"owner_id": "Choisissez une personne du guichet ou de la coordination."})
    if row.owner_id == owner_id:
        return
    row.owner_id, row.reminded_on = owner_id, None
    detail = {"task": row.task, "owner": owner_id}
    journal.note(session, "session", row.session_id, "give_task", actor=actor, at=at, detail=detail)


def warn(
    session: Session,
    owner_id: int,
    catalogue: Catalogue,
    public_url: str,
    chosen: Mapping[str, int],
    *,
    at: datetime,
) -> bool:
    """One mail to an owner for all the tasks that come near, once for each; False when there is none to tell."""
    until = day(at) + timedelta(days=chosen[WARN_OWNER.key])
    rows = queries.tasks_to_warn(session, owner_id, until)
    owner = session.scalar(select(User).where(User.id == owner_id))
    if not rows or owner is None:
        return False
    letter = letters.tasks_near(owner, rows, catalogue, public_url, at)
    for row in rows:
        row.reminded_on = day(at)
    key = f"account:{owner_id}:tasks:{day(at).isoformat()}:{min(row.id for row in rows)}"
    outbox.post(session, letter, key=key, subject_type="account", subject_id=owner_id, at=at)
    return True


def _taken_over(session: Session, sitting: CommissionSession) -> list[SessionTask]:
    """The tasks of the session that was put off to this one follow it; what its new date asks for is to be redone."""
    if sitting.follows_id is None:
        return []
    rows = list(queries.tasks_of(session, sitting.follows_id))
    for row in rows:
        row.session_id = sitting.id
        if row.task in TO_REDO:
            row.done_at, row.done_how, row.done_by = None, None, ""
    return rows


def _dated(
    session: Session,
    sitting: CommissionSession,
    rows: dict[Task, SessionTask],
    chosen: Mapping[str, int],
    at: datetime,
) -> bool:
    """Make what is missing; move what is not done when the session, or the delay of its convocation, changed."""
    wanted = {one.task: one for one in _milestones(session, sitting, chosen)}
    stays = (
        rows.keys() == wanted.keys()
        and rows[Task.SESSION].due_on == sitting.sits_on
        and rows[Task.CONVOCATION].why == wanted[Task.CONVOCATION].why
    )
    if stays:
        return False
    owner = queries.usual_owner(session, sitting, day(at))
    for task, one in wanted.items():
        due = _reachable(one.due, sitting.sits_on, day(at))
        row = rows.get(task)
        if row is None:
            rows[task] = SessionTask(
                session_id=sitting.id, task=task.value, due_on=due, why=one.why, owner_id=owner
            )
            session.add(rows[task])
        elif row.done_at is None:
            # A reminder is for a date: another date is told again.
            row.reminded_on = row.reminded_on if row.due_on == due else None
            row.due_on, row.why = due, one.why
    return True


def _milestones(
    session: Session, sitting: CommissionSession, chosen: Mapping[str, int]
) -> tuple[Milestone, ...]:
    reglement = settings_of(sitting)
    holidays = public_holidays(session, sitting.sits_on - AROUND, sitting.sits_on + AROUND)
    return milestones(
        sitting.sits_on, reglement.delay, lapses(chosen, reglement.agenda_closes_days), holidays
    )


def _reachable(due: date, sits_on: date, today: date) -> date:
    """A session planned late has tasks whose day is past: they are for today, not late from the start."""
    return due if due >= today or sits_on < today else today
