"""What the page of a demand shows, worked out from what was read: bar, tags, wishes, what happens next."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from guichet.commissions.actions import WAITING
from guichet.commissions.models import Decision
from guichet.core import french
from guichet.demands import words
from guichet.demands.delays import FOLLOW_UP_WITHIN, ORIENT_WITHIN, REOPEN_WITHIN
from guichet.demands.events import CONTACT, LETTER, Event, Sight
from guichet.demands.letter_parts import wish_label
from guichet.demands.models import Demand
from guichet.demands.next_move import NextMove, Standing, next_move
from guichet.demands.reading import Opened
from guichet.demands.states import MERGED, OPEN_STATES
from guichet.demands.workflow import DEMAND
from guichet.establishments.catalogue import Catalogue
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import ACCEPTED, OFFERED, POSTPONED, STATE
from guichet.placements.offers.words import STATE_TONE
from guichet.web.queue_lines import MEANWHILE

COUNTED = ("commission", "placed", "unplaced")
"""The states in which points may have counted for something."""
SLUGS = {
    "orient": "orienter",
    "enlist": "inscrire-en-commission",
    "postpone": "retirer-de-commission",
    "place": "autre-solution",
    "release": "liberer",
    "withdraw": "retirer",
    "reopen": "rouvrir",
}
"""The steps of the table that have their own page. A decision's steps have theirs in `decisions`."""
LABELS = {
    "place": "Noter une autre solution",
    "reopen": "Rouvrir la demande",
    "enlist": "Inscrire en commission",
}
FIRST = {
    "received": ("orient",),
    "oriented": ("enlist",),
    "commission": (),
    "placed": (),
    "unplaced": ("enlist", "orient"),
    "withdrawn": ("reopen",),
    "expired": ("reopen",),
}
"""The steps shown as buttons in each state; the others stand in the menu."""
CHILDMINDER = "childminder"
WAITING_SOLUTION = ("wait_with_childminder", "end_childminder")
"""The steps by which a waiting solution begins and ends (guichet/placements/childminders/actions.py)."""
OFFER_BUTTONS = {
    OFFERED: "Noter la réponse de la famille",
    POSTPONED: "Répondre à la date demandée",
    ACCEPTED: "Suivre la place acceptée",
}
ICONS = {"orient": "oriented", "enlist": "commission"}


@dataclass(frozen=True)
class Bar:
    """The action bar: buttons, then the menu."""

    main: list[dict[str, Any]]
    others: list[dict[str, Any]]


def bar(
    opened: Opened,
    waiting: Decision | None,
    sight: Sight,
    person_id: int | None,
    offer: Offer | None = None,
) -> Bar:
    """The next one or two things to do as buttons, everything else in the menu."""
    demand = opened.demand
    decide = _decision_buttons(opened, waiting, sight, person_id) + _offer_buttons(offer, sight)
    if not opened.works:
        return Bar(decide, [])
    merged = demand.closed_reason == MERGED
    steps = [step for step in DEMAND.open_steps(demand, SLUGS) if not (merged and step.name == "reopen")]
    first = [step for name in FIRST[demand.state] for step in steps if step.name == name]
    main = [_button(demand, step.name, step.label) for step in first]
    others = _desk_work(demand)
    if demand.state == "oriented" and demand.orientation == CHILDMINDER:
        main = [_childminders(demand), *main]
    elif demand.state in OPEN_STATES:
        others.append(_childminders(demand))
    others += [_button(demand, step.name, step.label) for step in steps if step not in first]
    return Bar([*decide, *main][:2], [*[*decide, *main][2:], *others])


def tags(demand: Demand, today: date) -> list[tuple[str, str, str | None]]:
    """(label, tone, icon) of the facts beside the state."""
    held = (
        ("urgent", demand.urgent, "urgent", "warning"),
        ("incomplete", bool(demand.papers_missing), "warning", "paper"),
        ("birth_to_confirm", demand.birth_to_confirm, "info", "calendar"),
        ("to_renew", is_to_renew(demand, today), "warning", "clock"),
        ("sibling", demand.has_sibling, "plain", "person"),
        ("linked", demand.linked_to_id is not None, "plain", None),
    )
    return [(words.TAG[code], tone, symbol) for code, true, tone, symbol in held if true]


def is_to_renew(demand: Demand, today: date) -> bool:
    """Whether the family has to say if it still needs care."""
    return demand.state in OPEN_STATES and (
        demand.renewal_due_on <= today or demand.renewal_asked_on is not None
    )


def coming(
    demand: Demand,
    waiting: Decision | None,
    sight: Sight,
    days: dict[str, int],
    today: date,
    offer: Offer | None = None,
) -> NextMove:
    """What happens next and who acts. Who recorded a decision is said to those who may read it."""
    named = waiting is not None and sight.house(waiting.establishment_id)
    return next_move(
        Standing(
            state=demand.state,
            today=today,
            received_on=demand.received_on,
            orientation=words.ORIENTATION.get(demand.orientation, ""),
            for_commission=demand.orientation == "commission",
            oriented_on=demand.oriented_on,
            session_on=demand.session_on,
            placed_from=demand.placed_from,
            closed_on=demand.closed_on if demand.closed_reason != MERGED else None,
            papers_missing=demand.papers_missing,
            birth_to_confirm=demand.birth_to_confirm,
            to_renew=is_to_renew(demand, today),
            offer_state=offer.state if offer else "",
            answer_by=offer.answer_by if offer else None,
            decision_waits=waiting is not None,
            waiting_decision_by=waiting.recorded_by if waiting and named else "",
            orient_within=days[ORIENT_WITHIN.key],
            follow_up_within=days[FOLLOW_UP_WITHIN.key],
            reopen_within=days[REOPEN_WITHIN.key],
        )
    )


