"""A worker killed in the middle of the search of a calendar: it is taken again, to the same calendar."""

import os
import signal
import time
from dataclasses import replace

import pytest

from benchmarks.years import year_of
from guichet.core import clock
from guichet.scheduling.campaigns.actions import ask_run
from guichet.scheduling.campaigns.files import digest, plan_digest, problem_document
from guichet.scheduling.campaigns.models import CalendarRun
from guichet.scheduling.planning import files, solver
from guichet.scheduling.planning.problem import Problem
from tests import make
from tests.campaigns import campaign, commissions, places, reread
from tests.faults.conftest import BUSY_S, STARTED_S, Installation

pytestmark = pytest.mark.faults

YEAR = year_of(28, "monthly", 1, work_limit=1)
"""A search of some seconds, long enough to be caught in the middle; its limit is counted in work, not in time."""

LONG = replace(YEAR, work_limit=60)
"""A minute at least."""


def asked(guichet: Installation, year: Problem = YEAR) -> CalendarRun:
    """A calendar whose inputs a first worker has frozen: that of many communes, every month."""
    problem = problem_document(year)
    with guichet.database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        places(session)
        made = campaign(session, by, *commissions(session, catalogue, by))
        run = ask_run(session, made, actor=by, at=clock.now())
        run.inputs, run.about, run.input_digest = problem, {}, digest(problem)
        session.commit()
        return run


def is_searching(guichet: Installation, run_id: int) -> bool:
    run = reread(guichet.database, run_id)
    return (run.state, run.step) == ("running", "solve")


def test_a_worker_killed_while_it_searches_leaves_its_calendar_to_the_next_which_finds_the_same(
    guichet_on_postgres: Installation,
) -> None:
    guichet = guichet_on_postgres
    run = asked(guichet)
    guichet.until(lambda: is_searching(guichet, run.id), STARTED_S)
    (child,) = guichet.worker.children()
    os.kill(child, signal.SIGKILL)
    guichet.until(lambda: reread(guichet.database, run.id).state == "done", 2 * STARTED_S)
    ended = reread(guichet.database, run.id)
    assert ended.result is not None
    assert (ended.attempts, ended.inputs, ended.result["told"]["findings"]) == (2, run.inputs, [])
    undisturbed = solver.plan(YEAR, time.monotonic)
    assert ended.result_digest == plan_digest(files.result_of(undisturbed))


def test_a_worker_told_to_stop_gives_its_calendar_back_as_if_it_had_not_begun(
    guichet_on_postgres: Installation,
) -> None:
    guichet = guichet_on_postgres
    run = asked(guichet, LONG)
    guichet.until(lambda: is_searching(guichet, run.id), STARTED_S)
    guichet.worker.stop(signal.SIGTERM)
    left = reread(guichet.database, run.id)
    assert (left.state, left.attempts, left.lease_owner) == ("asked", 0, None)


def test_letters_leave_while_a_calendar_is_searched(guichet_on_postgres: Installation) -> None:
    guichet = guichet_on_postgres
    run = asked(guichet, LONG)
    guichet.until(lambda: is_searching(guichet, run.id), STARTED_S)
    guichet.post(3)
    guichet.until_all_sent(BUSY_S + guichet.slack)
    assert is_searching(guichet, run.id)
