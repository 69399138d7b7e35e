"""What a run of a campaign computes on: the tables of the day or the frozen ones of its parent, with what is tried."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guichet.commissions.year.problem import freeze
from guichet.core.clock import day
from guichet.core.errors import DomainError, NotFoundError
from guichet.scheduling.campaigns.files import plan_from, problem_document, problem_from
from guichet.scheduling.campaigns.models import CHANGED, CalendarRun, Campaign
from guichet.scheduling.campaigns.queries import published_run, whole_run
from guichet.scheduling.campaigns.whatif import CADENCE, Change, applied
from guichet.scheduling.planning.changes import keep_dates
from guichet.scheduling.planning.plan import Plan
from guichet.scheduling.planning.problem import Commission, Placement, Problem


def freeze_run(session: Session, run: CalendarRun, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """The problem of the run, as `guichet plan` reads it, and what its names mean.

    A change is tried on the very tables its parent was computed on; everything else reads those of the day. Raises
    DomainError when a change means nothing.
    """
    campaign = session.get(Campaign, run.campaign_id)
    parent = whole_run(session, run.parent_id) if run.parent_id else None
    if campaign is None:
        raise NotFoundError
    if run.kind == CHANGED and parent is not None and parent.inputs and parent.about:
        before, about = problem_from(parent.inputs), parent.about
        problem = applied(before, run.changes[-1:], campaign.starts_on, campaign.ends_on)
        problem = keep_dates(problem, _plan_of(parent))
    else:
        problem, about = freeze(session, campaign, day(at))
        problem = _tried_again(problem, run.changes, campaign, about)
        if parent is not None:
            problem = _standing(problem, _plan_of(parent))
    told = published_run(session, campaign.id) is not None
    problem = replace(problem, rules=campaign.preferences.rules(published=told))
    return problem_document(problem), _with_cadences(about, run.changes)


def _plan_of(run: CalendarRun) -> Plan:
    return plan_from((run.result or {})["plan"])


def _tried_again(
    problem: Problem, tried: Sequence[Change], campaign: Campaign, about: dict[str, Any]
) -> Problem:
    """What was tried before, on the tables of the day: what has no meaning any more is said and left."""
    for one in tried:
        try:
            problem = applied(problem, [one], campaign.starts_on, campaign.ends_on)
        except DomainError as refusal:
            about["warnings"] = [*about["warnings"], f"Un essai n’a pas pu être repris. {refusal.sentence}"]
    return problem


def _standing(problem: Problem, plan: Plan) -> Problem:
    """The dates of the plan are the previous ones, unless the tables know where the session stands today."""
    held = {one.id: Placement(one.half_day, one.room) for one in plan.sessions}

    def of(commission: Commission) -> Commission:
        return replace(
            commission,
            sessions=tuple(
                replace(one, previous=one.previous or _in_a_room(held.get(one.id), commission))
                for one in commission.sessions
            ),
        )

    return replace(problem, commissions=tuple(of(one) for one in problem.commissions))


def _in_a_room(there: Placement | None, commission: Commission) -> Placement | None:
    """The date is what members keep: a room given up since then is another of the commission's."""
    if there is None or there.room in commission.rooms:
        return there
    return Placement(there.half_day, commission.rooms[0])


def _with_cadences(about: Mapping[str, Any], tried: Sequence[Change]) -> dict[str, Any]:
    cadences = {one["commission"]: one["cadence"] for one in tried if one["kind"] == CADENCE}
    commissions = {
        name: {**one, "cadence": cadences.get(name, one["cadence"])}
        for name, one in about["commissions"].items()
    }
    return {**about, "commissions": commissions}
