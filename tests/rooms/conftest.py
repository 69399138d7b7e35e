"""What the rooms' tests share: the people of a small territory, a place offered, a mail server and its worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.sitting import deciding
from guichet.core import process
from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.demands import leaving
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.mailer import Mailer
from guichet.notifications.relay import Relay
from guichet.placements.offers.models import Offer
from tests import make, offers
from tests.convocations import Room
from tests.mailserver import MailServer, mail_server
from tests.outbox import Clock
from tests.proposals import Setting, in_force, places
from tests.sessions import Round2


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    return make.territory(session)


@pytest.fixture
def house(catalogue: Catalogue) -> int:
    return make.house(catalogue, "lucioles")


@pytest.fixture
def agent(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "rpe_agent", name="Alix Accueil")


@pytest.fixture
def coordinator(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "coordinator", name="Cléo Coordonne")


@pytest.fixture
def director(session: Session, house: int) -> Person:
    return make.person(session, "director", name="Dany Directrice", houses=(house,))


@pytest.fixture
def demand(session: Session, catalogue: Catalogue, agent: Person) -> Demand:
    return make.demand(session, catalogue, agent)


@pytest.fixture
def offer(session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person) -> Offer:
    """A place at Les Lucioles, decided, confirmed, and not answered yet."""
    return offers.decided(session, demand, catalogue, director, agent)[1]


@pytest.fixture(autouse=True)
def bound() -> None:
    """As the servers do: a demand that leaves takes its drafts with it."""
    leaving.bind(deciding.drop_drafts)


@pytest.fixture
def room(session: Session) -> Room:
    """A commission of six members, its session planned, nobody called yet."""
    return Room(session, proxies=1, quorum="majority", second_without_quorum=True)


@pytest.fixture
def round_(database: Database) -> Round2:
    return Round2.started(database)


@pytest.fixture
def setting(database: Database) -> Setting:
    """A coordinator, a barème in force, one seat at Les Lucioles and two at Les Moulins."""
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator", name="Chloé Coordination")
        in_force(session, by)
        places(session, make.house(catalogue, "lucioles"), 1)
        places(session, make.house(catalogue, "moulins"), 2)
        session.commit()
    return by, catalogue


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def relay(database: Database, server: MailServer, tmp_path: Path) -> Iterator[Relay]:
    told = {"GUICHET_HOME": str(tmp_path), "SMTP_PORT": str(server.port)}
    made = Relay(
        database, Mailer(Settings.from_environment(told), timeout_s=5), Clock(), process.this_process()
    )
    yield made
    made.mailer.close()
