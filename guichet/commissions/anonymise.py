"""The commissions' side of anonymising: what was said of a family when its demand was decided."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from guichet.commissions.models import Decision
from guichet.commissions.papers.anonymise import forget_papers_of
from guichet.demands import anonymise as demands
from guichet.demands.link_models import DeclaredLink
from guichet.demands.models import Demand
from guichet.placements.childminders.anonymise import forget_words
from guichet.placements.offers.anonymise import forget_answers


def anonymise(session: Session, family_id: int, *, at: datetime) -> bool:
    """Anonymise one family with its demands and the words of their decisions, when its day has come."""
    if not demands.anonymise(session, family_id, at=at):
        return False
    ids = session.scalars(select(Demand.id).where(Demand.family_id == family_id)).all()
    session.execute(update(Decision).where(Decision.demand_id.in_(ids)).values(detail="", why=""))
    # Nothing says any more who knew the family.
    session.execute(delete(DeclaredLink).where(DeclaredLink.demand_id.in_(ids)))
    forget_words(session, ids)
    forget_answers(session, ids)
    forget_papers_of(session, ids)
    return True
