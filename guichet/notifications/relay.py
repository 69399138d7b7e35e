"""Takes the letters that are due and hands them over, one at a time, with no transaction open meanwhile.

A worker claims a small batch under a lease. Before each letter, one short transaction writes both what became
of the previous one and that this one is being handed over; so at most the letter in flight can be repeated
when the worker is killed, and a letter that kills its worker is counted and given up in the end.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from guichet.core.db import Database
from guichet.notifications import models, outcomes
from guichet.notifications.claims import Claimed, begin, claim, give_back, renew, take_back
from guichet.notifications.lease import LEASE
from guichet.notifications.mailer import Deferred, Mailer
from guichet.notifications.paper import print_letters

log = logging.getLogger(__name__)

BATCH = 50
PAUSE_S = 0.25
PAUSES = 60
"""How often a worker tries again to write what the mail server answered, while the database restarts."""

T = TypeVar("T")
Ending = Callable[[Session, datetime], None]
"""Writes what became of a letter."""


@dataclass(frozen=True)
class Drained:
    """What a drain did. `server_gone`: it stopped because the mail server could not be spoken to."""

    handed_over: int
    server_gone: bool


@dataclass(frozen=True)
class Relay:
    """A worker at the outbox: its database, its mail connection, its clock and its own name."""

    database: Database
    mailer: Mailer
    clock: Callable[[], datetime]
    owner: str

    def drain(self, budget: timedelta) -> Drained:
        """Hand over what is due until nothing is, the mail server is gone, or the budget is spent.

        Raises OperationalError when the database stays away; the letters then wait for the next drain.
        """
        handed_over, server_gone = 0, False
        end = self.clock() + budget
        while not server_gone and self.clock() < end:
            batch = self._insist(self._take)
            if not batch:
                break
            done, server_gone = self._hand_over(batch)
            handed_over += done
        return Drained(handed_over, server_gone)

    def _take(self, session: Session, now: datetime) -> list[Claimed]:
        freed = take_back(session, now, self.owner)
        if freed:
            log.warning("Courriers repris à un travailleur arrêté : %d", freed)
        return claim(session, now, self.owner, BATCH)

    def _hand_over(self, batch: list[Claimed]) -> tuple[int, bool]:
        ending: Ending | None = None
        done, server_gone = 0, False
        renewed = self.clock()
        for claimed in batch:
            if self.clock() - renewed > LEASE / 2:
                self._insist(lambda session, now: renew(session, self.owner, now))
                renewed = self.clock()
            if not self._insist(self._turn(ending, claimed)):
                ending = None
                continue
            ending, server_gone = self._try(claimed)
            done += 1
            if server_gone:
                break
        self._insist(self._turn(ending, None))
        return done, server_gone

    def _turn(self, ending: Ending | None, following: Claimed | None) -> Callable[[Session, datetime], bool]:
        """The short transaction between two letters; safe to run twice when its commit was not answered."""

        def write(session: Session, now: datetime) -> bool:
            if ending is not None:
                ending(session, now)
            if following is None:
                give_back(session, self.owner)
                return False
            return begin(session, following.parcel.letter_id, following.attempts + 1, self.owner, now)

        return write

    def _try(self, claimed: Claimed) -> tuple[Ending, bool]:
        if claimed.channel == models.PRINT:
            return self._put_on_paper(claimed), False
        answer = self.mailer.send(claimed.parcel)
        letter_id, attempt = claimed.parcel.letter_id, claimed.attempts + 1

        def ending(session: Session, now: datetime) -> None:
            outcomes.write_answer(session, letter_id, attempt, answer, owner=self.owner, at=now)

        return ending, isinstance(answer, Deferred) and answer.server_gone

    def _put_on_paper(self, claimed: Claimed) -> Ending:
        letter_id, attempt = claimed.parcel.letter_id, claimed.attempts + 1
        try:
            pdf = print_letters([claimed.facts])
        except (RuntimeError, TypeError, ValueError) as error:
            reason = f"La mise en page a échoué : {error}"[:500]
            return lambda session, now: outcomes.write_failure(
                session, letter_id, attempt, reason, owner=self.owner, at=now
            )
        return lambda session, now: outcomes.write_paper(session, letter_id, pdf, owner=self.owner, at=now)

    def _insist(self, work: Callable[[Session, datetime], T]) -> T:
        """One transaction, tried again while the database is away: an answer not written is a letter twice."""
        for _ in range(PAUSES):
            try:
                return self._once(work)
            except OperationalError as error:
                log.warning("La base de données ne répond pas, nouvel essai : %s", error.orig)
                time.sleep(PAUSE_S)
        return self._once(work)

    def _once(self, work: Callable[[Session, datetime], T]) -> T:
        with self.database.transaction() as session:
            return work(session, self.clock())
