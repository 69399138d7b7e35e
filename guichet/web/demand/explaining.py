"""The points of a demand explained to its family: the letter read first, then posted in one click."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.papers.explanation import explanation, post_explanation
from guichet.core.clock import day
from guichet.core.errors import StepRefusedError
from guichet.demands.models import Demand
from guichet.demands.reading import lock_demand, open_demand
from guichet.notifications.render import render
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace

bp = Blueprint("explaining", __name__)


@bp.get("/demandes/<int:demand_id>/explication")
@needs("orient")
def preview(demand_id: int) -> ResponseReturnValue:
    """The letter as the family will read it."""
    demand = _opened(demand_id)
    trace("read", "demand", demand_id, "explication des points")
    sentence, letter = "", None
    try:
        letter = render(explanation(db(), demand, catalogue(), at()))
    except StepRefusedError as refusal:
        sentence = refusal.sentence
    return render_template("demand/explanation.html", demand=demand, letter=letter, sentence=sentence)


@bp.post("/demandes/<int:demand_id>/explication")
@needs("orient")
def post(demand_id: int) -> ResponseReturnValue:
    """Post it; a second click on the same day posts nothing more."""
    demand = lock_demand(db(), person(), demand_id, day(at()), "orient")
    if demand is None:
        raise not_for_them("demand", demand_id)
    posted = post_explanation(db(), demand, catalogue(), actor=person(), at=at())
    commit()
    said = (
        "L’explication des points est envoyée à la famille."
        if posted
        else "Cette explication a déjà été envoyée aujourd’hui."
    )
    flash(said, "success" if posted else "info")
    return redirect(url_for("demand.page", demand_id=demand_id), 303)


def _opened(demand_id: int) -> Demand:
    found = open_demand(db(), person(), demand_id, day(at()))
    if found is None or not found.works:
        raise not_for_them("demand", demand_id)
    return found.demand
