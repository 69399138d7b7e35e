"""A worker at the calendars: takes one under a lease, freezes its inputs, solves, explains, checks, writes.

No transaction is open while it solves. Each stage begins with a short transaction that writes where the run stands
and lengthens the lease; a worker that finds the run no longer its own leaves it. Killed at any line, the run is taken
again: what was frozen is kept, and what was solved is solved again to the same digest.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from guichet.core.db import Database
from guichet.core.errors import DomainError
from guichet.core.leased import DONE, UNFORESEEN, Hold, LostError
from guichet.scheduling.campaigns.answer import explained
from guichet.scheduling.campaigns.files import digest, plan_digest, problem_from
from guichet.scheduling.campaigns.models import CalendarRun
from guichet.scheduling.campaigns.queries import whole_run
from guichet.scheduling.planning import files
from guichet.scheduling.planning.plan import Plan
from guichet.scheduling.planning.problem import Problem

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than the longest silence of a run, which is its search: two minutes at most."""
TELL_EVERY_S = 2.0
BEGUN, SOLVED, EXPLAINED = 10, 80, 95
"""Percent at the beginning of the search, at its end, and once explained."""
KILLER = (
    "Ce calcul a arrêté trois fois le programme qui le faisait : il n’est plus repris. "
    "Réduisez la période ou le nombre de commissions, ou prévenez l’administrateur."
)

Frozen = tuple[dict[str, Any], dict[str, Any]]
"""The problem, as `guichet plan` reads it, and what its names mean."""
Freeze = Callable[[Session, CalendarRun, datetime], Frozen]


@dataclass(frozen=True)
class Bench:
    """A worker at the calendars: its database, its clock, its own name, and who reads the tables for it."""

    database: Database
    clock: Callable[[], datetime]
    owner: str
    freeze: Freeze

    @property
    def hold(self) -> Hold[CalendarRun]:
        """Its hold on the runs."""
        return Hold(CalendarRun, self.owner, LEASE, KILLER)

    def work(self, most: int = 10) -> int:
        """Compute the runs that wait, at most `most`. Returns how many ended, well or not."""
        return self.hold.work_through(self.database, self.clock, self._compute, most)

    def waits(self) -> bool:
        """Whether some run is not ended: asked so often that it must cost next to nothing."""
        with self.database.reading() as session:
            return self.hold.some_wait(session)

    def _compute(self, run_id: int) -> None:
        try:
            inputs, about = self._freeze(run_id)
            problem = problem_from(inputs)
            found = self._solve(run_id, problem)
            self._stage(run_id, "explain", SOLVED)
            told = explained(problem, found)
            self._stage(run_id, "write", EXPLAINED)
            with self.database.transaction() as session:
                _finish(self._mine(session, run_id), (inputs, about), found, told, self.clock())
        except LostError:
            log.warning("Calendrier %d : repris par un autre travailleur", run_id)
        except OperationalError:
            # The database is away: the lease will end, and the run be taken again.
            raise
        except DomainError as refusal:
            self.hold.give_up(self.database, run_id, refusal.sentence)
        except Exception:  # one run that cannot be computed must not stop the others
            log.exception("Calendrier %d : échec", run_id)
            self.hold.give_up(self.database, run_id, UNFORESEEN)

    def _freeze(self, run_id: int) -> Frozen:
        """What the run keeps: read now, or already frozen by a worker that died later."""
        self._stage(run_id, "gather", 2)
        with self.database.transaction() as session:
            run = self._mine(session, run_id)
            if run.inputs is None or run.about is None:
                run.inputs, run.about = self.freeze(session, run, self.clock())
                run.input_digest = digest(run.inputs)
            return run.inputs, run.about

    def _solve(self, run_id: int, problem: Problem) -> Plan:
        # OR-Tools takes a second to load and much memory: only a worker that has a calendar to compute pays it.
        from guichet.scheduling.planning import solver  # noqa: PLC0415

        self._stage(run_id, "solve", BEGUN)
        told = Told(self, run_id)
        return solver.plan(
            problem, time.monotonic, lambda progress: told.hear(progress.block, progress.blocks)
        )

    def _stage(self, run_id: int, step: str, percent: int) -> None:
        with self.database.transaction() as session:
            self.hold.go_on(session, run_id, self.clock(), step=step, percent=percent)

    def _mine(self, session: Session, run_id: int) -> CalendarRun:
        return self.hold.still(whole_run(session, run_id))


class Told:
    """Writes how far a search is, now and then: better plans come by dozens in the first second."""

    def __init__(self, bench: Bench, run_id: int) -> None:
        self._bench, self._run_id = bench, run_id
        self._next, self._percent = 0.0, BEGUN

    def hear(self, block: int, blocks: int) -> None:
        """A better plan of this block, out of so many."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + TELL_EVERY_S
        share = (SOLVED - BEGUN) * (block - 1) // blocks
        # Inside a block nobody knows how far the end is: one percent a better plan, never the next block's.
        ceiling = BEGUN + (SOLVED - BEGUN) * block // blocks - 1
        self._percent = min(max(self._percent + 1, BEGUN + share), ceiling)
        self._bench._stage(self._run_id, "solve", self._percent)


def _finish(run: CalendarRun, frozen: Frozen, found: Plan, told: dict[str, Any], at: datetime) -> None:
    document = files.result_of(found)
    run.inputs, run.about = frozen
    run.result = {"plan": document, "told": told}
    run.engine, run.status, run.stopped_by = found.engine, found.status, found.stopped_by or ""
    run.result_digest = plan_digest(document)
    run.gap = found.gap if found.gap is not None else max((one.gap for one in found.blocks), default=None)
    run.planned, run.unplaced = len(found.sessions), len(found.unplaced)
    run.tours, run.presences, run.seats = told["tours"], told["presences"], told["seats"]
    run.state, run.percent, run.step, run.done_at = DONE, 100, "done", at
    run.lease_owner = run.lease_until = None
