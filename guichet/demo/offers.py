"""What a newcomer must find of the offers whatever the day: a mail to answer, a date asked, a freed seat, an emergency."""

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from guichet.commissions.actions import DecisionEntry, confirm_decision, record_decision
from guichet.commissions.between.emergency import admit
from guichet.commissions.between.out_of_session import OutsideEntry
from guichet.core.clock import day
from guichet.core.week import Week
from guichet.demo.answering import REOPEN_DAYS
from guichet.demo.last_commission import listed
from guichet.demo.line import World, office_hour
from guichet.demo.lives import Story
from guichet.placements.freed_seats import close_seat
from guichet.placements.offers import answers
from guichet.placements.offers.actions import taken_offer
from guichet.placements.offers.answers import the_family
from guichet.placements.offers.models import FreedSeat

HOUSE = "lucioles"
SETTLED = timedelta(days=25)
"""Older freed seats were given again by the commission that followed."""
GIVEN_AGAIN = "Redonnée par la commission suivante."
LATER = timedelta(days=28)
LATE = timedelta(days=8)
MORNING = Week.same_hours((1, 2, 4), (540, 720))


def last_offers(world: World, chance: Random, number: int) -> None:
    """Five families of the last commission: asked yesterday, asking for later, refusing, an emergency, a child come.

    `number` is the first that no family has taken yet.
    """
    house = next(one.id for one in world.catalogue.houses.values() if one.code == HOUSE)
    yesterday = _working_day(world, chance)
    asked, postponed, declined, urgent, come = (
        listed(world, chance, number + rank, house, reads_mail=True) for rank in range(5)
    )
    for story in (asked, postponed, declined):
        _decide(world, story, house, yesterday)
    _ask_for_later(world, postponed, yesterday + timedelta(minutes=40))
    _refuse(world, declined, yesterday + timedelta(minutes=50))
    _admit(world, urgent, house, yesterday)
    _begin(world, come, house)


def settle_freed(world: World) -> None:
    """The seats freed long ago are no more to give."""
    old = select(FreedSeat).where(FreedSeat.closed_at.is_(None), FreedSeat.noted_at < world.now - SETTLED)
    for seat in world.session.scalars(old.order_by(FreedSeat.id)):
        by = world.director_of(seat.establishment_id)
        at = min(seat.noted_at + SETTLED, world.now)
        close_seat(world.session, seat, "gone", GIVEN_AGAIN, actor=by, at=at)


def _decide(world: World, story: Story, house: int, at: datetime, entry_on: date | None = None) -> None:
    demand = story.demand
    held = demand.session_on
    if held is None:
        return
    entry_on = entry_on or max(demand.entry_on, day(at) + timedelta(days=20))
    week = world.room.week_given(house, demand.week, story.born_on(), entry_on) or demand.week
    world.room.hold(house, week, story.born_on(), entry_on)
    given = week if week != demand.week else None
    entry = DecisionEntry("placed", held, demand.session_name, house, entry_on, given)
    director = world.director_of(house)
    decision = record_decision(world.session, demand, entry, world.catalogue, person=director, at=at)
    world.session.flush()
    confirm_decision(
        world.session,
        decision,
        demand,
        world.catalogue,
        links=world.links,
        person=world.coordinator,
        at=at + timedelta(minutes=20),
    )


def _ask_for_later(world: World, story: Story, at: datetime) -> None:
    offer = taken_offer(world.session, story.demand.id)
    if offer is not None:
        wished_on = offer.entry_on + LATER
        answers.ask_later(world.session, offer, story.demand, wished_on, world.catalogue, the_family(at))


def _refuse(world: World, story: Story, at: datetime) -> None:
    offer = taken_offer(world.session, story.demand.id)
    if offer is not None:
        answers.decline(
            world.session,
            offer,
            story.demand,
            "date",
            "La reprise du travail est avancée.",
            world.catalogue,
            the_family(at),
            keeps_waiting=True,
            reopen_within_days=REOPEN_DAYS,
        )


def _begin(world: World, story: Story, house: int) -> None:
    """The child should have come last week: nobody has said so yet."""
    held = story.demand.session_on
    if held is None:
        return
    decided = office_hour(story.chance, held).replace(hour=17)
    _decide(world, story, house, decided, max(held, day(world.now) - LATE))
    offer = taken_offer(world.session, story.demand.id)
    if offer is not None:
        by = the_family(decided + timedelta(hours=1))
        answers.accept(world.session, offer, story.demand, world.catalogue, by)


def _admit(world: World, story: Story, house: int, at: datetime) -> None:
    """Some mornings from next week, on kept seats: the direction accepts, the coordination confirms."""
    entry = OutsideEntry(
        house,
        day(at) + timedelta(days=7),
        MORNING,
        "Hospitalisation d’un parent, signalée par la maternité.",
        insists=True,
    )
    director = world.director_of(house)
    decision = admit(world.session, story.demand, entry, world.catalogue, person=director, at=at)
    confirm_decision(
        world.session,
        decision,
        story.demand,
        world.catalogue,
        links=world.links,
        person=world.agent_for(story.demand.desk_commune_code),
        at=at + timedelta(minutes=30),
    )


def _working_day(world: World, chance: Random) -> datetime:
    yesterday = day(world.now) - timedelta(days=1)
    return office_hour(chance, yesterday - timedelta(days=max(yesterday.weekday() - 4, 0))).replace(hour=9)
