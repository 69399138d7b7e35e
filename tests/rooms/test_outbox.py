"""The outbox: posted once, with its decision or not at all; handed over by one worker, never lost."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core import nudge
from guichet.core.actor import Actor
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.settings import Settings
from guichet.notifications import actions, claims, lease, models, outbox, outcomes, queries, words
from guichet.notifications.mailer import Mailer
from guichet.notifications.models import LetterRow
from guichet.notifications.relay import Relay
from tests.letters import letter, recipient
from tests.mailserver import LATER, REFUSED, MailServer, mail_server
from tests.make import NOON

AGENT = Actor(1, "Dominique Agent")
WHILE = timedelta(minutes=1)
DEAD = lease.this_process().rsplit("/", 2)[0] + "/999999999/1"
"""A process of this machine that does not exist."""
ELSEWHERE = "ailleurs-1/12/345"
"""A worker of another machine: nobody here can tell whether it is alive."""


@dataclass
class Clock:
    """A clock that people turn by hand."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def relay(database: Database, server: MailServer, tmp_path: Path) -> Iterator[Relay]:
    told = {"GUICHET_HOME": str(tmp_path), "SMTP_PORT": str(server.port)}
    made = Relay(
        database, Mailer(Settings.from_environment(told), timeout_s=0.5), Clock(), lease.this_process()
    )
    yield made
    made.mailer.close()


def post(
    session: Session, key: str = "a", email: str | None = "parent@exemple.test", **more: object
) -> LetterRow:
    row = outbox.post(
        session,
        letter(recipient=recipient(email)),
        key=key,
        subject_type="demand",
        subject_id=12,
        at=NOON,
        **more,  # type: ignore[arg-type]
    )
    assert row is not None
    return row


def posted(database: Database, *keys: str, **more: object) -> None:
    with database.transaction() as session:
        for key in keys or ("a",):
            post(session, key, **more)  # type: ignore[arg-type]


def one(database: Database, key: str = "a") -> LetterRow:
    with database.reading() as session:
        return session.scalars(select(LetterRow).where(LetterRow.key == key)).one()


