"""The child process that reads a calendar file: it limits itself first (see ics_apart.py).

`python -m guichet.scheduling.availability.ics_child` reads its words in JSON on the first line of its standard input, then
the file, and answers in JSON.
"""

import json
import sys
from datetime import date

from guichet.core.apart import limit_oneself
from guichet.scheduling.availability.ics_limits import UnreadableCalendarError
from guichet.scheduling.availability.ics_reading import read_busy

PROCESSOR_SECONDS = 6
"""Five thousand events, the most it accepts, take less than two on a busy machine."""
MEMORY_BYTES = 512 * 1024 * 1024


def main() -> None:
    """Limit, then read."""
    limit_oneself(processor_s=PROCESSOR_SECONDS, memory_bytes=MEMORY_BYTES)
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
