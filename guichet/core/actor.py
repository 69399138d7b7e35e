"""Calm: who acts. Rooms receive it as an argument and write it in the journal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person, or the clock. `user_id` is None for what the guichet does by itself."""

    user_id: int | None
    name: str


THE_CLOCK = Actor(user_id=None, name="Guichet (automatique)")
