"""Plays each page once in this process and keeps what it sent: the script of the floor (benchmarks/floor.py)."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from werkzeug.test import TestResponse

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.visits import ORIENTATION, Visits  # noqa: E402 - after the path
from guichet.core.db import Base, Database  # noqa: E402
from guichet.core.journal import JournalEntry  # noqa: E402
from guichet.demands.models import Demand, DemandKey, Wish  # noqa: E402
from guichet.demo.accounts import AGENT, PASSWORD  # noqa: E402
from guichet.families.models import Fact, Family, Person  # noqa: E402
from guichet.notifications.models import LetterRow  # noqa: E402

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")

Statement = tuple[str, Any]


class Recorder:
    """Plays each page once in this process and keeps the statements it sends."""

    def __init__(self, visits: Visits) -> None:
        self.visits = visits
        self.client: FlaskClient = visits.app.test_client()
        self.token = ""

    def record(self) -> dict[str, list[list[Statement]]]:
        """By action, the statements of each of its addresses. The second look: what a process keeps is kept."""
        script = {"sign_in": [self._sign_in()]}
        for name, addresses in self.visits.addresses.items():
            for address in addresses:
                self.client.get(address)
            script[name] = [self._get(address) for address in addresses]
        script["register"] = [self._register()]
        script["orient"] = [self._orient()]
        return script

    def _sign_in(self) -> list[Statement]:
        page = self.client.get("/connexion").get_data(as_text=True)
        self.token = TOKEN.search(page)[1]  # type: ignore[index]
        with noting(self.visits.database.engine) as seen:
            self._send("/connexion", {"email": AGENT.email, "password": PASSWORD}, 302)
        page = self.client.get("/compte").get_data(as_text=True)
        self.token = TOKEN.search(page)[1]  # type: ignore[index]
        return seen

    def _get(self, address: str) -> list[Statement]:
        with noting(self.visits.database.engine) as seen:
            answer = self.client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} for {address}")
        return seen

    def _register(self) -> list[Statement]:
        ((draft_id, form),) = self.visits.drafts(1)
        with noting(self.visits.database.engine) as seen:
            self._send(f"/demandes/nouvelle/{draft_id}/verification", form, 303)
        return seen

    def _orient(self) -> list[Statement]:
        ((demand_id, version),) = self.visits.pool(1)
        with noting(self.visits.database.engine) as seen:
            self._send(f"/demandes/{demand_id}/orienter", {**ORIENTATION, "version": str(version)}, 303)
        return seen

    def _send(self, address: str, form: Mapping[str, str], status: int) -> TestResponse:
        answer = self.client.post(address, data={"csrf_token": self.token, **form})
        if answer.status_code != status:
            raise RuntimeError(f"{answer.status_code} for {address}\n{answer.get_data(as_text=True)[:3000]}")
        return answer


class noting:  # noqa: N801 - reads as a word
    """The statements sent inside, with their values; transactions' own words left out."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.seen = engine, list[Statement]()

    def __enter__(self) -> list[Statement]:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self.seen

    def __exit__(self, *_error: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith(COUNTED):
            self.seen.append((statement, values))


def rows_of_last_registered(database: Database) -> dict[str, Any]:
    """The rows of the last demand, without their numbers: what the floor inserts again."""
    with database.reading() as session:
        demand = session.scalars(select(Demand).order_by(Demand.id.desc()).limit(1)).one()

        def rows(table: type[Base], *conditions: Any) -> list[dict[str, Any]]:
            columns = table.__table__.c
            found = session.execute(
                select(table.__table__).where(*conditions).order_by(*table.__table__.primary_key)
            )
            numbers = {"id", "demand_id", "subject_id"} & set(columns.keys())
            return [
                {name: value for name, value in row._mapping.items() if name not in numbers} for row in found
            ]

        letters = {
            row["kind"]: row
            for row in rows(LetterRow, LetterRow.subject_type == "demand", LetterRow.subject_id == demand.id)
        }
        return {
            "family": rows(Family, Family.id == demand.family_id)[0],
            "persons": rows(Person, Person.family_id == demand.family_id),
            "demand": rows(Demand, Demand.id == demand.id)[0]
            | {"state": "received", "version": 1, "orientation": "", "oriented_on": None},
            "wishes": rows(Wish, Wish.demand_id == demand.id),
            "facts": rows(Fact, Fact.family_id == demand.family_id),
            "keys": rows(DemandKey, DemandKey.demand_id == demand.id),
            "journal": rows(
                JournalEntry, JournalEntry.subject_type == "demand", JournalEntry.subject_id == demand.id
            )[0],
            "acknowledgement": letters["acknowledgement"],
            "orientation": letters["orientation"],
        }
