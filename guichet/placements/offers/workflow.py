"""The life of an offer, on one screen. House rule: this table permits, `offers.py` and `answers.py` change."""

from dataclasses import dataclass
from datetime import date, datetime

from guichet.core import french
from guichet.core.clock import day
from guichet.core.workflow import NEW, Step, Workflow
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import (
    ACCEPTED,
    CANCELLED,
    DECLINED,
    ENTERED,
    EXPIRED,
    HELD,
    MISSED,
    OFFERED,
    POSTPONED,
    STATE,
)


@dataclass(frozen=True)
class OfferFacts:
    """What a guard must know and the offer does not hold."""

    reason: str = ""
    by_the_link: bool = False
    """The family answers by itself: its deadline is kept. The desk may still record an answer given in time."""
    arrived: bool = True
    """The letter has reached the family, or somebody told it."""
    entered_on: date | None = None


def _nothing(_offer: Offer, _facts: OfferFacts, _at: datetime) -> str | None:
    return None


def _open(offer: Offer, _facts: OfferFacts, at: datetime) -> str | None:
    if offer.answer_by is None or offer.answer_by < day(at):
        return "La famille doit avoir au moins un jour pour répondre."
    return None


def _answer(offer: Offer, facts: OfferFacts, at: datetime) -> str | None:
    if facts.by_the_link and offer.answer_by and day(at) > offer.answer_by:
        until = french.long_date(offer.answer_by)
        return f"Le délai pour répondre ici est passé depuis le {until} : appelez le guichet, rien n’est encore perdu."
    return None


def _later(offer: Offer, facts: OfferFacts, at: datetime) -> str | None:
    if offer.wished_on is None or offer.wished_on <= offer.entry_on:
        return "Demandez une date d’entrée plus tardive que celle qui est proposée."
    return _answer(offer, facts, at)


def _decline(offer: Offer, facts: OfferFacts, at: datetime) -> str | None:
    if not facts.reason:
        return "Choisissez la raison du refus : elle aide le guichet à mieux proposer."
    return _answer(offer, facts, at)


def _expire(offer: Offer, facts: OfferFacts, at: datetime) -> str | None:
    if offer.answer_by is None or offer.answer_by >= day(at):
        return "La famille peut encore répondre."
    if not facts.arrived:
        return "La lettre n’est pas arrivée à la famille : appelez-la avant de conclure à un silence."
    return None


def _reason(_offer: Offer, facts: OfferFacts, _at: datetime) -> str | None:
    return None if facts.reason.strip() else "Indiquez pourquoi."


def _enter(_offer: Offer, facts: OfferFacts, at: datetime) -> str | None:
    if facts.entered_on is None or facts.entered_on > day(at):
        return "Une entrée se confirme le jour où l’enfant arrive, ou après."
    return None


def _miss(offer: Offer, facts: OfferFacts, at: datetime) -> str | None:
    if offer.entry_on > day(at):
        return "L’entrée n’est prévue que le " + french.long_date(offer.entry_on) + "."
    return None if facts.reason.strip() else "Indiquez ce que l’on sait de l’absence de l’enfant."


OFFER = Workflow[Offer, OfferFacts](
    "offer",
    STATE,
    facts=OfferFacts,
    said=("la proposition", "nouvelle"),
    steps=(
        # step              label                        from                             to         guard
        Step("hold", "Réserver la place", (NEW,), HELD, _nothing),
        Step("make", "Proposer la place", (NEW,), OFFERED, _open),
        Step("open", "Proposer la place réservée", (HELD,), OFFERED, _open),
        Step("accept", "Accepter la place", (OFFERED,), ACCEPTED, _answer),
        Step("ask_later", "Demander une autre date", (OFFERED,), POSTPONED, _later),
        Step("agree_later", "Accorder la date demandée", (POSTPONED,), ACCEPTED, _nothing),
        Step("keep_date", "Maintenir la date proposée", (POSTPONED,), OFFERED, _open),
        Step("decline", "Refuser la place", (OFFERED, POSTPONED, ACCEPTED), DECLINED, _decline),
        Step("expire", "Constater le silence", (OFFERED,), EXPIRED, _expire),
        Step("cancel", "Annuler la proposition", (HELD, OFFERED, POSTPONED, ACCEPTED), CANCELLED, _reason),
        Step("enter", "Confirmer l’entrée", (ACCEPTED,), ENTERED, _enter),
        Step("miss", "Noter que l’enfant n’est pas venu", (ACCEPTED,), MISSED, _miss),
    ),
)  # fmt: skip
