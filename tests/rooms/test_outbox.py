"""The outbox: posted once, with its decision or not at all; and what people do with a letter afterwards."""

import threading
from datetime import timedelta

import pytest

from guichet.core import nudge
from guichet.core.actor import Actor
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError
from guichet.notifications import actions, claims, models, outbox, queries, words
from guichet.notifications.relay import Relay
from tests.letters import letter, recipient
from tests.mailserver import REFUSED, MailServer
from tests.make import NOON
from tests.outbox import WHILE, one, post, posted, states, story

AGENT = Actor(1, "Dominique Agent")


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
    nudge.bind(rung.append)
    try:
        with database.writing() as session:
            post(session)
            assert rung == []
            session.commit()
            assert rung == ["letters"]
            post(session, "held", held=True)
            post(session, "tomorrow", due_at=NOON + timedelta(days=1))
            session.commit()
            session.rollback()
        assert rung == ["letters"]
    finally:
        nudge.bind(lambda _work: None)


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
