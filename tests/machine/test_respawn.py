"""When a process that died is started again, and when everything stops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.machine.child import cause
from guichet.machine.respawn import DELAYS, TOO_MANY, WITHIN_SECONDS, Deaths


def after(*instants):
    deaths = Deaths()
    for instant in instants:
        deaths = deaths.another(instant)
    return deaths


def test_the_first_death_is_repaired_at_once():
    assert after(10.0).delay == 0.0


def test_each_new_death_waits_a_little_longer():
    assert [after(*range(n)).delay for n in range(1, TOO_MANY)] == list(DELAYS)


def test_repeated_deaths_in_a_minute_are_too_many():
    assert not after(*range(TOO_MANY - 1)).too_many
    assert after(*range(TOO_MANY)).too_many


def test_a_death_now_and_then_is_never_too_many():
    assert not after(*(n * WITHIN_SECONDS / 2 for n in range(100))).too_many


@given(st.lists(st.floats(0, 1000), min_size=1).map(sorted))
def test_too_many_means_that_many_within_the_window(instants):
    recent = [instant for instant in instants if instants[-1] - instant < WITHIN_SECONDS]
    # A death already forgotten never comes back: only those of the last window can count.
    assert after(*instants).too_many == (len(recent) >= TOO_MANY)


@pytest.mark.parametrize(
    ("status", "words"), [(1, "code de sortie 1"), (-9, "signal 9, SIGKILL"), (-15, "signal 15, SIGTERM")]
)
def test_the_cause_of_an_end_is_said_in_words(status, words):
    assert cause(status) == words
