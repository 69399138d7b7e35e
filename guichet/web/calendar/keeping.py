"""The campaigns: their list, one of them, the form of its settings; and the calculation asked for."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions import words
from guichet.commissions.year.actions import save
from guichet.commissions.year.problem import foreseen
from guichet.commissions.year.queries import all_commissions, commissions_of
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.scheduling.campaigns import actions as campaign_actions
from guichet.scheduling.campaigns import queries as campaign_queries
from guichet.scheduling.campaigns import words as campaign_words
from guichet.scheduling.campaigns.models import Campaign
from guichet.scheduling.campaigns.queries import RIGHT
from guichet.scheduling.campaigns.settings import CADENCE_WORDS
from guichet.scheduling.places.queries import rooms, teams
from guichet.web.calendar import typed
from guichet.web.calendar.blueprint import bp
from guichet.web.calendar.opening import opened_campaign, told
from guichet.web.door import at, commit, db, needs, person, trace


@bp.get("/calendrier/campagnes")
@needs(RIGHT)
def page() -> ResponseReturnValue:
    """The campaigns, the latest first."""
    return render_template("calendar/list.html", campaigns=campaign_queries.campaigns(db()))


@bp.get("/calendrier/campagnes/nouvelle")
@needs(RIGHT)
def new() -> ResponseReturnValue:
    """The form, filled for the next civil year."""
    return _form(None, typed.usual(day(at()), all_commissions(db()), teams(db())))


@bp.post("/calendrier/campagnes/nouvelle")
@needs(RIGHT)
def add() -> ResponseReturnValue:
    """Keep it, then look at what it foresees."""
    try:
        made = save(db(), None, typed.campaign_entry(request.form), actor=person(), at=at())
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(None, request.form, refusal), refusal.status
    flash("La campagne est enregistrée. Vérifiez ce qu’elle prévoit, puis demandez le calcul.", "success")
    return redirect(url_for("campaigns.read", campaign_id=made.id), 303)


@bp.get("/calendrier/campagnes/<int:campaign_id>")
@needs(RIGHT)
def read(campaign_id: int) -> ResponseReturnValue:
    """One campaign: its pace, its warnings, its calculations, its published versions."""
    campaign = opened_campaign(campaign_id)
    trace("read", "campaign", campaign_id)
    versions = campaign_queries.versions_of(db(), campaign_id)
    lines = commissions_of(db(), campaign_id)
    return render_template(
        "calendar/campaign.html",
        campaign=campaign,
        lines=lines,
        warnings=foreseen(db(), campaign, lines, day(at())),
        runs=campaign_queries.runs_of(db(), campaign_id),
        versions=versions,
        number_of_run={one.run_id: one.number for one in reversed(versions)},
        asked=campaign_queries.asked_run(db(), campaign_id),
        cadences=CADENCE_WORDS,
        months=campaign_words.MONTH,
        words=campaign_words,
    )


@bp.get("/calendrier/campagnes/<int:campaign_id>/reglages")
@needs(RIGHT)
def edit(campaign_id: int) -> ResponseReturnValue:
    """The form, as the campaign is."""
    campaign = opened_campaign(campaign_id)
    return _form(campaign, typed.from_campaign(campaign, commissions_of(db(), campaign_id)))


@bp.post("/calendrier/campagnes/<int:campaign_id>/reglages")
@needs(RIGHT)
def change(campaign_id: int) -> ResponseReturnValue:
    """Keep all of it, or nothing."""
    campaign = opened_campaign(campaign_id)
    version = request.form.get("version", type=int)
    try:
        save(db(), campaign, typed.campaign_entry(request.form), actor=person(), at=at(), version=version)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(opened_campaign(campaign_id), request.form, refusal), refusal.status
    flash("La campagne est enregistrée. Les calculs déjà faits gardent leurs réglages.", "success")
    return redirect(url_for("campaigns.read", campaign_id=campaign_id), 303)


@bp.post("/calendrier/campagnes/<int:campaign_id>/calculer")
@needs(RIGHT)
def ask(campaign_id: int) -> ResponseReturnValue:
    """Ask for a calendar on the tables of the day: a worker computes it."""
    run = campaign_actions.ask_run(db(), opened_campaign(campaign_id), actor=person(), at=at())
    commit()
    return redirect(url_for("campaigns.run", run_id=run.id), 303)


def _form(campaign: Campaign | None, shown: typed.Shown, refusal: DomainError | None = None) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    return render_template(
        "calendar/edit.html",
        campaign=campaign,
        typed=shown,
        problems=problems,
        sentence=sentence,
        commissions=all_commissions(db()),
        cadences=list(CADENCE_WORDS.items()),
        months=[(str(number), name) for number, name in enumerate(campaign_words.MONTH, 1)],
        teams=[(team.id, team.name) for team, _ in teams(db())],
        rooms=[
            (str(line.room.id), f"{line.room.name}, {line.commune}")
            for line in rooms(db(), day(at()))
            if line.room.in_use
        ],
        roles=words.ROLE,
    )
