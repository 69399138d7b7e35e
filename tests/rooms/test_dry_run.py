"""Before anybody signs: what the independent reading finds, what moves meanwhile, the worker that dies."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from guichet.commissions.models import Decision
from guichet.commissions.signing import dry_run
from guichet.commissions.signing.models import DryRun
from guichet.core import process
from guichet.core.errors import StepRefusedError
from guichet.demands.actions import withdraw
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from tests import make
from tests.proposals import places
from tests.sessions import SAT, Round2, bench, letters, offers, sat_on

REFUSED = {"choice": "refuse", "reason": "rank"}


def test_a_decision_changed_after_the_dry_run_or_after_the_first_signature_is_never_signed_unseen(
    database, round_
):
    sat_on(round_, Ana={})
    round_.tried("Nord")
    assert not round_.sign("Nord", round_.by).done
    round_.decide("Nord", "Ana", **REFUSED)
    with pytest.raises(StepRefusedError, match="refaites l’essai"):
        round_.sign("Nord", round_.president)
    old = {one.key for one in letters(database)}
    assert round_.signed("Nord").done
    assert round_.state("Ana") == "unplaced"
    assert not old & {one.key for one in letters(database)}


def _full(round_: Round2) -> None:
    with round_.database.writing() as session:
        places(session, make.house(round_.catalogue, "lucioles"), 1)
        session.commit()


def _withdrawn(round_: Round2) -> None:
    with round_.database.writing() as session:
        demand = session.get_one(Demand, round_.demands["Ana"], options=WHOLE)
        withdraw(session, demand, "no_longer_needed", "", round_.catalogue, actor=round_.by, at=SAT)
        session.commit()


def _unreachable(round_: Round2) -> None:
    with round_.database.writing() as session:
        demand = session.get_one(Demand, round_.demands["Ana"], options=WHOLE)
        demand.family.channel, demand.family.address = "post", ""
        demand.family.address_more = demand.family.postcode = demand.family.city = ""
        session.commit()


@pytest.mark.parametrize(
    ("happens", "key", "said"),
    [(_full, "full", "plus de place"), (_unreachable, "unreachable", "ni courriel ni adresse")],
)
def test_what_the_independent_reading_finds_is_answered_in_writing_before_anybody_signs(
    database, round_, happens: Callable[[Round2], None], key: str, said: str
):
    sat_on(round_, Ana={}, Bob={})
    happens(round_)
    run = round_.tried("Nord")
    assert key in {one["key"].partition(":")[0] for one in run.findings}
    assert any(said in one["sentence"] for one in run.findings)
    with pytest.raises(StepRefusedError, match="attendent une correction"):
        round_.sign("Nord", round_.by)
    assert round_.signed("Nord").done


def test_a_family_that_withdraws_while_the_session_sits_leaves_the_rest_to_be_signed(database, round_):
    sat_on(round_, Ana={}, Bob={})
    round_.tried("Nord")
    _withdrawn(round_)
    with pytest.raises(StepRefusedError, match="refaites l’essai"):
        round_.sign("Nord", round_.by)
    assert round_.signed("Nord").done
    assert (round_.state("Ana"), round_.state("Bob")) == ("withdrawn", "placed")
    assert offers(database) == [(round_.demands["Bob"], "offered")]


def test_an_item_without_a_decision_is_mended_not_signed(database, round_):
    sat_on(round_, Ana={})
    round_.ask("Bob", "lucioles")
    with database.writing() as session:
        session.execute(update(Decision).values(state="dropped"))
        session.commit()
    run = round_.tried("Nord")
    assert [(one["blocks"], one["key"].partition(":")[0]) for one in run.findings] == [(True, "undecided")]
    with pytest.raises(StepRefusedError, match="attendent une correction"):
        round_.sign("Nord", round_.by)


def test_a_worker_that_dies_between_two_letters_leaves_its_dry_run_to_another_and_writes_none_twice(
    database, round_, monkeypatch
):
    sat_on(round_, **dict.fromkeys(("Ana", "Bob", "Cleo"), REFUSED))
    round_.change("Nord", lambda s, one: dry_run.ask(s, one, actor=round_.by, at=SAT))
    monkeypatch.setattr("guichet.commissions.signing.dry_run_bench.AT_A_TIME", 1)
    with database.transaction() as session:
        dead = bench(database, owner=f"{process.this_process().partition('/')[0]}/999999999/1")
        run_id = dead.hold.take(session, SAT)
        assert run_id is not None
    assert bench(database).work() == 1
    with database.reading() as session:
        run = session.get_one(DryRun, run_id)
        assert (run.state, run.attempts, run.letters) == ("done", 2, 3)
    assert len(letters(database)) == 3
