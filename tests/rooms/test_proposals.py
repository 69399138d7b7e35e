"""A proposal from the database to the engine and back: what is examined, what is kept, what may be computed again."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.allocation import actions, files
from guichet.allocation.actions import PinEntry
from guichet.allocation.checked_words import in_plain_words
from guichet.allocation.checker import check
from guichet.allocation.choices import Choices
from guichet.allocation.computing import KILLER, LEASE
from guichet.allocation.difference import moves
from guichet.allocation.engine import allocate
from guichet.allocation.models import AllocationLine, AllocationPin, AllocationRun
from guichet.bareme.bareme import Condition, Quota, Rule
from guichet.core.db import Database
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.journal import JournalEntry
from guichet.core.leased import UNFORESEEN, Hold
from guichet.core.week import Week
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from guichet.families.models import Fact
from guichet.placements.actions import StayEntry, add_stay, promise
from tests import make
from tests.proposals import (
    BAREME,
    CHOICES,
    SEPTEMBER,
    bench,
    frozen,
    in_force,
    places,
    proposed,
    reread,
    waiting,
)

YEARS_AGO = date(2025, 11, 23)
Setting = tuple[Person, Catalogue]


@pytest.fixture
def setting(database: Database) -> Setting:
    """A coordinator, a barème in force, one seat at Les Lucioles and two at Les Moulins."""
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator", name="Chloé Coordination")
        in_force(session, by)
        places(session, make.house(catalogue, "lucioles"), 1)
        places(session, make.house(catalogue, "moulins"), 2)
        session.commit()
    return by, catalogue


def ask_for(database: Database, setting: Setting, *children: tuple[str, ...], **values: object) -> list[int]:
    """Demands (name, wishes…), the first one the oldest by a month each; their ids."""
    by, catalogue = setting
    ids = []
    with database.writing() as session:
        for months, (name, *wished) in enumerate(reversed(children), start=1):
            since = make.TODAY - timedelta(days=31 * months)
            ids.append(waiting(session, catalogue, by, name, *wished, since=since, **values).id)
        session.commit()
    return ids[::-1]


def lines_of(database: Database, run: AllocationRun) -> dict[int, AllocationLine]:
    with database.reading() as session:
        found = session.scalars(select(AllocationLine).where(AllocationLine.run_id == run.id))
        return {line.demand_id: line for line in found}


def test_the_best_ranked_takes_the_seat_and_the_other_is_told_why(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    first, second = ask_for(database, setting, ("Ana", "lucioles"), ("Bob", "lucioles"))
    run = proposed(database, by)
    assert (run.state, run.failure, run.findings) == ("done", "", [])
    assert (run.demands, run.placed, run.unplaced, run.blocking) == (2, 1, 1, 0)
    lines = lines_of(database, run)
    assert (lines[first].establishment_id, lines[first].points) == (make.house(catalogue, "lucioles"), 20)
    refused = lines[second].wishes[0]
    assert (refused["what"], refused["seats"], refused["last"], refused["asked"]) == ("refused", 1, 20, 10)
    assert refused["admitted"] == [{"points": 20, "position": 1, "seat": "open"}]
    assert (refused["since"], refused["slot"].split(",")[0]) == ("2027-09-01", "lundi")
    assert refused["slot"].endswith("de septembre\u00a02027 à août\u00a02028")


def test_a_child_present_takes_a_seat_until_it_leaves(database: Database, setting: Setting) -> None:
    by, catalogue = setting
    (demand,) = ask_for(database, setting, ("Ana", "lucioles"))
    with database.writing() as session:
        stay = StayEntry(date(2026, 9, 1), make.FIVE_DAYS, date(2027, 12, 1), "Léo", date(2025, 3, 1))
        add_stay(session, make.house(catalogue, "lucioles"), stay, actor=by, at=make.NOON)
        session.commit()
    assert lines_of(database, proposed(database, by))[demand].outcome == "unplaced"
    later = replace(CHOICES, seats_from=date(2028, 1, 1))
    assert lines_of(database, proposed(database, by, later))[demand].outcome == "placed"


def test_only_regular_demands_of_the_window_without_a_decision_are_examined(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    seen, promised, occasional = ask_for(
        database, setting, ("Ana", "moulins"), ("Bob", "moulins"), ("Cléo", "moulins")
    )
    with database.writing() as session:
        waiting(session, catalogue, by, "Dan", "moulins", need=make.need(entry_on=date(2028, 3, 1)))
        oriented = waiting(session, catalogue, by, "Eva", "moulins", enlisted=False)
        demand = session.get_one(Demand, promised)
        promise(
            session,
            demand,
            make.house(catalogue, "moulins"),
            SEPTEMBER,
            make.FIVE_DAYS,
            actor=by,
            at=make.NOON,
        )
        session.get_one(Demand, occasional).care = "occasional"
        session.commit()
    run = proposed(database, by)
    assert set(lines_of(database, run)) == {seen}
    with database.reading() as session:
        left_out = {one[0]: one[2] for one in (frozen(session, run.id).inputs or {})["left_out"]}
    assert left_out == {promised: "decided", occasional: "not_regular"}
    assert set(lines_of(database, proposed(database, by, replace(CHOICES, oriented=True)))) == {
        seen,
        oriented.id,
    }


def test_any_creche_means_all_of_them_the_nearest_first_after_the_named_ones(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    with database.writing() as session:
        home = make.household(commune_code=make.BLANZY, postcode="71450", city="Blanzy")
        wishes = (
            WishEntry(mode="any_creche"),
            WishEntry(establishment_id=make.house(catalogue, "lucioles")),
        )
        places(session, make.house(catalogue, "mesanges"), 5)
        demand = waiting(session, catalogue, by, "Ana", household=home, wishes=wishes).id
        session.commit()
    line = lines_of(database, proposed(database, by))[demand]
    codes = [catalogue.houses[wish["house"]].code for wish in line.wishes]
    assert codes == ["lucioles", "mesanges", "moulins"]


def test_an_establishment_without_a_section_for_the_age_is_a_lost_wish(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    with database.writing() as session:
        places(session, make.house(catalogue, "mesanges"), 8, ("Grands", 24, 48, 8))
        session.commit()
    (demand,) = ask_for(database, setting, ("Ana", "mesanges", "moulins"))
    line = lines_of(database, proposed(database, by))[demand]
    assert line.establishment_id == make.house(catalogue, "moulins")
    assert [(wish["what"], wish["house"]) for wish in line.wishes][-1] == (
        "lost",
        make.house(catalogue, "mesanges"),
    )


def test_twins_are_proposed_together_or_not_at_all_unless_the_family_says_otherwise(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    with database.writing() as session:
        first = waiting(session, catalogue, by, "Ana", "lucioles", "moulins")
        second = waiting(session, catalogue, by, "Anna", "lucioles", "moulins")
        second.family_id = first.family_id
        family, ids = first.family_id, (first.id, second.id)
        session.commit()
    together = lines_of(database, proposed(database, by))
    assert {together[one].establishment_id for one in ids} == {make.house(catalogue, "moulins")}
    assert all(together[one].together for one in ids)
    apart = lines_of(database, proposed(database, by, replace(CHOICES, apart=(family,))))
    assert {apart[one].establishment_id for one in ids} == {
        make.house(catalogue, "lucioles"),
        make.house(catalogue, "moulins"),
    }


def test_a_linked_demand_keeps_its_place_when_its_wish_is_not_granted(
    database: Database, setting: Setting
) -> None:
    by, catalogue = setting
    (older, transfer, first) = ask_for(
        database, setting, ("Ana", "lucioles"), ("Bob", "lucioles"), ("Bobby", "moulins")
    )
    with database.writing() as session:
        held, asked = session.get_one(Demand, first), session.get_one(Demand, transfer)
        asked.linked_to_id = first
        asked.child_id, asked.family_id = held.child_id, held.family_id
        house = make.house(catalogue, "moulins")
        promise(session, held, house, date(2026, 12, 1), make.FIVE_DAYS, actor=by, at=make.NOON)
        session.commit()
    lines = lines_of(database, proposed(database, by))
    assert lines[older].establishment_id == make.house(catalogue, "lucioles")
    assert (lines[transfer].outcome, lines[transfer].seat) == ("kept", "current")
    assert lines[transfer].establishment_id == make.house(catalogue, "moulins")


def test_a_share_of_the_seats_goes_first_to_a_proved_insertion(database: Database, setting: Setting) -> None:
    by, catalogue = setting
    with database.writing() as session:
        places(session, make.house(catalogue, "mesanges"), 2, insertion_percent=50)
        insertion = FactEntry("insertion", "insertion_certificate")
        young = waiting(session, catalogue, by, "Zoé", "mesanges", facts=(insertion,))
        proof = session.scalars(select(Fact).where(Fact.kind == "insertion")).one()
        proof.received_on = proof.checked_on = make.TODAY
        proof.checked_by = "Alix"
        group = young.id
        session.commit()
    first, second = ask_for(database, setting, ("Ana", "mesanges"), ("Bob", "mesanges"))
    lines = lines_of(database, proposed(database, by))
    assert (lines[group].seat, lines[first].seat, lines[second].outcome) == ("insertion", "open", "unplaced")


def test_a_priority_of_the_bareme_is_pinned_with_its_reason_before_the_points(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        twins = Rule("multiple", "Naissance multiple", (Condition("days_asked", "at_most", 2),))
        in_force(session, by, replace(BAREME, bypasses=(twins,)))
        places(session, make.house(catalogue, "lucioles"), 1)
        waiting(session, catalogue, by, "Ana", since=YEARS_AGO)
        short = make.need(week=Week.same_hours((1, 2), (480, 1020)))
        first = waiting(session, catalogue, by, "Bob", need=short).id
        session.commit()
    run = proposed(database, by)
    assert lines_of(database, run)[first].pinned
    with database.reading() as session:
        pin = session.get_one(AllocationPin, (run.id, first))
    assert (pin.reason, pin.from_bareme) == ("Naissance multiple", True)


def test_seats_above_the_licence_are_offered_only_when_the_director_opened_them(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        in_force(session, by)
        house = make.house(catalogue, "lucioles")
        places(session, house, 7, may_exceed=True)
        for number in range(8):
            waiting(session, catalogue, by, f"Ana{'abcdefgh'[number]}")
        session.commit()
    assert proposed(database, by).placed == 7
    assert proposed(database, by, replace(CHOICES, amber=(house,))).placed == 8


def test_a_week_above_all_its_hours_is_told_where_the_licence_is_exceeded(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        in_force(session, by)
        house = make.house(catalogue, "lucioles")
        places(session, house, 7, may_exceed=True)
        whole = make.need(week=Week.same_hours((1, 2, 3, 4, 5), (450, 1110)))
        for letter in "abcdefgh":
            waiting(session, catalogue, by, f"Ana{letter}", need=whole)
        session.commit()
    run = proposed(database, by, replace(CHOICES, amber=(house,)))
    assert run.placed == 8
    (finding,) = run.findings
    assert "Les Lucioles" in finding and "R2324-27" in finding
    assert proposed(database, by).findings == []


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


def test_a_quota_of_the_bareme_is_a_reserve_too(database: Database) -> None:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        quota = Quota("short", "Deux jours au plus", (Condition("days_asked", "at_most", 2),), share=50)
        in_force(session, by, replace(BAREME, quotas=(quota,)))
        places(session, make.house(catalogue, "lucioles"), 2)
        for name in ("Ana", "Bob"):
            waiting(session, catalogue, by, name, since=YEARS_AGO)
        short = make.need(week=Week.same_hours((1, 2), (480, 1020)))
        late = waiting(session, catalogue, by, "Cléo", need=short).id
        session.commit()
    run = proposed(database, by)
    assert lines_of(database, run)[late].seat == "short"
    assert {price["choice"] for price in run.prices} >= {"as_asked", "open_first", "reserve_stays_closed"}
