"""Redis away or frozen: the pages that post a letter answer as if nothing were, and the letter waits."""

import signal
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from guichet.core import nudge
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from guichet.machine.embedded import EmbeddedRedis
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import Visitor
from workers.nudge import Nudge


@pytest.fixture
def redis() -> Iterator[EmbeddedRedis]:
    """A Redis the pages nudge the workers through, as in a real installation."""
    with EmbeddedRedis() as running:
        nudge.bind(Nudge(running.url(), rest_s=0.1).wake)
        yield running
        nudge.bind(lambda _work: None)


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP], ids=["gone", "frozen"])
def test_a_step_that_posts_a_letter_succeeds_without_redis(
    visit: Callable[..., Visitor],
    database: Database,
    catalogue: Catalogue,
    redis: EmbeddedRedis,
    fault: signal.Signals,
) -> None:
    agent = visit("rpe_agent")
    with database.writing() as session:
        demand = make.demand(session, catalogue, make.person(session), at=make.NOON, received_on=make.TODAY)
        session.commit()
    assert redis.process is not None
    redis.process.send_signal(fault)
    try:
        page = agent.get(f"/demandes/{demand.id}/orienter")
        version = page.split('name="version" value="')[1].split('"')[0]
        agent.post(
            f"/demandes/{demand.id}/orienter",
            {"kind": "commission", "interview_on": "", "note": "Famille reçue", "version": version},
        )
    finally:
        redis.process.send_signal(signal.SIGCONT)
    with database.reading() as session:
        kinds = list(session.scalars(select(LetterRow.kind).where(LetterRow.state == "pending")))
    assert len(kinds) == 2
