"""What the families of the demonstration answer to the places they are offered, and the children who come."""

from datetime import timedelta
from random import Random

from guichet.accounts.policy import Person
from guichet.core.clock import day
from guichet.demands.delays import REOPEN_WITHIN
from guichet.demands.models import Demand
from guichet.demo.line import Line, World
from guichet.demo.needs import pick
from guichet.placements.offers import answers
from guichet.placements.offers.actions import taken_offer
from guichet.placements.offers.answers import Answered, the_family
from guichet.placements.offers.models import Offer

ANSWERS = (("accept", 86), ("decline", 6), ("later", 4), ("silence", 4))
SAID = {
    "hours": "L’établissement ferme trop tôt le soir.",
    "place": "Trop loin du travail.",
    "date": "La reprise est plus tôt.",
    "found_elsewhere": "Une assistante maternelle du quartier.",
}
REOPEN_DAYS = REOPEN_WITHIN.default


def answer(world: World, demand: Demand, line: Line, chance: Random, agent: Person) -> None:
    """One family answers within its delay, or does not; then the child comes. Raises NotYetError at today."""
    offer = taken_offer(world.session, demand.id)
    if offer is None or offer.answer_by is None:
        return
    what = pick(chance, ANSWERS)
    if what == "silence":
        at = line.on(offer.answer_by + timedelta(days=1))
        answers.note_silence(
            world.session, offer, demand, world.catalogue, arrived=True, at=at, reopen_within_days=REOPEN_DAYS
        )
        return
    by = _by(line, chance, agent)
    if what == "decline":
        decline(world, offer, demand, chance, by)
    elif what == "later":
        wished_on = offer.entry_on + timedelta(days=chance.choice((14, 28, 35)))
        answers.ask_later(world.session, offer, demand, wished_on, world.catalogue, by)
        director = world.director_of(offer.establishment_id)
        answers.agree_later(
            world.session, offer, demand, world.catalogue, actor=director, at=line.later(1, 6)
        )
        come(world, offer, demand, line, chance)
    else:
        answers.accept(world.session, offer, demand, world.catalogue, by)
        come(world, offer, demand, line, chance)


def decline(world: World, offer: Offer, demand: Demand, chance: Random, by: Answered) -> None:
    """The family says no, and why; most of them wait on."""
    reason = chance.choice(list(SAID))
    answers.decline(
        world.session,
        offer,
        demand,
        reason,
        SAID[reason],
        world.catalogue,
        by,
        keeps_waiting=reason != "found_elsewhere",
        reopen_within_days=REOPEN_DAYS,
    )


def come(world: World, offer: Offer, demand: Demand, line: Line, chance: Random) -> None:
    """The director sees the child arrive; some directors note it late, and one child in fifty does not come."""
    director = world.director_of(offer.establishment_id)
    missed = chance.random() < 0.02
    at = line.on(offer.entry_on + timedelta(days=chance.choice((0, 0, 0, 1, 3)) + 5 * missed))
    if missed:
        answers.miss(
            world.session, offer, demand, "La famille ne répond plus au téléphone.", actor=director, at=at
        )
    else:
        answers.enter(world.session, offer, min(offer.entry_on, day(at)), actor=director, at=at)


def _by(line: Line, chance: Random, agent: Person) -> Answered:
    at = line.later(1, 8)
    return the_family(at) if chance.random() < 0.7 else Answered(agent, chance.choice(("phone", "desk")), at)
