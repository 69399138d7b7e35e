"""The time of the machine put right: the lines of the clock do not wait for it to come again."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from workers.beat import Clock

LINES = ("one", "another")
DEADLINE_S = 20


class Heard(Clock):
    """Keeps the names of what it sends."""

    heard: set[str]

    def apply_async(self, entry: Any, *_: Any, **__: Any) -> None:
        self.heard.add(entry.name)


@pytest.fixture
def started(tmp_path: Path) -> Callable[[], Heard]:
    """A clock over the file of an earlier one."""
    lines = {name: {"task": f"test.{name}", "schedule": timedelta(seconds=0.05)} for name in LINES}
    app = Celery(broker="memory://", set_as_current=False)
    app.conf.update(beat_schedule=lines, timezone="Europe/Paris", enable_utc=True)

    def _start() -> Heard:
        made = Heard(app=app, schedule_filename=str(tmp_path / "schedule"))
        made.heard = set()
        return made

    return _start


def turn_until_all_are_heard(clock: Heard) -> None:
    end = time.monotonic() + DEADLINE_S
    while clock.heard < set(LINES):
        assert time.monotonic() < end, f"heard only {clock.heard}"
        time.sleep(max(0.0, min(clock.tick(), 0.05)))


def put_a_day_ahead(clock: Heard) -> None:
    for line in clock.schedule.values():
        line.last_run_at = line.default_now() + timedelta(days=1)


def test_a_clock_that_runs_does_not_wait_for_the_day_to_come_again(started: Callable[[], Heard]) -> None:
    clock = started()
    turn_until_all_are_heard(clock)
    clock.heard.clear()
    put_a_day_ahead(clock)
    turn_until_all_are_heard(clock)
    clock.close()


def test_nor_does_one_that_is_started_again_after_it(started: Callable[[], Heard]) -> None:
    before = started()
    put_a_day_ahead(before)
    before.close()
    clock = started()
    turn_until_all_are_heard(clock)
    clock.close()
