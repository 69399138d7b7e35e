"""The page a family opens from its letter: what it is offered, and its answer.

Looking never answers: the readers of mails open links by themselves. A link is signed, so nobody finds another's; how
long it serves is the offer's matter. The brothers and sisters who were offered a place the same day are on one page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core.errors import DomainError, InvalidError, NotFoundError
from guichet.demands.delays import REOPEN_WITHIN
from guichet.demands.models import Demand
from guichet.placements.offers import answers
from guichet.placements.offers import queries as offer_queries
from guichet.placements.offers.answers import Answered, the_family
from guichet.placements.offers.models import Offer
from guichet.placements.offers.queries import Shown
from guichet.placements.offers.saying import already
from guichet.placements.offers.states import CANCELLED, EXPIRED, HELD, MISSED, OFFERED
from guichet.placements.offers.words import DECLINE_REASON
from guichet.placements.offers.workflow import OFFER, OfferFacts
from guichet.web.door import answer_links, at, catalogue, commit, db, delays, open_to_all, trace
from guichet.web.family_typed import seen_version
from guichet.web.registration.typed import Typed

bp = Blueprint("answer", __name__)
OVER = (EXPIRED, MISSED, CANCELLED)
GONE = 410
LONGEST = 500
Act = Callable[[Offer, Demand, Answered], str]


@dataclass(frozen=True)
class Seen:
    """One offer on the page. `told` is why it takes no answer here; empty when it does."""

    shown: Shown
    token: str
    told: str


@bp.get("/reponse/<token>")
@open_to_all
def page(token: str) -> ResponseReturnValue:
    """The place offered and the three answers; nothing is recorded."""
    offer = _opened(token)
    trace("read", "offer", offer.id, "lien de la famille")
    seen = _seen(token, offer)
    # The place of a brother or a sister may still wait for its answer behind the same link.
    gone = offer.state in OVER and all(one.told for one in seen)
    return _page(offer, seen), GONE if gone else 200


@bp.post("/reponse/<token>/accepter")
@open_to_all
def accept(token: str) -> ResponseReturnValue:
    """Yes."""

    def act(offer: Offer, demand: Demand, by: Answered) -> str:
        answers.accept(db(), offer, demand, catalogue(), by)
        return "Merci. La place est acceptée : vous recevez une confirmation."

    return _answer(token, act)


@bp.post("/reponse/<token>/refuser")
@open_to_all
def decline(token: str) -> ResponseReturnValue:
    """No, and why."""

    def act(offer: Offer, demand: Demand, by: Answered) -> str:
        typed = Typed(request.form)
        detail = typed.words("detail", LONGEST)
        typed.done()
        keeps = request.form.get("keeps_waiting", "yes") != "no"
        answers.decline(
            db(),
            offer,
            demand,
            typed.choice("reason", DECLINE_REASON),
            detail,
            catalogue(),
            by,
            keeps_waiting=keeps,
            reopen_within_days=delays()[REOPEN_WITHIN.key],
        )
        return "Votre refus est noté." + (" Votre demande reste enregistrée." if keeps else "")

    return _answer(token, act)


@bp.post("/reponse/<token>/autre-date")
@open_to_all
def later(token: str) -> ResponseReturnValue:
    """Later, if the establishment can wait."""

    def act(offer: Offer, demand: Demand, by: Answered) -> str:
        typed = Typed(request.form)
        wished_on = typed.day("wished_on")
        typed.done()
        answers.ask_later(db(), offer, demand, wished_on, catalogue(), by)
        return "Votre demande d’une autre date est notée. La place reste réservée en attendant la réponse."

    return _answer(token, act)


def _opened(token: str, *, lock: bool = False) -> Offer:
    """The offer of a link. Raises NotFoundError when no family was asked anything yet."""
    key = answer_links().key_of(token)
    offer = offer_queries.by_key(db(), key, lock=lock)
    if offer is None:
        raise NotFoundError(
            "Cette proposition n’existe plus. Regardez votre dernière lettre, ou appelez le guichet."
        )
    if offer.state == HELD:
        raise NotFoundError(already(offer))
    return offer


def _answer(token: str, act: Act) -> ResponseReturnValue:
    """Lock, act, commit, tell; what is refused is said on the same page and changes nothing."""
    try:
        demand = offer_queries.demand_of(db(), _opened(token), lock=True)
        offer = _opened(token, lock=True)
        said = act(offer, demand, the_family(at(), seen_version(request.form)))
        commit()
    except DomainError as refusal:
        if isinstance(refusal, NotFoundError):
            raise
        db().rollback()
        db().expunge_all()
        problems = refusal.problems if isinstance(refusal, InvalidError) else {}
        offer = _opened(token)
        return _page(offer, _seen(token, offer), refusal.sentence, problems), refusal.status
    flash(said, "success")
    return redirect(url_for("answer.page", token=token), 303)


def _seen(token: str, offer: Offer) -> list[Seen]:
    shown = offer_queries.of_family(db(), offer) or [Shown(offer, offer_queries.demand_of(db(), offer))]
    links = answer_links()
    return [
        Seen(one, token if one.offer.id == offer.id else links.token(one.offer.from_key), _told(one.offer))
        for one in shown
    ]


def _page(
    offer: Offer, seen: list[Seen], sentence: str = "", problems: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "offers/answer.html",
        seen=seen,
        service=catalogue().services[seen[0].shown.demand.desk_id],
        houses=catalogue().houses,
        reasons=list(DECLINE_REASON.items()),
        sentence="" if problems else sentence,
        problems=dict(problems or {}),
        typed=request.form,
        here=offer.id,
    )


def _told(offer: Offer) -> str:
    if offer.state != OFFERED:
        return already(offer)
    return OFFER.steps["accept"].guard(offer, OfferFacts(by_the_link=True), at()) or ""
