"""The port through which a page hurries the workers, and nothing more.

The database is the truth: a letter posted, a proposal asked for, is found by the sweep within seconds whether or
not a nudge arrives. The process binds the port at start (to Celery where there is one); unbound, it does nothing.
"""

from collections.abc import Callable

LETTERS, PROPOSALS, SESSIONS, CALENDARS = "letters", "proposals", "sessions", "calendars"
"""What may wait for a worker."""
WORKS = (LETTERS, PROPOSALS, SESSIONS, CALENDARS)

_ring: Callable[[str], None] | None = None


def bind(ring: Callable[[str], None]) -> None:
    """Say how the workers are woken for a kind of work. `ring` must return at once and never raise."""
    global _ring
    _ring = ring


def wake(work: str) -> None:
    """Tell a worker, if one can be told, that some work waits (one of WORKS)."""
    if _ring is not None:
        _ring(work)
