"""All the pages of the offer and of its places, for the application to register at once."""

from guichet.web.places import demand, freed, offer, peak, presence, sheet, week
from guichet.web.places.blueprint import bp

__all__ = ["bp", "demand", "freed", "offer", "peak", "presence", "sheet", "week"]
