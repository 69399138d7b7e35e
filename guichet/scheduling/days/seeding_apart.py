"""Has the official calendars read by another process: their packages weigh, and are asked once a year."""

import json
import subprocess
import sys
from datetime import date

from guichet.scheduling.days.seeding_words import ZONES, ClosedDay

CHILD = "guichet.scheduling.days.seeding_child"
WALL_SECONDS = 30


def closed_days_apart(year: int, zone: str) -> tuple[tuple[ClosedDay, ...], date]:
    """The closed days of a year in order, and the last day whose school holidays are published.

    Raises ValueError for another zone than those of the country, or a year out of their reach.
    """
    if zone not in ZONES:
        raise ValueError(f"La zone « {zone} » n’existe pas : c’est A, B ou C.")
    done = subprocess.run(
        [sys.executable, "-m", CHILD, str(year), zone],
        capture_output=True,
        timeout=WALL_SECONDS,
        check=True,
        text=True,
    )
    answer = json.loads(done.stdout)
    days = tuple(ClosedDay(date.fromisoformat(on), reason, name) for on, reason, name in answer["days"])
    return days, date.fromisoformat(answer["published_until"])
