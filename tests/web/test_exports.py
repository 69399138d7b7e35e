"""The export: what a spreadsheet opens, traced, with nothing that computes in it."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.establishments.catalogue import Catalogue
from guichet.web.exports import cell
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_compute_stays_text(beginning: str) -> None:
    assert cell(f"{beginning}1+1") == f"'{beginning}1+1"


def test_values_are_written_as_french_people_read_them() -> None:
    assert [cell(one) for one in (None, True, False, date(2026, 9, 1), 12, -3, "Léa")] == [
        "",
        "oui",
        "non",
        "01/09/2026",
        "12",
        "-3",
        "Léa",
    ]
    assert cell(datetime(2026, 9, 1, 6, 30, tzinfo=UTC)) == "01/09/2026 à 8\u00a0h\u00a030"


def test_the_export_opens_in_a_spreadsheet_and_is_traced(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    with database.writing() as session:
        make.demand(
            session, catalogue, agent.person, child=make.child(first_name="=1+1", last_name="Été;\n«")
        )
        make.demand(session, catalogue, agent.person)
        session.commit()
    agent.get("/demandes/export.csv?etat=recues")
    assert agent.last is not None
    raw = agent.last.get_data()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert agent.last.content_type == "text/csv; charset=utf-8"
    assert "attachment" in agent.last.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 2
    assert rows[0]["Enfant"].startswith("'=1+1 Été;")
    assert rows[1]["Entrée souhaitée"] == "01/09/2027"
    assert rows[1]["Vœux"] == "Les Lucioles, Les Mésanges"
    with database.reading() as session:
        trace = session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert (trace.actor_name, trace.detail) == (agent.person.name, "demandes reçues")


def test_the_export_follows_the_address_and_no_phone_leaves_in_it(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    agent = visit("rpe_agent")
    with database.writing() as session:
        make.demand(session, catalogue, agent.person)
        session.commit()
    assert "Lina" not in agent.get("/demandes/export.csv?etat=placees")
    whole = agent.get("/demandes/export.csv")
    assert "Lina" in whole
    assert "06 39 98" not in whole
    assert "@exemple.test" not in whole
