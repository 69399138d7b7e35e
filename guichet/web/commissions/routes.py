"""All the pages of the commissions, for the application to register at once."""

from guichet.web.commissions import agenda, bodies, rounds, seats, sessions
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.convocations import hours, listing
from guichet.web.commissions.signing import follow_up, page, papers
from guichet.web.commissions.sitting import recording, roll, screen

__all__ = [
    "agenda",
    "bodies",
    "bp",
    "follow_up",
    "hours",
    "listing",
    "page",
    "papers",
    "recording",
    "roll",
    "rounds",
    "screen",
    "seats",
    "sessions",
]
