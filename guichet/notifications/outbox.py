"""Where a letter is posted: one row, rendered now, in the transaction of what it tells.

What was decided is what is sent, and if the decision is rolled back its letter was never written.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from guichet.notifications import models
from guichet.notifications.letter import Letter
from guichet.notifications.models import LetterEvent, LetterRow
from guichet.notifications.render import render

WAITING = "letters_waiting"
"""The mark on the session by which its commit wakes the workers (guichet/core/db.py)."""

_TABLE = LetterRow.metadata.tables[LetterRow.__tablename__]
_ONCE = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=["key"]).returning(_TABLE.c.id)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
_HAPPENED = insert(LetterEvent.metadata.tables[LetterEvent.__tablename__])
CANCELLABLE = (models.HELD, models.PENDING, models.TO_PRINT, *models.UNDELIVERED)


def post(
    session: Session,
    letter: Letter,
    *,
    key: str,
    subject_type: str,
    subject_id: int,
    at: datetime,
    due_at: datetime | None = None,
    held: bool = False,
    after_id: int | None = None,
) -> int | None:
    """Post a letter about a subject, to leave as soon as the caller commits, or not before `due_at`.

    A held letter waits for `release`; one that comes after another waits until that one left or was given up. A recipient without an email gets the same letter on paper.
    Returns its id; None, and writes nothing, when a letter with this key was already posted.
    """
    rendered = render(letter)
    facts = rendered.facts
    due = due_at or at
    letter_id = _insert_once(
        session,
        key=key,
        kind=letter.kind,
        subject_type=subject_type,
        subject_id=subject_id,
        reference=facts["reference"],
        recipient_name=facts["recipient"]["name"],
        email=facts["recipient"]["email"] or None,
        address="\n".join(facts["recipient"]["address"]),
        channel=models.EMAIL if facts["recipient"]["email"] else models.PRINT,
        state=models.HELD if held else models.PENDING,
        attempts=0,
        created_at=at,
        due_at=due,
        after_id=after_id,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        facts=facts,
    )
    if letter_id is not None and not held and due <= at:
        session.info[WAITING] = True
    return letter_id


def release(session: Session, keys: Sequence[str], *, at: datetime, due_at: datetime | None = None) -> int:
    """Let held letters leave, now or not before `due_at`.

    Returns how many were released; those not held any more are left alone.
    """
    due = due_at or at
    moved = move(session, LetterRow.key.in_(keys), (models.HELD,), models.PENDING, due_at=due)
    tell(session, moved, "released", at)
    if moved and due <= at:
        session.info[WAITING] = True
    return len(moved)


def hold_back(session: Session, keys: Sequence[str], *, at: datetime, detail: str) -> int:
    """Cancel letters that were released and have not begun to leave; returns how many. `detail` says who did it."""
    moved = move(session, LetterRow.key.in_(keys), (models.PENDING,), models.CANCELLED)
    tell(session, moved, "cancelled", at, detail)
    return len(moved)


def discard_held(session: Session, prefix: str, *, kept: str) -> None:
    """Throw away letters that were held and never released: those whose keys begin so, but not with `kept`."""
    session.execute(
        delete(LetterRow)
        .where(
            LetterRow.state == models.HELD,
            LetterRow.key.startswith(prefix, autoescape=True),
            LetterRow.key.not_like(f"{kept}%"),
        )
        .execution_options(synchronize_session=False)
    )


def cancel(session: Session, key: str, *, at: datetime, detail: str = "") -> bool:
    """Cancel a letter that has not left. False when it has left, is leaving, or was never posted.

    `detail` says who or what cancelled it, for the record.
    """
    moved = move(session, LetterRow.key == key, CANCELLABLE, models.CANCELLED)
    tell(session, moved, "cancelled", at, detail)
    return bool(moved)


def _insert_once(session: Session, **values: Any) -> int | None:  # noqa: ANN401 - the row's columns
    made: int | None = session.scalar(_ONCE[session.get_bind().dialect.name], values)
    return made


def move(
    session: Session,
    chosen: ColumnElement[bool],
    sources: tuple[str, ...],
    target: str,
    **values: Any,  # noqa: ANN401 - columns set with the state
) -> list[int]:
    """Move the chosen letters that are in one of the source states; give the ids of those that were."""
    statement = (
        update(LetterRow)
        .where(chosen, LetterRow.state.in_(sources))
        .values(state=target, **values)
        .returning(LetterRow.id)
    )
    return list(session.scalars(statement))


def tell(session: Session, letter_ids: Sequence[int], what: str, at: datetime, detail: str = "") -> None:
    """Write what happened to these letters. `what` is one of LetterEvent's words."""
    if letter_ids:
        lines = [{"letter_id": id_, "at": at, "what": what, "detail": detail} for id_ in letter_ids]
        session.execute(_HAPPENED, lines)
