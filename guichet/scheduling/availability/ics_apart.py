"""Has a calendar file read by another process, with little time and memory: what comes from outside may be hostile.

The packages that read it stay out of the process that asks.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from datetime import date, datetime

from guichet.scheduling.availability.half_days import Interval
from guichet.scheduling.availability.ics_limits import (
    LARGEST_BYTES,
    TOO_LARGE,
    Reading,
    UnreadableCalendarError,
)

CHILD = "guichet.scheduling.availability.ics_child"
WALL_SECONDS = 10
NEEDED = ("PATH", "PYTHONPATH", "LANG")
"""All that the child is told of the installation: neither its secret nor the address of its database."""
TOO_LONG = "Ce calendrier demande trop de calculs pour être lu : exportez seulement l’année à planifier."


def read_in_child(
    content: bytes, start: date, end: date, own: Collection[str] = (), member: str = ""
) -> Reading:
    """As `ics_reading.read_busy`, whatever the file does. Raises UnreadableCalendarError."""
    if len(content) > LARGEST_BYTES:
        raise UnreadableCalendarError(TOO_LARGE)
    words = json.dumps(
        {"start": start.isoformat(), "end": end.isoformat(), "own": sorted(own), "member": member}
    )
    try:
        done = subprocess.run(
            [sys.executable, "-m", CHILD],
            input=words.encode() + b"\n" + content,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise UnreadableCalendarError(TOO_LONG) from None
    if done.returncode:
        raise UnreadableCalendarError(TOO_LONG)
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableCalendarError(answer["refused"])
    busy = tuple(
        Interval(datetime.fromisoformat(begins), datetime.fromisoformat(ends), tentative)
        for begins, ends, tentative in answer["busy"]
    )
    return Reading(busy, answer["floating"])
