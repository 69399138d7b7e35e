"""A worker at the calendars: takes one under a lease, freezes its inputs, solves, explains, checks, writes.

No transaction is open while it solves. Each stage begins with a short transaction that writes where the run stands
and lengthens the lease; a worker that finds the run no longer its own leaves it. Killed at any line, the run is taken
again: what was frozen is kept, and what was solved is solved again to the same digest.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from guichet.core.db import Database
from guichet.core.errors import DomainError
from guichet.notifications.lease import is_gone
from guichet.scheduling import files
from guichet.scheduling.campaign_answer import explained
from guichet.scheduling.campaign_files import digest, plan_digest, problem_from
from guichet.scheduling.campaign_models import ASKED, DONE, FAILED, RUNNING, CalendarRun
from guichet.scheduling.campaign_queries import whole_run
from guichet.scheduling.plan import Plan
from guichet.scheduling.problem import Problem

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than the longest silence of a run, which is its search: two minutes at most."""
MOST_ATTEMPTS = 3
TELL_EVERY_S = 2.0
BEGUN, SOLVED, EXPLAINED = 10, 80, 95
"""Percent at the beginning of the search, at its end, and once explained."""
KILLER = (
    "Ce calcul a arrêté trois fois le programme qui le faisait : il n’est plus repris. "
    "Réduisez la période ou le nombre de commissions, ou prévenez l’administrateur."
)
UNFORESEEN = "Le calcul s’est arrêté sur une erreur imprévue ; elle est dans le journal du serveur."

Frozen = tuple[dict[str, Any], dict[str, Any]]
"""The problem, as `guichet plan` reads it, and what its names mean."""
Freeze = Callable[[Session, CalendarRun, datetime], Frozen]


class LostError(Exception):
    """The run is no longer this worker's."""


@dataclass(frozen=True)
class Bench:
    """A worker at the calendars: its database, its clock, its own name, and who reads the tables for it."""

    database: Database
    clock: Callable[[], datetime]
    owner: str
    freeze: Freeze

    def work(self, most: int = 10) -> int:
        """Compute the runs that wait, at most `most`. Returns how many ended, well or not."""
        ended = 0
        while ended < most and (run_id := self._take()) is not None:
            self._compute(run_id)
            ended += 1
        return ended

    def waits(self) -> bool:
        """Whether some run is not ended: asked so often that it must cost next to nothing."""
        with self.database.reading() as session:
            wanted = select(CalendarRun.id).where(CalendarRun.state.in_((ASKED, RUNNING))).limit(1)
            return session.scalar(wanted) is not None

    def _take(self) -> int | None:
        if not self.waits():
            return None
        with self.database.transaction() as session:
            return take(session, self.clock(), self.owner)

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
            self._fail(run_id, refusal.sentence)
        except Exception:  # one run that cannot be computed must not stop the others
            log.exception("Calendrier %d : échec", run_id)
            self._fail(run_id, UNFORESEEN)

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
        from guichet.scheduling import solver  # noqa: PLC0415

        self._stage(run_id, "solve", BEGUN)
        told = Told(self, run_id)
        return solver.plan(
            problem, time.monotonic, lambda progress: told.hear(progress.block, progress.blocks)
        )

    def _stage(self, run_id: int, step: str, percent: int) -> None:
        with self.database.transaction() as session:
            moved = session.execute(
                update(CalendarRun)
                .where(*self._held(run_id))
                .values(step=step, percent=percent, lease_until=self.clock() + LEASE)
                .returning(CalendarRun.id)
                .execution_options(synchronize_session=False)
            )
            if moved.first() is None:
                raise LostError

    def _mine(self, session: Session, run_id: int) -> CalendarRun:
        run = whole_run(session, run_id)
        if run is None or run.state != RUNNING or run.lease_owner != self.owner:
            raise LostError
        return run

    def _fail(self, run_id: int, sentence: str) -> None:
        with self.database.transaction() as session:
            session.execute(
                update(CalendarRun)
                .where(*self._held(run_id))
                .values(state=FAILED, failure=sentence, lease_owner=None, lease_until=None)
                .execution_options(synchronize_session=False)
            )

    def _held(self, run_id: int) -> tuple[Any, ...]:
        run = CalendarRun
        return run.id == run_id, run.state == RUNNING, run.lease_owner == self.owner


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


def take(session: Session, now: datetime, owner: str) -> int | None:
    """Take the oldest run that waits, or that a dead worker left; None when there is none."""
    while True:
        run = session.scalars(
            select(CalendarRun)
            .where(CalendarRun.id.in_(list(_waiting(session, now, owner))))
            .order_by(CalendarRun.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if run is None:
            return None
        if run.attempts < MOST_ATTEMPTS:
            run.state, run.attempts = RUNNING, run.attempts + 1
            run.lease_owner, run.lease_until = owner, now + LEASE
            return run.id
        run.state, run.failure, run.lease_owner, run.lease_until = FAILED, KILLER, None, None
        session.flush()


def _waiting(session: Session, now: datetime, owner: str) -> Iterator[int]:
    columns = (CalendarRun.id, CalendarRun.state, CalendarRun.lease_owner, CalendarRun.lease_until)
    for row in session.execute(select(*columns).where(CalendarRun.state.in_((ASKED, RUNNING)))):
        # A worker that takes holds nothing: what bears its name was left by an error.
        dead = row.lease_owner is not None and (row.lease_owner == owner or is_gone(row.lease_owner))
        if row.state == ASKED or dead or row.lease_until <= now:
            yield row.id


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
