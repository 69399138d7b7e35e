"""Brings what is stored to what a file says, by code: created, changed, or left as it is.

Nothing is ever removed nor closed because a file does not name it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.db import Base


class Named(Protocol):
    """A frozen dataclass of a file: what it says of one thing."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def code(self) -> str:
        """What tells it from the others, for ever."""

    @property
    def name(self) -> str:
        """What people call it."""


Said = TypeVar("Said", bound=Named)
Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Change:
    """One thing created (`before` is None) or changed; `before` and `after` hold what differs, by key."""

    subject: str
    code: str
    name: str
    before: dict[str, Any] | None
    after: dict[str, Any]


def install(
    session: Session,
    subject: str,
    said: Iterable[Said],
    stored: Mapping[str, Row],
    *,
    read: Callable[[Row], Said],
    write: Callable[[Said, Row | None], Row],
    actor: Actor,
    at: datetime,
) -> list[Change]:
    """Write what differs, with one line of the journal each. `read` says a row as the file would.

    `write` changes the row, or makes one from nothing. What was written is flushed: the next kind of things may
    point to it.
    """
    changes: list[Change] = []
    for one in said:
        row = stored.get(one.code)
        before = None if row is None else asdict(read(row))
        after = asdict(one)
        if before == after:
            continue
        if before is not None:
            differing = [key for key in after if before[key] != after[key]]
            before = {key: before[key] for key in differing}
            after = {key: after[key] for key in differing}
        written = write(one, row)
        session.add(written)
        session.flush()
        change = Change(subject, one.code, one.name, before, after)
        _note(session, change, getattr(written, "id", 0), actor=actor, at=at)
        changes.append(change)
    return changes


def fill(row: Row, values: Mapping[str, Any]) -> Row:
    """The row with these values."""
    for key, value in values.items():
        setattr(row, key, value)
    return row


def _note(session: Session, change: Change, subject_id: int, *, actor: Actor, at: datetime) -> None:
    step = f"{'create' if change.before is None else 'change'}_{change.subject}"
    detail = {"code": change.code, "before": change.before or {}, "after": change.after}
    journal.note(session, change.subject, subject_id, step, actor=actor, at=at, detail=detail)
