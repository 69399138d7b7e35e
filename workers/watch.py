"""Looks every second whether a process of the pool died: Celery alone looks every five."""

from typing import Any

from celery import bootsteps

EVERY_S = 1.0


class WatchPool(bootsteps.StartStopStep):
    """Replaces a dead process, and gives back what it was doing, one second after its death at most."""

    requires = ("celery.worker.components:Pool",)

    def register_with_event_loop(self, worker: Any, hub: Any) -> None:  # noqa: ANN401
        """Called by the worker once its loop exists; pools other than prefork have nothing to watch."""
        maintain = getattr(worker.pool, "maintain_pool", None)
        if maintain is not None:
            hub.call_repeatedly(EVERY_S, maintain)
