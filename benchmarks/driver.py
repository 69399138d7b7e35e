"""The visitors of the web measure and what they cost: kept connections, threads, times, the processor's share.

Standard library only, loopback only, bounded in time and in number.
"""

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from guichet.core.lifeline import dies_with_parent, free_port  # noqa: E402 - after the path
from guichet.machine import programs  # noqa: E402

HOST = "127.0.0.1"
PRODUCT, FLOOR = "guichet.machine.wsgi:application", "benchmarks.floor:application"
STARTED_S, PATIENCE_S = 30, 30
TICK = os.sysconf("SC_CLK_TCK")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Job:
    """One request; a form makes it a POST. Any other status than `status` stops the measure."""

    path: str
    form: Mapping[str, str] | None = None
    status: int = 200


class Server:
    """One application under the production command of the product."""

    def __init__(self, application: str, env: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        made = programs.web({}, self.port).command
        command = [application if word == PRODUCT else word for word in made]
        start = time.perf_counter()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, **env},
                cwd=ROOT,
                stdout=output,
                stderr=output,
                preexec_fn=dies_with_parent(),
            )
        wait_for(self.port)
        self.ready_s = time.perf_counter() - start
        self.browsers = [Browser(self.port) for _ in range(8)]

    @property
    def pids(self) -> list[int]:
        """The arbiter and its processes."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def memory_mb(self) -> tuple[float, float]:
        """Their proportional share of memory: of the processes that answer, then with the arbiter's."""
        arbiter, *processes = (_pss_kb(pid) / 1024 for pid in self.pids)
        return sum(processes), sum(processes) + arbiter

    def stop(self) -> None:
        """End it."""
        for browser in self.browsers:
            browser.connection.close()
        self.process.terminate()
        self.process.wait(PATIENCE_S)


class Browser:
    """One kept connection with its cookie and its token."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_S)
        self.cookie, self.token, self.location = "", "", ""

    def send(self, job: Job, *, keep: bool = False) -> bytes:
        """The body of the answer; `keep` takes its cookie, its token and where it leads for what follows."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if job.form is None:
            self.connection.request("GET", job.path, headers=headers)
        else:
            body = urlencode({**job.form, "csrf_token": self.token})
            self.connection.request("POST", job.path, body, headers | FORM)
        answer = self.connection.getresponse()
        read = answer.read()
        if answer.status != job.status:
            raise RuntimeError(f"{answer.status} for {job.path}\n{read.decode(errors='replace')[:2000]}")
        if keep:
            self.cookie = (answer.headers.get("Set-Cookie") or self.cookie).split(";")[0]
            self.location = answer.headers.get("Location") or ""
            if found := TOKEN.search(read.decode()):
                self.token = found[1]
        return read


@dataclass
class Measure:
    """What some requests took: seconds each, on the clock all together, of processor on the server's side."""

    times: list[float] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0

    def add(self, other: "Measure") -> None:
        """Put another round beside."""
        self.times += other.times
        self.wall += other.wall
        self.cpu += other.cpu

    def percentile(self, share: float) -> float:
        """Milliseconds under which this share of the requests was answered."""
        ranked = sorted(self.times)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.wall

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor a request."""
        return self.cpu / len(self.times) * 1000


def drive(
    server: Server, jobs: Iterator[Job], connections: int, seconds: float, database: str = ""
) -> Measure:
    """Send jobs over some connections until the time is over or there is none left."""
    measure, lock, failed = Measure(), threading.Lock(), list[Exception]()
    end = time.perf_counter() + seconds

    def visit(browser: Browser) -> None:
        browser.connection.close()  # the server closes those that were idle
        while not failed and time.perf_counter() < end:
            with lock:
                job = next(jobs, None)
            if job is None:
                return
            start = time.perf_counter()
            try:
                browser.send(job)
            except Exception as error:  # whatever it is, it must stop the measure and be seen
                failed.append(error)
                return
            measure.times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=visit, args=(one,)) for one in server.browsers[:connections]]
    cpu, start = _cpu_s(server, database), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measure.wall = time.perf_counter() - start
    measure.cpu = _cpu_s(server, database) - cpu
    if failed:
        raise failed[0]
    return measure


def wait_for(port: int, seconds: float = STARTED_S) -> None:
    """Until the site says that it serves."""
    end = time.monotonic() + seconds
    while True:
        browser = Browser(port)
        try:
            browser.send(Job("/sante"))
        except (OSError, RuntimeError, http.client.HTTPException):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
        finally:
            browser.connection.close()


def _cpu_s(server: Server, database: str) -> float:
    """Seconds of processor used so far by the web processes and by the database's own for them."""
    backends = _backends(database)
    # Those that ended meanwhile are counted with their parent: a pool closes the connections it has too many of.
    ended = sum(int(word) for pid in backends[:1] for word in _stat(int(_stat(pid)[1]))[13:15])
    return (sum(map(_ticks, [*server.pids, *backends])) + ended) / TICK


def _ticks(pid: int) -> int:
    return sum(int(word) for word in _stat(pid)[11:13])


def _stat(pid: int) -> list[str]:
    """The numbers of a process after its name: state, parent… (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _backends(database: str) -> list[int]:
    """PostgreSQL's processes that serve this database; none for SQLite, whose work is done in ours."""
    if not database:
        return []
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if words.startswith("postgres:") and f" {database} " in words:
                found.append(int(folder.name))
    return found


def _pss_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
