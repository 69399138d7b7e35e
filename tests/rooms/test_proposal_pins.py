"""What people decide before a proposal is computed again: kept with its reason, lifted, or refused in a sentence."""

import pytest
from sqlalchemy import func, select

from guichet.allocation.explaining.difference import moves
from guichet.allocation.runs import actions
from guichet.allocation.runs.actions import PinEntry
from guichet.allocation.runs.models import AllocationRun
from guichet.core.db import Database
from guichet.core.errors import InvalidError
from guichet.core.journal import JournalEntry
from tests import make
from tests.proposals import (
    Setting,
    ask_for,
    bench,
    frozen,
    lines_of,
    proposed,
    reread,
)


def test_a_decision_of_a_person_is_computed_around_on_the_same_files(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    first, second = ask_for(database, setting, ("Ana", "lucioles"), ("Bob", "lucioles"))
    run = proposed(database, by)
    house = make.house(catalogue, "lucioles")
    with database.writing() as session:
        entry = PinEntry(house, "La mère reprend son travail lundi")
        made = actions.pin(session, frozen(session, run.id), second, entry, actor=by, at=make.NOON).id
        session.commit()
    bench(database).work()
    child = reread(database, made)
    assert (child.state, child.kind, child.parent_id, child.findings) == ("done", "pinned", run.id, [])
    before, after = lines_of(database, run), lines_of(database, child)
    assert (after[second].establishment_id, after[second].pinned) == (house, True)
    assert [(one.demand, one.kind) for one in moves(before, after)] == [(second, "in"), (first, "out")]
    with database.reading() as session:
        steps = select(JournalEntry.reason).where(JournalEntry.step == "pin_proposal")
        assert session.scalar(steps) == "La mère reprend son travail lundi"


def test_a_decision_may_be_lifted_and_the_points_play_again(database: Database, setting: Setting) -> None:
    by, _ = setting
    first, second = ask_for(database, setting, ("Ana", "lucioles"), ("Bob", "lucioles"))
    run = proposed(database, by)
    for entry in (PinEntry(None, "La famille a déménagé"), PinEntry(None, "Erreur de dossier", lift=True)):
        with database.writing() as session:
            seen = frozen(session, run.id)
            run_id = actions.pin(session, seen, first, entry, actor=by, at=make.NOON).id
            session.commit()
        bench(database).work()
        run = reread(database, run_id)
        taken = {demand for demand, line in lines_of(database, run).items() if line.outcome == "placed"}
        assert taken == ({first} if entry.lift else {second})


@pytest.mark.parametrize("reason", ["", "  ", "x" * 600])
def test_a_decision_needs_a_reason_of_a_readable_length(
    database: Database, setting: Setting, reason: str
) -> None:
    by, _ = setting
    (demand,) = ask_for(database, setting, ("Ana", "lucioles"))
    run = proposed(database, by)
    with database.writing() as session, pytest.raises(InvalidError) as refused:
        seen = frozen(session, run.id)
        actions.pin(session, seen, demand, PinEntry(None, reason), actor=by, at=make.NOON)
    assert list(refused.value.problems) == ["reason"]


def test_a_decision_in_a_full_establishment_is_one_sentence_and_nothing_is_written(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    first, second = ask_for(database, setting, ("Ana", "lucioles"), ("Bob", "lucioles"))
    run = proposed(database, by)
    house = make.house(catalogue, "lucioles")
    with database.writing() as session:
        pinned = actions.pin(
            session,
            frozen(session, run.id),
            first,
            PinEntry(house, "Vu"),
            actor=by,
            at=make.NOON,
        ).id
        session.commit()
    bench(database).work()
    with database.writing() as session, pytest.raises(InvalidError) as refused:
        seen = frozen(session, pinned)
        actions.pin(session, seen, second, PinEntry(house, "Vu"), actor=by, at=make.NOON)
    assert "n’a pas assez de places" in refused.value.problems["establishment"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AllocationRun)) == 2
