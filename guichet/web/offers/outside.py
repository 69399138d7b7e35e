"""What was given without a commission since it last sat: read before the session, noted while it sits."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.between import out_of_session
from guichet.commissions.sessions import queries as session_queries
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.words import BASIS
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person
from guichet.web.offers.blueprint import bp

ADDRESS = "/commissions/seances/<int:session_id>/hors-seance"


@bp.get(ADDRESS)
@needs("read_commissions")
def outside(session_id: int) -> ResponseReturnValue:
    """The freed seats and the emergencies, to be ratified or ratified here."""
    return _show(_opened(session_id, "read_commissions"))


@bp.post(ADDRESS)
@needs("run_session")
def ratify(session_id: int) -> ResponseReturnValue:
    """The session takes note of those that are ticked."""
    sitting = _opened(session_id, "run_session")
    ticked = {int(one) for one in request.form.getlist("decision") if one.isascii() and one.isdigit()}
    chosen = [one for one in out_of_session.to_ratify(db(), sitting.commission_id) if one.id in ticked]
    if not chosen:
        return _show(sitting, "Cochez au moins une décision dont la commission prend acte."), 422
    try:
        out_of_session.ratify(db(), sitting, chosen, person=person(), at=at())
        commit()
    except DomainError as refusal:
        db().rollback()
        return _show(_opened(session_id, "read_commissions"), refusal.sentence), refusal.status
    flash("La commission a pris acte.", "success")
    return redirect(url_for("offers.outside", session_id=session_id), 303)


def _opened(session_id: int, right: str) -> CommissionSession:
    found = session_queries.opened_session(db(), person(), session_id, day(at()), right)
    if found is None:
        raise not_for_them("session", session_id)
    return found


def _show(sitting: CommissionSession, sentence: str = "") -> str:
    return render_template(
        "offers/outside.html",
        sitting=sitting,
        waiting=out_of_session.to_ratify(db(), sitting.commission_id),
        ratified=out_of_session.ratified_at(db(), sitting.id),
        houses=catalogue().houses,
        basis=BASIS,
        sits=sitting.state == "sitting" and person().may("run_session"),
        named=person().may("orient") or person().may("record_decision"),
        sentence=sentence,
    )
