"""What the tests of the campaigns build: two commissions that share a presidency, a room each, and a worker."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Commission
from guichet.commissions.year.actions import CampaignEntry, LineEntry, save
from guichet.commissions.year.freezing import freeze_run
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from guichet.scheduling.campaigns.actions import ask_run
from guichet.scheduling.campaigns.computing import Bench
from guichet.scheduling.campaigns.models import CalendarRun, Campaign
from guichet.scheduling.campaigns.queries import whole_run
from guichet.scheduling.campaigns.settings import Pace, Settings
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.models import ClosedYear, Room, Team, TravelTime
from tests import make

TWICE = Pace("months", (4, 6), None, 14)
YEAR = 2027


def places(session: Session, year: int = YEAR) -> dict[str, int]:
    """A room in each commune, twelve minutes apart, one team, and the closed days of a year known (none)."""
    first, second = sorted((make.MONTCEAU, make.BLANZY))
    rooms = {
        code: Room(name="Salle du conseil", commune_code=code, seats=20)
        for code in (make.MONTCEAU, make.BLANZY)
    }
    team = Team(name="Équipe sud")
    session.add_all(
        [
            *rooms.values(),
            team,
            TravelTime(start_code=first, end_code=second, minutes=12),
            ClosedYear(
                year=year,
                zone="A",
                published_until=date(year + 1, 8, 31),
                seeded_at=make.NOON,
                seeded_by="Essai",
            ),
        ]
    )
    session.flush()
    return {**{code: room.id for code, room in rooms.items()}, "team": team.id}


def commissions(session: Session, catalogue: Catalogue, by: Person) -> tuple[Commission, Commission]:
    """Les Lucioles and Les Tilleuls: the same presidency and doctor, an elected member of their own."""
    houses = [one.code for one in catalogue.houses.values() if one.is_collective][:2]
    made = []
    for house in houses:
        seats = (
            make.seat("president", holder="Honorine Castel", email="h.castel@exemple.test", deputy="Barnabé Loisel", deputy_email="b.loisel@exemple.test"),
            make.seat("pmi", holder="Pia Médard", email="p.medard@exemple.test", voting=False),
            make.seat("elected", holder=f"Élu de {house}", email=f"elu.{house}@exemple.test"),
        )  # fmt: skip
        made.append(
            make.commission(
                session, catalogue, by, house, name=f"Commission {house}", seats=seats, quorum="half"
            )
        )
    return made[0], made[1]


def campaign(
    session: Session, by: Person, *made: Commission, pace: Pace = TWICE, year: int = YEAR, **values: Any
) -> Campaign:
    """A spring campaign, two sessions a commission when nothing else is said."""
    team = session.scalar(select(Team.id))
    entry = CampaignEntry(
        **{
            "title": f"Printemps {year}",
            "starts_on": date(year, 3, 1),
            "ends_on": date(year, 6, 30),
            "settings": Settings(),
            "lines": tuple(LineEntry(one.id, pace, team) for one in made),
            **values,
        }
    )
    return save(session, None, entry, actor=by, at=make.NOON)


def member(session: Session, name: str) -> Member:
    """A member by name."""
    return session.scalars(select(Member).where(Member.name == name)).one()


def bench(database: Database, owner: str = "essai:1", clock: Callable[[], datetime] | None = None) -> Bench:
    """A worker at the calendars, at noon when nothing else is said."""
    return Bench(database, clock or (lambda: make.NOON), owner, freeze_run)


def computed(database: Database, campaign_id: int, by: Person, at: datetime = make.NOON) -> CalendarRun:
    """A calendar asked for and computed."""
    with database.transaction() as session:
        run_id = ask_run(session, session.get_one(Campaign, campaign_id), actor=by, at=at).id
    bench(database, clock=lambda: at).work()
    return reread(database, run_id)


def reread(database: Database, run_id: int) -> CalendarRun:
    """The run as it is now, with its result."""
    with database.reading() as session:
        run = whole_run(session, run_id)
    assert run is not None
    return run


def dates(run: CalendarRun) -> dict[str, str]:
    """The half-day of each session of a run."""
    assert run.result is not None, run.failure
    return {one["id"]: one["half_day"] for one in run.result["plan"]["sessions"]}
