"""What publishing a calendar would do, then its publication as a version."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.convocations.actions import Calling
from guichet.commissions.year import publishing as year_publishing
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.core.french import count
from guichet.scheduling.campaigns import queries as campaign_queries
from guichet.scheduling.campaigns.models import CalendarRun
from guichet.scheduling.campaigns.queries import RIGHT
from guichet.web.calendar.blueprint import bp
from guichet.web.calendar.opening import opened_campaign, opened_run
from guichet.web.door import at, catalogue, commit, db, needs, person, settings, trace

KINDS = (
    (year_publishing.CREATED, "Séances créées"),
    (year_publishing.MOVED, "Séances déplacées"),
    (year_publishing.CANCELLED, "Séances annulées"),
    (year_publishing.LEFT, "Séances laissées comme elles sont"),
)


@bp.get("/calendrier/calculs/<int:run_id>/publier")
@needs(RIGHT)
def preview(run_id: int) -> ResponseReturnValue:
    """What becomes of each session, before anything is done."""
    trace("read", "calendar_run", run_id, "publication")
    return _page(opened_run(run_id))


@bp.post("/calendrier/calculs/<int:run_id>/publier")
@needs(RIGHT)
def publish(run_id: int) -> ResponseReturnValue:
    """Create, move and cancel; families and convened members are told by the sessions themselves."""
    found = opened_run(run_id)
    campaign = opened_campaign(found.campaign_id)
    seen = request.form.get("seen", 0, type=int)
    try:
        calling = Calling(catalogue(), settings().public_url, settings().reads_replies)
        made = year_publishing.publish(db(), campaign, found, calling, actor=person(), at=at(), seen=seen)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _page(opened_run(run_id), refusal.sentence), refusal.status
    left = made.changed[year_publishing.LEFT]
    told = f"La version {made.number} est publiée : {count(made.changed['created'], 'séance créée', 'séances créées')}, "
    told += f"{count(made.changed['moved'], 'déplacée')}, {count(made.changed['cancelled'], 'annulée')}."
    flash(told, "success")
    for one in left:
        flash(one["why"], "warning")
    return redirect(url_for("campaigns.read", campaign_id=campaign.id), 303)


def _page(found: CalendarRun, sentence: str = "") -> str:
    campaign = opened_campaign(found.campaign_id)
    steps = year_publishing.steps_of(db(), campaign, found, day(at()))
    versions = campaign_queries.versions_of(db(), campaign.id)
    about = found.about or {}
    return render_template(
        "calendar/publish.html",
        run=found,
        campaign=campaign,
        groups=[(words, [one for one in steps if one.kind == kind]) for kind, words in KINDS],
        kept=sum(one.kind == year_publishing.KEPT for one in steps),
        seen=versions[0].number if versions else 0,
        names={code: one["name"] for code, one in about["commissions"].items()},
        rooms=about["rooms"],
        deputies=[one for one in found.changes if one["kind"] == "deputy"],
        sentence=sentence,
    )
