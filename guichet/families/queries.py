"""What is read of the papers kept."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from guichet.families.models import PaperFile


def files_of(session: Session, fact_ids: Iterable[int]) -> dict[int, list[PaperFile]]:
    """The copies kept for these facts, by fact, without their content."""
    found: dict[int, list[PaperFile]] = {}
    rows = select(PaperFile).where(PaperFile.fact_id.in_(sorted(fact_ids))).order_by(PaperFile.id)
    for file in session.scalars(rows):
        found.setdefault(file.fact_id, []).append(file)
    return found


def file_with_content(session: Session, fact_id: int, file_id: int) -> PaperFile | None:
    """One copy of this very fact, with its sealed content."""
    rows = select(PaperFile).where(PaperFile.id == file_id, PaperFile.fact_id == fact_id)
    return session.scalar(rows.options(undefer(PaperFile.content)))
