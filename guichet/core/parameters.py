"""The choices an administrator changes on a screen: whole numbers with bounds, declared by each room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.db import Base
from guichet.core.errors import InvalidError


@dataclass(frozen=True)
class Declared:
    """A parameter as a room declares it: its unit is in its label (« jours »)."""

    key: str
    label: str
    default: int
    lowest: int
    highest: int


class Parameter(Base):
    """A value chosen on the screen; absent, the declared default holds."""

    __tablename__ = "parameter"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))


def read(session: Session, declared: Iterable[Declared]) -> dict[str, int]:
    """The values in force, by key."""
    wanted = {item.key: item.default for item in declared}
    rows = session.execute(select(Parameter.key, Parameter.value).where(Parameter.key.in_(wanted)))
    return wanted | dict(rows.all())


def change(session: Session, item: Declared, value: int, *, actor: Actor, at: datetime) -> None:
    """Store one value, with who chose it. Raises InvalidError outside the declared bounds."""
    change_all(session, {item: value}, actor=actor, at=at)


def change_all(session: Session, chosen: dict[Declared, int], *, actor: Actor, at: datetime) -> list[str]:
    """Store the values that differ from those in force, all or none; the keys of those that changed.

    One line of the journal tells them all, as key → [before, after]. Raises InvalidError with a sentence for each value outside its bounds.
    """
    problems = {
        item.key: f"« {item.label} » doit être compris entre {item.lowest} et {item.highest}."
        for item, value in chosen.items()
        if not item.lowest <= value <= item.highest
    }
    if problems:
        raise InvalidError(problems)
    known = session.scalars(select(Parameter).where(Parameter.key.in_([item.key for item in chosen])))
    rows = {row.key: row for row in known}
    changes: dict[str, list[int]] = {}
    for item, value in chosen.items():
        row = rows.get(item.key)
        before = row.value if row else item.default
        if before == value:
            continue
        if row is None:
            session.add(Parameter(key=item.key, value=value, changed_at=at, changed_by=actor.name))
        else:
            row.value, row.changed_at, row.changed_by = value, at, actor.name
        changes[item.key] = [before, value]
    if changes:
        detail = {"changes": changes}
        journal.note(session, "parameter", 0, "change_parameter", actor=actor, at=at, detail=detail)
    return list(changes)
