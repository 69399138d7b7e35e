"""What is read of recorded children to compare them with another: one row for each adult of each demand."""

from datetime import date
from typing import Any

from sqlalchemy import Row, Select, case, select
from sqlalchemy.orm import aliased

from guichet.accounts.policy import Person as Reader
from guichet.demands.models import Demand
from guichet.demands.queries import visible_to
from guichet.families.likeness import ChildTrace
from guichet.families.models import ADULT, Person
from guichet.territory.models import Desk


def child_lines(reader: Reader, today: date) -> Select[*tuple[Any, ...]]:
    """Name, birth, desk and adults of each demand; `readable` tells whether the reader may open it."""
    child, adult = aliased(Person), aliased(Person)
    return (
        select(
            Demand.id,
            Demand.state,
            Demand.received_on,
            Desk.name.label("desk"),
            child.first_name,
            child.last_name,
            child.birth_date,
            child.due_date,
            child.multiple_births,
            child.position,
            adult.first_name.label("adult_first"),
            adult.last_name.label("adult_last"),
            adult.phone,
            adult.email,
            case((visible_to(reader, "read_demand", today), 1), else_=0).label("readable"),
        )
        .join(child, child.id == Demand.child_id)
        .join(Desk, Desk.id == Demand.desk_id)
        .outerjoin(adult, (adult.family_id == Demand.family_id) & (adult.role == ADULT))
        .order_by(Demand.id, adult.position)
    )


def trace_of_lines(rows: list[Row[Any]]) -> ChildTrace:
    """The trace that the rows of one demand make."""
    first, adults = rows[0], [row for row in rows if row.adult_last is not None]
    return ChildTrace(
        id=first.id,
        first_name=first.first_name or None,
        last_name=first.last_name,
        birth_date=first.birth_date,
        due_date=first.due_date,
        adults=tuple((row.adult_first, row.adult_last) for row in adults),
        phones=tuple(row.phone for row in adults if row.phone),
        emails=tuple(row.email for row in adults if row.email),
        birth_rank=first.position if first.multiple_births > 1 else None,
    )
