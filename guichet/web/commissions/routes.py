"""All the pages of the commissions, for the application to register at once."""

from guichet.web.commissions import bodies, seats
from guichet.web.commissions.blueprint import bp

__all__ = ["bodies", "bp", "seats"]
