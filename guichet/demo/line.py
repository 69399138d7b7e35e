"""The world of the demonstration, and the time line of one of its demands."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.clock import PARIS, day
from guichet.demands.delays import DELAYS
from guichet.demands.timers import Tick
from guichet.demo.calendar import LARGEST, Sitting
from guichet.demo.room import Room
from guichet.demo.said import TOWNS
from guichet.establishments.catalogue import Catalogue
from guichet.placements.offers.answer_links import AnswerLinks


class NotYetError(Exception):
    """The next thing that happens to this demand has not happened yet."""


@dataclass(frozen=True)
class World:
    """What every story needs. `staff` are the accounts by email; `houses` the ids of establishments by code."""

    session: Session
    catalogue: Catalogue
    staff: dict[str, Person]
    sittings: dict[str, tuple[Sitting, ...]]
    now: datetime
    room: Room
    links: AnswerLinks
    """What makes the families' links to answer."""

    def director_of(self, house_id: int) -> Person:
        """Who directs an establishment, or the coordinator."""
        heads = [one for one in self.staff.values() if house_id in one.houses]
        return heads[0] if heads else self.coordinator

    def manager_of(self, house_id: int) -> str:
        """Whose commission looks at the demands of an establishment; the largest town's for a private one."""
        keeper = self.catalogue.keeper_of(house_id)
        town = next((code for code, name in TOWNS.items() if keeper.name.endswith(name)), LARGEST)
        return town if town in self.sittings else LARGEST

    def tick(self, at: datetime) -> Tick:
        """The desk's clock at an instant of the past, with the delays as shipped."""
        return Tick(at, {item.key: item.default for item in DELAYS}, self.catalogue)

    @property
    def coordinator(self) -> Person:
        """The person who may do everything on demands."""
        return next(one for one in self.staff.values() if "coordinator" in one.roles)

    def agent_for(self, commune: str | None) -> Person:
        """The agent of a commune's desk, or the one of the whole territory."""
        agents = [one for one in self.staff.values() if "rpe_agent" in one.roles]
        return next((one for one in agents if commune in one.communes), agents[0])


class Line:
    """The time line of one demand: it only goes forward, in office hours, and never passes now."""

    def __init__(self, start: datetime, now: datetime, chance: Random) -> None:
        self.at, self.now, self.chance = start, now, chance

    def later(self, low: int, high: int) -> datetime:
        """Some office hour between `low` and `high` days later. Raises NotYetError when that is to come."""
        return self.on(day(self.at) + timedelta(days=self.chance.randint(low, high)))

    def on(self, wanted: date) -> datetime:
        """Some office hour of that day, or of the Monday after a week-end."""
        while wanted.weekday() > 4:
            wanted += timedelta(days=1)
        at = max(office_hour(self.chance, wanted), self.at + timedelta(minutes=20))
        if at > self.now:
            raise NotYetError
        self.at = at
        return at


def office_hour(chance: Random, on: date) -> datetime:
    """A minute between 8 h 30 and 17 h 30 in Paris."""
    minutes = chance.randint(510, 1050)
    return datetime.combine(on, time(minutes // 60, minutes % 60), PARIS)
