"""What a PostgreSQL connection bears: nobody waits without end for a row, a server or a vanished colleague."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import text
from sqlalchemy.engine import make_url

from guichet.core.db import make_engine


def test_a_connection_gives_up_a_row_held_too_long_and_notices_a_server_that_vanished(
    copied: Callable[[str], AbstractContextManager[str]],
) -> None:
    with copied("postgresql") as url:
        engine = make_engine(make_url(url).set(query={"keepalives_idle": "7"}).render_as_string(False))
        with engine.connect() as connection:
            waits = ("lock_timeout", "idle_in_transaction_session_timeout")
            assert [connection.scalar(text(f"show {one}")) for one in waits] == ["20s", "2min"]
            told = connection.connection.driver_connection.info.get_parameters()
        engine.dispose()
    assert (told["connect_timeout"], told["tcp_user_timeout"]) == ("5", "60000")
    assert told["keepalives_idle"] == "7", "what the address asks for wins"
