"""Another hour, length or place for a session, on the same day: its members are told and asked again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.arrangement import Arrangement
from guichet.commissions.sessions.models import CommissionSession
from guichet.core import french
from guichet.core.errors import DomainError
from guichet.scheduling.places.queries import room_names
from guichet.web.commissions import typed
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.convocations.opening import RIGHT, calling, sitting_of
from guichet.web.commissions.opening import told
from guichet.web.door import at, commit, db, needs, person


@bp.get("/seances/<int:session_id>/heure")
@needs(RIGHT)
def new_hours(session_id: int) -> ResponseReturnValue:
    """The form, as the session is."""
    found = sitting_of(session_id)
    shown = {
        "starts_at": french.clock_time(found.starts_at),
        "duration": french.duration(found.duration),
        "place": found.place,
        "version": str(found.version),
    }
    return _form(found, MultiDict(shown))


@bp.post("/seances/<int:session_id>/heure")
@needs(RIGHT)
def rearrange(session_id: int) -> ResponseReturnValue:
    """Keep them."""
    found = sitting_of(session_id)
    try:
        wanted = typed.arrangement(request.form, Arrangement.of(found))
        version = request.form.get("version", type=int)
        told_to = session_actions.rearrange(
            db(), found, wanted, actor=person(), at=at(), version=version, calling=calling()
        )
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(sitting_of(session_id), request.form, refusal), refusal.status
    said = (
        f" {french.count(told_to, 'personne est prévenue', 'personnes sont prévenues')}." if told_to else ""
    )
    flash(f"L’heure, la durée et le lieu sont enregistrés.{said}", "success")
    return redirect(url_for("commissions.session", session_id=session_id), 303)


def _form(found: CommissionSession, shown: typed.Shown, refusal: DomainError | None = None) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    return render_template(
        "convocations/hours.html",
        sitting=found,
        typed=shown,
        problems=problems,
        sentence=sentence,
        duration=french.duration,
        places=list(room_names(db(), in_use=True).values()),
    )
