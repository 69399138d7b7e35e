"""The retro-planning: the dated tasks of every session kept up to date, and their owners reminded once."""

from datetime import datetime, timedelta

from guichet.commissions.milestones import actions as milestone_actions
from guichet.commissions.milestones import queries as milestone_queries
from guichet.commissions.milestones.settings import MILESTONES, WARN_OWNER
from guichet.core import parameters
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.establishments.catalogue import load_catalogue
from workers.sweeps import each


def keep(database: Database, public_url: str, at: datetime) -> dict[str, int]:
    """One small transaction a session, then one an owner: killed anywhere, the next turn goes on.

    Returns how many sessions changed and how many owners were written to.
    """
    with database.reading() as session:
        chosen = parameters.read(session, MILESTONES)
        catalogue = load_catalogue(session)
    until = day(at) + timedelta(days=chosen[WARN_OWNER.key])
    sessions = each(
        database,
        "keep_milestones",
        lambda session, after: milestone_queries.sessions_to_follow(session, day(at), after=after),
        lambda session, one: milestone_actions.keep(session, one, chosen, at=at),
    )
    owners = each(
        database,
        "warn_owners",
        lambda session, after: milestone_queries.owners_to_warn(session, until, after=after),
        lambda session, one: milestone_actions.warn(session, one, catalogue, public_url, chosen, at=at),
    )
    return {"sessions": sessions, "owners": owners}
