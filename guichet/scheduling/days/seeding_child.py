"""The child process that reads the official calendars (see seeding_apart.py): `… seeding_child YEAR ZONE`."""

import json
import sys

from guichet.scheduling.days.seeding import closed_days, last_published


def main() -> None:
    """Answer in JSON on the standard output."""
    year, zone = int(sys.argv[1]), sys.argv[2]
    days = [(line.day.isoformat(), line.reason, line.name) for line in closed_days(year, zone)]
    json.dump({"days": days, "published_until": last_published().isoformat()}, sys.stdout)


if __name__ == "__main__":
    main()
