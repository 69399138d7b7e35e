"""Workers that die while a letter is in their hands: none is lost, at most that one arrives twice."""

import os
import signal

import pytest

from tests.faults.conftest import STARTED_S, Installation

pytestmark = pytest.mark.faults

CHILD_S = 5
WORKER_S = 15


def test_a_killed_pool_child_leaves_its_letters_to_the_next(guichet: Installation) -> None:
    guichet.post(10)
    guichet.hold_one()
    (child,) = guichet.worker.children()
    os.kill(child, signal.SIGKILL)
    guichet.mail.manner = "accept"
    guichet.until_all_sent(CHILD_S + guichet.slack)
    guichet.none_lost_at_most_one_repeated()
    assert guichet.worker.starts == 1


def test_a_killed_worker_leaves_its_letters_to_the_one_that_replaces_it(guichet: Installation) -> None:
    guichet.hold_one()
    guichet.post(10)
    assert guichet.worker.process is not None
    guichet.worker.process.kill()
    guichet.mail.manner = "accept"
    guichet.until_all_sent(WORKER_S + guichet.slack)
    guichet.none_lost_at_most_one_repeated()
    assert guichet.worker.starts == 2


def test_a_worker_told_to_stop_finishes_the_letter_in_its_hands(guichet_on_postgres: Installation) -> None:
    guichet = guichet_on_postgres
    guichet.hold_one()
    assert guichet.worker.process is not None
    guichet.worker.process.send_signal(signal.SIGTERM)
    guichet.mail.manner = "accept"
    guichet.until_all_sent(STARTED_S)
    guichet.none_lost_at_most_one_repeated()
    assert set(guichet.mail.copies().values()) == {1}
