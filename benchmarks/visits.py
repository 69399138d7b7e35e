"""What the measure of the web visits: addresses, drafts ready to be registered, demands ready for a step.

Everything is prepared beside the clock, in this process, with the product's own code on the measured database.
"""

import sys
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote_plus

from flask import g
from sqlalchemy import insert, select, update

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guichet.accounts.models import Membership, User  # noqa: E402 - after the path
from guichet.accounts.signing_in import person_of  # noqa: E402
from guichet.core import clock  # noqa: E402
from guichet.core.db import Database  # noqa: E402
from guichet.core.settings import Settings  # noqa: E402
from guichet.demands.models import Demand, Draft  # noqa: E402
from guichet.demo.accounts import AGENT  # noqa: E402
from guichet.establishments.catalogue import Catalogue, load_catalogue  # noqa: E402
from guichet.families.models import Person  # noqa: E402
from guichet.web.app import create_app  # noqa: E402
from guichet.web.registration import checking, gathering  # noqa: E402

SECRET = "mesure" * 8
NAMES, PAGES = 120, 40
"""So many names that a search is nearly always a new one, as at a desk."""
RECEPTION = {"channel": "desk", "notice_given": "y", "seniority_rule": "received"}
ORIENTATION = {"kind": "commission", "note": "Entretien tenu au guichet ; la famille confirme son besoin."}


@dataclass(frozen=True)
class Action:
    """One thing people do, its bar of statements and its bar of CPU beside the floor (none: not compared)."""

    name: str
    label: str
    statements: int
    ratio: float | None
    grows: bool = False
    """Whether its CPU at the largest size is compared with the smallest."""


ACTIONS = (
    Action("sign_in", "connexion", 10, None),
    Action("queue", "file, première page", 6, 5, grows=True),
    Action("filters", "file filtrée", 6, 5, grows=True),
    Action("search", "recherche par nom", 6, 5, grows=True),
    Action("demand", "page d’une demande", 8, 6),
    Action("register", "enregistrer", 10, 2.5),
    Action("orient", "étape (orienter)", 10, 2.5),
)
READ = ("queue", "filters", "search", "demand")
WRITTEN = ("register", "orient")


class Visits:
    """The product on one loaded database, in this process, and what its pages are asked."""

    def __init__(self, database: Database, home: Path) -> None:
        self.database = database
        self.env = {
            "GUICHET_HOME": str(home),
            "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "GUICHET_SECRET": SECRET,
            "GUICHET_DEMO": "1",
        }
        self.app = create_app(Settings.from_environment(self.env), database)
        with database.reading() as session:
            self.catalogue: Catalogue = load_catalogue(session)
            user = session.scalars(select(User).where(User.email == AGENT.email)).one()
            lines = session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
            self.agent = person_of(user, list(lines))
            self.addresses = self._addresses()

    def _addresses(self) -> dict[str, list[str]]:
        """Where each reading goes, in turn."""
        town, house = list(self.catalogue.towns)[3], next(iter(self.catalogue.houses))
        today = clock.day(clock.now())
        soon, later = today + timedelta(days=30), today + timedelta(days=200)
        with self.database.reading() as session:
            last = session.scalar(select(Demand.id).order_by(Demand.id.desc()).limit(1)) or 1
            spaced = [1 + last * step // PAGES for step in range(PAGES)]
            chosen = [1 + last * step // NAMES for step in range(NAMES)]
            children = session.execute(
                select(Person.first_name, Person.last_name)
                .join(Demand, Demand.child_id == Person.id)
                .where(Demand.id.in_(chosen))
                .order_by(Demand.id)
            ).all()
        return {
            "queue": ["/demandes"],
            "filters": [
                f"/demandes?commune={town}",
                f"/demandes?etablissement={house}",
                "/demandes?etat=placees&accueil=regulier",
                f"/demandes?du={soon:%d/%m/%Y}&au={later:%d/%m/%Y}&tri=entree",
                "/demandes?age=1&accueil=regulier",
                "/demandes?note=incomplete",
                f"/demandes?etat=toutes&commune={town}&etablissement={house}",
                "/demandes?etat=fermees&tri=recentes",
            ],
            "search": [f"/demandes?q={quote_plus(f'{first} {name}')}" for first, name in children],
            "demand": [f"/demandes/{number}" for number in spaced],
        }

    def drafts(self, number: int) -> list[tuple[str, dict[str, str]]]:
        """Drafts typed to the end, each with the form of its last page."""
        at, made = clock.now(), []
        with self.app.test_request_context():
            g.person = self.agent
            for _ in range(number):
                draft_id = str(uuid.uuid4())
                steps = self._typed(draft_id)
                # As the page of the verification marks its form when it finds no double.
                seen = checking._sign(gathering.gather(steps, self.catalogue, self.agent, at), ())
                form = {**RECEPTION, "seen": seen, "received_on": f"{clock.day(at):%d/%m/%Y}"}
                made.append((draft_id, steps, form))
        rows = [
            {
                "id": draft_id,
                "user_id": self.agent.user_id,
                "created_at": at,
                "saved_at": at,
                "title": "",
                "typed": steps,
            }
            for draft_id, steps, _form in made
        ]
        with self.database.transaction() as session:
            session.execute(insert(Draft), rows)
        return [(draft_id, form) for draft_id, _steps, form in made]

    def _typed(self, mark: str) -> dict[str, dict[str, str]]:
        name = "Verd" + "".join("abcdefghijklmnop"[int(sign, 16)] for sign in mark[:6])
        houses = [house.id for house in self.catalogue.houses.values() if house.is_collective][:2]
        today = clock.day(clock.now())
        days = {
            f"week-{day}-1-{end}": hour
            for day in range(1, 6)
            for end, hour in (("start", "8h"), ("end", "17h30"))
        }
        return {
            gathering.CHILD: {
                "child_first_name": "Lina",
                "child_last_name": name,
                "birth_date": f"{today - timedelta(days=240):%d/%m/%Y}",
            },
            gathering.FAMILY: {
                "adult1_first_name": "Camille",
                "adult1_last_name": name,
                "adult1_link": "mother",
                "adult1_phone": "06 39 98" + "".join(str(int(sign, 16) % 10) for sign in mark[:4]),
                "adult1_email": f"{mark[:8]}@exemple.test",
                "adult1_activity": "employed",
                "adult1_has_authority": "y",
                "adult1_lives_with_child": "y",
                "address": "12 rue des Lilas",
                "postcode": "71300",
                "commune": "71306",
                "channel": "email",
                "custody": "together",
            },
            gathering.NEED: {
                "entry_on": f"{today + timedelta(days=200):%d/%m/%Y}",
                "care": "regular",
                "meals": "y",
                "school_holidays": "all",
                **days,
            },
            gathering.WISHES: {f"wish{rank}": f"h{house}" for rank, house in enumerate(houses, 1)},
            gathering.SITUATION: {"received-birth-0": "y"},
        }

    def pool(self, number: int) -> list[tuple[int, int]]:
        """The last demands, brought back to « received »: their ids and versions. Beside the clock only."""
        with self.database.transaction() as session:
            found = session.execute(
                select(Demand.id, Demand.version)
                .where(Demand.state.in_(("received", "oriented")))
                .order_by(Demand.id.desc())
                .limit(number)
            ).all()
            session.execute(
                update(Demand)
                .where(Demand.id.in_([row.id for row in found]))
                .values(state="received")
                .execution_options(synchronize_session=False)
            )
        return [(row.id, row.version) for row in found]
