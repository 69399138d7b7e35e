"""What waits about offers and freed seats, as doors on the first page of the desk and of the directors."""

from dataclasses import dataclass

from flask import url_for

from guichet.core.clock import day
from guichet.placements.offers import queries as offer_queries
from guichet.web.door import at, db, person
from guichet.web.offers.freed import followed_houses

WAITING = {
    "unreached": ("Familles à joindre", "La lettre de leur place n’est pas arrivée.", "a-joindre"),
    "postponed": ("Dates d’entrée demandées", "L’établissement dit s’il peut attendre.", "autre-date"),
    "entries": ("Entrées à confirmer", "L’enfant est-il arrivé ?", "entrees"),
}


@dataclass(frozen=True)
class Door:
    """Something that waits, how many times, and where it is done."""

    title: str
    why: str
    number: int
    url: str


def doors() -> list[Door]:
    """Those behind which something waits for this person. One statement."""
    if not person().may("answer_offers"):
        return []
    counts = offer_queries.counts(db(), person(), day(at()), followed_houses())
    found = [
        Door(title, why, counts[name], url_for("offers.page", vue=slug))
        for name, (title, why, slug) in WAITING.items()
    ]
    why = "À proposer à l’enfant suivant qui convient."
    found.append(Door("Places libérées", why, counts["freed"], url_for("offers.freed")))
    return [one for one in found if one.number]
