"""Workers that die in the middle of a proposal: it is taken again, and ends as if nothing had happened."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from guichet.allocation.runs.actions import ask_run
from guichet.allocation.runs.models import AllocationRun
from guichet.core import clock
from tests import make
from tests.faults.conftest import STARTED_S, Installation
from tests.proposals import CHOICES, bench, in_force, places, reread, waiting

pytestmark = pytest.mark.faults

BEGIN_S = 10


@contextmanager
def held_while_it_reads(guichet: Installation) -> Iterator[None]:
    """Whoever reads the demands waits: a worker that gathers the files is caught in the middle."""
    with guichet.database.engine.connect() as connection, connection.begin():
        connection.execute(text("LOCK TABLE demand IN ACCESS EXCLUSIVE MODE"))
        yield


def asked(guichet: Installation) -> int:
    """A proposal on two demands for one seat, asked for as the page does."""
    with guichet.database.writing() as session:
        run = ask_run(
            session, "Rentrée 2027", CHOICES, actor=make.person(session, "coordinator"), at=clock.now()
        )
        session.commit()
        return run.id


@pytest.fixture
def guichet(guichet_on_postgres: Installation) -> Installation:
    with guichet_on_postgres.database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        in_force(session, by)
        places(session, make.house(catalogue, "lucioles"), 1)
        for name in ("Ana", "Bob"):
            waiting(session, catalogue, by, name)
        session.commit()
    return guichet_on_postgres


def run_of(guichet: Installation, run_id: int) -> AllocationRun:
    return reread(guichet.database, run_id)


def is_read(guichet: Installation, run_id: int) -> bool:
    run = run_of(guichet, run_id)
    return (run.state, run.step) == ("running", "gather")


def ends_well(guichet: Installation, run_id: int) -> None:
    """Ended at the second attempt, with the same answer as a worker that nothing disturbs."""
    guichet.until(lambda: run_of(guichet, run_id).state == "done", STARTED_S)
    run = run_of(guichet, run_id)
    assert (run.attempts, run.placed, run.unplaced, run.findings) == (2, 1, 1, [])
    with guichet.database.writing() as session:
        again = ask_run(
            session, "Encore", CHOICES, actor=make.person(session, "coordinator"), at=run.asked_at
        ).id
        session.commit()
    bench(guichet.database, clock=clock.now).work()
    guichet.until(lambda: run_of(guichet, again).state == "done", STARTED_S)
    assert run_of(guichet, again).result_digest == run.result_digest


def test_a_killed_pool_child_leaves_its_proposal_to_the_next(guichet: Installation) -> None:
    with held_while_it_reads(guichet):
        run_id = asked(guichet)
        guichet.until(lambda: is_read(guichet, run_id), BEGIN_S + guichet.slack)
        (child,) = guichet.worker.children()
        os.kill(child, signal.SIGKILL)
    ends_well(guichet, run_id)
    assert guichet.worker.starts == 1


def test_a_killed_worker_leaves_its_proposal_to_the_one_that_replaces_it(guichet: Installation) -> None:
    with held_while_it_reads(guichet):
        run_id = asked(guichet)
        guichet.until(lambda: is_read(guichet, run_id), BEGIN_S + guichet.slack)
        assert guichet.worker.process is not None
        guichet.worker.process.kill()
    ends_well(guichet, run_id)
    assert guichet.worker.starts == 2
