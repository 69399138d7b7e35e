"""What the tests of the pages of the barème build: a version stored by the real actions, a demand to score."""

from datetime import UTC, datetime
from pathlib import Path

from guichet.bareme import actions, file
from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_of
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from tests import make

LONG_AGO = datetime(2020, 1, 6, 11, 0, tzinfo=UTC)
"""The pages read the true clock: the barème has to be in force whenever the tests run."""
SHIPPED = Path(file.__file__).parent / "shipped"


def stored(database: Database, code: str = "pessac_2022", *, in_force: bool = True) -> int:
    with database.writing() as session:
        by = make.person(session, "coordinator", name="Chloé Coordination")
        made, _ = file.read_text((SHIPPED / f"{code}.json").read_bytes())
        version = actions.create(session, made, actor=by, at=LONG_AGO)
        if in_force:
            actions.put_in_force(session, version, LONG_AGO.date(), seen=None, actor=by, at=LONG_AGO)
        session.commit()
        return version.id


def content(database: Database, version_id: int) -> file.Bareme:
    with database.reading() as session:
        return bareme_of(session.get(BaremeVersion, version_id))


def demand_of(database: Database, catalogue: Catalogue, **values) -> int:
    with database.writing() as session:
        demand = make.demand(session, catalogue, make.person(session, name="Alix Accueil"), **values)
        session.commit()
        return demand.id


def draft_form(database: Database, version_id: int, **typed: str) -> dict[str, str]:
    with database.reading() as session:
        return {"version": str(session.get(BaremeVersion, version_id).version), **typed}
