"""The child process that reads a mail: it limits itself first.

`python -m guichet.notifications.incoming.child` reads the name of our own mail server on the first line of its
standard input, then the mail, and answers in JSON.
"""

import sys

from guichet.core.apart import limit_oneself
from guichet.notifications.incoming.reading import read_mail
from guichet.notifications.incoming.said import to_json

PROCESSOR_S = 6
MEMORY_BYTES = 512 * 1024 * 1024


def main() -> None:
    """Limit, then read."""
    limit_oneself(processor_s=PROCESSOR_S, memory_bytes=MEMORY_BYTES)
    authority = sys.stdin.buffer.readline().decode().strip()
    sys.stdout.write(to_json(read_mail(sys.stdin.buffer.read(), authority)))


if __name__ == "__main__":
    main()
