"""A run of the engine as a work: its choices, its frozen inputs and digests, its failures, the worker that dies."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from guichet.allocation import files
from guichet.allocation.checker import check
from guichet.allocation.engine import allocate
from guichet.allocation.explaining.checked_words import in_plain_words
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.runs import actions
from guichet.allocation.runs.computing import KILLER, LEASE
from guichet.allocation.runs.models import AllocationRun
from guichet.core.db import Database
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.leased import UNFORESEEN, Hold
from tests import make
from tests.proposals import (
    CHOICES,
    SEPTEMBER,
    Setting,
    ask_for,
    bench,
    frozen,
    in_force,
    lines_of,
    places,
    proposed,
    reread,
    waiting,
)

YEARS_AGO = date(2025, 11, 23)


def test_what_the_checker_finds_names_demands_by_number_and_establishments_hours_and_sections_in_words(
    database: Database,
) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        in_force(session, by)
        places(session, make.house(catalogue, "lucioles"), 1, ("Coccinelles", 0, 48, 1))
        numbers = [waiting(session, catalogue, by, name).number for name in ("Ana", "Bob")]
        session.commit()
    run = proposed(database, by)
    with database.reading() as session:
        inputs = frozen(session, run.id).inputs
    assert inputs is not None
    problem = files.problem_from(inputs["problem"])
    result = allocate(problem)
    (refusal,) = result.refusals
    witness = refusal.witness._replace(seats=7)
    both = (*result.assignments, result.assignments[0]._replace(demand=refusal.demand))
    for faulty in (
        replace(result, refusals=(refusal._replace(witness=witness),)),
        replace(result, assignments=both, refusals=()),
    ):
        found = " ".join(in_plain_words(check(problem, faulty), inputs))
        assert "« Les Lucioles », section « Coccinelles », " in found and "« lucioles »" not in found
        assert f"a demande n° {refusal.demand} " in found and refusal.demand in numbers
        assert not [slot for slot in inputs["slots"] if slot in found]


def test_the_same_frozen_inputs_give_the_same_digest_years_later(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    ask_for(database, setting, ("Ana", "lucioles"), ("Bob", "lucioles"))
    run = proposed(database, by)
    with database.writing() as session:
        waiting(session, catalogue, by, "Cléo", since=YEARS_AGO)
        again = actions.replay(session, frozen(session, run.id), actor=by, at=make.NOON).id
        session.commit()
    bench(database).work()
    replayed = reread(database, again)
    assert (replayed.kind, replayed.result_digest) == ("replayed", run.result_digest)
    assert replayed.input_digest == run.input_digest != ""


def test_the_command_on_the_downloaded_problem_gives_the_digest_of_the_run(
    database: Database, setting: Setting, tmp_path: Path
) -> None:
    by, _ = setting
    ask_for(database, setting, ("Ana", "lucioles", "moulins"), ("Bob", "lucioles"), ("Cléo", "moulins"))
    run = proposed(database, by)
    with database.reading() as session:
        inputs = frozen(session, run.id).inputs or {}
    (tmp_path / "problem.json").write_bytes(files.written(inputs["problem"]))
    command = [sys.executable, "-m", "guichet", "allocate", "problem.json", "-o", "result.json"]
    subprocess.run(command, cwd=tmp_path, check=True, env={"PYTHONPATH": str(Path(__file__).parents[2])})
    result = json.loads((tmp_path / "result.json").read_text())
    assert (result["input_digest"], result["result_digest"]) == (run.input_digest, run.result_digest)


def test_a_run_without_any_demand_stops_with_a_sentence(database: Database, setting: Setting) -> None:
    by, _ = setting
    run = proposed(database, by)
    assert (run.state, run.lease_owner) == ("failed", None)
    assert "Aucune demande ne correspond à ces choix" in run.failure


def test_a_run_without_a_bareme_stops_with_a_sentence_and_starts_again_once_there_is_one(
    database: Database,
) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        places(session, make.house(catalogue, "lucioles"), 1)
        waiting(session, catalogue, by, "Ana")
        session.commit()
    run = proposed(database, by)
    assert "Aucun barème n’est en vigueur" in run.failure
    with database.writing() as session:
        in_force(session, by)
        actions.retry(session, session.get_one(AllocationRun, run.id), actor=by, at=make.NOON)
        session.commit()
    bench(database).work()
    assert reread(database, run.id).state == "done"
    with database.writing() as session, pytest.raises(StepRefusedError):
        actions.retry(session, session.get_one(AllocationRun, run.id), actor=by, at=make.NOON)


def held(owner: str) -> Hold[AllocationRun]:
    return Hold(AllocationRun, owner, LEASE, KILLER)


def test_what_a_dead_worker_left_is_taken_again_and_given_up_the_fourth_time(
    database: Database, setting: Setting
) -> None:
    by, _ = setting
    ask_for(database, setting, ("Ana", "lucioles"))
    with database.transaction() as session:
        run_id = actions.ask_run(session, "Rentrée", CHOICES, actor=by, at=make.NOON).id
    for attempt in range(3):
        with database.transaction() as session:
            assert held(f"mort-{attempt}").take(session, make.NOON + attempt * LEASE) == run_id
        with database.transaction() as session:
            early = make.NOON + attempt * LEASE + LEASE / 2
            assert held("vivant").take(session, early) is None
    with database.transaction() as session:
        assert held("vivant").take(session, make.NOON + 4 * LEASE) is None
    assert (reread(database, run_id).state, reread(database, run_id).failure) == ("failed", KILLER)


def test_a_worker_that_lost_its_run_writes_nothing(database: Database, setting: Setting) -> None:
    by, _ = setting
    ask_for(database, setting, ("Ana", "lucioles"))
    with database.transaction() as session:
        run_id = actions.ask_run(session, "Rentrée", CHOICES, actor=by, at=make.NOON).id
    slow = bench(database, "lent")
    with database.transaction() as session:
        assert held("lent").take(session, make.NOON) == run_id
    with database.transaction() as session:
        assert held("rapide").take(session, make.NOON + LEASE) == run_id
    slow._compute(run_id)
    run = reread(database, run_id)
    assert (run.state, run.lease_owner, lines_of(database, run)) == ("running", "rapide", {})


def test_a_fault_of_the_program_is_kept_as_a_failure_and_stops_no_other_run(
    database: Database, setting: Setting
) -> None:
    by, _ = setting
    ask_for(database, setting, ("Ana", "lucioles"))
    with database.transaction() as session:
        broken = actions.ask_run(session, "Cassée", CHOICES, actor=by, at=make.NOON)
        broken.inputs = {"a past version": "kept nothing else"}
        sound = actions.ask_run(session, "Saine", CHOICES, actor=by, at=make.NOON).id
        broken_id = broken.id
    assert bench(database).work() == 2
    assert reread(database, broken_id).failure == UNFORESEEN
    assert reread(database, sound).state == "done"


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("title", {}),
        ("sessions_until", {"sessions_until": date(2027, 1, 1)}),
        ("entries_until", {"entries_until": date(2027, 1, 1)}),
        ("horizon", {"horizon": date(2027, 8, 1)}),
        ("horizon", {"horizon": date(2031, 8, 1)}),
        ("seats_from", {"seats_from": date(2029, 8, 1)}),
    ],
)
def test_choices_that_have_no_meaning_are_refused_at_their_field(
    session: Session, field: str, changed: dict[str, date]
) -> None:
    by = make.person(session, "coordinator")
    with pytest.raises(InvalidError) as refused:
        actions.ask_run(
            session,
            "" if field == "title" else "Rentrée",
            replace(CHOICES, **changed),
            actor=by,
            at=make.NOON,
        )
    assert list(refused.value.problems) == [field]


def test_choices_are_read_again_as_they_were_kept() -> None:
    chosen = replace(
        CHOICES, seats_from=SEPTEMBER, oriented=True, amber=(3, 5), apart=(7,), reserved_first=False
    )
    assert Choices.from_json(json.loads(json.dumps(chosen.to_json()))) == chosen
    assert Choices.from_json(CHOICES.to_json()) == CHOICES


def test_the_statements_of_a_run_do_not_grow_with_the_demands(database: Database, setting: Setting) -> None:
    by, _ = setting
    ask_for(database, setting, ("Ana", "lucioles"))
    few = statements(database, lambda: proposed(database, by))
    ask_for(database, setting, ("Bob", "lucioles"), ("Cléo", "moulins"), ("Dan", "moulins"))
    assert statements(database, lambda: proposed(database, by)) == few


def statements(database: Database, work: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)
