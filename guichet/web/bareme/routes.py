"""The barème's pages, gathered: importing a file is what gives the blueprint its routes."""

from guichet.web.bareme import criteria, drafts, force, laboratory, reading
from guichet.web.bareme.blueprint import bp

__all__ = ["bp", "criteria", "drafts", "force", "laboratory", "reading"]
