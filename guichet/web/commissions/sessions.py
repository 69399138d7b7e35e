"""The sessions of a commission: planned by hand, convened, postponed, cancelled."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from guichet.commissions import words
from guichet.commissions.commission_actions import bench_of
from guichet.commissions.commission_models import Commission
from guichet.commissions.convocations.answers import of_account
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.agenda import USUAL_MINUTES
from guichet.commissions.sessions.clashes import clashes
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session, rounds, sessions_of
from guichet.commissions.sessions.workflow import SESSION
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.scheduling.places.queries import notice_of, room_names
from guichet.web.commissions import typed
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.convocations.opening import calling
from guichet.web.commissions.opening import opened, told
from guichet.web.door import at, catalogue, commit, db, is_reading, needs, not_for_them, person

STEPS = ("convene", "open", "postpone", "cancel")
PREPARED = ("planned", "convened")


@bp.get("/<int:commission_id>/seances/nouvelle")
@needs("prepare_sessions")
def new_session(commission_id: int) -> ResponseReturnValue:
    """The form of a session to come."""
    return _plan_form(
        opened(commission_id, "prepare_sessions"),
        MultiDict({"starts_at": "14 h", "duration": french.duration(USUAL_MINUTES)}),
    )


@bp.post("/<int:commission_id>/seances/nouvelle")
@needs("prepare_sessions")
def plan_session(commission_id: int) -> ResponseReturnValue:
    """Plan it."""
    found = opened(commission_id, "prepare_sessions")
    try:
        entry = typed.session_entry(request.form)
        made = session_actions.plan(db(), found, entry, actor=person(), at=at())
        commit()
    except DomainError as refusal:
        db().rollback()
        return _plan_form(opened(commission_id, "prepare_sessions"), request.form, refusal), refusal.status
    return _done(made.id, "La séance est prévue. Les demandes peuvent y être inscrites.")


@bp.get("/seances/<int:session_id>")
@needs("read_commissions")
def session(session_id: int) -> ResponseReturnValue:
    """A session: its day, what is to be done before it, its demands."""
    return _page(_sitting(session_id))


@bp.post("/seances/<int:session_id>/convoquer")
@needs("prepare_sessions")
def convene(session_id: int) -> ResponseReturnValue:
    """Call the members, or note that they were called otherwise."""
    found = _sitting(session_id, "prepare_sessions")
    otherwise = bool(request.form.get("otherwise"))
    urgency = request.form.get("urgency", "").strip()
    version = request.form.get("version", type=int)
    try:
        session_actions.convene(
            db(),
            found,
            urgency,
            actor=person(),
            at=at(),
            version=version,
            calling=None if otherwise else calling(),
        )
        commit()
    except DomainError as refusal:
        db().rollback()
        return _page(_sitting(session_id, "prepare_sessions"), refusal, urgency), refusal.status
    if otherwise:
        return _done(session_id, "La convocation est notée. La séance garde le règlement d’aujourd’hui.")
    flash("Les convocations partent. La séance garde le règlement d’aujourd’hui.", "success")
    return redirect(url_for("commissions.convocations_page", session_id=session_id), 303)


@bp.get("/seances/<int:session_id>/reporter")
@needs("prepare_sessions")
def new_day(session_id: int) -> ResponseReturnValue:
    """The form that puts a session off to another day."""
    found = _sitting(session_id, "prepare_sessions")
    shown: typed.Shown = MultiDict(
        {
            "starts_at": french.clock_time(found.starts_at),
            "duration": french.duration(found.duration),
            "place": found.place,
            "version": str(found.version),
        }
    )
    return _leave_form("commissions/postpone.html", found, shown)


@bp.post("/seances/<int:session_id>/reporter")
@needs("prepare_sessions")
def postpone(session_id: int) -> ResponseReturnValue:
    """Put it off: demands, agenda and families follow."""
    found = _sitting(session_id, "prepare_sessions")
    try:
        made = session_actions.postpone(
            db(),
            found,
            typed.session_entry(request.form),
            typed.reason(request.form),
            catalogue(),
            actor=person(),
            at=at(),
            version=request.form.get("version", type=int),
            calling=calling(),
        )
        commit()
    except DomainError as refusal:
        return _refused("commissions/postpone.html", session_id, refusal), refusal.status
    return _done(
        made.id,
        "La séance est reportée. Chaque famille inscrite reçoit la nouvelle date. Les membres convoqués sont prévenus.",
    )


@bp.get("/seances/<int:session_id>/annuler")
@needs("prepare_sessions")
def give_up(session_id: int) -> ResponseReturnValue:
    """The form that cancels a session."""
    found = _sitting(session_id, "prepare_sessions")
    return _leave_form("commissions/cancel.html", found, MultiDict({"version": str(found.version)}))


@bp.post("/seances/<int:session_id>/annuler")
@needs("prepare_sessions")
def cancel(session_id: int) -> ResponseReturnValue:
    """Give it up: its demands wait for another session."""
    found = _sitting(session_id, "prepare_sessions")
    version = request.form.get("version", type=int)
    try:
        left = session_actions.cancel(
            db(),
            found,
            typed.reason(request.form),
            actor=person(),
            at=at(),
            version=version,
            calling=calling(),
        )
        commit()
    except DomainError as refusal:
        return _refused("commissions/cancel.html", session_id, refusal), refusal.status
    many = french.count(left, "demande redevient orientée", "demandes redeviennent orientées")
    return _done(
        session_id,
        f"La séance est annulée : {many}. Les membres convoqués sont avertis ; prévenez les familles.",
    )


def _sitting(session_id: int, action: str = "read_commissions") -> CommissionSession:
    found = opened_session(db(), person(), session_id, day(at()), action, lock=not is_reading())
    if found is None:
        raise not_for_them("session", session_id)
    return found


def _done(session_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("commissions.session", session_id=session_id), 303)


def _page(found: CommissionSession, refusal: DomainError | None = None, urgency: str = "") -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    settings = Reglement.from_json(found.rules) if found.rules else found.commission.reglement
    limit = notice_of(db(), found.sits_on, settings.delay)
    prepares = person().may("prepare_sessions")
    line = sessions_of(db(), CommissionSession.id == found.id)[0]
    return render_template(
        "commissions/session.html",
        sitting=found,
        reglement=words.reglement_in_words(settings),
        limit=limit,
        late=found.state == "planned" and day(at()) > limit.limit,
        bench=bench_of(found.commission.seats, found.sits_on),
        demands=line.demands,
        steps={step.name for step in SESSION.open_steps(found, STEPS)} if prepares else set(),
        words=words,
        prepares=prepares,
        called=found.state == "convened" and of_account(db(), person().user_id, found.id) is not None,
        opens=found.sits_on == day(at()) and person().may("run_session"),
        sits=person().may("sit"),
        signs=person().may("sign_minutes"),
        runs=person().may("run_session"),
        problems=problems,
        sentence=sentence,
        urgency=urgency,
        duration=french.duration,
        clashes=clashes(db(), found) if prepares and found.state in PREPARED else [],
    )


def _plan_form(found: Commission, shown: typed.Shown, refusal: DomainError | None = None) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    return render_template(
        "commissions/plan.html",
        commission=found,
        typed=shown,
        problems=problems,
        sentence=sentence,
        rounds=[(one.id, one.title) for one in rounds(db())],
        places=list(room_names(db(), in_use=True).values()),
        delay=words.reglement_in_words(found.reglement),
    )


def _leave_form(
    template: str, found: CommissionSession, shown: typed.Shown, refusal: DomainError | None = None
) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    line = sessions_of(db(), CommissionSession.id == found.id)[0]
    return render_template(
        template,
        sitting=found,
        typed=shown,
        problems=problems,
        sentence=sentence,
        demands=line.demands,
        places=list(room_names(db(), in_use=True).values()),
    )


def _refused(template: str, session_id: int, refusal: DomainError) -> str:
    db().rollback()
    return _leave_form(template, _sitting(session_id, "prepare_sessions"), request.form, refusal)
