"""Read the mailbox where answers and returned mails come: one mail, one transaction, then its mark in the box.

The database decides. A mail is known there by its content before the box says so: a worker killed between the two
reads it again, finds it known, and only marks it.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.receiving import receive
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.establishments.catalogue import load_catalogue
from guichet.notifications.incoming import actions as incoming
from guichet.notifications.incoming import models
from guichet.notifications.incoming.actions import Outcome
from guichet.notifications.incoming.apart import LARGEST_BYTES, read_apart
from guichet.notifications.incoming.mailbox import ANSWER_S, MailboxError, opened

log = logging.getLogger(__name__)

MOST = 50
TURN = timedelta(minutes=1)
"""Then the next turn goes on: what a mail costs is bounded, how many come is not."""
READ_BACK = timedelta(days=30)
"""A box that served before is not read from its beginning: its old mails answer nothing any more."""
TRIES = 2
"""Somebody may have answered by the page at the same instant."""


def read_mailbox(
    database: Database, settings: Settings, clock: Callable[[], datetime], *, timeout_s: float = ANSWER_S
) -> Counter[str]:
    """Treat what waits in the mailbox. Returns how many mails had each outcome.

    Raises OperationalError when the database is away: what was not treated stays in the box.
    """
    done: Counter[str] = Counter()
    failure = ""
    try:
        with opened(settings, timeout_s=timeout_s) as box:
            ends = clock() + TURN
            for uid in box.waiting(MOST, day(clock() - READ_BACK)):
                if clock() >= ends:
                    break
                if (content := box.read(uid, LARGEST_BYTES + 1)) is None:
                    continue
                outcome = treat(database, settings, content, clock())
                box.mark(uid, for_people=outcome.is_for_people)
                done[outcome.code] += 1
    except MailboxError as fault:
        failure = f"La boîte des réponses ne peut pas être lue : {fault}"[:500]
        log.warning("%s", failure)
    with database.transaction() as session:
        incoming.note_reading(session, at=clock(), failure=failure)
    return done


def treat(database: Database, settings: Settings, content: bytes, at: datetime) -> Outcome:
    """What becomes of one mail; what became of it when it was read before. One that breaks us is set aside."""
    mark = incoming.mark_of(content)
    mail = read_apart(content, settings.mail_authority)
    for _ in range(TRIES):
        try:
            with database.transaction() as session:
                return receive(session, mark, mail, _calling(session, settings), at=at)
        except OperationalError:
            raise
        except Exception:  # one mail must stop no other, and must not come back for ever
            log.exception("Un courriel reçu n’a pas pu être traité")
    outcome = Outcome(models.UNFORESEEN)
    with database.transaction() as session:
        incoming.take(session, mark, at=at)
        incoming.keep(session, mark, outcome, at=at, sender=mail.sender, subject=mail.subject)
    return outcome


def _calling(session: Session, settings: Settings) -> Callable[[], Calling]:
    """Made only for the mails that ask for it."""
    return lambda: Calling(load_catalogue(session), settings.public_url, settings.reads_replies)
