"""The childminders' pages, gathered: importing a file is what gives the blueprint its routes."""

from guichet.web.childminders import cards, edit, places, register, sheet, solution, track
from guichet.web.childminders.blueprint import bp

__all__ = ["bp", "cards", "edit", "places", "register", "sheet", "solution", "track"]
