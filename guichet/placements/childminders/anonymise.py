"""The childminder track's side of anonymising: what was said of a family goes, what was done stays."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from guichet.placements.childminders.models import ChildminderContact, ChildminderSolution


def forget_words(session: Session, demand_ids: Sequence[int]) -> None:
    """Erase the notes, the proofs and the reasons of these demands."""
    contacts = update(ChildminderContact).where(ChildminderContact.demand_id.in_(demand_ids))
    session.execute(contacts.values(note=""))
    solutions = update(ChildminderSolution).where(ChildminderSolution.demand_id.in_(demand_ids))
    session.execute(solutions.values(proof="effacée"))
    session.execute(solutions.where(ChildminderSolution.ended_on.is_not(None)).values(ended_because="effacé"))
