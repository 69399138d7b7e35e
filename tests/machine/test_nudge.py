"""The message that wakes a worker, and what a web process does not carry to send it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from redis import Redis

from guichet.core import nudge
from guichet.machine.embedded import EmbeddedRedis
from workers.nudge import QUEUE, TASKS, Nudge

WEB = """
import sys
import guichet.machine.wsgi
print(*sorted({"celery", "kombu", "billiard", "ortools", "numpy", "typst", "icalendar"} & sys.modules.keys()))
"""


@pytest.fixture(scope="module")
def redis() -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis() as running:
        yield running


@pytest.mark.parametrize("work", nudge.WORKS)
def test_a_worker_reads_the_message_as_one_of_celery_s_own(redis: EmbeddedRedis, work: str) -> None:
    assert Nudge(redis.url()).ring(work)
    app = Celery(broker=redis.url(), set_as_current=False)
    with app.connection_for_read() as connection, connection.SimpleQueue(QUEUE) as queue:
        ours = queue.get(timeout=5)
        ours.ack()
        app.send_task(TASKS[work], connection=connection, queue=QUEUE, expires=30, ignore_result=True)
        theirs = queue.get(timeout=5)
        theirs.ack()
    assert ours.payload[:2] == [
        list(part) if isinstance(part, tuple) else part for part in theirs.payload[:2]
    ]
    assert ours.headers["task"] == theirs.headers["task"] == TASKS[work]
    assert ours.headers["expires"]
    same = ("lang", "retries", "eta", "timelimit", "group", "parent_id", "ignore_result")
    assert {name: ours.headers[name] for name in same} == {name: theirs.headers[name] for name in same}
    assert ours.delivery_info["routing_key"] == theirs.delivery_info["routing_key"]


def test_two_rings_are_two_messages_with_each_its_own_mark(redis: EmbeddedRedis) -> None:
    rings = Nudge(redis.url())
    assert rings.ring(nudge.LETTERS)
    assert rings.ring(nudge.LETTERS)
    with Redis.from_url(redis.url()) as connection:
        marks = [json.loads(one)["properties"]["delivery_tag"] for one in connection.lrange(QUEUE, 0, -1)]
        connection.delete(QUEUE)
    assert len(set(marks)) == len(marks) == 2


def test_a_redis_that_is_gone_is_told_and_never_raises() -> None:
    assert not Nudge("redis://127.0.0.1:1/0").ring(nudge.LETTERS)


def test_a_web_process_carries_neither_celery_nor_the_solvers(tmp_path: Path) -> None:
    env = {
        "GUICHET_HOME": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'guichet.db'}",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    carried = subprocess.run(
        [sys.executable, "-c", WEB],
        env=env,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert carried.stdout.split() == []
