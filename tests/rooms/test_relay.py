"""The relay: each letter handed over by one worker, later when it must, never lost when a worker dies."""

import threading
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from guichet.core import process
from guichet.core.actor import Actor
from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.notifications import actions, claims, lease, outbox, outcomes, queries
from guichet.notifications.mailer import Mailer
from guichet.notifications.models import LetterRow
from guichet.notifications.relay import Relay
from tests.mailserver import LATER, REFUSED, MailServer
from tests.make import NOON
from tests.outbox import WHILE, Clock, one, post, posted, states, story, turn

AGENT = Actor(1, "Dominique Agent")
DEAD = process.this_process().rsplit("/", 2)[0] + "/999999999/1"
"""A process of this machine that does not exist."""
ELSEWHERE = "ailleurs-1/12/345"
"""A worker of another machine: nobody here can tell whether it is alive."""


def test_a_letter_due_is_sent_once_and_its_server_answer_is_kept(
    database: Database, relay: Relay, server: MailServer
) -> None:
    posted(database)
    assert relay.drain(WHILE).handed_over == 1
    assert relay.drain(WHILE).handed_over == 0
    row = one(database)
    assert (row.state, row.sent_at, row.attempts, row.lease_owner) == ("sent", NOON, 1, None)
    with database.reading() as session:
        assert [(e.what, e.detail) for e in queries.events(session, row.id)] == [
            ("sent", "250 2.0.0 queued as 1")
        ]
    assert list(server.copies().values()) == [1]


def test_letters_leave_in_the_order_they_are_due(
    database: Database, relay: Relay, server: MailServer
) -> None:
    with database.transaction() as session:
        for number in range(45):
            post(
                session,
                f"k{number:02}",
                due_at=NOON - timedelta(minutes=number),
                email=f"p{number}@exemple.test",
            )
    relay.drain(WHILE)
    assert server.asked == [f"p{number}@exemple.test" for number in reversed(range(45))]


def test_a_letter_waits_for_its_date_and_for_its_release(database: Database, relay: Relay) -> None:
    with database.transaction() as session:
        post(session, "later", due_at=NOON + timedelta(days=1))
        post(session, "held", held=True)
    relay.drain(WHILE)
    assert states(database) == {"pending": 1, "held": 1}
    with database.transaction() as session:
        assert outbox.release(session, ["held", "later", "unknown"], at=NOON) == 1
    turn(relay, timedelta(days=1))
    relay.drain(WHILE)
    assert states(database) == {"sent": 2}
    assert story(database, "held") == ["released", "sent"]


def test_a_recipient_without_email_gets_the_letter_on_paper(database: Database, relay: Relay) -> None:
    posted(database, email=None)
    relay.drain(WHILE)
    with database.transaction() as session:
        (row,) = queries.print_tray(session)
        pdf = queries.printed_form(session, row.id)
        assert pdf is not None
        assert pdf.startswith(b"%PDF-")
        assert actions.mark_printed(session, [row.id], actor=AGENT, at=NOON) == 1
        assert actions.mark_printed(session, [row.id], actor=AGENT, at=NOON) == 0
    assert (one(database).state, one(database).sent_at) == ("printed", NOON)
    assert story(database) == ["to_print", "printed"]


def test_a_refused_address_is_not_tried_again_and_is_listed_with_its_reason(
    database: Database, relay: Relay
) -> None:
    posted(database, email=REFUSED)
    relay.drain(WHILE)
    turn(relay, timedelta(days=30))
    assert relay.drain(WHILE).handed_over == 0
    with database.reading() as session:
        (row,) = queries.undelivered(session)
        assert "mailbox unknown" in (row.last_error or "")


def test_a_letter_put_off_comes_back_later_and_later_then_waits_on_the_screen(
    database: Database, relay: Relay
) -> None:
    posted(database, email=LATER)
    for wait in outcomes.WAITS:
        assert relay.drain(WHILE).handed_over == 1
        turn(relay, wait - timedelta(seconds=1))
        assert relay.drain(WHILE).handed_over == 0
        turn(relay, timedelta(seconds=1))
    assert relay.drain(WHILE).handed_over == 1
    row = one(database)
    assert (row.state, row.attempts) == ("failed", outcomes.MAX_ATTEMPTS)
    assert "come back later" in (row.last_error or "")
    assert story(database) == ["deferred"] * len(outcomes.WAITS) + ["failed"]


