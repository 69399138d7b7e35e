"""Forget what the papers of the sessions say of a family, as its letters promise.

Its extracts and the nominal minutes that name it go; the communicable minutes stay, with their number and fingerprint,
and the nominal ones can be printed again without it.
"""

from collections.abc import Collection

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.papers.models import EXTRACT, NOMINAL, SessionDocument
from guichet.commissions.sessions.models import AgendaItem

FORGOTTEN = "Effacé avec le dossier."


def forget_papers_of(session: Session, demand_ids: Collection[int]) -> None:
    """Nothing printed, nor noted afterwards, names these demands any more."""
    examined = select(AgendaItem.session_id).where(AgendaItem.demand_id.in_(demand_ids))
    named = or_(
        and_(SessionDocument.kind == NOMINAL, SessionDocument.session_id.in_(examined)),
        and_(SessionDocument.kind == EXTRACT, SessionDocument.demand_id.in_(demand_ids)),
    )
    session.execute(delete(SessionDocument).where(named).execution_options(synchronize_session=False))
    said = (FollowUp.demand_id.in_(demand_ids), FollowUp.closed_at.is_not(None))
    session.execute(
        update(FollowUp)
        .where(*said)
        .values(came_of=FORGOTTEN, version=FollowUp.version + 1)
        .execution_options(synchronize_session=False)
    )
