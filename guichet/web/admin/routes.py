"""The administration's pages, gathered: importing a file is what gives the blueprint its routes."""

from guichet.web.admin import accounts, audit, opening, parameters
from guichet.web.admin.blueprint import bp

__all__ = ["accounts", "audit", "bp", "opening", "parameters"]
