"""The next September of the demonstration, where there are fewer places than families: a commission has to choose.

Each group below is drawn for one establishment and one age, so that every rule of the proposal costs something:
reserved seats that are fought for, others that nobody of the group asks for, twins asked together, families who
would take a part of their week.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from guichet.core.clock import day
from guichet.core.months import add_months
from guichet.core.week import PRESETS
from guichet.demands.dossier import NeedEntry, Registration, WishEntry
from guichet.demands.registering import register
from guichet.demo import families
from guichet.demo.line import NotYetError, World, office_hour
from guichet.demo.lives import story_of
from guichet.demo.names import CHILD_FIRST_NAMES
from guichet.establishments.supply import next_september
from guichet.families import facts
from guichet.families.dossier import AdultEntry

RECEIVED_DAYS = (60, 100)
"""How long ago these families came: their interview and their papers are behind them."""
WEEKS = (PRESETS[0].week, PRESETS[1].week)


@dataclass(frozen=True)
class Group:
    """Families who ask for the same establishment, then perhaps another, for children of about the same age.

    `months` is the age on 1 September. `insertion`: how many are on a proved path to work. `twins`: how many ask
    for two children. `less`: they would take fewer days.
    """

    house: str
    then: str
    number: int
    months: tuple[int, int]
    insertion: int = 0
    twins: int = 0
    less: bool = False


GROUPS = (
    Group("tremplin", "", 10, (20, 30), insertion=5, less=True),
    Group("tremplin", "", 8, (5, 16), twins=1, less=True),
    Group("ribambelle", "", 4, (20, 30), less=True),
    Group("lucioles", "ribambelle", 5, (16, 25), insertion=1, twins=1),
)


def ask_for_september(world: World, chance: Random, number: int) -> None:
    """Register these families, follow them, and put them on the list of the next session.

    `number` is the first that no family has taken yet.
    """
    for group in GROUPS:
        for rank in range(group.number):
            _one(world, chance, group, rank, number)
            number += 1


def _one(world: World, chance: Random, group: Group, rank: int, number: int) -> None:
    on = day(world.now) - timedelta(days=chance.randint(*RECEIVED_DAYS))
    entry = _entry(world, chance, group, number, on - timedelta(days=max(on.weekday() - 4, 0)))
    if rank < group.insertion:
        entry = _towards_work(entry, chance)
    if rank < group.twins:
        entry = families.of_two(entry)
    entry = _with_papers(entry)
    _follow(world, chance, entry)
    if rank < group.twins:
        _follow(world, chance, replace(families.twin_of(entry, chance), joins=entry.submission))


def _entry(world: World, chance: Random, group: Group, number: int, received_on: date) -> Registration:
    """A family as they are drawn, with the child, the week and the wishes of its group."""
    september = next_september(day(world.now))
    drawn = families.draw(chance, world.catalogue, number, received_on)
    youngest, oldest = (add_months(september, -months) for months in group.months)
    born = youngest - timedelta(days=chance.randrange((youngest - oldest).days))
    child = replace(
        drawn.child,
        birth_date=min(born, received_on - timedelta(days=20)),
        due_date=None,
        first_name=drawn.child.first_name or chance.choice(CHILD_FIRST_NAMES),
    )
    need = NeedEntry(care="regular", entry_on=september, week=WEEKS[number % 2], fewer_days=group.less)
    codes = [code for code in (group.house, group.then) if code]
    ids = {one.code: one.id for one in world.catalogue.houses.values()}
    wishes = tuple(WishEntry(establishment_id=ids[code]) for code in codes)
    # The brothers and sisters drawn were born around another child.
    return replace(drawn, child=child, need=need, wishes=wishes, family=replace(drawn.family, siblings=()))


def _towards_work(entry: Registration, chance: Random) -> Registration:
    """The first parent looks for work with a minimum income: a path that the law gives places to (L214-7 CASF)."""
    first, *others = entry.family.adults
    seeking: AdultEntry = replace(first, activity="job_seeking", benefit="rsa")
    household = replace(entry.family.household, quotient=chance.randrange(180, 420, 10))
    return replace(entry, family=replace(entry.family, household=household, adults=(seeking, *others)))


def _with_papers(entry: Registration) -> Registration:
    """Everything that follows from the dossier, brought."""
    family = entry.family
    known = facts.follows_from(
        entry.child, family.household, family.adults, family.siblings, entry.received_on
    )
    return replace(entry, family=replace(family, facts=tuple(replace(one, received=True) for one in known)))


def _follow(world: World, chance: Random, entry: Registration) -> None:
    """From the desk to the list of the next session; a step that has not come yet leaves the demand before it."""
    at = office_hour(chance, entry.received_on)
    agent = world.agent_for(entry.desk_commune_code)
    demand = register(world.session, entry, world.catalogue, actor=agent, at=at)
    house = entry.wishes[0].establishment_id or 0
    sitting = next(one for one in world.sittings[world.manager_of(house)] if one.on > day(world.now))
    story = story_of(world, demand, chance)
    try:
        story.meet()
        story.bring_papers(1.0)
        story.orient("commission")
        story.put_on_the_list(sitting, story.line.later(1, 6))
    except NotYetError:
        return
