"""The pages under load beside a bare floor, on both databases, at several sizes: `make bench-web`.

For each database and each size: load, record what the pages send (statements), start the product's production
server and the floor's under the same command, then measure each action at concurrency 1 and 8, the two servers in
turn. Prints its tables, checks the bars and writes everything into benchmarks/RESULTS.md.
`python benchmarks/web.py [sizes…]`, 1,000 10,000 100,000 by default.
"""

import os
import pickle
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks import report  # noqa: E402 - after the path
from benchmarks.driver import Job, Measure, Server, drive, wait_for  # noqa: E402
from benchmarks.loader import load  # noqa: E402
from benchmarks.recorder import Recorder, rows_of_last_registered  # noqa: E402
from benchmarks.visits import ACTIONS, ORIENTATION, READ, Visits  # noqa: E402
from guichet.core import clock  # noqa: E402
from guichet.core.db import make_database  # noqa: E402
from guichet.core.lifeline import dies_with_parent, free_port  # noqa: E402
from guichet.core.migrate import upgrade  # noqa: E402
from guichet.demands import words  # noqa: E402
from guichet.demo.accounts import AGENT, PASSWORD  # noqa: E402
from guichet.demo.load import load_accounts, load_offer, load_territory  # noqa: E402
from guichet.machine.embedded import EmbeddedRedis  # noqa: E402
from tests.services import EmbeddedPostgres  # noqa: E402

SIZES = (1_000, 10_000, 100_000)
CONNECTIONS = (1, 8)
ROUNDS, ROUND_S, WARM_S = 2, 0.8, 0.5
MOST_WRITTEN = 200
"""Drafts, or demands, made ready for one round."""
SIGN_IN = {"email": AGENT.email, "password": PASSWORD}


@dataclass
class Cell:
    """One action on one database at one size and one concurrency, ours and the floor's."""

    database: str
    size: int
    connections: int
    action: str
    statements: int
    ours: Measure = field(default_factory=Measure)
    floor: Measure = field(default_factory=Measure)


class Bench:
    """One loaded database with its two servers."""

    def __init__(self, kind: str, size: int, url: str, folder: Path, redis: str, stack: ExitStack) -> None:
        self.kind, self.size, self.folder = kind, size, folder
        self.database = make_database(url)
        self.name = "" if kind == "SQLite" else self.database.engine.url.database or ""
        stack.callback(self.database.engine.dispose)
        upgrade(self.database.engine)
        with self.database.transaction() as session:
            at = clock.now()
            load_territory(session, at)
            load_offer(session, at)
            load_accounts(session, at)
        start = time.perf_counter()
        load(self.database, size)
        print(f"{kind}, {size} demandes chargées en {time.perf_counter() - start:.0f} s", flush=True)
        self.visits = Visits(self.database, folder)
        self.statements = self._record()
        env = {**self.visits.env, "REDIS_URL": redis, "FLOOR_SCRIPT": str(folder / "script")}
        self.ours = Server("guichet.machine.wsgi:application", env, folder / "ours.log")
        stack.callback(self.ours.stop)
        self.floor = Server("benchmarks.floor:application", env, folder / "floor.log")
        stack.callback(self.floor.stop)
        self._enter()

    def _record(self) -> dict[str, int]:
        """Write the floor's script; give the most statements that a page of each action sends."""
        recorded = Recorder(self.visits).record()
        catalogue = self.visits.catalogue
        fields = {
            "commune": [(town.code, town.name) for town in catalogue.towns.values()],
            "etablissement": [(house.id, house.label) for house in catalogue.houses.values()],
            "guichet": [(service.id, service.name) for service in catalogue.services.values()],
            "accueil": list(words.CARE_SHORT.items()),
            "age": list(words.QUEUE_AGE.items()),
            "tri": list(words.QUEUE_SORT.items()),
        }
        script = {
            "statements": recorded,
            "registered": rows_of_last_registered(self.database),
            "fields": fields,
        }
        (self.folder / "script").write_bytes(pickle.dumps(script))
        return {name: max(map(len, pages)) for name, pages in recorded.items()}

    def _enter(self) -> None:
        for browser in self.ours.browsers:
            browser.send(Job("/connexion"), keep=True)
            browser.send(Job("/connexion", SIGN_IN, 302), keep=True)
            browser.send(Job("/compte"), keep=True)
        for browser in self.floor.browsers:
            browser.send(Job("/sign_in", SIGN_IN, 302), keep=True)

    def cells(self) -> Iterator[Cell]:
        """Readings first: what is written grows the database."""
        reading, writing = (
            [one for one in ACTIONS if (one.name in READ) is wanted] for wanted in (True, False)
        )
        for actions in (reading, writing):
            for connections in CONNECTIONS:
                for action in actions:
                    cell = Cell(self.kind, self.size, connections, action.name, self.statements[action.name])
                    self._measure(cell)
                    yield cell

    def _measure(self, cell: Cell) -> None:
        if cell.connections == 1:
            for server in (self.ours, self.floor):
                drive(server, self._jobs(cell.action, server), 8, WARM_S)
        for _ in range(ROUNDS):
            for server, measure in ((self.ours, cell.ours), (self.floor, cell.floor)):
                jobs = self._jobs(cell.action, server)
                measure.add(drive(server, jobs, cell.connections, ROUND_S, self.name))

    def _jobs(self, action: str, server: Server) -> Iterator[Job]:
        ours = server is self.ours
        if action == "sign_in":
            return cycle([Job("/connexion" if ours else "/sign_in", SIGN_IN, 302)])
        if action == "register":
            address = "/demandes/nouvelle/{}/verification" if ours else "/register/{}"
            drafts = self.visits.drafts(MOST_WRITTEN)
            return iter([Job(address.format(draft_id), form, 303) for draft_id, form in drafts])
        if action == "orient":
            address = "/demandes/{}/orienter" if ours else "/orient/{}"
            pool = self.visits.pool(MOST_WRITTEN)
            return iter(
                [Job(address.format(id_), {**ORIENTATION, "version": str(seen)}, 303) for id_, seen in pool]
            )
        addresses = self.visits.addresses[action]
        places = addresses if ours else [f"/{action}/{number}" for number in range(len(addresses))]
        return cycle([Job(place) for place in places])


