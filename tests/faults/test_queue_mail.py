"""A mail server that refuses, puts off, hangs or drops, under a real worker."""

import pytest
from sqlalchemy import update

from guichet.core import clock
from guichet.notifications import queries
from guichet.notifications.models import LetterRow
from tests.faults.conftest import Installation
from tests.mailserver import LATER, REFUSED

pytestmark = pytest.mark.faults

SWEEP_S = 10


def let_time_pass(guichet: Installation) -> None:
    """What was put off to later is due now."""
    with guichet.database.transaction() as session:
        session.execute(update(LetterRow).where(LetterRow.state == "pending").values(due_at=clock.now()))


def until_all_sent_as_time_passes(guichet: Installation) -> None:
    """Again and again: an attempt under way may still be put off after the server has recovered."""

    def all_sent() -> bool:
        let_time_pass(guichet)
        return guichet.states() == {"sent": guichet.posted}

    guichet.until(all_sent, SWEEP_S + guichet.slack)


def test_each_letter_gets_the_fate_its_server_gave_it(guichet_on_postgres: Installation) -> None:
    guichet = guichet_on_postgres
    guichet.post(email=REFUSED)
    guichet.post(email=LATER)
    guichet.post(3)
    guichet.until(
        lambda: guichet.states() == {"refused": 1, "pending": 1, "sent": 4}, SWEEP_S + guichet.slack
    )
    with guichet.database.reading() as session:
        assert [row.email for row in queries.undelivered(session)] == [REFUSED]
    let_time_pass(guichet)
    guichet.until(lambda: guichet.mail.asked.count(LATER) == 2, SWEEP_S + guichet.slack)
    assert guichet.mail.asked.count(REFUSED) == 1


@pytest.mark.parametrize("manner", ["close", "no_sender", "busy"])
def test_a_server_in_trouble_loses_nothing(guichet_on_postgres: Installation, manner: str) -> None:
    guichet = guichet_on_postgres
    guichet.mail.manner = manner
    guichet.post(3)
    guichet.until(lambda: any(row.attempts for row in waiting(guichet)), SWEEP_S + guichet.slack)
    guichet.mail.manner = "accept"
    until_all_sent_as_time_passes(guichet)
    assert set(guichet.mail.copies().values()) == {1}


def test_a_server_that_hangs_then_wakes_up_loses_nothing(guichet_on_postgres: Installation) -> None:
    guichet = guichet_on_postgres
    guichet.hold_one()
    guichet.post(3)
    guichet.mail.manner = "accept"
    guichet.until_all_sent(SWEEP_S + guichet.slack)
    assert set(guichet.mail.copies().values()) == {1}


def test_a_letter_dropped_after_it_was_accepted_is_the_only_one_repeated(
    guichet_on_postgres: Installation,
) -> None:
    guichet = guichet_on_postgres
    guichet.mail.manner = "drop"
    guichet.post()
    guichet.until(lambda: any(row.attempts for row in waiting(guichet)), SWEEP_S + guichet.slack)
    guichet.mail.manner = "accept"
    guichet.post(5)
    until_all_sent_as_time_passes(guichet)
    assert sorted(guichet.mail.copies().values()) == [1] * 6 + [2]


def waiting(guichet: Installation) -> list[LetterRow]:
    with guichet.database.reading() as session:
        return [row for row in queries.of_subject(session, "demand", 1) if row.state == "pending"]
