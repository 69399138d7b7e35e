"""Read the campaigns, their runs and their versions."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from guichet.core.leased import DONE
from guichet.scheduling.campaigns.models import (
    CalendarRun,
    CalendarVersion,
    Campaign,
    DateAnswer,
    DateQuestion,
)
from guichet.scheduling.members.models import Member

RIGHT = "keep_commissions"
MOST_RUNS = 40


def campaigns(session: Session) -> Sequence[Campaign]:
    """The campaigns, the latest first."""
    return session.scalars(select(Campaign).order_by(Campaign.starts_on.desc(), Campaign.id.desc())).all()


def runs_of(session: Session, campaign_id: int) -> Sequence[CalendarRun]:
    """The computations of a campaign, the latest first, without their frozen files."""
    wanted = select(CalendarRun).where(CalendarRun.campaign_id == campaign_id)
    return session.scalars(wanted.order_by(CalendarRun.id.desc()).limit(MOST_RUNS)).all()


def whole_run(session: Session, run_id: int) -> CalendarRun | None:
    """The run with its frozen files and its result; None when there is none."""
    wanted = (
        select(CalendarRun)
        .where(CalendarRun.id == run_id)
        .options(undefer(CalendarRun.inputs), undefer(CalendarRun.about), undefer(CalendarRun.result))
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).one_or_none()


def answered_run(session: Session, run_id: int) -> CalendarRun | None:
    """The run with its result and what its names mean, without the frozen problem; None when there is none."""
    wanted = (
        select(CalendarRun)
        .where(CalendarRun.id == run_id)
        .options(undefer(CalendarRun.about), undefer(CalendarRun.result))
    )
    return session.scalars(wanted).one_or_none()


def versions_of(session: Session, campaign_id: int) -> Sequence[CalendarVersion]:
    """The published calendars of a campaign, the latest first."""
    wanted = select(CalendarVersion).where(CalendarVersion.campaign_id == campaign_id)
    return session.scalars(wanted.order_by(CalendarVersion.number.desc())).all()


def published_run(session: Session, campaign_id: int) -> int | None:
    """The run of the calendar in force; None before the first publication."""
    return session.scalar(
        select(CalendarVersion.run_id)
        .where(CalendarVersion.campaign_id == campaign_id)
        .order_by(CalendarVersion.number.desc())
        .limit(1)
    )


def asked_run(session: Session, campaign_id: int) -> int | None:
    """The last run that the members were asked about; None when they never were."""
    return session.scalar(
        select(func.max(DateQuestion.run_id))
        .join(CalendarRun, CalendarRun.id == DateQuestion.run_id)
        .where(CalendarRun.campaign_id == campaign_id)
    )


def last_done(session: Session, campaign_id: int) -> int | None:
    """The last computation that ended well."""
    return session.scalar(
        select(func.max(CalendarRun.id)).where(
            CalendarRun.campaign_id == campaign_id, CalendarRun.state == DONE
        )
    )


def questions_of(session: Session, run_id: int) -> Sequence[tuple[DateQuestion, Member]]:
    """Who was asked about a run, by name."""
    wanted = (
        select(DateQuestion, Member)
        .join(Member, Member.id == DateQuestion.member_id)
        .where(DateQuestion.run_id == run_id)
        .order_by(Member.sort_key)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def answers_of(session: Session, run_id: int, member_id: int | None = None) -> Sequence[DateAnswer]:
    """What members answered about a run, in the order of the dates."""
    wanted = select(DateAnswer).where(DateAnswer.run_id == run_id).order_by(DateAnswer.on, DateAnswer.half)
    if member_id is not None:
        wanted = wanted.where(DateAnswer.member_id == member_id)
    return session.scalars(wanted).all()
