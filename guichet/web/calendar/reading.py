"""One calculation: how far it is, then the year it proposes, each session explained, and what changed from another."""

import json

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from guichet.core.errors import NotFoundError
from guichet.core.leased import DONE, FAILED
from guichet.scheduling.campaigns import queries as campaign_queries
from guichet.scheduling.campaigns import words as campaign_words
from guichet.scheduling.campaigns.queries import RIGHT
from guichet.web.calendar.blueprint import bp
from guichet.web.calendar.opening import opened_campaign, opened_run
from guichet.web.calendar.result import change_lines, result_page, session_page, tried_words
from guichet.web.door import db, needs, trace

AGAIN_S = 3
"""Seconds between two looks at a calculation in progress."""
VIEWS = ("annee", "seances", "membres", "essayer")


@bp.get("/calendrier/calculs/<int:run_id>")
@needs(RIGHT)
def run(run_id: int) -> ResponseReturnValue:
    """A calculation in progress, or the year under four views."""
    found = opened_run(run_id)
    trace("read", "calendar_run", run_id)
    campaign = opened_campaign(found.campaign_id)
    if found.state != DONE:
        response = make_response(
            render_template("calendar/waiting.html", run=found, campaign=campaign, words=campaign_words)
        )
        if found.state != FAILED:
            # Seen again without script; what is read on this page is one line.
            response.headers["Refresh"] = str(AGAIN_S)
        return response
    view = request.args.get("vue", VIEWS[0])
    return result_page(found, campaign, view if view in VIEWS else VIEWS[0])


@bp.get("/calendrier/calculs/<int:run_id>/seances/<key>")
@needs(RIGHT)
def session(run_id: int, key: str) -> ResponseReturnValue:
    """One session: its score, who is missing, the three next best dates and their cost; or why it has no date."""
    found = opened_run(run_id)
    if found.state != DONE:
        raise NotFoundError
    return session_page(found, key)


@bp.get("/calendrier/calculs/<int:run_id>/differences")
@needs(RIGHT)
def differences(run_id: int) -> ResponseReturnValue:
    """What moves from another calculation of the campaign (the parent when none is said) to this one."""
    found = opened_run(run_id)
    other = request.args.get("avec", type=int) or found.parent_id
    if found.state != DONE or other is None:
        raise NotFoundError
    before = opened_run(other)
    if before.campaign_id != found.campaign_id or before.state != DONE:
        raise NotFoundError
    trace("read", "calendar_run", run_id, "differences")
    return render_template(
        "calendar/difference.html",
        run=found,
        before=before,
        campaign=opened_campaign(found.campaign_id),
        lines=change_lines(before, found),
        tried=tried_words(found)[len(before.changes) if before.id == found.parent_id else 0 :],
    )


@bp.get("/calendrier/calculs/<int:run_id>/probleme.json")
@needs(RIGHT)
def download(run_id: int) -> ResponseReturnValue:
    """The frozen problem: `guichet plan` gives the same calendar from it, without the database."""
    found = campaign_queries.whole_run(db(), run_id)
    if found is None or found.inputs is None:
        raise NotFoundError
    trace("export", "calendar_run", run_id)
    return Response(
        json.dumps(found.inputs, ensure_ascii=False, indent=1),
        mimetype="application/json",
        headers={"Content-Disposition": f"attachment; filename=calendrier-{run_id}.json"},
    )
