"""Load N demands at once, for the benchmarks: `python benchmarks/loader.py DATABASE_URL N`.

The shape of some years of a territory: most demands are closed or placed, about one in eleven is open. Families,
persons, wishes, facts, search keys (by the product's own functions), a journal line a move, an acknowledgement
each (sent). Rows are written in batches, without the actions: 100,000 demands are some minutes, not hours. Names
grow with N, as those of a territory do, so a full name stays rare. Deterministic from the seed.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guichet.core.clock import now  # noqa: E402 - after the path
from guichet.core.db import Base, Database, make_database  # noqa: E402
from guichet.core.journal import JournalEntry  # noqa: E402
from guichet.core.migrate import upgrade  # noqa: E402
from guichet.core.months import add_months  # noqa: E402
from guichet.core.week import PRESETS  # noqa: E402
from guichet.demands import keys  # noqa: E402
from guichet.demands.models import Demand, DemandKey, Wish  # noqa: E402
from guichet.demo.names import (  # noqa: E402
    ADULT_FIRST_NAMES,
    CHILD_FIRST_NAMES,
    MAIL_DOMAIN,
    street_address,
    surname,
)
from guichet.establishments.catalogue import Catalogue, load_catalogue  # noqa: E402
from guichet.families.dossier import AdultEntry, ChildEntry  # noqa: E402
from guichet.families.models import Fact, Family, Person  # noqa: E402
from guichet.notifications.models import LetterRow  # noqa: E402

BATCH = 2_000
OPEN_SHARE = 0.09
OPEN_MIX = ("received", "oriented", "oriented", "commission", "commission", "unplaced")
DONE_MIX = ("placed",) * 6 + ("withdrawn",) * 3 + ("expired",)
PATHS = {
    "received": ("received",),
    "oriented": ("received", "oriented"),
    "commission": ("received", "oriented", "commission"),
    "unplaced": ("received", "oriented", "commission", "unplaced"),
    "placed": ("received", "oriented", "commission", "placed"),
    "withdrawn": ("received", "withdrawn"),
    "expired": ("received", "oriented", "expired"),
}
STEPS = {
    "received": "register",
    "oriented": "orient",
    "commission": "enlist",
    "placed": "place",
    "unplaced": "leave_unplaced",
    "withdrawn": "withdraw",
    "expired": "expire",
}
AGENT = "Agent de mesure"
TABLES = (Family, Person, Demand, Wish, Fact, DemandKey, JournalEntry, LetterRow)


@dataclass
class Rows:
    """The rows of one batch, by table."""

    of: dict[type[Base], list[dict[str, Any]]] = field(
        default_factory=lambda: {table: [] for table in TABLES}
    )

    def write(self, session: Session) -> None:
        """One executemany a table, in the order of the foreign keys."""
        for table, rows in self.of.items():
            session.execute(insert(table.__table__), rows)


def load(database: Database, count: int, seed: int = 71) -> None:
    """Add `count` demands to a database that already has its territory."""
    chance = Random(seed)
    with database.reading() as session:
        catalogue = load_catalogue(session)
        firsts = {
            table: (session.scalar(select(func.max(table.id))) or 0) + 1 for table in (Family, Person, Demand)
        }
    at = now()
    for start in range(0, count, BATCH):
        rows = Rows()
        for index in range(start, min(start + BATCH, count)):
            ids = Ids(firsts[Family] + index, firsts[Person] + 2 * index, firsts[Demand] + index)
            _one(rows, ids, chance, catalogue, at)
        with database.transaction() as session:
            rows.write(session)
    _settle(database)


@dataclass(frozen=True)
class Ids:
    """The keys of one family: an adult, then its child."""

    family: int
    adult: int
    demand: int

    @property
    def child(self) -> int:
        """The child's."""
        return self.adult + 1


