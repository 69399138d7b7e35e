"""What a newcomer must find whatever the day: demands to decide for each director, a letter about to leave."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from guichet.core.clock import day
from guichet.demands.dossier import Registration, WishEntry
from guichet.demands.registering import register
from guichet.demo import families
from guichet.demo.calendar import Sitting
from guichet.demo.line import World, office_hour
from guichet.demo.lives import Story, story_of

TO_DECIDE = 2
BEFORE_DAYS = (60, 100)
"""How long before the commission these families came: their letters left weeks ago."""


def leave_to_decide(world: World, chance: Random, number: int) -> None:
    """Two demands for each director that the last commission has seen and that nobody has decided.

    `number` is the first that no family has taken yet.
    """
    directors = [one for one in world.staff.values() if one.houses]
    for director in directors:
        houses = sorted(director.houses)
        for rank in range(TO_DECIDE):
            listed(world, chance, number, houses[rank % len(houses)])
            number += 1


def came_yesterday(world: World, chance: Random, number: int) -> None:
    """A family of the last working day, who reads its mail: the worker sends its receipt at the first start."""
    yesterday = day(world.now) - timedelta(days=1)
    received = yesterday - timedelta(days=max(yesterday.weekday() - 4, 0))
    entry = families.draw(chance, world.catalogue, number, received)
    while not _reads_mail(entry):
        entry = families.draw(chance, world.catalogue, number, received)
    at = office_hour(chance, received)
    agent = world.agent_for(entry.desk_commune_code)
    register(world.session, entry, world.catalogue, actor=agent, at=at)


def listed(world: World, chance: Random, number: int, house: int, *, reads_mail: bool = False) -> Story:
    """A family whose demand waits for the decision of the last commission of an establishment."""
    sitting = _last_sitting(world, house)
    received = sitting.on - timedelta(days=chance.randint(*BEFORE_DAYS))
    came = received - timedelta(days=max(received.weekday() - 4, 0))
    entry = _born(world, chance, number, came)
    while reads_mail and not _reads_mail(entry):
        entry = _born(world, chance, number, came)
    others = tuple(wish for wish in entry.wishes if wish.establishment_id not in (None, house))
    entry = replace(entry, wishes=(WishEntry(establishment_id=house), *others))
    at = office_hour(chance, entry.received_on)
    agent = world.agent_for(entry.desk_commune_code)
    demand = register(world.session, entry, world.catalogue, actor=agent, at=at)
    story = story_of(world, demand, chance)
    story.meet()
    story.bring_papers(1.0)
    story.orient("commission")
    story.put_on_the_list(sitting, story.line.later(1, 6))
    return story


def _reads_mail(entry: Registration) -> bool:
    """Whether the mail of the family arrives (history.py tells of those that do not)."""
    mail = next((one.email for one in entry.family.adults if one.email), "")
    return mail != "" and not mail.startswith(("inconnu", "plustard"))


def _born(world: World, chance: Random, number: int, received: date) -> Registration:
    """A family whose child is born and who asks for regular care: nothing else keeps it from the commission."""
    while True:
        entry = families.draw(chance, world.catalogue, number, received)
        if entry.child.birth_date and entry.need.care == "regular":
            return entry


def _last_sitting(world: World, house: int) -> Sitting:
    sittings = world.sittings[world.manager_of(house)]
    return [one for one in sittings if one.on < day(world.now)][-1]