def states(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {state: number for state, number in queries.counts(session).items() if number}


def story(database: Database, key: str = "a") -> list[str]:
    with database.reading() as session:
        row = session.scalars(select(LetterRow).where(LetterRow.key == key)).one()
        return [event.what for event in queries.events(session, row.id)]


def turn(relay: Relay, later: timedelta) -> None:
    assert isinstance(relay.clock, Clock)
    relay.clock.at += later


# Posting


def test_the_same_key_is_posted_once(database: Database) -> None:
    posted(database)
    with database.transaction() as session:
        again = outbox.post(session, letter(), key="a", subject_type="demand", subject_id=12, at=NOON)
        assert again is None
    assert states(database) == {"pending": 1}


def test_two_sessions_posting_the_same_key_at_the_same_time_make_one_letter(database: Database) -> None:
    together = threading.Barrier(4)

    def try_to_post() -> None:
        together.wait()
        with database.transaction() as session:
            outbox.post(session, letter(), key="a", subject_type="demand", subject_id=12, at=NOON)

    threads = [threading.Thread(target=try_to_post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(database) == {"pending": 1}


def test_a_letter_disappears_with_the_decision_that_was_rolled_back(database: Database, relay: Relay) -> None:
    with database.writing() as session:
        post(session)
        session.rollback()
    assert relay.drain(WHILE).handed_over == 0
    assert states(database) == {}


def test_the_row_keeps_the_three_forms_as_they_were_when_it_was_posted(database: Database) -> None:
    posted(database)
    with database.reading() as session:
        row = queries.letter(session, one(database).id)
        assert "votre demande d’accueil pour Zoé" in " ".join(row.text.split())
        assert row.html.startswith("<!doctype html>")
        assert row.facts["reference"] == row.reference == "2026-000142"
        assert row.address.splitlines() == list(recipient().address)


def test_workers_are_nudged_after_the_commit_and_only_for_what_may_leave(database: Database) -> None:
    rung: list[str] = []
    nudge.bind(lambda: rung.append("ding"))
    try:
        with database.writing() as session:
            post(session)
            assert rung == []
            session.commit()
            assert rung == ["ding"]
            post(session, "held", held=True)
            post(session, "tomorrow", due_at=NOON + timedelta(days=1))
            session.commit()
            session.rollback()
        assert rung == ["ding"]
    finally:
        nudge.bind(lambda: None)


# Leaving


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


# A worker dies


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
    assert not lease.is_gone(lease.this_process())
    assert lease.is_gone(DEAD)
    assert lease.is_gone(lease.this_process() + "0")
    assert not lease.is_gone(ELSEWHERE)


# What people do


def test_a_letter_nobody_received_is_sent_again_to_the_corrected_address(
    database: Database, relay: Relay, server: MailServer
) -> None:
    posted(database, email=REFUSED)
    relay.drain(WHILE)
    with database.transaction() as session:
        letter_id = queries.undelivered(session)[0].id
        actions.retry(session, letter_id, actor=AGENT, at=NOON, email=" nouvelle@exemple.test ")
    relay.drain(WHILE)
    assert (one(database).state, one(database).email) == ("sent", "nouvelle@exemple.test")
    assert story(database) == ["refused", "retried", "sent"]
    assert server.asked[-1] == "nouvelle@exemple.test"


def test_a_letter_nobody_received_can_leave_on_paper_instead(database: Database, relay: Relay) -> None:
    posted(database, email=REFUSED)
    relay.drain(WHILE)
    with database.transaction() as session:
        actions.retry_on_paper(session, one(database).id, actor=AGENT, at=NOON)
    relay.drain(WHILE)
    assert states(database) == {"to_print": 1}


def test_a_letter_that_left_can_be_neither_retried_nor_cancelled(database: Database, relay: Relay) -> None:
    posted(database)
    relay.drain(WHILE)
    with database.transaction() as session:
        letter_id = one(database).id
        with pytest.raises(ConflictError):
            actions.retry(session, letter_id, actor=AGENT, at=NOON)
        with pytest.raises(ConflictError):
            actions.cancel(session, letter_id, actor=AGENT, at=NOON)
        assert not outbox.cancel(session, "a", at=NOON)
    assert states(database) == {"sent": 1}


def test_a_wrong_new_address_is_refused_at_its_field(database: Database, relay: Relay) -> None:
    posted(database, email=REFUSED)
    relay.drain(WHILE)
    with database.transaction() as session, pytest.raises(InvalidError) as refusal:
        actions.retry(session, one(database).id, actor=AGENT, at=NOON, email="pas une adresse")
    assert refusal.value.field == "email"


def test_a_cancelled_letter_never_leaves(database: Database, relay: Relay) -> None:
    posted(database)
    with database.transaction() as session:
        assert outbox.cancel(session, "a", at=NOON, detail="décision annulée")
    assert relay.drain(WHILE).handed_over == 0
    assert story(database) == ["cancelled"]


def test_a_letter_cancelled_between_the_claim_and_its_turn_does_not_leave(
    database: Database, relay: Relay
) -> None:
    posted(database)
    with database.transaction() as session:
        (claimed,) = claims.claim(session, NOON, relay.owner, 20)
        claims.give_back(session, relay.owner)
        outbox.cancel(session, "a", at=NOON)
        assert not claims.begin(session, claimed.parcel.letter_id, 1, relay.owner, NOON)


def test_the_letters_of_a_subject_come_the_latest_first_and_without_their_bodies(database: Database) -> None:
    posted(database, "a", "b")
    with database.reading() as session:
        rows = queries.of_subject(session, "demand", 12)
        assert [row.key for row in rows] == ["b", "a"]
        assert queries.of_subject(session, "demand", 13) == []
        assert [row.key for row in queries.by_keys(session, ["a", "z"])] == ["a"]


def test_every_state_has_its_french_word() -> None:
    assert set(words.STATES) == set(models.STATES)
