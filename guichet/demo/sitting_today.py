"""Two commissions of the demonstration sit today, in a round of their own: a newcomer opens their sessions at once.

Some places were freed before September; these families ask for them, several in the establishments of both.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from guichet.commissions.commission_models import Commission
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.agenda_actions import ItemEntry
from guichet.commissions.sessions.models import CommissionSession, Round
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.core.clock import day
from guichet.core.months import add_months
from guichet.core.week import PRESETS, Week
from guichet.demands.dossier import NeedEntry, Registration, WishEntry
from guichet.demands.registering import register
from guichet.demo import families
from guichet.demo.calendar import Sitting
from guichet.demo.line import World, office_hour
from guichet.demo.lives import story_of
from guichet.demo.names import CHILD_FIRST_NAMES
from guichet.demo.said import TOWNS
from guichet.establishments.supply import next_september

TITLE = "Places libérées avant septembre"
URGENCY = "Des places libérées sont à pourvoir sans attendre la prochaine séance."
STARTS_AT, APART = 14 * 60, 2 * 60
"""The first of them, and how long after it the next: the same people sit in both."""
MINUTES_EACH = 3
PLACE = "Salle des commissions, {town}"
RECEIVED_DAYS = (60, 100)
MONTHS_AHEAD = 3
AGES = (7, 28)
"""Months of age on the day of entry."""
HOURS = (510, 1020)
WEDNESDAY, TWO_DAYS = Week.same_hours((3,), HOURS), Week.same_hours((3, 5), HOURS)
FAMILIES: tuple[tuple[Week, *tuple[str, ...]], ...] = (
    (WEDNESDAY, "lucioles", "pain-d-epice"),
    (TWO_DAYS, "lucioles"),
    (WEDNESDAY, "pain-d-epice", "lucioles"),
    (TWO_DAYS, "ribambelle", "balancelle"),
    (PRESETS[0].week, "lucioles", "ribambelle", "pain-d-epice"),
    (WEDNESDAY, "balancelle"),
    (TWO_DAYS, "ribambelle", "lucioles"),
    (PRESETS[1].week, "pain-d-epice"),
    (PRESETS[0].week, "tremplin"),
    (TWO_DAYS, "pain-d-epice", "ribambelle"),
)
"""What each family asks for: most of what was freed are Wednesdays and Fridays."""
SITTING = ("ville_montceau", "ville_blanzy")


def ask_for_freed_places(world: World, chance: Random, number: int) -> None:
    """Register these families and put them on the list of the session of the day.

    `number` is the first that no family has taken yet.
    """
    for rank, (week, *codes) in enumerate(FAMILIES):
        _follow(world, chance, _entry(world, chance, week, codes, number + rank))


def sit_today(world: World) -> None:
    """Their sessions, convened this morning with their agenda."""
    today = day(world.now)
    entry = RoundEntry(TITLE, today, next_september(today) - timedelta(days=1))
    made = save_round(world.session, None, entry, actor=world.coordinator, at=world.now)
    planned = [
        _plan(world, TOWNS[manager], STARTS_AT + rank * APART, made, today)
        for rank, manager in enumerate(SITTING)
    ]
    for session_id in planned:
        _prepare(world, session_id)


def _entry(world: World, chance: Random, week: Week, codes: Sequence[str], number: int) -> Registration:
    today = day(world.now)
    on = today - timedelta(days=chance.randint(*RECEIVED_DAYS))
    received_on = on - timedelta(days=max(on.weekday() - 4, 0))
    drawn = families.draw(chance, world.catalogue, number, received_on)
    entry_on = min(add_months(today.replace(day=1), MONTHS_AHEAD), next_september(today) - timedelta(days=1))
    youngest, oldest = (add_months(entry_on, -months) for months in AGES)
    born = youngest - timedelta(days=chance.randrange((youngest - oldest).days))
    child = replace(
        drawn.child,
        birth_date=min(born, received_on - timedelta(days=20)),
        due_date=None,
        first_name=drawn.child.first_name or chance.choice(CHILD_FIRST_NAMES),
    )
    ids = {one.code: one.id for one in world.catalogue.houses.values()}
    # The brothers and sisters drawn were born around another child.
    return replace(
        drawn,
        child=child,
        need=NeedEntry(care="regular", entry_on=entry_on, week=week, fewer_days=True),
        wishes=tuple(WishEntry(establishment_id=ids[code]) for code in codes),
        family=replace(drawn.family, siblings=()),
    )


def _follow(world: World, chance: Random, entry: Registration) -> None:
    at = office_hour(chance, entry.received_on)
    agent = world.agent_for(entry.desk_commune_code)
    demand = register(world.session, entry, world.catalogue, actor=agent, at=at)
    town = TOWNS[world.manager_of(entry.wishes[0].establishment_id or 0)]
    story = story_of(world, demand, chance)
    story.meet()
    story.bring_papers(1.0)
    story.orient("commission")
    story.put_on_the_list(Sitting(day(world.now), _name(town)), story.line.later(1, 6))


def _plan(world: World, town: str, starts_at: int, of: Round, today: date) -> int:
    commission = world.session.scalars(select(Commission).where(Commission.name == _name(town))).one()
    entry = SessionEntry(today, starts_at, PLACE.format(town=town), of.id)
    return session_actions.plan(world.session, commission, entry, actor=world.coordinator, at=world.now).id


def _prepare(world: World, session_id: int) -> None:
    by, now = world.coordinator, world.now
    session_actions.convene(world.session, _opened(world, session_id), URGENCY, actor=by, at=now)
    opening = ItemEntry("approval", "Approbation du procès-verbal de la séance précédente", 5)
    agenda_actions.add_item(world.session, _opened(world, session_id), opening, actor=by, at=now)
    agenda_actions.build(world.session, _opened(world, session_id), MINUTES_EACH, actor=by, at=now)


def _opened(world: World, session_id: int) -> CommissionSession:
    world.session.flush()
    world.session.expire_all()
    found = opened_session(world.session, world.coordinator, session_id, day(world.now))
    if found is None:
        raise LookupError(session_id)
    return found


def _name(town: str) -> str:
    return f"Commission d’admission de {town}"
