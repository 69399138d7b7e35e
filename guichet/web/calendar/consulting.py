"""The members asked about their dates: who was asked, who answered what, and the calculation that takes it in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from guichet.core.french import count
from guichet.scheduling.campaigns import actions as campaign_actions
from guichet.scheduling.campaigns import consulting as campaign_consulting
from guichet.scheduling.campaigns import queries as campaign_queries
from guichet.scheduling.campaigns import words as campaign_words
from guichet.scheduling.campaigns.queries import RIGHT
from guichet.scheduling.planning.problem import HalfDay
from guichet.web.calendar import showing
from guichet.web.calendar.blueprint import bp
from guichet.web.calendar.opening import opened_campaign, opened_run
from guichet.web.door import at, catalogue, commit, db, needs, person, settings, trace


@bp.post("/calendrier/calculs/<int:run_id>/consulter")
@needs(RIGHT)
def consult(run_id: int) -> ResponseReturnValue:
    """Write to everybody whom the calendar expects: each gets her own dates and a personal link."""
    found = opened_run(run_id)
    asked, on_paper = campaign_consulting.ask_members(
        db(), found, catalogue(), settings().public_url, actor=person(), at=at()
    )
    commit()
    if not asked:
        flash("Tous les membres attendus ont déjà été interrogés sur ce calendrier.", "info")
    else:
        paper = f", dont {count(on_paper, 'lettre')} à imprimer" if on_paper else ""
        flash(f"{count(asked, 'membre est interrogé', 'membres sont interrogés')}{paper}.", "success")
    return redirect(url_for("campaigns.answers", run_id=run_id), 303)


@bp.get("/calendrier/calculs/<int:run_id>/reponses")
@needs(RIGHT)
def answers(run_id: int) -> ResponseReturnValue:
    """Who was asked, who has answered, and which dates are refused."""
    found = opened_run(run_id)
    trace("read", "calendar_run", run_id, "réponses")
    said: dict[int, list[tuple[HalfDay, str]]] = {}
    for one in campaign_queries.answers_of(db(), run_id):
        said.setdefault(one.member_id, []).append((HalfDay(one.on, one.half), one.word))
    return render_template(
        "calendar/answers.html",
        run=found,
        campaign=opened_campaign(found.campaign_id),
        questions=campaign_queries.questions_of(db(), run_id),
        dates={
            member.id: campaign_consulting.own_dates(found, member.id)
            for _, member in campaign_queries.questions_of(db(), run_id)
        },
        said=said,
        objections=sum(word != "free" for lines in said.values() for _, word in lines),
        in_words=showing.in_words,
        words=campaign_words,
    )


@bp.post("/calendrier/calculs/<int:run_id>/reponses")
@needs(RIGHT)
def take_in(run_id: int) -> ResponseReturnValue:
    """Compute again with what members answered; the other dates stay where they can."""
    made = campaign_actions.take_in_answers(db(), opened_run(run_id), actor=person(), at=at())
    commit()
    return redirect(url_for("campaigns.run", run_id=made.id), 303)
