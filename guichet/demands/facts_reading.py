"""The facts of many demands, read in a number of statements that does not depend on how many they are."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from guichet.bareme.facts import Facts
from guichet.core.journal import JournalEntry
from guichet.demands.events import Event
from guichet.demands.facts import facts_of
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.facts import concerns
from guichet.families.models import Fact, Family

AT_ONCE = 500
"""Ids in one statement: SQLite and PostgreSQL both take more, their plans do not like it."""


def facts_of_demands(
    session: Session, demand_ids: Collection[int], catalogue: Catalogue, on: date
) -> dict[int, Facts]:
    """The facts of these demands on one day, by id: six statements for each five hundred of them."""
    wanted = sorted(set(demand_ids))
    found: dict[int, Facts] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= _some(session, wanted[start : start + AT_ONCE], catalogue, on)
    return found


def _some(session: Session, ids: list[int], catalogue: Catalogue, on: date) -> dict[int, Facts]:
    demands = session.scalars(
        select(Demand)
        .where(Demand.id.in_(ids))
        .options(
            joinedload(Demand.child),
            joinedload(Demand.family).selectinload(Family.persons),
            selectinload(Demand.wishes),
            selectinload(Demand.assessments),
        )
    ).all()
    declared = _declared(session, {one.family_id for one in demands})
    passages = passages_of(session, ids)
    found = {}
    for one in demands:
        others = {person.id for person in one.family.persons if person.role == "child"} - {one.child_id}
        mine = [
            fact
            for fact in declared.get(one.family_id, ())
            if concerns(fact.kind, fact.person_id, others, expected=one.birth_to_confirm)
        ]
        found[one.id] = facts_of(one, mine, passages.get(one.id, 0), catalogue, on)
    return found


def passages_of(session: Session, ids: Collection[int]) -> dict[int, int]:
    """How many times a commission left each demand without a place, annulled decisions taken away."""
    line = JournalEntry
    change = case((line.step == "leave_unplaced", 1), else_=-1)
    rows = session.execute(
        select(line.subject_id, func.sum(change))
        .where(
            line.subject_type == "demand",
            line.subject_id.in_(ids),
            (line.step == "leave_unplaced") | ((line.step == "annul") & (line.from_state == "unplaced")),
        )
        .group_by(line.subject_id)
    )
    return {subject_id: int(times) for subject_id, times in rows}


def _declared(session: Session, families: Collection[int]) -> dict[int, list[Fact]]:
    by_family: dict[int, list[Fact]] = {}
    for fact in session.scalars(select(Fact).where(Fact.family_id.in_(families)).order_by(Fact.id)):
        by_family.setdefault(fact.family_id, []).append(fact)
    return by_family


def passages_told(events: Sequence[Event]) -> int:
    """The same count, from the events of a timeline already read (the latest first)."""
    passages, last = 0, ""
    for event in reversed(events):
        if event.code == "leave_unplaced":
            passages += 1
        elif event.code == "annul" and last == "leave_unplaced":
            passages -= 1
        if event.code in ("leave_unplaced", "place"):
            last = event.code
    return passages
