"""A worker's hold on a row that asks for a long work: taken under a lease, given up after three workers died on it.

The same statements for every long work. Such a row has a state (asked, running, done, failed), `attempts`,
`lease_owner`, `lease_until` and the sentence of its `failure`. A row whose worker is gone is taken again.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import CheckConstraint, Index, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String, Text

from guichet.core.db import Database
from guichet.core.process import is_gone

ASKED, RUNNING, DONE, FAILED = "asked", "running", "done", "failed"
MOST_ATTEMPTS = 3
KILLER = "Ce travail a arrêté trois fois le programme qui le faisait : il n’est plus repris. Prévenez l’administrateur."
UNFORESEEN = "Le travail s’est arrêté sur une erreur imprévue ; elle est dans le journal du serveur."


class Leased:
    """What the row of a long work keeps of it, beside what was asked and what came out."""

    id: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default=ASKED)
    percent: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    """How many times a worker took it: one that kills its workers is given up in the end."""
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]


def held_rightly() -> Iterator[CheckConstraint | Index]:
    """What the database refuses of such a row, and the index under which the next to take is found."""
    yield CheckConstraint(f"state IN {(ASKED, RUNNING, DONE, FAILED)}", name="state")
    yield CheckConstraint("percent BETWEEN 0 AND 100", name="percent")
    yield CheckConstraint(f"(state = '{RUNNING}') = (lease_until IS NOT NULL)", name="leased")
    yield CheckConstraint(f"state <> '{FAILED}' OR failure <> ''", name="failed_has_a_reason")
    yield Index(None, "state", "id")


Row = TypeVar("Row", bound=Leased)


class LostError(Exception):
    """The row is no longer this worker's."""


@dataclass(frozen=True)
class Hold(Generic[Row]):
    """One kind of row, and who holds it."""

    model: type[Row]
    owner: str
    lease: timedelta
    """Longer than any stage of the work; lengthened at each."""
    killer: str = KILLER
    """What a row says once three workers died on it."""

    def some_wait(self, session: Session) -> bool:
        """Whether a row is not ended: asked so often that it must cost next to nothing."""
        wanted = select(self.model.id).where(self.model.state.in_((ASKED, RUNNING))).limit(1)
        return session.scalar(wanted) is not None

    def work_through(
        self, database: Database, clock: Callable[[], datetime], do: Callable[[int], None], most: int
    ) -> int:
        """Take the rows that wait one after the other and do each, at most `most`. Returns how many ended."""
        ended = 0
        while ended < most and (row_id := self.take_next(database, clock)) is not None:
            do(row_id)
            ended += 1
        return ended

    def give_up(self, database: Database, row_id: int, sentence: str) -> None:
        """Say why the work failed; nothing when another worker has the row by now."""
        with database.transaction() as session, suppress(LostError):
            self.end(session, row_id, state=FAILED, failure=sentence)

    def let_go(self, database: Database) -> None:
        """Leave to the next worker what this one holds: it was told to stop, and killed nothing that counts."""
        one = self.model
        with database.transaction() as session:
            session.execute(
                update(one)
                .where(one.state == RUNNING, one.lease_owner == self.owner)
                .values(state=ASKED, attempts=one.attempts - 1, lease_owner=None, lease_until=None)
                .execution_options(synchronize_session=False)
            )

    def take_next(self, database: Database, clock: Callable[[], datetime]) -> int | None:
        """The oldest row that waits, taken; None, at next to no cost, when there is none."""
        with database.reading() as session:
            if not self.some_wait(session):
                return None
        with database.transaction() as session:
            return self.take(session, clock())

    def take(self, session: Session, now: datetime) -> int | None:
        """Take the oldest row that waits, or that a dead worker left; None when there is none."""
        while True:
            row = session.scalars(
                select(self.model)
                .where(self.model.id.in_(self._free(session, now)))
                .order_by(self.model.id)
                .limit(1)
                .with_for_update(skip_locked=True)
                .execution_options(populate_existing=True)
            ).first()
            if row is None:
                return None
            if not self._is_free(row, now):
                # Between the look and the lock another worker took it and committed: look again.
                continue
            if row.attempts < MOST_ATTEMPTS:
                row.state, row.attempts = RUNNING, row.attempts + 1
                row.lease_owner, row.lease_until = self.owner, now + self.lease
                taken: int = row.id
                return taken
            row.state, row.failure, row.lease_owner, row.lease_until = FAILED, self.killer, None, None
            session.flush()

    def go_on(self, session: Session, row_id: int, now: datetime, **values: Any) -> None:  # noqa: ANN401 - columns
        """Write where the work stands and lengthen the lease. Raises LostError."""
        self._write(session, row_id, values | {"lease_until": now + self.lease})

    def end(self, session: Session, row_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
        """Write the end, whatever it is, and let go of the row. Raises LostError."""
        self._write(session, row_id, values | {"lease_owner": None, "lease_until": None})

    def still(self, row: Row | None) -> Row:
        """The row, read in this transaction, when this worker still holds it. Raises LostError."""
        if row is None or row.state != RUNNING or row.lease_owner != self.owner:
            raise LostError
        return row

    def _write(self, session: Session, row_id: int, values: dict[str, Any]) -> None:
        mine = (
            self.model.id == row_id,
            self.model.state == RUNNING,
            self.model.lease_owner == self.owner,
        )
        moved = session.execute(
            update(self.model)
            .where(*mine)
            .values(**values)
            .returning(self.model.id)
            .execution_options(synchronize_session=False)
        )
        if moved.first() is None:
            raise LostError

    def _free(self, session: Session, now: datetime) -> list[int]:
        one = self.model
        columns = (one.id, one.state, one.lease_owner, one.lease_until)
        rows = session.execute(select(*columns).where(one.state.in_((ASKED, RUNNING))))
        return [row.id for row in rows if self._is_free(row, now)]

    def _is_free(self, row: Any, now: datetime) -> bool:  # noqa: ANN401 - the row, or its columns
        if row.state != RUNNING:
            return bool(row.state == ASKED)
        # A worker that takes holds nothing: what bears its name was left by an error.
        left = row.lease_owner == self.owner or is_gone(row.lease_owner or "")
        return left or bool(row.lease_until <= now)
