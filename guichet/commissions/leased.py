"""A worker's hold on a row that asks for a long work: taken under a lease, given up after three workers died on it.

The same three statements for a dry run and for a paper. A row whose worker is gone is taken again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.commissions.document_models import SessionDocument
from guichet.commissions.dry_run_models import DryRun
from guichet.notifications.lease import is_gone

ASKED, RUNNING, FAILED = "asked", "running", "failed"
LEASE = timedelta(minutes=2)
"""Longer than any stage; lengthened at each."""
MOST_ATTEMPTS = 3
KILLER = "Ce travail a arrêté trois fois le programme qui le faisait : il n’est plus repris. Prévenez l’administrateur."
UNFORESEEN = "Le travail s’est arrêté sur une erreur imprévue ; elle est dans le journal du serveur."

Row = TypeVar("Row", DryRun, SessionDocument)


class LostError(Exception):
    """The row is no longer this worker's."""


@dataclass(frozen=True)
class Hold(Generic[Row]):
    """One kind of row, and who holds it."""

    model: type[Row]
    owner: str

    def some_wait(self, session: Session) -> bool:
        """Whether a row is not ended: asked so often that it must cost next to nothing."""
        wanted = select(self.model.id).where(self.model.state.in_((ASKED, RUNNING))).limit(1)
        return session.scalar(wanted) is not None

    def take(self, session: Session, now: datetime) -> int | None:
        """Take the oldest row that waits, or that a dead worker left; None when there is none."""
        while True:
            row = session.scalars(
                select(self.model)
                .where(self.model.id.in_(self._free(session, now)))
                .order_by(self.model.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return None
            if row.attempts < MOST_ATTEMPTS:
                row.state, row.attempts = RUNNING, row.attempts + 1
                row.lease_owner, row.lease_until = self.owner, now + LEASE
                return row.id
            row.state, row.failure, row.lease_owner, row.lease_until = FAILED, KILLER, None, None
            session.flush()

    def go_on(self, session: Session, row_id: int, now: datetime, **values: Any) -> None:  # noqa: ANN401 - columns
        """Write where the work stands and lengthen the lease. Raises LostError."""
        self._write(session, row_id, values | {"lease_until": now + LEASE})

    def end(self, session: Session, row_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
        """Write the end, whatever it is, and let go of the row. Raises LostError."""
        self._write(session, row_id, values | {"lease_owner": None, "lease_until": None})

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
        # A worker that takes holds nothing: what bears its name was left by an error.
        return [
            row.id
            for row in rows
            if row.state == ASKED
            or row.lease_owner == self.owner
            or is_gone(row.lease_owner)
            or row.lease_until <= now
        ]
