"""The dated tasks of the sessions: what is late, what comes, who does it."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.milestones import actions, queries
from guichet.commissions.milestones.models import SessionTask
from guichet.commissions.sessions.queries import opened_session
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.scheduling.milestones import TASK, Task
from guichet.web.door import at, commit, db, is_reading, needs, not_for_them, person

bp = Blueprint("milestones", __name__, url_prefix="/calendrier/echeances")
SOON, LATER = timedelta(days=7), timedelta(days=45)


@dataclass(frozen=True)
class Group:
    """Some tasks under one title."""

    title: str
    tasks: list[SessionTask]
    late: bool = False
    folded: bool = False


@bp.get("")
@needs(queries.RIGHT)
def page() -> ResponseReturnValue:
    """All that is still to be done, or what is mine, or one commission's."""
    today, mine = day(at()), request.args.get("a") == "moi"
    commission = request.args.get("commission", type=int)
    found = queries.open_tasks(db(), person(), today)
    names = {one.session.commission_id: one.session.commission.name for one in found}
    shown = [
        one
        for one in found
        if (not mine or one.owner_id == person().user_id)
        and (commission is None or one.session.commission_id == commission)
    ]
    return render_template(
        "milestones/list.html",
        groups=_groups(shown, today),
        words=TASK,
        mine=mine,
        commission=commission,
        commissions=sorted(names.items(), key=lambda pair: pair[1]),
    )


@bp.get("/seance/<int:session_id>")
@needs(queries.RIGHT)
def of_session(session_id: int) -> ResponseReturnValue:
    """All the tasks of one session, done or not."""
    sitting = opened_session(db(), person(), session_id, day(at()), queries.RIGHT)
    if sitting is None:
        raise not_for_them("session", session_id)
    tasks = queries.tasks_of(db(), session_id)
    return render_template(
        "milestones/session.html", sitting=sitting, tasks=tasks, words=TASK, today=day(at())
    )


@bp.get("/<int:task_id>")
@needs(queries.RIGHT)
def task(task_id: int) -> ResponseReturnValue:
    """One task: why this day, who does it."""
    return _form(_task(task_id), None)


@bp.post("/<int:task_id>/faite")
@needs(queries.RIGHT)
def tick(task_id: int) -> ResponseReturnValue:
    """It is done, or it was not after all."""
    one, done = _task(task_id), request.form.get("done") != "no"
    actions.tick(db(), one, done=done, actor=person(), at=at(), version=_version())
    commit()
    flash("L’échéance est notée comme faite." if done else "L’échéance est de nouveau à faire.", "success")
    return redirect(url_for("milestones.page"), 303)


@bp.post("/<int:task_id>/personne")
@needs(queries.RIGHT)
def give(task_id: int) -> ResponseReturnValue:
    """Another person does it."""
    try:
        owner_id = request.form.get("owner_id", 0, type=int)
        actions.give(db(), _task(task_id), owner_id, actor=person(), at=at(), version=_version())
        commit()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        db().rollback()
        return _form(_task(task_id), refusal), refusal.status
    flash("La personne chargée de cette échéance est changée.", "success")
    return redirect(url_for("milestones.page"), 303)


def _form(one: SessionTask, refusal: DomainError | None) -> str:
    problems = refusal.problems if isinstance(refusal, InvalidError) else {}
    return render_template(
        "milestones/task.html",
        task=one,
        said=TASK[Task(one.task)],
        owners=queries.may_own(db(), day(at())),
        problems=problems,
        sentence=refusal.sentence if refusal and not problems else "",
    )


def _task(task_id: int) -> SessionTask:
    one = queries.one_task(db(), person(), task_id, day(at()), lock=not is_reading())
    if one is None:
        raise not_for_them("session_task", task_id)
    return one


def _groups(found: list[SessionTask], today: date) -> list[Group]:
    cuts = (
        ("En retard", date.min, today - timedelta(1)),
        ("Aujourd’hui et dans la semaine", today, today + SOON),
        ("Dans les six semaines", today + SOON + timedelta(1), today + LATER),
        ("Plus tard", today + LATER + timedelta(1), date.max),
    )
    groups = [
        Group(
            title,
            [one for one in found if first <= one.due_on <= last],
            late=last < today,
            folded=last == date.max,
        )
        for title, first, last in cuts
    ]
    return [one for one in groups if one.tasks]


def _version() -> int | None:
    return request.form.get("version", type=int)
