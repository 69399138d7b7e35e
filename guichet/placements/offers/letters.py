"""What the guichet writes about an offer: how to answer, the reminders, what was answered, what silence led to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from guichet.core import french
from guichet.demands.letter_parts import OTHER_CARE_SECTION, child_name, family_letter
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.letter import Letter, NextStep, Section, Table
from guichet.placements.offers import states
from guichet.placements.offers.models import Offer
from guichet.placements.offers.words import DECLINE_REASON

ACTION = "Répondre à la proposition"
HOW_TO_ANSWER = "Comment répondre ?"
EACH_CHILD = Section(
    HOW_TO_ANSWER,
    ("La page de ce lien montre la place de chacun de vos enfants : vous répondez pour chacun d’eux.",),
)
"""What a letter adds when it offers places to brothers and sisters."""
KEEPS_ITS_DATE = "Votre demande reste enregistrée avec sa date d’ancienneté, {since}."


@dataclass(frozen=True)
class AnswerAsked:
    """The answer a letter asks for: its last day, the family's own link, what the règlement makes of silence."""

    by: date
    link: str
    silence: str = "released"


def answer_step(asked: AnswerAsked) -> NextStep:
    """The box of a letter that carries an offer."""
    return NextStep(
        "Vous",
        "répondre à cette proposition : accepter, refuser ou demander une autre date d’entrée",
        french.long_date(asked.by),
    )


def answer_action(asked: AnswerAsked) -> tuple[str, str]:
    """The button of the letter, and its address."""
    return (ACTION, asked.link)


def answer_section(asked: AnswerAsked) -> Section:
    """How to answer, and what happens without an answer."""
    closed = (
        "Sans réponse à cette date, la place est proposée à une autre famille et votre demande est fermée ; vous "
        "pourrez demander à la rouvrir."
    )
    released = (
        "Sans réponse à cette date, la place est proposée à une autre famille. Votre demande reste enregistrée avec "
        "sa date d’ancienneté."
    )
    return Section(
        HOW_TO_ANSWER,
        (
            "Par le lien de cette lettre, qui vous est personnel ; ou en appelant le guichet, qui note votre réponse.",
            closed if asked.silence == "closed" else released,
        ),
    )


def offer_table(offer: Offer, catalogue: Catalogue, caption: str = "La place proposée") -> Table:
    """Where, from when, which hours."""
    house = catalogue.houses[offer.establishment_id]
    return Table(
        caption,
        (
            ("Établissement", house.label),
            ("Entrée le", french.long_date(offer.entry_on)),
            (
                "Jours et heures",
                offer.week.describe() if offer.pattern else "horaires variables",
            ),
        ),
    )


def reminder(
    demand: Demand,
    offers: Sequence[tuple[Offer, str]],
    asked: AnswerAsked,
    catalogue: Catalogue,
    at: datetime,
) -> Letter:
    """The same question again; one letter for the brothers and sisters, each (offer, name of the child)."""
    many = len(offers) > 1
    names = french.join_and([name for _, name in offers])
    letter = family_letter(
        "offer_reminder",
        demand,
        catalogue,
        at,
        subject=f"Rappel : répondez au plus tard le {french.plain_date(asked.by)} pour la place de {names}",
        opening=(
            f"Nous n’avons pas encore votre réponse pour {'les places proposées' if many else 'la place proposée'} "
            f"à {names}.",
        ),
        next_step=answer_step(asked),
        tables=tuple(
            offer_table(offer, catalogue, f"La place proposée à {name}" if many else "La place proposée")
            for offer, name in offers
        ),
        sections=(answer_section(asked),),
    )
    return replace(letter, action=answer_action(asked))


def answer_recorded(demand: Demand, offer: Offer, catalogue: Catalogue, at: datetime) -> Letter:
    """The family's proof of what it answered, and what comes next."""
    return _ANSWERS[offer.state](demand, offer, catalogue, at)


