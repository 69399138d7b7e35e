"""The childminder track in the demonstration: lists handed, calls noted, solutions beside the wait or instead of it.

Chance is drawn here from the demand's own number: the story of the other families does not change with it.
"""

from datetime import date, datetime, timedelta
from random import Random

from guichet.accounts.policy import Person
from guichet.core.clock import day
from guichet.demands.delays import CHILDMINDER_ANSWER
from guichet.demands.models import Demand
from guichet.demo.line import World, office_hour
from guichet.placements.childminders.actions import SolutionEntry, hand_list, note_contact, record_solution
from guichet.placements.childminders.queries import Found, who_fits

__all__ = ["Found", "call", "hand", "settle", "wait_with_one"]

ONE_IN = 7
"""Of the families that wait for a crèche, those who also asked for a list."""
MOST = 5
AFTER_ORIENTING = timedelta(minutes=25)
SAID = {
    "no_answer": ("Message laissé.", "Boîte vocale pleine, rappel prévu."),
    "refused": ("La place vient d’être prise.", "Les horaires finissent trop tard pour elle."),
    "meeting": ("Rencontre prévue samedi avec les deux parents.", "La famille passe mercredi après-midi."),
    "called": ("Doit vérifier ses horaires avec une autre famille.",),
}
PROOF = "Contrat signé, vu au guichet."


def hand(world: World, demand: Demand, agent: Person, at: datetime) -> list[Found]:
    """Hand the nearest ones to the family; nobody when nobody has room."""
    if at > world.now:
        return []
    world.session.flush()
    found = who_fits(world.session, demand, world.catalogue, day(at))[:MOST]
    if found:
        hand_list(
            world.session, demand, [one.proposal for one in found], world.catalogue,
            actor=agent, at=at, answer_within_days=CHILDMINDER_ANSWER.default,
        )  # fmt: skip
    return found


def call(world: World, demand: Demand, found: list[Found], agent: Person, at: datetime) -> None:
    """The first ones of a list are called: one does not answer, one cannot, one meets the family."""
    chance = _chance(demand)
    for minutes, (one, result) in enumerate(zip(found, ("no_answer", "refused", "meeting"), strict=False), 1):
        said = chance.choice(SAID[result])
        moment = min(at + timedelta(minutes=6 * minutes), world.now)
        note_contact(world.session, demand, (one.one.id, one.one.name), result, said, actor=agent, at=moment)


def settle(
    world: World, demand: Demand, found: list[Found], since: date, proof: str, agent: Person, at: datetime
) -> None:
    """The demand is placed with the last one called, or with somebody the guichet does not list."""
    chosen = found[min(len(found), 3) - 1].one if found else None
    entry = SolutionEntry(since, proof, keeps_waiting=False, childminder_id=chosen.id if chosen else None)
    record_solution(world.session, demand, entry, chosen.name if chosen else "", actor=agent, at=at)


def wait_with_one(world: World, demand: Demand, agent: Person) -> None:
    """Some of those who wait for a crèche ask for a list meanwhile, and one in two finds somebody."""
    waits = demand.state in ("oriented", "unplaced") and demand.orientation == "commission"
    if not waits or demand.id % ONE_IN or demand.birth_to_confirm or demand.oriented_on is None:
        return
    chance = _chance(demand)
    on = _working_day(day(world.now) - timedelta(days=chance.randint(4, 24)))
    at = office_hour(chance, on)
    if on <= demand.oriented_on or not (found := hand(world, demand, agent, at)):
        return
    called = office_hour(chance, _working_day(on + timedelta(days=2)))
    if called >= world.now - timedelta(hours=1):
        return
    call(world, demand, found, agent, called)
    if chance.random() < 0.5:
        one = found[min(len(found), 3) - 1].one
        entry = SolutionEntry(max(on, demand.entry_on), PROOF, keeps_waiting=True, childminder_id=one.id)
        record_solution(
            world.session, demand, entry, one.name, actor=agent, at=called + timedelta(minutes=40)
        )


def _working_day(on: date) -> date:
    return on - timedelta(days=max(on.weekday() - 4, 0))


def _chance(demand: Demand) -> Random:
    return Random(demand.id)  # noqa: S311 - draws an invented story, protects nothing
