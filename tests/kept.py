"""One database of each kind a process, emptied between two tests: emptying takes some milliseconds where a copy
of the model takes 0.13 s of processor on PostgreSQL; and SQLAlchemy compiles each statement once, not once a test.

    kept = Kept(lambda: "sqlite:////…/copy.db")
    with kept.fresh() as database: …        # as the migrations made it, whatever the test before left
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from guichet.core.db import IMMEDIATE, Base, Database, bind_sessions, make_engine
from guichet.machine.tables import ALL_MODELS

OFTEN = 40
"""Tests on one copy: the lines they deleted stay in the tables of PostgreSQL and slow every reading."""


class Kept:
    """An engine that lives as long as the process. `copy` makes the model anew, always at the same address."""

    def __init__(self, copy: Callable[[], str]) -> None:
        assert ALL_MODELS  # importing the rooms fills the metadata
        self.copy = copy
        self.compiled: dict[Any, Any] = {}
        self.served = 0
        self.engine: Engine | None = None
        self.given: dict[str, list[Any]] = {}
        """What the migrations wrote, by table."""
        self.numbered: list[str] = []
        """The sequences that the migrations used."""

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        """The database as the migrations left it, with session factories of its own."""
        engine = self._ready()
        yield bind_sessions(engine.execution_options(compiled_cache=self.compiled))
        self.served += 1
        # Somebody still holds a connection: what it does must not reach the next test.
        if self.served >= OFTEN or engine.pool.checkedout() or not self._emptied(engine):  # type: ignore[attr-defined]
            engine.dispose()
            self.served = 0

    def close(self) -> None:
        """At the end of the process."""
        if self.engine is not None:
            self.engine.dispose()

    def _ready(self) -> Engine:
        if self.served == 0:
            address = self.copy()
            if self.engine is None:
                self.engine = make_engine(address)
                if make_url(address).get_backend_name() == "sqlite":
                    event.listen(self.engine, "connect", _do_not_wait_for_the_disk)
                    event.listen(self.engine, "before_cursor_execute", _writing_is_said_at_the_beginning)
            with self.engine.begin() as connection:
                tables = _filled(connection)
                self.given = {name: _lines(connection, name) for name in tables}
                if self.engine.dialect.name == "postgresql":
                    self.numbered = [*connection.execute(text(USED)).scalars()]
        assert self.engine is not None
        return self.engine

    def _emptied(self, engine: Engine) -> bool:
        """Whether everything the test wrote could be taken away."""
        try:
            with engine.execution_options(sqlite_begin=IMMEDIATE).begin() as connection:
                if engine.dialect.name == "postgresql":
                    connection.execute(text("set local lock_timeout = '2s'"))
                filled = _filled(connection)
                for table in reversed(Base.metadata.sorted_tables):
                    if table.name in filled and table.name not in self.given:
                        connection.execute(table.delete())
                if engine.dialect.name == "postgresql":
                    connection.execute(text(NUMBERS_FROM_ONE), {"numbered": self.numbered})
                return all(_lines(connection, name) == lines for name, lines in self.given.items())
        except SQLAlchemyError:
            return False


USED = "select sequencename from pg_sequences where last_value is not null"
NUMBERS_FROM_ONE = f"""
select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
from pg_sequences where sequencename in ({USED}) and not sequencename = any(:numbered)
"""


def _filled(connection: Connection) -> set[str]:
    """The tables that hold a line."""
    each = [f"select '{name}' where exists (select 1 from {name})" for name in sorted(Base.metadata.tables)]
    return set(connection.execute(text(" union all ".join(each))).scalars())


def _lines(connection: Connection, table: str) -> list[Any]:
    return [tuple(line) for line in connection.execute(text(f"select * from {table}"))]


def _do_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


def _writing_is_said_at_the_beginning(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    """SQLite refuses at once, one day out of many, who reads first and writes later: here, every time."""
    if context is not None and (context.isinsert or context.isupdate or context.isdelete):
        begun = connection.get_execution_options().get("sqlite_begin")
        assert begun == IMMEDIATE, f"written in a transaction begun to read: {statement}"
