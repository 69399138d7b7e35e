"""A worker that dies in the middle of a paper of a session: another makes it, once, and it says the same."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import undefer

from guichet.commissions.papers.documents import ask_paper
from guichet.commissions.papers.models import PACK, SessionDocument
from guichet.commissions.sessions.models import CommissionSession
from guichet.core.db import Database
from tests.faults.conftest import STARTED_S, Installation
from tests.sessions import SAT, Round2

pytestmark = pytest.mark.faults

BEGIN_S = 10


@contextmanager
def stopped_before_it_is_printed(database: Database) -> Iterator[None]:
    """The pack of a session, asked for; whoever reads the houses to write it waits."""
    round_ = Round2.started(database)
    for name in ("Ana", "Bob"):
        round_.ask(name, "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana", "Bob"))
    round_.open("Nord")
    with database.engine.connect() as connection, connection.begin():
        connection.execute(text("LOCK TABLE establishment IN ACCESS EXCLUSIVE MODE"))
        with database.transaction() as session:
            sitting = session.get_one(CommissionSession, round_.sessions["Nord"])
            ask_paper(session, sitting, PACK, actor=round_.by, at=SAT)
        yield


def paper(database: Database) -> SessionDocument:
    """The only one there is."""
    with database.reading() as session:
        whole = undefer(SessionDocument.content), undefer(SessionDocument.facts)
        return session.scalars(select(SessionDocument).options(*whole)).one()


def test_a_killed_worker_leaves_its_paper_to_the_next_which_makes_it_once(
    guichet_on_postgres: Installation,
) -> None:
    guichet, database = guichet_on_postgres, guichet_on_postgres.database
    with stopped_before_it_is_printed(database):
        guichet.until(lambda: paper(database).state == "running", BEGIN_S + guichet.slack)
        (child,) = guichet.worker.children()
        os.kill(child, signal.SIGKILL)
    guichet.until(lambda: paper(database).state == "done", STARTED_S)
    made = paper(database)
    assert made.content is not None
    assert (made.attempts, made.failure, made.content[:5]) == (2, "", b"%PDF-")
    assert (made.sha256, made.size) == (sha256(made.content).hexdigest(), len(made.content))
    assert guichet.worker.starts == 1
