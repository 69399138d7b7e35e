"""Calm: what changes from one plan to another."""

from dataclasses import dataclass

from guichet.scheduling.planning.plan import Plan
from guichet.scheduling.planning.problem import Placement


@dataclass(frozen=True, slots=True)
class Change:
    """A session whose date or room differs between two plans; None where it has no date."""

    session: str
    before: Placement | None
    after: Placement | None


def difference(before: Plan, after: Plan) -> tuple[Change, ...]:
    """The sessions that move, appear or lose their date, in the order of the new plan, then of the old one."""
    old = {one.id: Placement(one.half_day, one.room) for one in before.sessions}
    new = {one.id: Placement(one.half_day, one.room) for one in after.sessions}
    return tuple(
        Change(name, old.get(name), new.get(name))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    )
