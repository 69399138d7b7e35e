"""Tells a worker that some work waits, without ever making a page wait or fail."""

import logging
import os
import threading
import time
from collections.abc import Callable

from celery import Celery

from guichet.core import nudge

log = logging.getLogger(__name__)

QUEUE = "guichet"
TASKS = {nudge.LETTERS: "workers.drain_outbox", nudge.PROPOSALS: "workers.compute_proposals"}
SOCKET_S = 0.3
REST_S = 5.0
"""After a failure Redis is left alone this long; the sweeps find the work meanwhile."""
PAUSE_S = 0.25
"""Between two rings of a process: one message a kind of work for all of a busy moment, which costs less to send."""
EXPIRES_S = 30.0


def celery_nudge(redis_url: str) -> Callable[[str], None]:
    """What to bind to the port of guichet/core/nudge.py; without a Redis, nothing to ring."""
    return Nudge(redis_url).wake if redis_url else lambda _work: None


class Nudge:
    """Rings from a thread of its own: `wake` only raises a flag, and many wakes make one message.

    The thread belongs to one process: after a fork the first wake starts another.
    """

    def __init__(self, redis_url: str, *, rest_s: float = REST_S) -> None:
        self._app = Celery("guichet-nudge", broker=redis_url, set_as_current=False)
        self._app.conf.update(
            task_default_queue=QUEUE,
            task_ignore_result=True,
            broker_transport_options={
                "max_retries": 0,
                "socket_connect_timeout": SOCKET_S,
                "socket_timeout": SOCKET_S,
            },
        )
        self._rest_s = rest_s
        self._process = 0
        self._wanted = threading.Event()
        self._works: set[str] = set()
        self._starting = threading.Lock()

    def wake(self, work: str = nudge.LETTERS) -> None:
        """Ask for a worker. Returns at once, never raises."""
        if self._process != os.getpid():
            self._start()
        self._works.add(work)
        self._wanted.set()

    def ring(self, work: str = nudge.LETTERS) -> bool:
        """Put one message in the queue, in this thread. False when Redis could not take it in time."""
        try:
            # A connection of its own each time: a kept one would be found dead on the day it is needed.
            with self._app.connection_for_write() as connection:
                self._app.send_task(TASKS[work], connection=connection, retry=False, expires=EXPIRES_S)
        except Exception as error:  # whatever Redis does, the work is safe and the page is served
            log.warning("Les travailleurs n’ont pas pu être prévenus : %s", error)
            return False
        return True

    def _start(self) -> None:
        with self._starting:
            if self._process != os.getpid():
                self._wanted = threading.Event()
                threading.Thread(target=self._ring_for_ever, name="nudge", daemon=True).start()
                self._process = os.getpid()

    def _ring_for_ever(self) -> None:
        wanted = self._wanted
        while True:
            wanted.wait()
            wanted.clear()
            # A wake that comes meanwhile raises the flag again; one lost in between is caught by the sweep.
            works, self._works = self._works, set()
            time.sleep(PAUSE_S if all(self.ring(work) for work in sorted(works)) else self._rest_s)
