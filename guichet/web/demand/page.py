"""A demand on one page: what is known, what happened, what to do next."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from guichet.commissions.queries import decisions_of
from guichet.core.clock import day
from guichet.demands import words
from guichet.demands.events import Sight, seen_events
from guichet.demands.letter_parts import flexibility
from guichet.demands.reading import facts_of_demand, open_demand, paper_label, unreserved
from guichet.demands.timeline import read_timeline
from guichet.families import facts as situations
from guichet.families import words as family_words
from guichet.families.models import ADULT
from guichet.families.proofs import is_missing
from guichet.placements.offers.actions import taken_offer
from guichet.web.demand import fits, points, showing
from guichet.web.door import at, catalogue, db, delays, needs, not_for_them, person, trace

bp = Blueprint("demand", __name__)


@bp.get("/demandes/<int:demand_id>")
@needs("read_demand")
def page(demand_id: int) -> ResponseReturnValue:
    """Everything about one demand that the person may read."""
    today = day(at())
    opened = open_demand(db(), person(), demand_id, today)
    if opened is None:
        raise not_for_them("demand", demand_id)
    demand = opened.demand
    sight = Sight(opened.works, opened.decides, person().houses)
    decisions = decisions_of(db(), demand_id)
    waiting = next((one for one in decisions if one.state == "recorded"), None)
    told = read_timeline(db(), demand_id)
    offer = taken_offer(db(), demand_id) if demand.solution == "establishment" else None
    declared = facts_of_demand(db(), demand, restricted=True)
    events = seen_events(told, sight, demand.placed_at_id in person().houses)
    trace("read", "demand", demand_id)
    return render_template(
        "demand/page.html",
        demand=demand,
        opened=opened,
        sight=sight,
        today=today,
        adults=[one for one in demand.family.persons if one.role == ADULT],
        siblings=[one for one in demand.family.persons if one.role != ADULT and one.id != demand.child_id],
        facts=declared if opened.works and person().may("read_referral") else unreserved(declared),
        fits=fits.card(demand),
        points=points.card(demand, opened, declared, told),
        decisions=[one for one in decisions if sight.house(one.establishment_id)],
        waiting=waiting,
        bar=showing.bar(opened, waiting, sight, person().user_id, offer),
        tags=[
            *showing.tags(demand, today),
            *showing.offer_tag(offer, sight),
            *showing.meanwhile(events, demand),
        ],
        next=showing.coming(demand, waiting, sight, delays(), today, offer),
        dates=showing.state_dates(demand),
        wishes=showing.wishes(demand, catalogue()),
        flexibility=flexibility(demand),
        appointment=showing.appointment(events, opened),
        events=showing.timeline(events, opened),
        catalogue=catalogue(),
        words=words,
        family_words=family_words,
        fact_label=situations.label,
        paper_label=paper_label,
        is_missing=is_missing,
    )
