"""« Suites » : what follows the sessions, the late first, until somebody says what came of it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.follow_up import actions as follow_up
from guichet.commissions.follow_up import queries as follow_up_queries
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.opening import told
from guichet.web.commissions.sitting.opening import opened
from guichet.web.door import at, commit, db, is_reading, needs, not_for_them, person, trace
from guichet.web.registration.typed import Typed


@bp.get("/suites")
@needs("read_commissions")
def follow_ups() -> ResponseReturnValue:
    """What is open; with `closes=1`, what was closed."""
    trace("read", "follow_up", None)
    return _page()


@bp.get("/seances/<int:session_id>/suites/nouvelle")
@needs("run_session")
def new_follow_up(session_id: int) -> str:
    """The form of an action that a session decides."""
    return _form(session_id)


@bp.post("/seances/<int:session_id>/suites/nouvelle")
@needs("run_session")
def add_follow_up(session_id: int) -> ResponseReturnValue:
    """Add it."""
    found = opened(session_id, "run_session")
    try:
        form = Typed(request.form)
        due_on = form.day("due_on")
        form.done()
        entry = follow_up.FollowEntry(request.form.get("what", ""), request.form.get("owner", ""), due_on)
        follow_up.add(db(), found, entry, actor=person(), at=at())
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(session_id, refusal), refusal.status
    flash("La suite est notée.", "success")
    return redirect(url_for("commissions.follow_ups"), 303)


@bp.post("/suites/<int:follow_up_id>")
@needs("run_session")
def close_follow_up(follow_up_id: int) -> ResponseReturnValue:
    """Say what came of one."""
    line = follow_up_queries.one(db(), person(), follow_up_id, day(at()), lock=not is_reading())
    if line is None:
        raise not_for_them("follow_up", follow_up_id)
    try:
        version = request.form.get("version", type=int)
        came_of = request.form.get("came_of", "")
        follow_up.close(db(), line, came_of, actor=person(), at=at(), version=version)
        commit()
    except DomainError as refusal:
        db().rollback()
        db().expire_all()
        return _page(refusal, follow_up_id), refusal.status
    flash("La suite est close.", "success")
    return redirect(url_for("commissions.follow_ups"), 303)


def _page(refusal: DomainError | None = None, on: int = 0) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    closed = request.args.get("closes") == "1"
    return render_template(
        "commissions/signing/follow_ups.html",
        lines=follow_up_queries.follow_ups(db(), person(), day(at()), closed=closed),
        counts=follow_up_queries.counted(db(), person(), day(at())),
        closed=closed,
        today=day(at()),
        may_close=person().may("run_session"),
        problems=problems,
        sentence=sentence,
        on=on,
        typed=request.form,
    )


def _form(session_id: int, refusal: DomainError | None = None) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    return render_template(
        "commissions/signing/new_follow_up.html",
        sitting=opened(session_id, "run_session"),
        problems=problems,
        sentence=sentence,
        typed=request.form,
    )
