"""What the clock does for the convocations: remind, once, those who did not answer two days before."""

from datetime import datetime

from sqlalchemy.orm import Session

from guichet.commissions.convocations import actions as convocation_actions
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.queries import to_remind
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.establishments.catalogue import load_catalogue
from workers.sweeps import each


def remind_members(database: Database, public_url: str, at: datetime) -> int:
    """One mail to each, in a transaction of its own. Returns how many were written."""
    with database.reading() as session:
        calling = Calling(load_catalogue(session), public_url)

    def act(session: Session, convocation_id: int) -> bool:
        return convocation_actions.remind_one(session, convocation_id, calling, at=at)

    return each(
        database, "remind_members", lambda session, after: to_remind(session, day(at), after=after), act
    )
