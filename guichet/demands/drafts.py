"""Registrations in progress, as typed: kept at each step, taken away when the demand is registered.

A draft belongs to one person. Its id becomes the `submission` of the demand, so that the form sent twice
finds the demand it has already made.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from guichet.core.errors import NotFoundError
from guichet.demands.models import Draft

Steps = dict[str, dict[str, str]]
"""What was typed, by step then by field."""

_TABLE = Draft.metadata.tables[Draft.__tablename__]

MOST_FIELDS = 250
LONGEST_VALUE = 2000
LONGEST_TITLE = 120
NEXT_CHILD = "Enfant suivant d’une naissance multiple"
"""The title of a draft that waits for the first name of another child of the same birth."""
ORIGIN = "origin"
"""Beside the steps, the id under which the draft was begun: no form writes it."""
SENT = "sent"
"""The field that counts how often a step was sent: a late automatic save must not undo a sending."""


def start(session: Session, user_id: int, typed: Mapping[str, dict[str, str]], *, at: datetime) -> Draft:
    """A new draft, with what is already known."""
    begun = str(uuid4())
    kept = {**typed, ORIGIN: {"id": begun}}
    draft = Draft(id=begun, user_id=user_id, created_at=at, saved_at=at, typed=kept)
    session.add(draft)
    return draft


def joins(typed: Mapping[str, dict[str, str]], draft_id: str) -> str:
    """The submission whose family this draft's child joins; empty for the first child of a birth.

    A draft passed on to the next child has a new id and remembers its first one, which became the
    `submission` of the demand then registered: resumed weeks later, it still joins the same family.
    """
    begun = typed.get(ORIGIN, {}).get("id", "")
    return "" if begun == draft_id else begun


def mine(session: Session, user_id: int) -> list[Draft]:
    """The drafts of a person, the last one first."""
    rows = select(Draft).where(Draft.user_id == user_id).order_by(Draft.saved_at.desc(), Draft.id)
    return list(session.scalars(rows))


def find(session: Session, draft_id: str, user_id: int) -> Draft:
    """One's own draft. Raises NotFoundError for another's as for one that is gone."""
    draft = session.scalar(select(Draft).where(Draft.id == draft_id, Draft.user_id == user_id))
    if draft is None:
        raise NotFoundError
    return draft


def keep(
    draft: Draft, step: str, values: Mapping[str, str], *, at: datetime, sent: bool, title: str = ""
) -> None:
    """Keep what a step holds. An automatic save (`sent` false) older than the last sending is ignored."""
    before = int(draft.typed.get(step, {}).get(SENT, "0"))
    seen = values.get(SENT, "")
    if not sent and seen != str(before):
        return
    kept = {name: value[:LONGEST_VALUE] for name, value in list(values.items())[:MOST_FIELDS]}
    kept[SENT] = str(before + 1 if sent else before)
    # A new mapping: SQLAlchemy sees only a value that is replaced.
    draft.typed = {**draft.typed, step: kept}
    draft.saved_at = at
    draft.title = title[:LONGEST_TITLE] or draft.title


def take(session: Session, draft_id: str, user_id: int) -> Steps | None:
    """Remove a draft and give what it held, in one statement; None when it is gone already."""
    gone = delete(_TABLE).where(_TABLE.c.id == draft_id, _TABLE.c.user_id == user_id)
    typed: Steps | None = session.scalar(gone.returning(_TABLE.c.typed))
    return typed


def pass_on(session: Session, draft_id: str, user_id: int, *, at: datetime) -> tuple[str, Steps] | None:
    """Take a draft, and leave a copy for the next child of the same birth under a new id: (id, typed).

    What it holds goes on unchanged, its first id included: see `joins`.
    """
    next_id = str(uuid4())
    moved = (
        update(Draft)
        .where(Draft.id == draft_id, Draft.user_id == user_id)
        .values(id=next_id, saved_at=at, title=NEXT_CHILD)
        .returning(Draft.typed)
        .execution_options(synchronize_session=False)
    )
    typed = session.scalar(moved)
    return None if typed is None else (next_id, typed)


def discard(session: Session, draft_id: str, user_id: int) -> None:
    """Throw a draft away."""
    session.execute(delete(Draft).where(Draft.id == draft_id, Draft.user_id == user_id))
