"""The name of a process, and whether the one that bears a name is still alive: who holds some work says so by it.

A lease that nobody ends by hand ends by time; but a worker killed on this machine is known dead at once, and what it
held need not wait for that time.
"""

import os
import socket
from pathlib import Path


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
