"""What the page of the childminder track reads for one demand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.childminder_queries import proposable
from guichet.establishments.childminders import Childminder
from guichet.notifications.models import UNDELIVERED, LetterRow
from guichet.placements.childminders import fit as calm
from guichet.placements.childminders.fit import Fit, FreePlace, Need, Offer, Point
from guichet.placements.childminders.letters import Proposal, contact_words, where_words
from guichet.placements.childminders.models import (
    ChildminderContact,
    ChildminderList,
    ChildminderListLine,
    ChildminderSolution,
)

HABIT = "habitude des enfants qui demandent une attention particulière"
CHILDMINDER = "childminder"
"""The subject of the letters to professionals."""


@dataclass(frozen=True)
class Found:
    """A professional who has room, and how the week fits."""

    one: Childminder
    fit: Fit
    proposal: Proposal


@dataclass(frozen=True)
class Track:
    """What was already done: when each professional was handed, the last contact of each, the present solution."""

    handed: dict[int, ChildminderList]
    contacts: dict[int, ChildminderContact]
    names: dict[int, str]
    solution: ChildminderSolution | None
    last: ChildminderList | None


def cared_for_meanwhile(session: Session, demand_ids: Collection[int]) -> set[int]:
    """Of these demands, those whose child a childminder cares for while they wait for a crèche."""
    held = select(ChildminderSolution.demand_id).where(
        ChildminderSolution.demand_id.in_(sorted(demand_ids)),
        ChildminderSolution.ended_on.is_(None),
        ChildminderSolution.keeps_waiting,
    )
    return set(session.scalars(held)) if demand_ids else set()


def who_fits(
    session: Session, demand: Demand, catalogue: Catalogue, today: date, *, among: Sequence[int] = ()
) -> list[Found]:
    """The professionals who have room for the demand's week at its entry, nearest first. Two statements."""
    need = need_of(demand, catalogue, today)
    until = need.entry_on + timedelta(days=calm.LATER_DAYS)
    rows = {row.id: row for row in proposable(session, need.entry_on, until, among=among)}
    ranked = calm.rank(need, [offer_of(row, catalogue) for row in rows.values()])
    found = []
    for fit in ranked:
        row = rows[fit.offer.id]
        found.append(Found(row, fit, proposal_of(row, fit, demand, catalogue)))
    return found


def need_of(demand: Demand, catalogue: Catalogue, today: date) -> Need:
    """What the demand asks, from today when its entry is past; distances count from the family's commune."""
    home = catalogue.towns.get(demand.home_code or "")
    return Need(
        week=demand.week,
        entry_on=max(demand.entry_on, today),
        born_on=demand.child.birth_date or demand.child.due_date,
        home=Point(home.latitude, home.longitude) if home else None,
    )


def offer_of(row: Childminder, catalogue: Catalogue) -> Offer:
    """A professional as the calm file sees one."""
    town = catalogue.towns[row.commune_code]
    return Offer(
        id=row.id,
        name=row.name,
        where=Point(town.latitude, town.longitude),
        free=tuple(FreePlace(o.week, o.from_on, o.until_on, o.places) for o in row.openings),
        youngest_months=row.youngest_months,
        oldest_months=row.oldest_months,
        atypical_hours=row.atypical_hours,
    )


def proposal_of(row: Childminder, fit: Fit, demand: Demand, catalogue: Catalogue) -> Proposal:
    """A line of the list, in words. The habit of a particular attention is told to whom it may help."""
    mam = catalogue.houses[row.mam_id].name if row.mam_id in catalogue.houses else ""
    return Proposal(
        childminder_id=row.id,
        name=row.name,
        where=where_words(
            catalogue.towns[row.commune_code].name,
            fit.distance_km,
            at_home=row.commune_code == demand.home_code,
            mam=mam,
        ),
        fits=fit.sentence,
        contact=contact_words(row),
        more=HABIT if row.special_care and demand.child.special_care else "",
    )


def track_of(session: Session, demand_id: int) -> Track:
    """What was already done for a demand, in three statements whatever was."""
    handed: dict[int, ChildminderList] = {}
    names: dict[int, str] = {}
    last: ChildminderList | None = None
    lines = (
        select(ChildminderList, ChildminderListLine.childminder_id, Childminder.name)
        .join(ChildminderListLine, ChildminderListLine.list_id == ChildminderList.id)
        .join(Childminder, Childminder.id == ChildminderListLine.childminder_id)
        .where(ChildminderList.demand_id == demand_id)
        .order_by(ChildminderList.id, ChildminderListLine.rank)
    )
    for made, childminder_id, name in session.execute(lines):
        handed[childminder_id], names[childminder_id], last = made, name, made
    contacts: dict[int, ChildminderContact] = {}
    asked = (
        select(ChildminderContact, Childminder.name)
        .join(Childminder, Childminder.id == ChildminderContact.childminder_id)
        .where(ChildminderContact.demand_id == demand_id)
        .order_by(ChildminderContact.at, ChildminderContact.id)
    )
    for contact, name in session.execute(asked):
        contacts[contact.childminder_id], names[contact.childminder_id] = contact, name
    solution = session.scalar(
        select(ChildminderSolution)
        .where(ChildminderSolution.demand_id == demand_id, ChildminderSolution.ended_on.is_(None))
        .options(joinedload(ChildminderSolution.childminder))
    )
    return Track(handed, contacts, names, solution, last)


def unanswered_letters(session: Session, ids: Sequence[int]) -> set[int]:
    """The professionals, among these, whose last letter came back or could not leave. One statement."""
    if not ids:
        return set()
    last = (
        select(func.max(LetterRow.id))
        .where(LetterRow.subject_type == CHILDMINDER, LetterRow.subject_id.in_(ids))
        .group_by(LetterRow.subject_id)
    )
    lost = select(LetterRow.subject_id).where(LetterRow.id.in_(last), LetterRow.state.in_(UNDELIVERED))
    return set(session.scalars(lost))


def waits_since(solution: ChildminderSolution | None) -> date | None:
    """Since when a waiting solution holds; None without one."""
    return solution.since if solution and solution.keeps_waiting else None
