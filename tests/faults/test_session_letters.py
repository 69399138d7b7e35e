"""A worker that dies in the middle of the letters of a session: another goes on, and no letter is written twice."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, func, insert, select

from guichet.commissions.signing.dry_run_bench import AT_A_TIME
from guichet.commissions.signing.letters import key_of
from guichet.commissions.signing.models import DryRun
from guichet.commissions.sitting import deciding
from guichet.demands import leaving
from guichet.demands.models import Demand
from guichet.notifications.models import LetterRow
from tests.faults.conftest import STARTED_S, Installation
from tests.sessions import SAT, Round2

pytestmark = pytest.mark.faults

BEGIN_S = 10
FAMILIES = AT_A_TIME + 2
"""One batch of letters, and the beginning of another."""


@pytest.fixture
def round_(guichet_on_postgres: Installation) -> Round2:
    leaving.bind(deciding.drop_drafts)
    made = Round2.started(guichet_on_postgres.database)
    names = [f"N{number:02}" for number in range(FAMILIES)]
    for name in names:
        made.ask(name, "lucioles")
    made.sit("Nord", "lucioles", of=tuple(names))
    made.open("Nord")
    for name in names:
        made.decide("Nord", name, "refuse", reason="rank")
    return made


@contextmanager
def stopped_at_the_last_letter(round_: Round2) -> Iterator[int]:
    """A trial asked for; whoever writes the letter of the last family waits for a transaction that never ends."""
    database = round_.database
    with database.writing() as session, database.engine.connect() as other, other.begin() as kept:
        sitting_id = round_.sessions["Nord"]
        run = DryRun(session_id=sitting_id, state="asked", asked_by="Essai", asked_at=SAT)
        session.add(run)
        session.flush()
        family = session.scalar(select(func.max(Demand.family_id)))
        _write(other, key_of(sitting_id, run.id, family or 0))
        session.commit()
        yield run.id
        kept.rollback()


def _write(connection: Connection, key: str) -> None:
    values = {
        "key": key,
        "kind": "unplaced",
        "subject_type": "demand",
        "subject_id": 1,
        "reference": "",
        "recipient_name": "",
        "address": "",
        "channel": "print",
        "state": "held",
        "attempts": 0,
        "created_at": SAT,
        "due_at": SAT,
        "subject": "",
        "text": "",
        "html": "",
        "facts": {},
    }
    connection.execute(insert(LetterRow.__table__).values(**values))


def letters(round_: Round2) -> list[str]:
    with round_.database.reading() as session:
        return list(session.scalars(select(LetterRow.key).where(LetterRow.key.startswith("session:"))))


def test_a_killed_worker_leaves_its_letters_to_the_next_and_none_is_written_twice(
    guichet_on_postgres: Installation, round_: Round2
) -> None:
    guichet = guichet_on_postgres
    with stopped_at_the_last_letter(round_) as run_id:
        guichet.until(lambda: len(letters(round_)) == AT_A_TIME, BEGIN_S + guichet.slack)
        (child,) = guichet.worker.children()
        os.kill(child, signal.SIGKILL)

    def run() -> DryRun | None:
        with round_.database.reading() as session:
            return session.get(DryRun, run_id)

    guichet.until(lambda: getattr(run(), "state", "") == "done", STARTED_S)
    ended = run()
    assert ended is not None
    assert (ended.attempts, ended.letters, ended.failure) == (2, FAMILIES, "")
    assert len(set(letters(round_))) == len(letters(round_)) == FAMILIES
