"""What need not be kept of the children without a file: once they have left, their places say nothing more."""

from datetime import date, timedelta

from sqlalchemy import and_, delete, or_
from sqlalchemy.orm import Session

from guichet.placements.models import Placement

KEPT_AFTER = timedelta(days=366)
"""A school year: long enough to see who was there last year."""
OLDEST = timedelta(days=366 * 7)
"""Without an end, a child of that age has left for long."""


def forget_children(session: Session, today: date) -> int:
    """Delete the children without a file who left more than a year ago; how many.

    Those with a file follow the retention of their family (families/retention.py).
    """
    gone = or_(
        Placement.ends_on < today - KEPT_AFTER,
        and_(Placement.ends_on.is_(None), Placement.birth_date < today - OLDEST),
    )
    rows = session.scalars(
        delete(Placement)
        .where(Placement.child_id.is_(None), gone)
        .returning(Placement.id)
        .execution_options(synchronize_session=False)
    )
    return len(rows.all())
