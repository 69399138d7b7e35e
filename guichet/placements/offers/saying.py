"""Calm: where an offer stands, in one sentence for the family or the desk."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol

from guichet.core import french
from guichet.placements.offers.words import HOW


class Told(Protocol):
    """What is read of an offer."""

    state: str
    answered_at: datetime | None
    answered_how: str
    answer_by: date | None
    wished_on: date | None


def already(offer: Told) -> str:
    """Why an offer takes no answer any more, or not yet."""
    return _SAID[offer.state](offer)


def _answered(offer: Told, what: str) -> str:
    when = f" le {french.at(offer.answered_at)}" if offer.answered_at else ""
    how = f", {HOW[offer.answered_how]}" if offer.answered_how else ""
    return f"Une réponse est déjà enregistrée{when}{how} : {what}. Pour la changer, appelez le guichet."


def _postponed(offer: Told) -> str:
    on = f", le {french.plain_date(offer.wished_on)}" if offer.wished_on else ""
    return _answered(offer, f"une autre date d’entrée est demandée{on}")


def _expired(offer: Told) -> str:
    until = f" le {french.long_date(offer.answer_by)}" if offer.answer_by else ""
    return f"Le délai pour répondre s’est terminé{until} : la place n’est plus réservée. Appelez le guichet pour la suite."


_SAID: dict[str, Callable[[Told], str]] = {
    "held": lambda _offer: "Cette place n’est pas encore proposée : la famille recevra une lettre.",
    "offered": lambda _offer: "Une réponse est attendue.",
    "postponed": _postponed,
    "accepted": lambda offer: _answered(offer, "la place est acceptée"),
    "entered": lambda _offer: "La place est acceptée et l’enfant est déjà accueilli.",
    "declined": lambda offer: _answered(offer, "la place est refusée"),
    "expired": _expired,
    "missed": lambda _offer: (
        "La place n’est plus réservée : l’enfant n’est pas venu. Appelez le guichet pour la suite."
    ),
    "cancelled": lambda _offer: (
        "Cette proposition n’est plus valable : elle a été remplacée ou annulée. "
        "Regardez votre dernière lettre, ou appelez le guichet."
    ),
}
