"""Redis away, flapping or frozen: no commit fails or waits, no letter is lost, all leave once it is back."""

import signal
import time

import pytest

from tests.faults.conftest import Installation

pytestmark = pytest.mark.faults

REDIS_S = 10


def test_redis_gone_while_idle(guichet_on_postgres: Installation) -> None:
    guichet = guichet_on_postgres
    guichet.redis.kill()
    guichet.post(5)
    time.sleep(3)
    guichet.redis.start()
    guichet.until_all_sent(REDIS_S + guichet.slack)
    guichet.none_lost_at_most_one_repeated()


def test_redis_gone_while_a_letter_is_in_the_hands_of_the_worker(guichet_on_postgres: Installation) -> None:
    guichet = guichet_on_postgres
    guichet.hold_one()
    guichet.redis.kill()
    guichet.post(5)
    time.sleep(3)
    guichet.redis.start()
    guichet.mail.manner = "accept"
    guichet.until_all_sent(REDIS_S + guichet.slack)
    guichet.none_lost_at_most_one_repeated()
    guichet.post()
    guichet.until_all_sent(REDIS_S + guichet.slack)


def test_redis_flapping(guichet_on_postgres: Installation) -> None:
    guichet = guichet_on_postgres
    for _ in range(5):
        guichet.redis.kill()
        guichet.post()
        time.sleep(0.3)
        guichet.redis.start()
        guichet.post()
        time.sleep(0.3)
    guichet.until_all_sent(REDIS_S + guichet.slack)
    guichet.none_lost_at_most_one_repeated()


def test_redis_frozen(guichet_on_postgres: Installation) -> None:
    guichet = guichet_on_postgres
    assert guichet.redis.process is not None
    guichet.redis.process.send_signal(signal.SIGSTOP)
    try:
        guichet.post(5)
        time.sleep(5)
        assert guichet.states()["pending"] == 5
    finally:
        guichet.redis.process.send_signal(signal.SIGCONT)
    guichet.until_all_sent(REDIS_S + guichet.slack)
    guichet.none_lost_at_most_one_repeated()
