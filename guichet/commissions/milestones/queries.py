"""Read the dated tasks of the sessions, and what shows that they are done."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from guichet.accounts.models import Membership, Role, User
from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Commission
from guichet.commissions.commission_queries import reached
from guichet.commissions.convocations.models import NO_ANSWER, Convocation
from guichet.commissions.follow_up.models import ANSWER, FollowUp
from guichet.commissions.milestones.models import SessionTask
from guichet.commissions.milestones.signs import Signs
from guichet.commissions.papers.models import Minutes
from guichet.commissions.sessions.models import CommissionSession
from guichet.core.clock import day
from guichet.notifications.models import HELD as KEPT
from guichet.notifications.models import PENDING, SENDING, TO_PRINT, LetterRow

STANDING = ("planned", "convened", "sitting", "signed")
FOLLOWED = timedelta(days=120)
"""A session this old has no task left to begin."""
NOT_GONE = (KEPT, PENDING, SENDING, TO_PRINT)
OWNERS = (Role.RPE_AGENT, Role.COORDINATOR)
MOST_TASKS = 400
RIGHT = "prepare_sessions"


def sessions_to_follow(session: Session, today: date, *, after: int = 0, limit: int = 50) -> list[int]:
    """The ids of the sessions whose tasks are to be kept, from the one after `after`."""
    undone = exists().where(SessionTask.session_id == CommissionSession.id, SessionTask.done_at.is_(None))
    wanted = select(CommissionSession.id).where(
        CommissionSession.state.in_(STANDING),
        CommissionSession.id > after,
        or_(CommissionSession.sits_on >= today - FOLLOWED, undone),
    )
    return list(session.scalars(wanted.order_by(CommissionSession.id).limit(limit)))


def session_to_follow(session: Session, session_id: int) -> CommissionSession | None:
    """One of them with its commission and its seats, ours alone; None while somebody works on it."""
    wanted = (
        select(CommissionSession)
        .where(CommissionSession.id == session_id, CommissionSession.state.in_(STANDING))
        .options(joinedload(CommissionSession.commission).selectinload(Commission.seats))
        .with_for_update(of=CommissionSession, skip_locked=True)
    )
    return session.scalar(wanted)


def tasks_of(session: Session, session_id: int) -> Sequence[SessionTask]:
    """The tasks of a session with their owners, in the order of their days."""
    wanted = (
        select(SessionTask).where(SessionTask.session_id == session_id).options(joinedload(SessionTask.owner))
    )
    return session.scalars(wanted.order_by(SessionTask.due_on, SessionTask.id)).all()


def open_tasks(session: Session, person: Person, today: date) -> Sequence[SessionTask]:
    """What is still to be done in the sessions the person prepares, the oldest first. One statement."""
    wanted = (
        select(SessionTask)
        .join(SessionTask.session)
        .join(CommissionSession.commission)
        .where(*_open(), reached(person, RIGHT, today))
        .options(
            contains_eager(SessionTask.session).contains_eager(CommissionSession.commission),
            joinedload(SessionTask.owner),
        )
    )
    return session.scalars(wanted.order_by(SessionTask.due_on, SessionTask.id).limit(MOST_TASKS)).all()


def late_count(session: Session, person: Person, today: date) -> int:
    """How many tasks are late: all of them for the coordination, her own for an agent."""
    wanted = (
        select(func.count())
        .select_from(SessionTask)
        .join(SessionTask.session)
        .join(CommissionSession.commission)
        .where(*_open(), SessionTask.due_on < today, reached(person, RIGHT, today))
    )
    if not person.may("keep_commissions"):
        wanted = wanted.where(SessionTask.owner_id == person.user_id)
    return session.scalar(wanted) or 0


def one_task(
    session: Session, person: Person, task_id: int, today: date, *, lock: bool
) -> SessionTask | None:
    """One task with its session and its commission, ours alone when it changes; None when not for them."""
    wanted = (
        select(SessionTask)
        .join(SessionTask.session)
        .join(CommissionSession.commission)
        .where(SessionTask.id == task_id, reached(person, RIGHT, today))
        .options(contains_eager(SessionTask.session).contains_eager(CommissionSession.commission))
    )
    return session.scalar(wanted.with_for_update(of=SessionTask) if lock else wanted)


def owners_to_warn(session: Session, until: date, *, after: int = 0, limit: int = 50) -> list[int]:
    """The accounts that own a task due by then and were not reminded of it, from the one after `after`."""
    wanted = (
        select(SessionTask.owner_id)
        .join(SessionTask.session)
        .where(*_to_warn(until), SessionTask.owner_id > after)
        .distinct()
    )
    return [one for one in session.scalars(wanted.order_by(SessionTask.owner_id).limit(limit)) if one]


def tasks_to_warn(session: Session, owner_id: int, until: date) -> Sequence[SessionTask]:
    """The tasks to remind this owner of, ours alone."""
    wanted = (
        select(SessionTask)
        .join(SessionTask.session)
        .join(CommissionSession.commission)
        .where(*_to_warn(until), SessionTask.owner_id == owner_id)
        .options(contains_eager(SessionTask.session).contains_eager(CommissionSession.commission))
        .order_by(SessionTask.due_on, SessionTask.id)
        .with_for_update(of=SessionTask, skip_locked=True)
    )
    return session.scalars(wanted).all()


def may_own(session: Session, today: date) -> list[tuple[int, str]]:
    """The open accounts that may do a task of a session, by name."""
    wanted = select(User.id, User.name).where(_works(today)).order_by(User.name, User.id)
    return [(user_id, name) for user_id, name in session.execute(wanted)]


def usual_owner(session: Session, sitting: CommissionSession, today: date) -> int | None:
    """Who does the tasks of a session unless another is chosen.

    The account that holds a seat of the coordination or of the RPE in the commission, then the first account of
    the coordination, then that of an agent.
    """
    held = [
        seat.user_id
        for role in ("coordinator", "rpe")
        for seat in sitting.commission.seats
        if seat.role == role and seat.user_id and seat.holds_on(sitting.sits_on)
    ]
    coordinates = exists().where(Membership.user_id == User.id, Membership.role == Role.COORDINATOR)
    wanted = (
        select(User.id)
        .where(_works(today))
        .order_by(*[User.id != one for one in held], case((coordinates, 0), else_=1), User.id)
    )
    return session.scalar(wanted.limit(1))


def signs_of(session: Session, sitting: CommissionSession) -> Signs:
    """What shows where the tasks of this session stand. Four statements."""
    there = Convocation.withdrawn_at.is_(None)
    reached = and_(there, or_(Convocation.reminded_at.is_not(None), Convocation.answer != NO_ANSWER))
    called = _counted(session, Convocation.session_id == sitting.id, there, reached)
    about = LetterRow.key.startswith(f"session:{sitting.id}:", autoescape=True)
    letters = _counted(session, about, LetterRow.id.is_not(None), LetterRow.state.in_(NOT_GONE))
    answers = _counted(
        session,
        and_(FollowUp.session_id == sitting.id, FollowUp.kind == ANSWER),
        FollowUp.id.is_not(None),
        FollowUp.closed_at.is_(None),
    )
    return Signs(
        sitting.state,
        day(sitting.agenda_built_at) if sitting.agenda_built_at else None,
        sitting.convened_on if sitting.state == "convened" else None,
        called=called[0],
        reached=called[1],
        minutes=session.get(Minutes, sitting.id) is not None,
        letters=letters[0],
        letters_waiting=letters[1],
        awaited=answers[0],
        still_awaited=answers[1],
    )


def _counted(
    session: Session,
    these: ColumnElement[bool],
    first: ColumnElement[bool],
    second: ColumnElement[bool],
) -> tuple[int, int]:
    """How many rows satisfy each of two conditions, among these."""
    wanted = select(
        func.coalesce(func.sum(case((first, 1), else_=0)), 0),
        func.coalesce(func.sum(case((second, 1), else_=0)), 0),
    ).where(these)
    row = session.execute(wanted).one()
    return int(row[0]), int(row[1])


def _open() -> tuple[ColumnElement[bool], ...]:
    return (SessionTask.done_at.is_(None), CommissionSession.state.in_(STANDING))


def _to_warn(until: date) -> tuple[ColumnElement[bool], ...]:
    return (*_open(), SessionTask.due_on <= until, SessionTask.reminded_on.is_(None))


def _works(today: date) -> ColumnElement[bool]:
    may = exists().where(Membership.user_id == User.id, Membership.role.in_(OWNERS))
    return and_(may, or_(User.closes_on.is_(None), User.closes_on > today))
