"""The clock itself: Celery's, which also bears that the time of the machine is set back.

Celery remembers when each line was last done and waits for its next time. A machine that was a day ahead and is put
right would wait for that day to pass: no letter put off would leave meanwhile, and nobody would be told.
"""

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

SHORT = timedelta(seconds=30)
"""A smaller step back, as time servers make them, only delays a line by as much."""


class Clock(PersistentScheduler):
    """What was done « tomorrow » was done now."""

    def tick(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - the library's signature
        """As the library does, once the times of the last runs are possible."""
        ahead = [
            one
            for one in self.schedule.values()
            if one.last_run_at is not None and one.last_run_at > one.default_now() + SHORT
        ]
        for one in ahead:
            one.last_run_at = one.default_now()
        if ahead:
            # The order of the lines was reckoned with the other time: let it be made again.
            self._heap = None
        return super().tick(*args, **options)
