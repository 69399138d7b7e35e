"""Reads a calendar file in a child process with little time and memory: what comes from outside may be hostile.

`python -m guichet.scheduling.ics_child START END` reads the file on its standard input and answers in JSON.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Collection
from datetime import date, datetime

from guichet.scheduling.availability import Interval
from guichet.scheduling.ics_reading import LARGEST_BYTES, Reading, UnreadableCalendarError, read_busy

PROCESSOR_SECONDS, WALL_SECONDS = 10, 30
MEMORY_BYTES = 512 * 1024 * 1024
TOO_LONG = "Ce calendrier demande trop de calculs pour être lu : exportez seulement l’année à planifier."


def read_in_child(
    content: bytes, start: date, end: date, own: Collection[str] = (), member: str = ""
) -> Reading:
    """As `read_busy`, whatever the file does. Raises UnreadableCalendarError."""
    if len(content) > LARGEST_BYTES:
        return read_busy(content, start, end)
    words = json.dumps(
        {"start": start.isoformat(), "end": end.isoformat(), "own": sorted(own), "member": member}
    )
    command = [sys.executable, "-m", "guichet.scheduling.ics_child"]
    try:
        done = subprocess.run(
            command,
            input=words.encode() + b"\n" + content,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableCalendarError(TOO_LONG) from None
    if done.returncode:
        raise UnreadableCalendarError(TOO_LONG)
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableCalendarError(answer["refused"])
    busy = tuple(
        Interval(datetime.fromisoformat(start), datetime.fromisoformat(end), tentative)
        for start, end, tentative in answer["busy"]
    )
    return Reading(busy, answer["floating"])


def main() -> None:
    """The child: limits itself first, then reads."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    words = json.loads(sys.stdin.buffer.readline())
    start, end = date.fromisoformat(words["start"]), date.fromisoformat(words["end"])
    try:
        found = read_busy(sys.stdin.buffer.read(), start, end, frozenset(words["own"]), words["member"])
    except UnreadableCalendarError as refusal:
        json.dump({"refused": refusal.sentence}, sys.stdout)
        return
    busy = [(one.start.isoformat(), one.end.isoformat(), one.tentative) for one in found.busy]
    json.dump({"busy": busy, "floating": found.floating}, sys.stdout)


if __name__ == "__main__":
    main()
