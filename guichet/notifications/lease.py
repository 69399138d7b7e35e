"""Who holds a letter while it leaves, and whether that worker is still alive.

A lease that nobody ends by hand ends by time; but a worker killed on this machine is known dead at once, and
its letters need not wait for that time.
"""

import os
import socket
from datetime import timedelta
from pathlib import Path

from guichet.notifications.mailer import CONVERSATION_S

WRITING_S = 20.0
"""How long the answer of the mail server may take to be written: relay.py insists for 15 s while the database restarts."""
LEASE = timedelta(seconds=CONVERSATION_S + WRITING_S)
"""The slowest conversation about one letter, and the writing of its end; renewed while a batch lasts.

As short as can be: a letter that was leaving when its container was replaced waits for the end of its lease,
since nobody on another machine can tell that its worker is gone. Shorter, two workers could send it.
"""


def this_process() -> str:
    """A name no other process has: machine, process space, number, and the instant it started."""
    return _name(os.getpid())


def is_gone(owner: str) -> bool:
    """True only when it is certain that the owner died: on another machine, nobody can tell."""
    place, _, rest = owner.partition("/")
    number = rest.partition("/")[0]
    return place == _place() and number.isdigit() and _name(int(number)) != owner


def _name(pid: int) -> str:
    return f"{_place()}/{pid}/{_started(pid)}"


def _place() -> str:
    try:
        # Two containers may bear the same name on one machine: their process numbers are not comparable.
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        space = 0
    return f"{socket.gethostname()[:60]}-{space}"


def _started(pid: int) -> str:
    """When the process started, in the kernel's ticks; « alive » or « gone » where it does not tell."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return _asked(pid)
    zombie = after_name[0] in "ZX"
    return "gone" if zombie else after_name[19]


def _asked(pid: int) -> str:
    if Path("/proc/self/stat").exists():
        return "gone"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        return "alive"
    return "alive"
