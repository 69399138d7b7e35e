"""Processes that never outlive the one that started them, and ports nobody else uses yet."""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def dies_with_parent(
    stop_signal: int = signal.SIGTERM, *, parent: int | None = None
) -> Callable[[], None] | None:
    """What a child runs before its program so that Linux signals it when its parent dies, even by kill -9.

    For `subprocess.Popen(preexec_fn=…)`; a process already started calls it with its own `parent`. Elsewhere than on Linux there is no such promise: returns None.
    The kernel watches the *thread* that started the child: start children from a thread that stays.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    expected = parent or os.getpid()

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != expected:  # it died between the fork and the line above
            os._exit(1)

    return bind


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_taken(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server can no longer listen on this port."""
    with socket.socket() as probe:
        # As servers do: a connection of the last minute that still closes must not look like a listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
