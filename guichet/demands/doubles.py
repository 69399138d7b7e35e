"""Is this child already known, anywhere in the territory? Asked before a demand is registered."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person as Reader
from guichet.demands.child_lines import child_lines, trace_of_lines
from guichet.demands.keys import TRACE
from guichet.demands.models import Demand, DemandKey
from guichet.families.likeness import ChildTrace, Verdict, blocking_keys, likeness
from guichet.families.words import child_called

MOST_COMPARED = 60
"""Candidates that share the most keys are compared; a common name must not make the page slow."""
MOST_SHOWN = 8


@dataclass(frozen=True)
class Double:
    """A demand whose child may be the same. To whom may not read it, only name, birth date and desk are shown."""

    demand_id: int
    child_name: str
    birth_date: date | None
    due_date: date | None
    desk: str
    state: str
    received_on: date
    score: int
    verdict: Verdict
    reasons: tuple[str, ...]
    readable: bool

    @property
    def number(self) -> str:
        """The number of the demand."""
        return f"{self.received_on.year}-{self.demand_id:05d}"


def find_doubles(session: Session, trace: ChildTrace, reader: Reader, today: date) -> tuple[Double, ...]:
    """The demands of all communes whose child is the same or probably is, the likeliest first. One statement."""
    wanted = sorted(blocking_keys(trace))
    if not wanted:
        return ()
    by_demand: dict[int, list[Row[Any]]] = {}
    for row in session.execute(_candidates(wanted, reader, today)):
        by_demand.setdefault(row.id, []).append(row)
    found = [_compared(trace, rows) for rows in by_demand.values()]
    likely = [double for double in found if double.verdict != "different"]
    return tuple(sorted(likely, key=lambda double: (-double.score, double.demand_id))[:MOST_SHOWN])


def _candidates(wanted: list[str], reader: Reader, today: date) -> Select[*tuple[Any, ...]]:
    """One row for each adult of each demand that shares a key with the child looked for."""
    near = (
        select(DemandKey.demand_id)
        .where(DemandKey.use == TRACE, DemandKey.key.in_(wanted))
        .group_by(DemandKey.demand_id)
        .order_by(func.count().desc(), DemandKey.demand_id.desc())
        .limit(MOST_COMPARED)
        .subquery()
    )
    return child_lines(reader, today).join(near, near.c.demand_id == Demand.id)


def _compared(trace: ChildTrace, rows: list[Row[Any]]) -> Double:
    first = rows[0]
    compared = likeness(trace, trace_of_lines(rows))
    return Double(
        demand_id=first.id,
        child_name=child_called(first.first_name, first.last_name),
        birth_date=first.birth_date,
        due_date=first.due_date,
        desk=first.desk,
        state=first.state,
        received_on=first.received_on,
        score=compared.score,
        verdict=compared.verdict,
        reasons=compared.reasons,
        readable=bool(first.readable),
    )
