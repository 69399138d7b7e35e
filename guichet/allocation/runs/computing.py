"""A worker at the runs: takes one under a lease, freezes its inputs, computes, checks, writes.

No transaction is open while it computes. Each stage begins with a short transaction that writes where the run stands
and lengthens the lease; a worker that finds the run no longer its own leaves it. Killed at any line, the run is taken
again: what was frozen is kept, what was computed is computed again to the same digest, and the lines are written
with the end in one transaction.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from guichet.allocation import files
from guichet.allocation.explaining.lines import Standing
from guichet.allocation.problem import Problem, Result
from guichet.allocation.runs.actions import frozen_inputs
from guichet.allocation.runs.answering import Answer, answer
from guichet.allocation.runs.freezing import freeze_now
from guichet.allocation.runs.models import AllocationLine, AllocationRun
from guichet.core.db import Database
from guichet.core.errors import DomainError
from guichet.core.leased import DONE, UNFORESEEN, Hold, LostError

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than any stage of a run; lengthened at each."""
KILLER = (
    "Ce calcul a arrêté trois fois le programme qui le faisait : il n’est plus repris. "
    "Réduisez la période ou le nombre de demandes, ou prévenez l’administrateur."
)


def settle(problem: Problem, result: Result) -> Result:
    """The result with fewer cases left to people, when the reference solver finds one, as the command does."""
    # OR-Tools takes a second to load, and most runs leave nothing to settle.
    from guichet.allocation import reference  # noqa: PLC0415

    return reference.settle(problem, result)


@dataclass(frozen=True)
class Bench:
    """A worker at the runs: its database, its clock and its own name."""

    database: Database
    clock: Callable[[], datetime]
    owner: str

    @property
    def hold(self) -> Hold[AllocationRun]:
        """Its hold on the runs."""
        return Hold(AllocationRun, self.owner, LEASE, KILLER)

    def work(self, most: int = 10) -> int:
        """Compute the runs that wait, at most `most`. Returns how many ended, well or not."""
        return self.hold.work_through(self.database, self.clock, self._compute, most)

    def _compute(self, run_id: int) -> None:
        try:
            inputs = self._freeze(run_id)
            answered = answer(inputs, lambda step, percent: self._stage(run_id, step, percent), settle)
            self._stage(run_id, "write", 90)
            with self.database.transaction() as session:
                _finish(session, self._mine(session, run_id), answered, self.clock())
        except LostError:
            log.warning("Proposition %d : reprise par un autre travailleur", run_id)
        except OperationalError:
            # The database is away: the lease will end, and the run be taken again.
            raise
        except DomainError as refusal:
            self.hold.give_up(self.database, run_id, refusal.sentence)
        except Exception:  # one run that cannot be computed must not stop the others
            log.exception("Proposition %d : échec", run_id)
            self.hold.give_up(self.database, run_id, UNFORESEEN)

    def _freeze(self, run_id: int) -> dict[str, Any]:
        self._stage(run_id, "gather", 5)
        with self.database.transaction() as session:
            run = self._mine(session, run_id)
            return run.inputs or freeze_now(session, run)

    def _stage(self, run_id: int, step: str, percent: int) -> None:
        with self.database.transaction() as session:
            self.hold.go_on(session, run_id, self.clock(), step=step, percent=percent)

    def _mine(self, session: Session, run_id: int) -> AllocationRun:
        return self.hold.still(frozen_inputs(session, run_id))


def _finish(session: Session, run: AllocationRun, answered: Answer, at: datetime) -> None:
    """The result, its lines and the end, in the caller's transaction."""
    result = answered.result
    session.execute(delete(AllocationLine).where(AllocationLine.run_id == run.id))
    rows = [_row(run.id, one) for one in answered.standings]
    # Without it, rows with a place and rows without one would be two statements.
    session.execute(insert(AllocationLine).execution_options(render_nulls=True), rows)
    run.result = files.result_document(result)
    run.engine = result.engine
    run.input_digest, run.result_digest = result.input_digest, result.result_digest
    run.demands = len(answered.standings)
    run.placed, run.unplaced = answered.placed, result.statistics.unplaced
    run.blocking, run.slots_filled = len(result.blocking), result.statistics.slots_filled
    run.findings = list(answered.findings)
    run.prices, run.counter_offers = answered.prices, answered.counter_offers
    run.state, run.percent, run.step, run.done_at = DONE, 100, "done", at
    run.lease_owner = run.lease_until = None


def _row(run_id: int, one: Standing) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "demand_id": one.demand,
        "position": one.position,
        "outcome": one.outcome,
        "establishment_id": one.house,
        "seat": one.seat,
        "points": one.points,
        "pinned": one.pinned,
        "blocking": one.blocking,
        "together": one.together,
        "wishes": one.wishes,
    }
