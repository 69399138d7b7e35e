"""One process under supervision: started, watched, ended with all it has started itself."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from guichet.core.lifeline import dies_with_parent
from guichet.machine.programs import Program
from guichet.machine.respawn import Deaths

KEPT_LOGS = 3
LARGEST_LOG = 5 * 1024 * 1024
"""Bytes: with the older ones kept, a program never takes more than four times that."""


class Child:
    """A program and, while it lives, its process.

    `lock` is the file descriptor of the home's lock: inherited, so that the home is free again only when
    the last process that works in it has gone, whatever way the supervisor went.
    """

    def __init__(self, program: Program, log: Path, env: Mapping[str, str], lock: int) -> None:
        self.program = program
        self.log = log
        self.deaths = Deaths()
        self.start_at: float | None = None
        self._env = dict(env)
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """What its last process answered at its end; None while it lives or before it has."""
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        """Start its process, its words going to its log."""
        self.start_at = None
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.program.command,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A terminal's Ctrl-C must reach the supervisor alone: it knows the order of the stops.
                start_new_session=True,
                preexec_fn=dies_with_parent(self.program.orphaned),
                pass_fds=(self._lock,),
            )

    def ask_to_stop(self) -> None:
        """Tell its process to finish what it holds and leave."""
        if self.is_running and self._process is not None:
            self._process.terminate()

    def end(self, seconds: float) -> bool:
        """Wait `seconds` for its process to leave, then make it; say whether it left by itself."""
        by_itself = True
        if self._process is None:
            return by_itself
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            by_itself = False
        self.end_descendants()
        self._process.wait()
        return by_itself

    def end_descendants(self) -> None:
        """End whatever its process has left behind: the pool of a worker that was killed, for one."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """The last line of its log, or nothing."""
        with suppress(OSError):
            lines = self.log.read_text(errors="replace").strip().splitlines()
            return lines[-1].strip() if lines else ""
        return ""


def cause(status: int) -> str:
    """Why a process ended, in French, from its exit status (negative: a signal)."""
    if status >= 0:
        return f"code de sortie {status}"
    names = {number.value: f", {number.name}" for number in signal.Signals}
    return f"signal {-status}{names.get(-status, '')}"


def rotate(log: Path) -> None:
    """Keep the logs of the last starts beside the new one: web.log, web.1.log, web.2.log…"""
    _make_room(log)
    with suppress(FileNotFoundError):
        log.replace(_aged(log, 1))


def rotate_when_large(log: Path, largest: int = LARGEST_LOG) -> None:
    """The same while a program writes in it: past `largest` bytes, its words are copied and the log begins anew.

    The program keeps its file open, and writes at its end wherever that is (« ab »): nothing is said to it. A
    line written between the copy and the cut is lost, which a log may.
    """
    with suppress(FileNotFoundError):
        if log.stat().st_size > largest:
            _make_room(log)
            shutil.copyfile(log, _aged(log, 1))
            os.truncate(log, 0)


def _make_room(log: Path) -> None:
    for age in range(KEPT_LOGS, 1, -1):
        with suppress(FileNotFoundError):
            _aged(log, age - 1).replace(_aged(log, age))


def _aged(log: Path, age: int) -> Path:
    return log.with_suffix(f".{age}.log")