def test_a_mail_server_that_is_gone_costs_one_attempt_to_one_letter_only(
    database: Database, relay: Relay, server: MailServer
) -> None:
    posted(database, "a", "b", "c")
    server.manner = "no_sender"
    assert relay.drain(WHILE).server_gone
    assert sorted(one(database, key).attempts for key in "abc") == [0, 0, 1]
    assert states(database) == {"pending": 3}
    server.manner = "accept"
    turn(relay, timedelta(minutes=1))
    relay.drain(WHILE)
    assert states(database) == {"sent": 3}


def test_a_letter_dropped_after_it_was_accepted_repeats_under_the_same_identity(
    database: Database, relay: Relay, server: MailServer
) -> None:
    posted(database, "a", "b")
    server.manner = "drop"
    relay.drain(WHILE)
    server.manner = "accept"
    turn(relay, timedelta(minutes=1))
    relay.drain(WHILE)
    assert states(database) == {"sent": 2}
    assert sorted(server.copies().values()) == [1, 2]


def test_several_workers_at_once_send_each_letter_once(
    database: Database, server: MailServer, tmp_path: Path
) -> None:
    posted(database, *(f"k{number}" for number in range(60)))
    told = Settings.from_environment({"GUICHET_HOME": str(tmp_path), "SMTP_PORT": str(server.port)})

    def work(number: int) -> None:
        mailer = Mailer(told)
        Relay(database, mailer, Clock(), f"machine-{number}/1/1").drain(WHILE)
        mailer.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(database) == {"sent": 60}
    assert set(server.copies().values()) == {1}


def hold(database: Database, owner: str, *, in_flight: int) -> None:
    """Claim everything as `owner` and start handing over the first `in_flight` letters, then say no more."""
    with database.transaction() as session:
        for number, claimed in enumerate(claims.claim(session, NOON, owner, 20)):
            if number < in_flight:
                claims.begin(session, claimed.parcel.letter_id, claimed.attempts + 1, owner, NOON)


def test_the_letters_of_a_worker_killed_on_this_machine_leave_at_once(
    database: Database, relay: Relay
) -> None:
    posted(database, "a", "b", "c")
    hold(database, DEAD, in_flight=1)
    relay.drain(WHILE)
    assert states(database) == {"sent": 3}
    assert sorted(one(database, key).attempts for key in "abc") == [1, 1, 2]


def test_the_letters_of_a_worker_of_another_machine_wait_for_the_end_of_its_lease(
    database: Database, relay: Relay
) -> None:
    posted(database, "a", "b")
    hold(database, ELSEWHERE, in_flight=1)
    relay.drain(WHILE)
    assert states(database) == {"sending": 2}
    turn(relay, lease.LEASE)
    relay.drain(WHILE)
    assert states(database) == {"sent": 2}


def test_a_letter_that_kills_every_worker_is_given_up_in_the_end(database: Database, relay: Relay) -> None:
    posted(database)
    with database.transaction() as session:
        for _ in range(3 * outcomes.MAX_ATTEMPTS):
            turn(relay, timedelta(days=2))
            claims.take_back(session, relay.clock(), relay.owner)
            for claimed in claims.claim(session, relay.clock(), DEAD, 20):
                claims.begin(session, claimed.parcel.letter_id, claimed.attempts + 1, DEAD, relay.clock())
    row = one(database)
    assert (row.state, row.attempts) == ("failed", outcomes.MAX_ATTEMPTS)


def test_a_worker_that_lost_its_lease_writes_nothing_over_the_one_that_took_it(database: Database) -> None:
    posted(database)
    hold(database, ELSEWHERE, in_flight=1)
    with database.transaction() as session:
        claims.take_back(session, NOON + lease.LEASE, "autre/1/1")
        row = session.scalars(select(LetterRow)).one()
        outcomes.write_failure(session, row.id, 8, "trop tard", owner=ELSEWHERE, at=NOON)
    assert states(database) == {"pending": 1}


def test_this_process_is_alive_and_one_that_never_was_is_gone() -> None:
    assert not process.is_gone(process.this_process())
    assert process.is_gone(DEAD)
    assert process.is_gone(process.this_process() + "0")
    assert not process.is_gone(ELSEWHERE)
