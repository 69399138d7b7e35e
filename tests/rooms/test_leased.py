"""Two workers at the same rows: each row has one holder, whatever the instant at which both look."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from guichet.allocation.runs.models import AllocationRun
from guichet.core.db import Database, make_database
from guichet.core.leased import Hold
from tests import make

LEASE = timedelta(minutes=5)
NOW = make.NOON


@pytest.fixture
def on_postgresql(copied: Callable[[str], AbstractContextManager[str]]) -> Iterator[Database]:
    """Where two workers really look at the same instant: on SQLite each waits for its turn before it looks."""
    with copied("postgresql") as url:
        database = make_database(url)
        yield database
        database.engine.dispose()


def asked(database: Database) -> int:
    """A proposal that waits."""
    with database.transaction() as session:
        run = AllocationRun(
            title="Essai", kind="fresh", choices={}, asked_by="Essai", asked_at=NOW, state="asked"
        )
        session.add(run)
        session.flush()
        return run.id


def test_a_row_taken_between_the_look_and_the_hand_of_another_worker_keeps_its_first_holder(
    on_postgresql: Database,
) -> None:
    database, run_id = on_postgresql, asked(on_postgresql)
    first, second = (Hold(AllocationRun, name, LEASE) for name in ("elsewhere/1/1", "elsewhere/2/1"))
    looked: list[str] = []
    taken = []

    def _first_is_quicker(*_: Any) -> None:
        looked.append("")
        if len(looked) == 1:
            taken.append(first.take_next(database, lambda: NOW))

    with database.writing() as session:
        event.listen(session.connection(), "after_cursor_execute", _first_is_quicker)
        assert second.take(session, NOW) is None
        session.commit()
    assert taken == [run_id]
    with database.reading() as session:
        run = session.scalars(select(AllocationRun)).one()
        assert (run.attempts, run.lease_owner) == (1, "elsewhere/1/1")
