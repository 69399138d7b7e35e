"""The answers of the families as the desk and the directors follow them: five lists, and one offer on its page."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.demands.delays import REOPEN_WITHIN
from guichet.demands.models import Demand
from guichet.placements.offers import answers, words
from guichet.placements.offers import queries as offer_queries
from guichet.placements.offers.answers import Answered
from guichet.placements.offers.letters import AnswerAsked
from guichet.placements.offers.models import Offer
from guichet.placements.offers.queries import is_late
from guichet.placements.offers.states import ACCEPTED, OFFERED, POSTPONED, STATE
from guichet.web.door import (
    answer_links,
    at,
    catalogue,
    commit,
    db,
    delays,
    needs,
    not_for_them,
    person,
    trace,
)
from guichet.web.family_typed import seen_version
from guichet.web.offers.blueprint import bp
from guichet.web.registration.typed import Typed

LISTS = {
    "unreached": (
        "a-joindre",
        "À joindre",
        "La lettre n’est pas arrivée, ou n’est pas partie à temps : appelez la famille.",
    ),
    "postponed": ("autre-date", "Autre date demandée", "L’établissement dit s’il peut attendre."),
    "entries": ("entrees", "Entrées à confirmer", "Le jour de l’entrée est arrivé."),
    "waiting": (
        "attendues",
        "Réponses attendues",
        "La famille a sa lettre et répond par son lien ou au guichet.",
    ),
    "coming": ("a-venir", "Entrées à venir", "La place est acceptée."),
}
"""Each list, in the order of a morning: the word of its address, its title, what it holds."""
ANSWERS = {
    OFFERED: {
        "accept": "La famille accepte la place",
        "later": "La famille voudrait la place plus tard",
        "decline": "La famille refuse la place",
    },
    POSTPONED: {"decline": "La famille refuse la place"},
    ACCEPTED: {"decline": "La famille renonce à la place"},
}
NEW_DELAY = timedelta(days=5)
LONGEST = 500
Act = Callable[[Offer, Demand, Typed], str]


@bp.get("/reponses")
@needs("answer_offers")
def page() -> ResponseReturnValue:
    """One list, the first that holds something when none is asked."""
    today = day(at())
    counts = offer_queries.counts(db(), person(), today)
    asked = next((name for name, one in LISTS.items() if one[0] == request.args.get("vue")), "")
    chosen = asked or next((name for name in LISTS if counts[name]), "waiting")
    trace("read", "offers", None, LISTS[chosen][1])
    return render_template(
        "offers/list.html",
        chosen=chosen,
        title=LISTS[chosen][1],
        why=LISTS[chosen][2],
        tabs=[
            {
                "label": label,
                "url": url_for("offers.page", vue=slug),
                "count": counts[name],
                "current": name == chosen,
            }
            for name, (slug, label, _) in LISTS.items()
        ],
        offers=offer_queries.page(db(), person(), chosen, today),
        houses=catalogue().houses,
        is_late=lambda offer: is_late(offer, today),
        today=today,
    )


@bp.get("/reponses/<int:offer_id>")
@needs("answer_offers")
def read(offer_id: int) -> ResponseReturnValue:
    """One offer and what can be noted about it."""
    offer = offer_queries.offer_for(db(), person(), offer_id, "answer_offers", day(at()))
    if offer is None:
        raise not_for_them("offer", offer_id)
    demand = offer_queries.demand_of(db(), offer)
    trace("read", "demand", demand.id, "proposition")
    return _show(offer, demand)


@bp.post("/reponses/<int:offer_id>/reponse")
@needs("answer_offers")
def answer(offer_id: int) -> ResponseReturnValue:
    """What the family said by phone, at the counter or in writing."""

    def act(offer: Offer, demand: Demand, typed: Typed) -> str:
        said = typed.choice("answer", ANSWERS.get(offer.state, {}))
        how = typed.choice("how", words.HOW_NOTED)
        detail = typed.words("detail", LONGEST)
        wished_on = typed.day("wished_on")
        if not said and offer.state in ANSWERS:
            typed.refuse("answer", "Choisissez ce que la famille répond.")
        if not how:
            typed.refuse("how", "Indiquez comment la famille a répondu.")
        typed.done()
        by = Answered(person(), how, at(), seen_version(request.form))
        if said == "later":
            answers.ask_later(db(), offer, demand, wished_on, catalogue(), by)
        elif said == "decline":
            _decline(offer, demand, typed, detail, by)
        else:
            answers.accept(db(), offer, demand, catalogue(), by)
        return "La réponse de la famille est notée. Une confirmation lui est envoyée."

    return _take(offer_id, "answer_offers", act)


@bp.post("/reponses/<int:offer_id>/jointe")
@needs("answer_offers")
def told(offer_id: int) -> ResponseReturnValue:
    """The letter did not arrive: somebody told the family, which has some days more."""

    def act(offer: Offer, _demand: Demand, typed: Typed) -> str:
        until, how = typed.day("answer_by"), typed.choice("told_how", words.HOW_NOTED, "phone")
        if until is None:
            typed.refuse("answer_by", "Indiquez jusqu’à quand la famille peut répondre.")
        typed.done()
        answers.told_in_person(
            db(),
            offer,
            until or day(at()),
            how,
            actor=person(),
            at=at(),
            version=seen_version(request.form),
        )
        return "C’est noté : la famille est prévenue et a un nouveau délai."

    return _take(offer_id, "answer_offers", act)


@bp.post("/reponses/<int:offer_id>/accorder")
@needs("confirm_entry")
def agree(offer_id: int) -> ResponseReturnValue:
    """The establishment can wait."""

    def act(offer: Offer, demand: Demand, _typed: Typed) -> str:
        version = seen_version(request.form)
        answers.agree_later(db(), offer, demand, catalogue(), actor=person(), at=at(), version=version)
        return "La date demandée est accordée. La famille en reçoit la confirmation."

    return _take(offer_id, "confirm_entry", act)


@bp.post("/reponses/<int:offer_id>/maintenir")
@needs("confirm_entry")
def keep(offer_id: int) -> ResponseReturnValue:
    """The establishment cannot wait: the offer stands at its date, with a new delay."""

    def act(offer: Offer, demand: Demand, typed: Typed) -> str:
        until = typed.day("kept_until")
        if until is None or until < day(at()):
            typed.refuse("kept_until", "Indiquez jusqu’à quand la famille peut répondre.")
        typed.done()
        link = answer_links().address(offer.from_key)
        asked = AnswerAsked(until or day(at()), link, offer.silence)
        version = seen_version(request.form)
        answers.keep_date(db(), offer, demand, asked, catalogue(), actor=person(), at=at(), version=version)
        return "La date est maintenue. La famille reçoit une lettre et répond de nouveau."

    return _take(offer_id, "confirm_entry", act)


@bp.post("/reponses/<int:offer_id>/entree")
@needs("confirm_entry")
def enter(offer_id: int) -> ResponseReturnValue:
    """The child has come."""

    def act(offer: Offer, _demand: Demand, typed: Typed) -> str:
        entered_on = typed.day("entered_on")
        typed.done()
        answers.enter(db(), offer, entered_on, actor=person(), at=at(), version=seen_version(request.form))
        return "L’entrée de l’enfant est confirmée."

    return _take(offer_id, "confirm_entry", act)


@bp.post("/reponses/<int:offer_id>/non-venu")
@needs("confirm_entry")
def miss(offer_id: int) -> ResponseReturnValue:
    """The child did not come."""

    def act(offer: Offer, demand: Demand, typed: Typed) -> str:
        reason = typed.words("missed_reason", LONGEST)
        if not reason:
            typed.refuse("missed_reason", "Indiquez ce que l’on sait de l’absence de l’enfant.")
        typed.done()
        answers.miss(db(), offer, demand, reason, actor=person(), at=at(), version=seen_version(request.form))
        return "C’est noté : la place est libre. Le guichet appelle la famille, dont la demande attend de nouveau."

    return _take(offer_id, "confirm_entry", act)


def _decline(offer: Offer, demand: Demand, typed: Typed, detail: str, by: Answered) -> None:
    answers.decline(
        db(),
        offer,
        demand,
        typed.choice("reason", words.DECLINE_REASON),
        detail,
        catalogue(),
        by,
        keeps_waiting=request.form.get("keeps_waiting", "yes") != "no",
        reopen_within_days=delays()[REOPEN_WITHIN.key],
    )


def _take(offer_id: int, right: str, act: Act) -> ResponseReturnValue:
    """Lock the demand then its offer, act, commit, tell; a refusal is shown with what was typed."""
    today = day(at())
    offer = offer_queries.offer_for(db(), person(), offer_id, right, today)
    if offer is None:
        raise not_for_them("offer", offer_id)
    demand = offer_queries.demand_of(db(), offer, lock=True)
    locked = offer_queries.offer_for(db(), person(), offer_id, right, today, lock=True) or offer
    try:
        said = act(locked, demand, Typed(request.form))
        commit()
    except DomainError as refusal:
        db().rollback()
        db().expunge_all()
        offer = offer_queries.offer_for(db(), person(), offer_id, "answer_offers", today)
        if offer is None:
            raise
        problems = refusal.problems if isinstance(refusal, InvalidError) else {}
        again = offer_queries.demand_of(db(), offer)
        return _show(offer, again, refusal.sentence, problems), refusal.status
    trace("change", "demand", demand.id, "proposition")
    flash(said, "success")
    still = offer_queries.offer_for(db(), person(), offer_id, "answer_offers", today)
    return redirect(url_for("offers.read", offer_id=offer_id) if still else url_for("offers.page"), 303)


def _show(offer: Offer, demand: Demand, sentence: str = "", problems: Mapping[str, str] | None = None) -> str:
    today = day(at())
    return render_template(
        "offers/read.html",
        offer=offer,
        demand=demand,
        house=catalogue().houses[offer.establishment_id],
        state=STATE[offer.state],
        tone=words.STATE_TONE[offer.state],
        answers=list(ANSWERS.get(offer.state, {}).items()),
        reasons=list(words.DECLINE_REASON.items()),
        how=list(words.HOW_NOTED.items()),
        words=words,
        late=is_late(offer, today),
        may_enter=person().may("confirm_entry"),
        new_delay=french.short_date(max(today, offer.answer_by or today) + NEW_DELAY),
        today=today,
        sentence="" if problems else sentence,
        problems=dict(problems or {}),
        typed=request.form,
    )
