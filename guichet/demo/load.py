"""Loads the demonstration: the territory, its offer, its accounts, and families who lived with the guichet.

Nothing is written into a demand by hand: families are registered, oriented and decided by the same actions as
the screens, with the time as an argument. The same seed on the same day gives the same demonstration.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.models import Membership, User
from guichet.accounts.passwords import hashed
from guichet.accounts.policy import Person
from guichet.accounts.signing_in import person_of
from guichet.core import clock
from guichet.core.actor import Actor
from guichet.core.db import Database
from guichet.core.errors import ConfigurationError
from guichet.core.settings import Settings
from guichet.demands.dossier import Registration
from guichet.demands.registering import register
from guichet.demo import families as drawing
from guichet.demo import history
from guichet.demo.accounts import ACCOUNTS, COORDINATOR, PASSWORD, PRESIDENTS, DemoAccount
from guichet.demo.baremes import assess_some, load_baremes
from guichet.demo.calendar import sittings
from guichet.demo.childminders import load_childminders
from guichet.demo.childminding import wait_with_one
from guichet.demo.commissions import load_commissions
from guichet.demo.convocations import convene_the_next
from guichet.demo.establishments import ESTABLISHMENTS
from guichet.demo.last_commission import came_yesterday, leave_to_decide
from guichet.demo.last_session import hold_the_last_session
from guichet.demo.line import World, office_hour
from guichet.demo.lives import live
from guichet.demo.managers import MANAGERS
from guichet.demo.offers import last_offers, settle_freed
from guichet.demo.places import load_presence, load_sheets
from guichet.demo.proposals import propose
from guichet.demo.room import Room
from guichet.demo.september import ask_for_september
from guichet.demo.sitting_today import ask_for_freed_places, sit_today
from guichet.demo.tasks import load_tasks
from guichet.demo.territory import territory_of_the_demonstration
from guichet.demo.year import load_year
from guichet.establishments.actions import install_establishments, install_managers
from guichet.establishments.catalogue import load_catalogue
from guichet.establishments.models import Establishment
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.territory.actions import install_territory
from guichet.territory.models import Commune

YEAR = timedelta(days=366)
OLDEST_DAYS = 425
"""About fourteen months of demands."""
RECENT_DAYS = 30
BATCH = 20
TWINS, DOUBLES = 0.025, 0.08
DOUBLES_DAYS = 90
"""Only a recent demand has a double that nobody has seen yet."""
LARGEST_GROUP = 50
"""No group below has more families: their numbers stay apart however few the others are."""
LOADER = Actor(user_id=None, name="Chargement de la démonstration")
OTHER_DESKS = ("71222", "71212", "71306")


@dataclass(frozen=True)
class Plan:
    """A registration to make, and whether its demand then lives: a double waits until somebody sees it."""

    entry: Registration
    lives: bool = True


def load(
    database: Database,
    settings: Settings,
    *,
    families: int = 280,
    seed: int = 71,
    now: datetime | None = None,
) -> None:
    """Fill an empty database; do nothing when it already has communes.

    `now` is the day the demonstration is loaded, the present instant by default. Raises ConfigurationError
    when the installation is a real one.
    """
    if not settings.demo:
        raise ConfigurationError(
            "Ceci n’est pas une démonstration : lancez avec GUICHET_DEMO=1 pour charger des données inventées."
        )
    instant = now or clock.now()
    with database.transaction() as session:
        if session.scalar(select(Commune.code).limit(1)) is not None:
            return
        load_territory(session, instant)
        load_offer(session, instant)
        load_childminders(session, load_catalogue(session), actor=LOADER, at=instant)
        load_sheets(session, instant)
        load_accounts(session, instant)
        load_baremes(session, actor=LOADER, now=instant)
    links = AnswerLinks(settings.public_url, settings.secret_key)
    chance = Random(seed)  # noqa: S311 - draws invented families, protects nothing
    plans = _plans(database, chance, families, instant)
    for start in range(0, len(plans), BATCH):
        with database.transaction() as session:
            _live_through(_world(session, instant, links), plans[start : start + BATCH], chance)
    with database.transaction() as session:
        # Its own chance: the other families stay what they were.
        world = _world(session, instant, links)
        extra = Random(seed)  # noqa: S311 - draws invented families
        apart = max(families, LARGEST_GROUP)
        leave_to_decide(world, extra, 2 * apart + 1)
        came_yesterday(world, extra, 3 * apart + 1)
        ask_for_september(world, extra, 4 * apart + 1)
        ask_for_freed_places(world, extra, 5 * apart + 1)
        assess_some(world, extra)
        last_offers(world, Random(seed + 1), 6 * apart + 1)  # noqa: S311 - draws invented families
        settle_freed(world)
        session.flush()
        load_commissions(world)
        sit_today(world)
        convene_the_next(world)
        load_year(session, world.coordinator, instant)
        load_tasks(session, instant)
        history.settle(session, instant)
    with database.transaction() as session:
        load_presence(_world(session, instant, links), Random(seed))  # noqa: S311 - draws invented children
    with database.reading() as session:
        staff = _staff(session)
    coordinator, president = staff[COORDINATOR.email], staff[PRESIDENTS[0].email]
    hold_the_last_session(database, coordinator, president, links, instant)
    propose(database, coordinator, instant)
    with database.transaction() as session:
        history.leave_from_now(session, instant)


def load_territory(session: Session, at: datetime) -> None:
    """The fourteen communes, their bassins and their desks."""
    install_territory(session, territory_of_the_demonstration(), actor=LOADER, at=at)


def load_offer(session: Session, at: datetime) -> None:
    """The managers and their establishments."""
    install_managers(session, MANAGERS, actor=LOADER, at=at)
    houses = tuple(one.installed for one in ESTABLISHMENTS)
    install_establishments(session, houses, actor=LOADER, at=at)


def load_accounts(session: Session, at: datetime) -> None:
    """The accounts of the demonstration, all with the same password."""
    houses = {house.code: house.id for house in session.scalars(select(Establishment))}
    password = hashed(PASSWORD)
    session.add_all(
        User(
            email=one.email,
            name=one.name,
            password_hash=password,
            created_at=at,
            memberships=_memberships(one, houses),
        )
        for one in ACCOUNTS
    )


def _memberships(one: DemoAccount, houses: dict[str, int]) -> list[Membership]:
    limited = [Membership(role=one.role, commune_code=code) for code in one.communes]
    limited += [Membership(role=one.role, establishment_id=houses[code]) for code in one.houses]
    return limited or [Membership(role=one.role)]


def _plans(database: Database, chance: Random, families: int, now: datetime) -> list[Plan]:
    """Every registration to make, in the order they were received."""
    with database.reading() as session:
        catalogue = load_catalogue(session)
    today = clock.day(now)
    plans: list[Plan] = []
    for number in range(1, families + 1):
        plan = drawing.draw(chance, catalogue, number, _received(chance, today))
        plans.append(Plan(plan))
        if chance.random() < TWINS:
            plan = drawing.of_two(plan)
            plans[-1] = Plan(plan)
            plans.append(Plan(drawing.twin_of(plan, chance)))
        elif (today - plan.received_on).days < DOUBLES_DAYS and chance.random() < DOUBLES:
            again = _working_day_before(plan.received_on + timedelta(days=chance.randint(9, 60)), today)
            double = drawing.double_of(plan, chance, families + number, again, chance.choice(OTHER_DESKS))
            plans.append(Plan(double, lives=False))
    return sorted(plans, key=lambda plan: plan.entry.received_on)


def _received(chance: Random, today: date) -> date:
    """A working day of the last fourteen months: more often of the last ones, and of the spring."""
    while True:
        oldest = RECENT_DAYS if chance.random() < 0.12 else OLDEST_DAYS
        on = today - timedelta(days=chance.randint(1, oldest))
        likely = 1.0 if on.month in (1, 2, 3, 4, 5) else 0.7 if on.month != 8 else 0.3
        if on.weekday() < 5 and chance.random() < likely:
            return on


def _working_day_before(on: date, today: date) -> date:
    kept = min(on, today - timedelta(days=1))
    return kept - timedelta(days=max(kept.weekday() - 4, 0))


def _live_through(world: World, plans: Sequence[Plan], chance: Random) -> None:
    for plan in plans:
        entry = plan.entry
        at = office_hour(chance, entry.received_on)
        actor = world.agent_for(entry.desk_commune_code)
        if entry.channel == "establishment" and entry.wishes[0].establishment_id:
            actor = world.director_of(entry.wishes[0].establishment_id)
        demand = register(world.session, entry, world.catalogue, actor=actor, at=at)
        if plan.lives:
            live(world, demand, chance)
            wait_with_one(world, demand, world.agent_for(demand.desk_commune_code))
    world.session.flush()
    history.settle(world.session, world.now)


def _world(session: Session, now: datetime, links: AnswerLinks) -> World:
    today = clock.day(now)
    room = Room(session, today - timedelta(days=OLDEST_DAYS), today + 2 * YEAR)
    return World(session, load_catalogue(session), _staff(session), sittings(today), now, room, links)


def _staff(session: Session) -> dict[str, Person]:
    users = session.scalars(select(User).where(User.email.in_([one.email for one in ACCOUNTS]))).all()
    lines = session.scalars(select(Membership).order_by(Membership.id)).all()
    by_email = {
        user.email: person_of(user, [line for line in lines if line.user_id == user.id]) for user in users
    }
    return {one.email: by_email[one.email] for one in ACCOUNTS}
