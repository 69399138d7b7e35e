"""What the clock does, as a table. A line that is missed is caught by its next one: all look in the database.

Daily hours are those of Paris. Nothing is « every hour at minute 0 » that must not be skipped on the two
nights when the hour changes.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery.schedules import crontab


@dataclass(frozen=True)
class Line:
    """One line: its name, the task, when."""

    name: str
    task: str
    when: timedelta | crontab

    def entry(self) -> dict[str, Any]:
        """As Celery's beat reads it.

        A message that waited longer than until its next one is thrown away, so that a worker coming back
        after an hour does not find an hour of them.
        """
        expires = self.when.total_seconds() if isinstance(self.when, timedelta) else 3600.0
        return {"task": self.task, "schedule": self.when, "options": {"expires": expires}}


TIMETABLE = (
    Line("the letters that are due", "workers.drain_outbox", timedelta(seconds=3)),
    Line("the proposals asked for", "workers.compute_proposals", timedelta(seconds=3)),
    Line("the calendars asked for", "workers.compute_calendars", timedelta(seconds=3)),
    Line("the signatures to try", "workers.prepare_signatures", timedelta(seconds=3)),
    Line("the answers and returns that came by mail", "workers.read_mailbox", timedelta(minutes=1)),
    Line("what sessions wait for", "workers.follow_sessions", timedelta(hours=1)),
    Line("reminders, renewals and closings", "workers.turn_timers", timedelta(hours=1)),
    Line("the dated tasks of the sessions", "workers.keep_milestones", timedelta(minutes=15)),
    Line("the answers of the families to the places offered", "workers.turn_offers", timedelta(hours=1)),
    Line("members who did not answer", "workers.remind_members", crontab(hour=8, minute=10)),
    Line("free places of childminders to confirm", "workers.chase_childminders", crontab(hour=6, minute=40)),
    Line("sheets of establishments to review", "workers.chase_sheets", crontab(hour=6, minute=50)),
    Line("what need not be kept any more", "workers.forget", crontab(hour=4, minute=20)),
)
