"""The database: declarative base, types, engine and sessions, the same on SQLite and PostgreSQL."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import String, TypeDecorator

from guichet.core import nudge

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLITE_WAIT_MS = 20_000
IMMEDIATE = "IMMEDIATE"
TURN, TURN_SUFFIX = "sqlite_turn", "-turn"
NOTICED = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""How soon a PostgreSQL that vanished without a word is noticed, in libpq's words: by itself, after two hours."""
POSTGRES_WAITS = {"lock_timeout": "20s", "idle_in_transaction_session_timeout": "120s"}
"""How long one waits for a row that somebody holds, and how long who vanished holds it."""
POOL_SIZE = 8
"""Connections kept: two a thread of a web process, since a sign-in reads on one and writes on the other."""
WAITS = "{}_waiting"
"""What a session's `info` says when its commit leaves some work for a worker: « letters_waiting »."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, aware UTC on the way out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: it would mean two different instants in two places."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant must carry its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite does not store."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def binary_text(length: int) -> String:
    """Text compared byte by byte on both databases, so that a prefix search uses its index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy as a class attribute
        datetime: UtcDateTime,
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
    }


@dataclass(frozen=True)
class Database:
    """One engine and its two kinds of sessions.

    SQLite must know at BEGIN whether a transaction will write: one that reads first and writes later is
    refused at once when another has written meanwhile, whatever the waiting time. A writing session
    therefore takes its turn at BEGIN. PostgreSQL does not care.
    """

    engine: Engine
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing session, committed at the end or rolled back on any error."""
        with self.writing() as session, session.begin():
            yield session


def make_engine(url: str, *, pool_size: int = POOL_SIZE) -> Engine:
    """An engine for either database, with what SQLite needs to serve several processes."""
    if make_url(url).get_backend_name() != "sqlite":
        given = make_url(url).query
        patience = {name: value for name, value in NOTICED.items() if name not in given}
        engine = create_engine(
            url, pool_pre_ping=True, pool_size=pool_size, max_overflow=pool_size, connect_args=patience
        )
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    # The last connection given back is the next one taken: its cache holds the pages that everybody reads.
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_use_lifo=True)
    event.listen(engine, "connect", _prepare_sqlite)
    if (file := make_url(url).database) and file != ":memory:":
        Turn(Path(f"{file}{TURN_SUFFIX}")).watch(engine)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


class Turn:
    """The turn to write on a SQLite file, taken before BEGIN IMMEDIATE and given back with the connection.

    SQLite makes those who wait sleep and try again, longer and longer: whoever comes back at the right instant
    passes before those who wait since long. A lock of the system wakes them as soon as it is free, in their
    order (docs/adr/0003-sqlite-writers.md). Those who do not take it are still kept apart by SQLite itself.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def watch(self, engine: Engine) -> None:
        """Take and give the turn on every connection of an engine."""
        event.listen(engine, "connect", self._open)
        event.listen(engine, "begin", self._take)
        event.listen(engine, "checkin", self._give)
        event.listen(engine, "close", self._close)

    def _open(self, _connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI object
        # One descriptor a connection: two threads of a process wait for each other too.
        record.info[TURN] = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _take(self, connection: Connection) -> None:
        if connection.get_execution_options().get("sqlite_begin") == IMMEDIATE:
            fcntl.flock(connection.info[TURN], fcntl.LOCK_EX)

    def _give(self, _connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI object
        if TURN in record.info:
            fcntl.flock(record.info[TURN], fcntl.LOCK_UN)

    def _close(self, _connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI object
        if TURN in record.info:
            os.close(record.info.pop(TURN))


def make_database(url: str, *, pool_size: int = POOL_SIZE) -> Database:
    """Engine and session factories for an address."""
    return bind_sessions(make_engine(url, pool_size=pool_size))


def bind_sessions(bind: Engine) -> Database:
    """Session factories over an engine."""
    return Database(
        engine=bind,
        reading=make_session_factory(bind),
        writing=make_session_factory(bind.execution_options(sqlite_begin=IMMEDIATE)),
    )


def make_session_factory(bind: Engine) -> sessionmaker[Session]:
    """Sessions that keep what they loaded after a commit, and nudge the workers after it."""
    factory = sessionmaker(bind, expire_on_commit=False)
    event.listen(factory, "after_commit", _wake_after_commit)
    return factory


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI object
    # The driver must not open transactions by itself: _begin_sqlite says which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={SQLITE_WAIT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-2000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgres(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI object
    with connection.cursor() as cursor:
        for name, value in POSTGRES_WAITS.items():
            cursor.execute(f"SET {name} = '{value}'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


def _wake_after_commit(session: Session) -> None:
    for work in nudge.WORKS:
        if session.info.pop(WAITS.format(work), False):
            nudge.wake(work)