def _one(rows: Rows, ids: Ids, chance: Random, catalogue: Catalogue, at: datetime) -> None:
    is_open = chance.random() < OPEN_SHARE
    state = chance.choice(OPEN_MIX if is_open else DONE_MIX)
    received = (
        at - timedelta(days=chance.randrange(0, 300) if is_open else chance.randrange(60, 2_400))
    ).date()
    home = chance.choice(list(catalogue.towns)) if chance.random() < 0.95 else None
    # A territory that grows brings new names: a syllable by block of a thousand families.
    name = surname(chance) + _syllable(ids.family // 1_000)
    phone = f"06 39 {ids.family % 1_000_000:06d}"
    adult = AdultEntry(
        chance.choice(ADULT_FIRST_NAMES), name, phone=phone, email=f"f{ids.family}@{MAIL_DOMAIN}"
    )
    child = ChildEntry(
        name, chance.choice(CHILD_FIRST_NAMES), received - timedelta(days=chance.randrange(20, 800))
    )
    wishes = chance.sample([house for house in catalogue.houses.values() if house.is_collective], 2)
    moments = list(_moments(state, received, chance))
    rows.of[Family].append(_family_row(ids, home, catalogue, chance, moments[0][1]))
    rows.of[Person] += _person_rows(ids, adult, child)
    rows.of[Demand].append(_demand_row(ids, state, received, home, wishes[0].id, catalogue, chance, at))
    rows.of[Wish] += [
        {
            "demand_id": ids.demand,
            "rank": rank,
            "establishment_id": house.id,
            "mode": None,
            "commune_code": None,
        }
        for rank, house in enumerate(wishes, 1)
    ]
    rows.of[Fact].append(_fact_row(ids, received))
    number = f"{received.year}-{ids.demand:05d}"
    found = (
        keys.name_words(child, (adult,))
        | keys.number_words(number, ids.demand)
        | keys.commune_words([home, *(house.commune_code for house in wishes)])
        | keys.trace_words(keys.trace_of(ids.demand, child, (adult,)))
    )
    rows.of[DemandKey] += [{"use": key.use, "key": key.key, "demand_id": ids.demand} for key in found]
    rows.of[JournalEntry] += _journal_rows(ids, moments)
    rows.of[LetterRow].append(_letter_row(ids, number, adult, moments[0][1]))


def _syllable(block: int) -> str:
    return (
        ""
        if block == 0
        else "BCDFGLMNPRSTVZ"[block % 14].lower() + "aeiou"[block // 14 % 5] + "x" * (block // 70)
    )


def _moments(state: str, received: date, chance: Random) -> Iterator[tuple[str, datetime]]:
    moment = datetime.combine(received, time(9, 30), UTC)
    for step in PATHS[state]:
        yield step, moment
        moment += timedelta(days=chance.randrange(3, 20), minutes=chance.randrange(0, 400))


def _family_row(
    ids: Ids, home: str | None, catalogue: Catalogue, chance: Random, at: datetime
) -> dict[str, Any]:
    town = catalogue.towns[home] if home else None
    return {
        "id": ids.family,
        "created_at": at,
        "address": street_address(chance),
        "postcode": min(town.postcodes) if town else "71200",
        "city": town.name if town else "Le Creusot",
        "commune_code": home,
        "channel": "email",
    }


def _person_rows(ids: Ids, adult: AdultEntry, child: ChildEntry) -> list[dict[str, Any]]:
    shared = {"family_id": ids.family, "position": 1}
    return [
        shared
        | {
            "id": ids.adult,
            "role": "adult",
            "first_name": adult.first_name,
            "last_name": adult.last_name,
            "birth_date": None,
            "link": "mother",
            "phone": adult.phone,
            "email": adult.email,
        },
        shared
        | {
            "id": ids.child,
            "role": "child",
            "first_name": child.first_name,
            "last_name": child.last_name,
            "birth_date": child.birth_date,
            "link": "",
            "phone": "",
            "email": "",
        },
    ]


def _demand_row(
    ids: Ids,
    state: str,
    received: date,
    home: str | None,
    house: int,
    catalogue: Catalogue,
    chance: Random,
    at: datetime,
) -> dict[str, Any]:
    week = chance.choice(PRESETS).week
    placed, closed = state == "placed", state in ("withdrawn", "expired")
    return {
        "id": ids.demand,
        "state": state,
        "family_id": ids.family,
        "child_id": ids.child,
        "desk_id": catalogue.service_for(home).id,
        "desk_commune_code": home,
        "home_code": home,
        "channel": chance.choice(("desk", "desk", "phone", "portal", "monenfant")),
        "registered_by": AGENT,
        "received_at": datetime.combine(received, time(9, 30), UTC),
        "received_on": received,
        "seniority_on": received,
        "seniority_rule": "received",
        "notice_version": "2026-11",
        "notice_given_on": received,
        "care": chance.choices(("regular", "occasional", "emergency"), (90, 8, 2))[0],
        "entry_on": add_months(received, chance.randrange(2, 12)),
        "week_pattern": week.to_json(),
        "weekly_minutes": week.total_minutes,
        "papers_missing": chance.choice((0, 0, 0, 1)) if not (placed or closed) else 0,
        "renewal_due_on": received + timedelta(days=180),
        "interview_on": None if state == "received" else received + timedelta(days=5),
        "oriented_on": None if state == "received" else received + timedelta(days=5),
        "orientation": "" if state == "received" else "commission",
        "session_on": at.date() + timedelta(days=20) if state == "commission" else None,
        "session_name": "Commission de mesure" if state == "commission" else "",
        "solution": "establishment" if placed else None,
        "placed_at_id": house if placed else None,
        "placed_from": add_months(received, 6) if placed else None,
        "unplaced_reason": "no_seat" if state == "unplaced" else "",
        "closed_on": received + timedelta(days=30) if closed else None,
        "closed_reason": {"withdrawn": "moved", "expired": "not_renewed"}.get(state, ""),
    }


def _fact_row(ids: Ids, received: date) -> dict[str, Any]:
    return {
        "family_id": ids.family,
        "person_id": ids.child,
        "kind": "birth",
        "declared_on": received,
        "paper": "birth_certificate",
        "asked_on": received,
        "received_on": received,
        "checked_on": received,
        "checked_by": AGENT,
    }


def _journal_rows(ids: Ids, moments: list[tuple[str, datetime]]) -> list[dict[str, Any]]:
    before: str | None = None
    lines = []
    for state, at in moments:
        lines.append(
            {
                "at": at,
                "subject_type": "demand",
                "subject_id": ids.demand,
                "step": STEPS[state],
                "from_state": before,
                "to_state": state,
                "actor_id": None,
                "actor_name": AGENT,
                "reason": "",
                "detail": {},
            }
        )
        before = state
    return lines


def _letter_row(ids: Ids, number: str, adult: AdultEntry, at: datetime) -> dict[str, Any]:
    return {
        "key": f"demand:{ids.demand}:acknowledgement",
        "kind": "acknowledgement",
        "subject_type": "demand",
        "subject_id": ids.demand,
        "reference": number,
        "recipient_name": f"{adult.first_name} {adult.last_name}",
        "email": adult.email,
        "address": "",
        "channel": "email",
        "state": "sent",
        "attempts": 1,
        "created_at": at,
        "due_at": at,
        "sent_at": at,
        "subject": f"Nous avons bien reçu votre demande d’accueil n° {number}",
        "text": "Bonjour.\n" * 120,
        "html": "<p>Bonjour.</p>\n" * 250,
        "facts": {},
    }


def _settle(database: Database) -> None:
    """Sequences after the rows written with their ids, and fresh statistics for the planner."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.engine.dialect.name == "postgresql":
            for table in (Family, Person, Demand):
                name = table.__tablename__
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
                    )
                )
            connection.execute(text("VACUUM ANALYZE"))
        else:
            connection.execute(text("ANALYZE"))


if __name__ == "__main__":
    made = make_database(sys.argv[1])
    upgrade(made.engine)
    load(made, int(sys.argv[2]))
