"""Calm: what the refusal of a database means, whichever it is: that it is away, busy, or of another version.

Drivers put all of them, and our own faults, under the same few classes of exceptions; only the codes tell.
"""

from enum import StrEnum

SQLITE_ERROR = 1
SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL = 5, 6, 15
SQLITE_AWAY = (8, 10, 13, 14)
"""Only readable, input or output failed, disk full, cannot be opened: https://www.sqlite.org/rescode.html."""
POSTGRES_OUTDATED = ("42P01", "42703")
"""Undefined table, undefined column: https://www.postgresql.org/docs/current/errcodes-appendix.html."""
POSTGRES_BUSY = ("25P03", "40001", "40P01", "53300", "55P03", "57014")
"""Transaction idle too long, serialisation failure, deadlock, too many connections, lock held, statement cancelled."""
POSTGRES_AWAY = ("08", "53", "57P", "58")
"""Connection lost, no room left, stopped by its operator, its own disk."""
LACKING = ("no such table", "no such column", "has no column")


class Trouble(StrEnum):
    """What a refusal means for whoever waits for an answer."""

    AWAY = "away"
    BUSY = "busy"
    OUTDATED = "outdated"
    FAULT = "fault"
    """None of the three: an error of ours."""


def trouble_of(original: BaseException | None) -> Trouble:
    """What the driver's exception says: sqlite3's by its code, psycopg's by its SQLSTATE."""
    if (code := getattr(original, "sqlite_errorcode", None)) is not None:
        return _of_sqlite(code & 0xFF, str(original))
    if original is not None and hasattr(original, "sqlstate"):
        return _of_postgres(original.sqlstate, original)
    return Trouble.FAULT


def _of_sqlite(code: int, words: str) -> Trouble:
    if code in (SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL):
        return Trouble.BUSY
    if code in SQLITE_AWAY:
        return Trouble.AWAY
    # SQLite has one code for all that it cannot prepare.
    return (
        Trouble.OUTDATED if code == SQLITE_ERROR and any(one in words for one in LACKING) else Trouble.FAULT
    )


def _of_postgres(state: str | None, original: BaseException) -> Trouble:
    if state is None:
        # Nobody answered: psycopg raises it before any code could be given.
        away = any(kind.__name__ == "OperationalError" for kind in type(original).__mro__)
        return Trouble.AWAY if away else Trouble.FAULT
    if state in POSTGRES_OUTDATED:
        return Trouble.OUTDATED
    if state in POSTGRES_BUSY:
        return Trouble.BUSY
    # 3D000: the database named does not exist.
    return Trouble.AWAY if state.startswith(POSTGRES_AWAY) or state == "3D000" else Trouble.FAULT
