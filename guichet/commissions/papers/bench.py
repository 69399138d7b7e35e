"""A worker at the papers of the sessions: freezes what they say, prints them, keeps them with their fingerprint.

What was frozen is kept: a paper taken again after its worker died says the same thing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import undefer

from guichet.commissions.papers.facts import Facts, facts_of
from guichet.commissions.papers.models import SessionDocument
from guichet.commissions.papers.paper import print_paper
from guichet.core.db import Database
from guichet.core.leased import DONE, UNFORESEEN, Hold, LostError
from guichet.establishments.catalogue import load_catalogue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
TAKEN, READ, PRINTED = 10, 40, 90
"""Percents: printing takes longer than reading what is printed."""


@dataclass(frozen=True)
class PaperBench:
    """A worker at the papers: its database, its clock and its own name."""

    database: Database
    clock: Callable[[], datetime]
    owner: str

    @property
    def hold(self) -> Hold[SessionDocument]:
        """Its hold on the rows."""
        return Hold(SessionDocument, self.owner, LEASE)

    def work(self, most: int = 20) -> int:
        """Make the papers that wait, at most `most`. Returns how many ended, well or not."""
        return self.hold.work_through(self.database, self.clock, self._make, most)

    def _make(self, paper_id: int) -> None:
        try:
            pdf = print_paper(self._frozen(paper_id))
            self._reach(paper_id, PRINTED)
            with self.database.transaction() as session:
                self.hold.end(
                    session,
                    paper_id,
                    state=DONE,
                    percent=100,
                    done_at=self.clock(),
                    content=pdf,
                    size=len(pdf),
                    sha256=sha256(pdf).hexdigest(),
                )
        except LostError:
            log.warning("Document %d : repris par un autre travailleur", paper_id)
        except OperationalError:
            raise
        except Exception:  # one paper that cannot be made must not stop the others
            log.exception("Document %d : échec", paper_id)
            self.hold.give_up(self.database, paper_id, UNFORESEEN)

    def _reach(self, paper_id: int, percent: int) -> None:
        with self.database.transaction() as session:
            self.hold.go_on(session, paper_id, self.clock(), percent=percent)

    def _frozen(self, paper_id: int) -> Facts:
        self._reach(paper_id, TAKEN)
        with self.database.transaction() as session:
            paper = session.get_one(SessionDocument, paper_id, options=[undefer(SessionDocument.facts)])
            if paper.facts is None:
                paper.facts = facts_of(session, paper, load_catalogue(session))
            self.hold.go_on(session, paper_id, self.clock(), percent=READ)
            return paper.facts
