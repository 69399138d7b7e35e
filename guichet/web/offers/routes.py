"""All the pages of the offers, for the application to register at once."""

from guichet.web.offers import desk, emergency, freed, outside
from guichet.web.offers.blueprint import bp

__all__ = ["bp", "desk", "emergency", "freed", "outside"]
