"""The database stopped and started under a worker: what was committed leaves, once or at most twice for one."""

import signal
from pathlib import Path

import pytest

from guichet.core.db import make_database
from guichet.core.migrate import upgrade
from tests.faults.conftest import installation
from tests.services import EmbeddedPostgres

pytestmark = pytest.mark.faults

DATABASE_S = 5


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_postgres_restarted_while_a_letter_is_in_the_hands_of_the_worker(
    how: signal.Signals, tmp_path: Path
) -> None:
    server = EmbeddedPostgres(durable=True).start()
    try:
        url = server.create("guichet")
        migrated = make_database(url)
        upgrade(migrated.engine)
        migrated.engine.dispose()
        with installation(tmp_path / "home", url) as guichet:
            guichet.hold_one()
            guichet.post(10)
            server.stop(how)
            guichet.mail.manner = "accept"
            server.start()
            guichet.until_all_sent(DATABASE_S + guichet.slack)
            guichet.none_lost_at_most_one_repeated()
            assert guichet.worker.starts == 1
    finally:
        server.close()
