"""All the pages of availability, for the application to register at once."""

from guichet.web.availability import listing, own
from guichet.web.availability.blueprint import bp

__all__ = ["bp", "listing", "own"]
