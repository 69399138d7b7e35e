"""What the clock does around the sessions: warn the families left out of an agenda, close what was answered."""

from datetime import datetime

from guichet.commissions.follow_up import actions as follow_up
from guichet.commissions.sessions import update_warning
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.establishments.catalogue import load_catalogue
from workers.sweeps import each


def follow_sessions(database: Database, at: datetime) -> dict[str, int]:
    """Write to the families whose demand would not be examined; close the lines whose family answered. How many."""
    with database.reading() as session:
        catalogue = load_catalogue(session)
    warned = each(
        database,
        "warn_update",
        lambda session, after: update_warning.due(session, day(at), after=after),
        lambda session, one: update_warning.warn(session, one, catalogue, at=at),
    )
    with database.transaction() as session:
        closed = follow_up.close_answered(session, at=at)
    return {"warned": warned, "closed": closed}
