"""All the pages of the rooms, for the application to register at once."""

from guichet.web.rooms import room, teams, travel
from guichet.web.rooms.blueprint import bp

__all__ = ["bp", "room", "teams", "travel"]
