"""Celery: the clock and the arms. What must not be lost is in the database; a message only says « look »."""

import os
import signal
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown

from guichet.core.lifeline import dies_with_parent
from guichet.core.settings import Settings
from workers import room
from workers.nudge import QUEUE
from workers.timetable import TIMETABLE
from workers.watch import WatchPool

LOADED_BY = os.getpid()
"""The worker itself: its pool is made of its forks, which remember this."""
DEFAULT_BROKER = "redis://127.0.0.1:6379/0"
VISIBILITY = timedelta(minutes=15)
"""After this Redis gives a message to another worker: every task must be over long before."""
TASK_LIMIT = timedelta(minutes=5)
TASKS_A_CHILD = 2_000

CONFIGURATION: dict[str, Any] = {
    # A message is acknowledged when its work is done, and given back when its worker dies.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_lost_wait": 1.0,
    "worker_prefetch_multiplier": 1,
    "task_soft_time_limit": (TASK_LIMIT - timedelta(minutes=1)).total_seconds(),
    "task_time_limit": TASK_LIMIT.total_seconds(),
    "broker_transport_options": {"visibility_timeout": VISIBILITY.total_seconds()},
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "worker_max_tasks_per_child": TASKS_A_CHILD,
    # Nothing waits for an answer: what a task did is in the database.
    "task_ignore_result": True,
    "result_backend": None,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_default_queue": QUEUE,
    "timezone": "Europe/Paris",
    "enable_utc": True,
    "worker_send_task_events": False,
    "beat_schedule": {line.name: line.entry() for line in TIMETABLE},
    "beat_max_loop_interval": 5,
    "beat_scheduler": "workers.beat:Clock",
}


def make_app(settings: Settings) -> Celery:
    """The application of the worker and of beat."""
    made = Celery(
        "guichet",
        broker=settings.redis_url or DEFAULT_BROKER,
        include=["workers.tasks"],
        amqp="workers.connection:PromptAMQP",
    )
    made.conf.update(CONFIGURATION)
    made.steps["worker"].add(WatchPool)
    return made


app = make_app(Settings.from_environment(os.environ))


@worker_process_init.connect
def _open_room(**_: object) -> None:
    # A worker killed by force cannot end its pool: Linux does, so that nothing outlives it unseen.
    in_a_pool = os.getpid() != LOADED_BY
    if in_a_pool and (bind := dies_with_parent(signal.SIGKILL, parent=LOADED_BY)):
        bind()
    # Connections opened before the fork belong to the parent.
    room.forget()


@worker_process_shutdown.connect
def _close_room(**_: object) -> None:
    room.leave()
