"""The proposals' pages, gathered: importing a file is what gives the blueprint its routes."""

from guichet.web.proposals import asking, deciding, explaining, exporting, reading
from guichet.web.proposals.blueprint import bp

__all__ = ["asking", "bp", "deciding", "explaining", "exporting", "reading"]
