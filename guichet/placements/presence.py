"""The children of an establishment as its director reads them: one line each, with their section and their last day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from guichet.core.week import Week
from guichet.establishments.capacity import ONE_DAY
from guichet.establishments.queries import load_supplies
from guichet.establishments.supply import last_move, nearest_section, presumed_end
from guichet.placements.models import Placement
from guichet.placements.stays import LONGEST


@dataclass(frozen=True)
class Line:
    """One child. `presumed` says that the last day is not known but worked out from the age."""

    id: int
    name: str
    born_on: date
    section: str
    week: Week
    starts_on: date
    ends_on: date
    presumed: bool
    load: str
    source: str
    demand_id: int | None
    editable: bool


def children_of(session: Session, house_id: int, today: date) -> list[Line]:
    """The children there or to come, by name, in two statements."""
    rows = session.scalars(
        select(Placement)
        .where(
            Placement.establishment_id == house_id,
            or_(Placement.ends_on.is_(None), Placement.ends_on >= today),
            Placement.starts_on >= today - LONGEST,
        )
        .options(joinedload(Placement.child))
        .order_by(Placement.starts_on, Placement.id)
    ).all()
    groups = load_supplies(session, [house_id])[house_id].groups
    made: list[Line] = []
    for row in rows:
        born_on = born(row)
        last = row.ends_on or presumed_end(born_on, row.starts_on)
        if last < today:
            continue
        shown = max(today, row.starts_on)
        section = nearest_section(groups, born_on, max(row.starts_on, last_move(shown)))
        made.append(
            Line(
                row.id,
                called(row),
                born_on,
                section.name,
                Week.from_json(row.pattern),
                row.starts_on,
                last,
                row.ends_on is None,
                "present" if row.load == "accepted" and row.starts_on <= today else row.load,
                row.source,
                row.demand_id,
                row.load == "accepted",
            )
        )
    return sorted(made, key=lambda one: (one.name.casefold(), one.id))


def stay_of(session: Session, house_id: int, placement_id: int, *, lock: bool = False) -> Placement | None:
    """One child of this very establishment, ours alone when it will change; None when there is none to change."""
    wanted = (
        select(Placement)
        .where(
            Placement.id == placement_id,
            Placement.establishment_id == house_id,
            Placement.load == "accepted",
        )
        .options(joinedload(Placement.child))
    )
    return session.scalar(wanted.with_for_update(of=Placement) if lock else wanted)


def called(row: Placement) -> str:
    """First name and last name of a child with a file, what the director wrote otherwise."""
    if row.child is None:
        return row.first_name
    return f"{row.child.first_name} {row.child.last_name}".strip()


def born(row: Placement) -> date:
    """The birth, or the day it is due."""
    if row.birth_date is not None:
        return row.birth_date
    child = row.child
    known = (child.birth_date or child.due_date) if child else None
    return known or row.starts_on - ONE_DAY
