"""The pages of a year of commissions, gathered: importing a file is what gives the blueprint its routes."""

from guichet.web.calendar import consulting, keeping, own, publishing, reading, trying
from guichet.web.calendar.blueprint import bp

__all__ = ["bp", "consulting", "keeping", "own", "publishing", "reading", "trying"]
