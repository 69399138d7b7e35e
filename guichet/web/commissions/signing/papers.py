"""The papers of a session: asked for, shown with their fingerprint, downloaded; the minutes approved later."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions import words
from guichet.commissions.papers import documents
from guichet.commissions.papers import models as papers
from guichet.commissions.papers.models import SessionDocument
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing import queries as signing_queries
from guichet.commissions.signing.words import PAPER, PAPER_STATE, PAPER_STEP
from guichet.commissions.sitting.queries import item_lines
from guichet.core import french
from guichet.core.errors import DomainError, InvalidError
from guichet.core.leased import ASKED, RUNNING
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.opening import told
from guichet.web.commissions.sitting.opening import back, opened
from guichet.web.door import at, commit, db, needs, not_for_them, person, trace

AGAIN_S = 3
FILE = {
    papers.PACK: "dossier-de-seance",
    papers.NOMINAL: "proces-verbal",
    papers.COMMUNICABLE: "proces-verbal-communicable",
    papers.EXTRACT: "extrait",
    papers.ATTENDANCE: "feuille-de-presence",
    papers.CALLED: "preuves-de-convocation",
}
NAMED = (papers.NOMINAL, papers.EXTRACT, papers.ATTENDANCE, papers.CALLED)
"""They carry names: only who signs or runs the session opens them."""


@bp.get("/seances/<int:session_id>/documents", endpoint="papers")
@needs("read_commissions")
def papers_of_session(session_id: int) -> ResponseReturnValue:
    """The papers of a session, and what may be asked for."""
    found = opened(session_id, "read_commissions")
    trace("read", "session", session_id, "documents")
    return _page(found)


@bp.post("/seances/<int:session_id>/documents")
@needs("run_session")
def ask_paper(session_id: int) -> ResponseReturnValue:
    """Ask a worker for one paper."""
    found = opened(session_id, "run_session")
    try:
        kind = request.form.get("kind", "")
        if kind not in papers.KINDS:
            raise InvalidError({"kind": "Choisissez un document."})
        demand_id = request.form.get("demand", type=int) if kind == papers.EXTRACT else None
        if kind == papers.EXTRACT and demand_id not in {one.demand_id for one in found.items}:
            raise InvalidError({"demand": "Choisissez une demande de l’ordre du jour."})
        documents.ask_paper(db(), found, kind, demand_id=demand_id, actor=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal)
    flash("Le document est demandé : il paraît ici dès qu’il est prêt.", "success")
    return redirect(url_for("commissions.papers", session_id=session_id), 303)


@bp.post("/seances/<int:session_id>/documents/approuver")
@needs("run_session")
def approve_minutes(session_id: int) -> ResponseReturnValue:
    """The members approve the minutes of an earlier session."""
    found = opened(session_id, "run_session")
    try:
        which = request.form.get("minutes", type=int) or 0
        remarks = request.form.get("remarks", "")
        made = documents.approve(db(), found, which, remarks, actor=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal)
    flash(f"Le procès-verbal {made.number} est approuvé.", "success")
    if request.form.get("point"):
        return back(session_id, request.form.get("point", type=int))
    return redirect(url_for("commissions.papers", session_id=session_id), 303)


@bp.get("/seances/<int:session_id>/documents/<int:paper_id>.pdf")
@needs("read_commissions")
def paper(session_id: int, paper_id: int) -> Response:
    """The PDF; each reading is traced."""
    opened(session_id, "read_commissions")
    found = signing_queries.paper_of(db(), session_id, paper_id)
    if found is None or found.content is None or not _may_open(found):
        raise not_for_them("session_document", paper_id)
    trace("read", "session", session_id, f"{found.kind} {found.number}".strip())
    response = make_response(found.content)
    response.headers["Content-Type"] = "application/pdf"
    name = "-".join(part for part in (FILE[found.kind], found.number.lower(), str(found.id)) if part)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _may_open(found: SessionDocument) -> bool:
    return found.kind not in NAMED or person().may("run_session") or person().may("sign_minutes")


def _refused(session_id: int, refusal: DomainError) -> ResponseReturnValue:
    db().rollback()
    db().expire_all()
    return _page(opened(session_id, "run_session"), refusal)


def _page(found: CommissionSession, refusal: DomainError | None = None) -> ResponseReturnValue:
    problems, sentence = told(refusal) if refusal else ({}, "")
    rows = [one for one in signing_queries.papers_of(db(), found.id) if _may_open(one)]
    waiting = any(one.state in (ASKED, RUNNING) for one in rows)
    minutes = signing_queries.minutes_of(db(), found.id)
    waiting_approval = documents.to_approve(db(), found) if found.state == "sitting" else []
    numbers = [(one.demand_id, f"n° {one.number}") for one in item_lines(db(), found) if one.demand_id]
    page = render_template(
        "commissions/signing/papers.html",
        sitting=found,
        papers=rows,
        waiting=waiting,
        minutes=minutes[0] if minutes else None,
        approved_on=minutes[1] if minutes else None,
        to_approve=waiting_approval,
        approvable=[
            (one.session_id, f"{one.number}, séance du {french.plain_date(on)}")
            for one, on in waiting_approval
        ],
        demands=numbers,
        numbers=dict(numbers),
        steps=PAPER_STEP,
        making=[one for one in rows if one.state in (ASKED, RUNNING)],
        asks=person().may("run_session"),
        words=words,
        names=PAPER,
        states=PAPER_STATE,
        problems=problems,
        sentence=sentence,
        typed=request.form,
    )
    response = make_response(page, refusal.status if refusal else 200)
    if waiting:
        response.headers["Refresh"] = f"{AGAIN_S}; url={url_for('commissions.papers', session_id=found.id)}"
    return response
