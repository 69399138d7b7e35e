"""The port through which a page hurries the workers, and nothing more.

The database is the truth: a letter posted is found by the sweep within seconds whether or not a nudge
arrives. The process binds the port at start (to Celery where there is one); unbound, it does nothing.
"""

from collections.abc import Callable

_ring: Callable[[], None] | None = None


def bind(ring: Callable[[], None]) -> None:
    """Say how the workers are woken. `ring` must return at once and never raise."""
    global _ring
    _ring = ring


def wake() -> None:
    """Tell a worker, if one can be told, that a letter waits."""
    if _ring is not None:
        _ring()
