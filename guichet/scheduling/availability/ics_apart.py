"""Has a calendar file read by another process, with little time and memory: what comes from outside may be hostile.

The packages that read it stay out of the process that asks.
"""

import json
from collections.abc import Collection
from datetime import date, datetime

from guichet.core.apart import SpentError, answer_of
from guichet.scheduling.availability.half_days import Interval
from guichet.scheduling.availability.ics_limits import (
    LARGEST_BYTES,
    TOO_LARGE,
    Reading,
    UnreadableCalendarError,
)

CHILD = "guichet.scheduling.availability.ics_child"
WALL_SECONDS = 10
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
        answer = json.loads(answer_of(CHILD, words.encode() + b"\n" + content, wall_s=WALL_SECONDS))
    except SpentError:
        raise UnreadableCalendarError(TOO_LONG) from None
    if "refused" in answer:
        raise UnreadableCalendarError(answer["refused"])
    busy = tuple(
        Interval(datetime.fromisoformat(begins), datetime.fromisoformat(ends), tentative)
        for begins, ends, tentative in answer["busy"]
    )
    return Reading(busy, answer["floating"])
