"""What an installation says about itself on its legal pages: short texts an administrator completes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String, Text

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.db import Base
from guichet.core.errors import InvalidError

LONGEST = 600


@dataclass(frozen=True)
class DeclaredText:
    """A text as a page declares it. It has no default: a page says that it is still missing."""

    key: str
    label: str
    hint: str


class InstallationText(Base):
    """A text as an administrator wrote it; absent, the page says that it is to be completed."""

    __tablename__ = "installation_text"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))


def read(session: Session, declared: Iterable[DeclaredText]) -> dict[str, str]:
    """The texts by key, empty for those nobody wrote yet. One statement."""
    wanted = {item.key: "" for item in declared}
    rows = session.execute(
        select(InstallationText.key, InstallationText.value).where(InstallationText.key.in_(wanted))
    )
    return wanted | {key: value for key, value in rows}  # noqa: C416 - dict() would take a result for a mapping


def change(session: Session, values: dict[str, str], *, actor: Actor, at: datetime) -> int:
    """Store these texts by key; the number of those that changed. Raises InvalidError for one too long."""
    problems = {
        key: f"Ce texte ne peut pas dépasser {LONGEST} caractères."
        for key, value in values.items()
        if len(value.strip()) > LONGEST
    }
    if problems:
        raise InvalidError(problems)
    kept = {row.key: row for row in session.scalars(select(InstallationText))}
    changes: dict[str, list[str]] = {}
    for key, value in values.items():
        row = kept.get(key)
        before, after = row.value if row else "", value.strip()
        if before == after:
            continue
        if row is None:
            session.add(InstallationText(key=key, value=after, changed_at=at, changed_by=actor.name))
        else:
            row.value, row.changed_at, row.changed_by = after, at, actor.name
        changes[key] = [before, after]
    if changes:
        journal.note(session, "text", 0, "change_text", actor=actor, at=at, detail={"changes": changes})
    return len(changes)