def measure_all(sizes: tuple[int, ...], folder: Path) -> tuple[list[Cell], tuple[float, float]]:
    """Every cell, and the most memory that the web processes took."""
    cells, memory = list[Cell](), (0.0, 0.0)
    postgres = EmbeddedPostgres(durable=True).start()
    try:
        with EmbeddedRedis() as redis:
            for size in sizes:
                for kind in ("SQLite", "PostgreSQL"):
                    place = folder / f"{kind}-{size}"
                    place.mkdir()
                    url = f"sqlite:///{place / 'guichet.db'}"
                    if kind == "PostgreSQL":
                        url = postgres.create(f"bench_{size}")
                    with ExitStack() as stack:
                        bench = Bench(kind, size, url, place, redis.url(), stack)
                        for cell in bench.cells():
                            print(report.line(cell), flush=True)
                            cells.append(cell)
                        memory = max(memory, bench.ours.memory_mb())
    finally:
        postgres.close()
    return cells, memory


def start_again_s(folder: Path) -> float:
    """Seconds from `guichet run` to the first page, on a home that has already served."""
    home, port = folder / "home", free_port()
    home.mkdir()
    shutil.copy(folder / f"SQLite-{SIZES[0]}" / "guichet.db", home / "guichet.db")
    env = {**os.environ, "GUICHET_HOME": str(home), "PORT": str(port), "GUICHET_DEMO": "1"}
    for name in ("DATABASE_URL", "REDIS_URL"):
        env.pop(name, None)
    seconds = 0.0
    for _ in range(2):
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "guichet", "run"],
            env=env,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(),
        )
        wait_for(port)
        seconds = time.perf_counter() - start
        process.terminate()
        process.wait(60)
    return seconds


def main(sizes: tuple[int, ...]) -> None:
    """Measure, print, keep."""
    start, load_before = time.perf_counter(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder:
        cells, memory = measure_all(sizes, Path(folder))
        ready = start_again_s(Path(folder))
    head = report.heading(
        f"python benchmarks/web.py {' '.join(map(str, sizes))}",
        f"{clock.day(clock.now()).isoformat()}, Python {platform.python_version()}",
        load_before,
        time.perf_counter() - start,
    )
    text = "\n".join([*head, *report.bars(cells, memory, ready), "", *report.tables(cells)])
    print(text)
    report.keep(text)


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or SIZES)