def date_kept(demand: Demand, offer: Offer, asked: AnswerAsked, catalogue: Catalogue, at: datetime) -> Letter:
    """The establishment cannot wait: the offer stands at its first date."""
    letter = family_letter(
        "offer_date_kept",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : la date d’entrée ne peut pas changer",
        opening=(
            f"Vous avez demandé une entrée plus tardive pour {child_name(demand)}. L’établissement ne peut pas garder "
            "la place jusque-là. Elle reste proposée à la date prévue.",
        ),
        next_step=answer_step(asked),
        tables=(offer_table(offer, catalogue),),
        sections=(answer_section(asked),),
    )
    return replace(letter, action=answer_action(asked))


def unanswered(demand: Demand, offer: Offer, catalogue: Catalogue, at: datetime) -> Letter:
    """The place went on, the demand waits again with its date."""
    return family_letter(
        "offer_unanswered",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : la place n’est plus réservée",
        opening=(
            f"Nous n’avons pas reçu votre réponse, attendue le {french.long_date(offer.answer_by or offer.entry_on)} au "
            f"plus tard : la place proposée à {child_name(demand)} n’est plus réservée.",
            _keeps(demand),
        ),
        next_step=NextStep("Vous", "appeler le guichet pour dire si vous avez toujours besoin d’un accueil"),
        tables=(offer_table(offer, catalogue, "La place qui vous était proposée"),),
        sections=(OTHER_CARE_SECTION,),
    )


def _accepted(demand: Demand, offer: Offer, catalogue: Catalogue, at: datetime) -> Letter:
    house = catalogue.houses[offer.establishment_id]
    phone = f" au {french.phone(house.phone)}" if house.phone else ""
    return family_letter(
        "offer_accepted",
        demand,
        catalogue,
        at,
        subject=f"Vous avez accepté la place de {child_name(demand)}, {house.name}",
        opening=(
            f"Nous avons noté le {french.long_date(_answered(offer, at))} que vous acceptez la place de "
            f"{child_name(demand)} dans l’établissement {house.label}.",
        ),
        next_step=NextStep(
            "Vous",
            f"prendre contact avec l’établissement {house.name}{phone} pour préparer l’entrée",
            french.long_date(offer.entry_on),
        ),
        tables=(offer_table(offer, catalogue, "La place acceptée"),),
        sections=(
            Section(
                "Un empêchement ?",
                ("Prévenez le guichet dès que vous le savez : une autre famille attend cette place.",),
            ),
        ),
    )


def _declined(demand: Demand, offer: Offer, catalogue: Catalogue, at: datetime) -> Letter:
    return family_letter(
        "offer_declined",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : votre refus est noté",
        opening=(
            f"Nous avons noté le {french.long_date(_answered(offer, at))} que vous refusez la place proposée à "
            f"{child_name(demand)}. Raison : {DECLINE_REASON[offer.reason]}.",
            _keeps(demand),
        ),
        next_step=NextStep("Le guichet", "vous appeler pour chercher avec vous une autre solution"),
        tables=(offer_table(offer, catalogue, "La place que vous refusez"),),
        sections=(OTHER_CARE_SECTION,),
    )


def _postponed(demand: Demand, offer: Offer, catalogue: Catalogue, at: datetime) -> Letter:
    house = catalogue.houses[offer.establishment_id]
    return family_letter(
        "offer_postponed",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : vous demandez une autre date d’entrée",
        opening=(
            f"Nous avons noté que vous demandez une entrée le {french.long_date(offer.wished_on or offer.entry_on)} "
            f"pour {child_name(demand)}. La place reste réservée en attendant la réponse de l’établissement.",
        ),
        next_step=NextStep(house.name, "dire au guichet si la place peut attendre cette date"),
        tables=(offer_table(offer, catalogue),),
    )


_ANSWERS = {
    states.ACCEPTED: _accepted,
    states.DECLINED: _declined,
    states.POSTPONED: _postponed,
}


def _answered(offer: Offer, at: datetime) -> date:
    return french.in_paris(offer.answered_at or at).date()


def _keeps(demand: Demand) -> str:
    return KEEPS_ITS_DATE.format(since=french.long_date(demand.seniority_on))