def state_dates(demand: Demand) -> dict[str, str]:
    """The date under each place of the state line."""
    known = {
        "received": demand.received_on,
        "oriented": demand.oriented_on,
        "commission": demand.session_on,
        "placed": demand.placed_from,
        demand.state if demand.closed_on else "": demand.closed_on,
    }
    dates = {state: french.short_date(on) for state, on in known.items() if on and state}
    if "placed" in dates:
        dates["placed"] = f"entrée le {dates['placed']}"
    return dates


def wishes(demand: Demand, catalogue: Catalogue) -> list[str]:
    """The ranked wishes in words."""
    return [wish_label(wish, catalogue) for wish in demand.wishes]


def timeline(events: list[Event], opened: Opened) -> list[dict[str, Any]]:
    """The lines as the macro draws them, with where each leads the desk."""
    return [line(event, _address(event, opened)) for event in events]


def appointment(events: list[Event], opened: Opened) -> dict[str, Any] | None:
    """The first appointment whose outcome is awaited, and where it is said; None when there is none."""
    awaited = [one for one in events if one.awaited and one.planned_for]
    if not awaited or not opened.works:
        return None
    first = min(awaited, key=lambda one: one.planned_for or one.at)
    return {"at": first.planned_for, "url": _outcome_address(first, opened.demand)}


def line(event: Event, url: str | None = None) -> dict[str, Any]:
    """One event as the macro of the timeline takes it."""
    return {
        "at": event.at,
        "what": event.what,
        "who": event.who,
        "why": event.why,
        "kind": event.kind,
        "state": event.state,
        "url": url,
        "delivery": {"label": event.delivery, "tone": event.tone} if event.delivery else None,
    }


def _address(event: Event, opened: Opened) -> str | None:
    if opened.works and event.source == LETTER:
        return url_for("letters.read", letter_id=event.ref)
    if opened.works and event.source == CONTACT and event.awaited:
        return _outcome_address(event, opened.demand)
    return None


def _outcome_address(event: Event, demand: Demand) -> str:
    return url_for("contacts.outcome", demand_id=demand.id, contact_id=event.ref)


def _decision_buttons(
    opened: Opened, waiting: Decision | None, sight: Sight, person_id: int | None
) -> list[dict[str, Any]]:
    demand = opened.demand
    if waiting is not None:
        if not sight.house(waiting.establishment_id):
            return []
        may = opened.confirms and waiting.recorded_by_id != person_id
        label = "Confirmer la décision" if may else "Relire la décision"
        url = url_for("decisions.read", decision_id=waiting.id)
        return [{"label": label, "url": url, "icon": "check"}]
    if demand.state != "commission":
        return []
    url = url_for("decisions.record", demand_id=demand.id)
    return [{"label": "Enregistrer la décision", "url": url, "icon": "check"}] if opened.decides else []


def _offer_buttons(offer: Offer | None, sight: Sight) -> list[dict[str, Any]]:
    if offer is None or not sight.house(offer.establishment_id):
        return []
    label = OFFER_BUTTONS[offer.state]
    return [{"label": label, "url": url_for("offers.read", offer_id=offer.id), "icon": "check"}]


def offer_tag(offer: Offer | None, sight: Sight) -> list[tuple[str, str, str | None]]:
    """Until when the family answers, or what it asks."""
    if offer is None or not sight.house(offer.establishment_id) or offer.answer_by is None:
        return []
    if offer.state == OFFERED:
        return [
            (f"réponse attendue au plus tard le {french.short_date(offer.answer_by)}", "warning", "clock")
        ]
    return [(f"place proposée : {STATE[offer.state]}", STATE_TONE[offer.state], None)]


def _button(demand: Demand, name: str, label: str) -> dict[str, Any]:
    url = url_for("steps.page", demand_id=demand.id, slug=SLUGS[name])
    return {"label": LABELS.get(name, label), "url": url, "icon": ICONS.get(name)}


def _childminders(demand: Demand) -> dict[str, Any]:
    url = url_for("childminders.track", demand_id=demand.id)
    return {"label": "Chercher une assistante maternelle", "url": url, "icon": "search"}


def meanwhile(events: list[Event], demand: Demand) -> list[tuple[str, str, str | None]]:
    """The tag of a waiting solution that holds, read in the timeline: no statement more for the page."""
    last = next((one.code for one in events if one.code in WAITING_SOLUTION), None)
    held = demand.state in OPEN_STATES and last == WAITING_SOLUTION[0]
    return [(MEANWHILE, "success", "check")] if held else []


def _desk_work(demand: Demand) -> list[dict[str, Any]]:
    work = [
        {
            "label": "Noter un échange",
            "url": url_for("contacts.exchange", demand_id=demand.id),
            "icon": "phone",
        },
        {
            "label": "Fixer un rendez-vous",
            "url": url_for("contacts.plan", demand_id=demand.id),
            "icon": "calendar",
        },
    ]
    if demand.state in WAITING:
        urgent = url_for("offers.emergency", demand_id=demand.id)
        work.append({"label": "Admettre en urgence", "url": urgent, "icon": "warning"})
    if demand.state in COUNTED:
        explain = url_for("explaining.preview", demand_id=demand.id)
        work.append({"label": "Expliquer les points à la famille", "url": explain, "icon": "paper"})
    if demand.state in OPEN_STATES:
        renew = url_for("steps.page", demand_id=demand.id, slug="renouveler")
        work.append({"label": "Renouveler la demande", "url": renew, "icon": "clock"})
    return work
