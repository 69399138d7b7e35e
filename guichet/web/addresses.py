"""Numbers in addresses: one that no row can have is a page not found, never a failure of the database."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1


class RowNumber(IntegerConverter):
    """The `int` of every route, up to what a PostgreSQL integer holds."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the parent
        kwargs.setdefault("max", LARGEST_ID)
        super().__init__(map, *args, **kwargs)


def asked_id(typed: str) -> int | None:
    """The id a list is asked to go on from; None for anything no row can have."""
    number = int(typed) if typed.isdecimal() and len(typed) <= len(str(LARGEST_ID)) else None
    return number if number is not None and number <= LARGEST_ID else None
