"""Posting letters in a test and asking what became of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core.db import Database
from guichet.notifications import outbox, queries
from guichet.notifications.models import LetterRow
from guichet.notifications.relay import Relay
from tests.letters import letter, recipient
from tests.make import NOON

WHILE = timedelta(minutes=1)


@dataclass
class Clock:
    """A clock that people turn by hand."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


def post(
    session: Session, key: str = "a", email: str | None = "parent@exemple.test", **more: object
) -> LetterRow:
    letter_id = outbox.post(
        session,
        letter(recipient=recipient(email)),
        key=key,
        subject_type="demand",
        subject_id=12,
        at=NOON,
        **more,  # type: ignore[arg-type]
    )
    return session.get_one(LetterRow, letter_id)


def posted(database: Database, *keys: str, **more: object) -> None:
    with database.transaction() as session:
        for key in keys or ("a",):
            post(session, key, **more)  # type: ignore[arg-type]


def one(database: Database, key: str = "a") -> LetterRow:
    with database.reading() as session:
        return session.scalars(select(LetterRow).where(LetterRow.key == key)).one()


def states(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {state: number for state, number in queries.counts(session).items() if number}


def story(database: Database, key: str = "a") -> list[str]:
    with database.reading() as session:
        row = session.scalars(select(LetterRow).where(LetterRow.key == key)).one()
        return [event.what for event in queries.events(session, row.id)]


def turn(relay: Relay, later: timedelta) -> None:
    assert isinstance(relay.clock, Clock)
    relay.clock.at += later
