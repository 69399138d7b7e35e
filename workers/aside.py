"""A search that takes minutes runs beside the tasks of its process: the letters go on leaving meanwhile.

The thread dies with its process: the run keeps the lease of that process, and the next worker takes it again.
"""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

_started: dict[str, threading.Thread] = {}


def run_aside(name: str, waits: Callable[[], bool], work: Callable[[], object]) -> None:
    """Start the work when some waits, unless it already runs in this process. Returns at once."""
    known = _started.get(name)
    if (known is not None and known.is_alive()) or not waits():
        return
    _started[name] = threading.Thread(target=_logged, args=(name, work), name=name, daemon=True)
    _started[name].start()


def _logged(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # the next sweep tries again
        log.exception("%s : arrêt imprévu", name)
