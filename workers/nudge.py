"""Tells a worker that some work waits, without ever making a page wait or fail.

The message is written as Celery's own protocol says (« Message protocol », version 2, over kombu's Redis transport):
the web processes then carry neither Celery nor kombu. `tests/faults` has the workers read it.
"""

import base64
import json
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import redis

from guichet.core import clock, nudge

log = logging.getLogger(__name__)

QUEUE = "guichet"
TASKS = {
    nudge.LETTERS: "workers.drain_outbox",
    nudge.PROPOSALS: "workers.compute_proposals",
    nudge.SESSIONS: "workers.prepare_signatures",
    nudge.CALENDARS: "workers.compute_calendars",
}
SOCKET_S = 0.3
REST_S = 5.0
"""After a failure Redis is left alone this long; the sweeps find the work meanwhile."""
PAUSE_S = 0.25
"""Between two rings of a process: one message a kind of work for all of a busy moment, which costs less to send."""
EXPIRES = timedelta(seconds=30)

_BODY = base64.b64encode(json.dumps([[], {}, {}]).encode()).decode()
"""No argument, no word argument, no callback."""


def redis_nudge(redis_url: str) -> Callable[[str], None]:
    """What to bind to the port of guichet/core/nudge.py; without a Redis, nothing to ring."""
    return Nudge(redis_url).wake if redis_url else lambda _work: None


def message(task: str) -> str:
    """The message that asks a worker for a task, as the broker stores it."""
    id_ = str(uuid.uuid4())
    headers = {
        "lang": "py",
        "task": task,
        "id": id_,
        "root_id": id_,
        "parent_id": None,
        "group": None,
        "retries": 0,
        "eta": None,
        "expires": (clock.now() + EXPIRES).isoformat(),
        "timelimit": [None, None],
        "ignore_result": True,
    }
    properties = {
        "correlation_id": id_,
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": QUEUE},
        "priority": 0,
        "body_encoding": "base64",
        "delivery_tag": str(uuid.uuid4()),
    }
    return json.dumps(
        {
            "body": _BODY,
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": headers,
            "properties": properties,
        }
    )


class Nudge:
    """Rings from a thread of its own: `wake` only raises a flag, and many wakes make one message.

    The thread belongs to one process: after a fork the first wake starts another.
    """

    def __init__(self, redis_url: str, *, rest_s: float = REST_S) -> None:
        self._url = redis_url
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
            with redis.Redis.from_url(
                self._url, socket_connect_timeout=SOCKET_S, socket_timeout=SOCKET_S
            ) as connection:
                connection.lpush(QUEUE, message(TASKS[work]))
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
