"""`guichet plan` as an operator types it: a file in, a file out, no database, from any folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from guichet.scheduling.planning.faults import InvalidProblemError
from guichet.scheduling.planning.files import read_problem, result_of, schema
from guichet.scheduling.planning.solver import plan

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "calendar.json"


def example(**changes):
    return {**json.loads(EXAMPLE.read_text(encoding="utf-8")), **changes}


def guichet_plan(folder, problem, *, seed="0"):
    """(exit status, what it said, the result or None)."""
    folder.mkdir(exist_ok=True)
    (folder / "problem.json").write_text(problem if isinstance(problem, str) else json.dumps(problem))
    done = subprocess.run(
        [sys.executable, "-m", "guichet", "plan", "problem.json", "-o", "result.json"],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed, "DATABASE_URL": "postgresql://127.0.0.1:1/none"},
        capture_output=True,
        text=True,
    )
    result = folder / "result.json"
    return done.returncode, done.stderr, json.loads(result.read_text()) if result.exists() else None


def test_the_example_is_planned_without_a_database_and_its_result_follows_the_schema(tmp_path):
    status, said, result = guichet_plan(tmp_path, example())
    assert (status, result["status"]) == (0, "optimal")
    Draft202012Validator(schema("result")).validate(result)
    assert "plan optimal" in said and len(said.splitlines()) == 1


def test_two_processes_give_the_same_plan(tmp_path):
    _, _, one = guichet_plan(tmp_path / "one", example(), seed="1")
    _, _, other = guichet_plan(tmp_path / "other", example(), seed="2")
    assert {**one, "seconds": 0} == {**other, "seconds": 0}


def test_an_invalid_file_gets_one_sentence_with_its_path_and_no_result(tmp_path):
    status, said, result = guichet_plan(tmp_path, example(rules={**example()["rules"], "tour_price": 3}))
    assert (status, result) == (2, None)
    assert said.startswith("rules.tour_price : cette clé est inconnue") and len(said.splitlines()) == 1


def test_a_file_that_is_not_there_or_a_folder_that_is_not_there_is_told(tmp_path):
    words = [sys.executable, "-m", "guichet", "plan"]
    for more in (["nothing.json", "-o", "result.json"], [str(EXAMPLE), "-o", "no/folder.json"]):
        done = subprocess.run([*words, *more], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1


def first(raw, *path):
    for step in path:
        raw = raw[step]
    return raw


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("format",), "guichet-allocation/1", "format : il faut « guichet-calendar/1 »"),
        (("half_days", 0), "2027-02-30 am", "half_days[0] : une demi-journée s’écrit comme"),
        (("half_days", 1), "2027-01-18 am", "half_days[1] : « 2027-01-18 am » est déjà écrit dans half_days[0]."),
        (("people", 0, "busy"), ["2027-01-04 soir"], "people[0].busy[0] : une demi-journée s’écrit comme"),
        (("people", 1, "id"), "P1", "people[1].id : « P1 » est déjà écrit dans people[0]."),
        (("commissions", 0, "rooms", 0), "R9", "commissions[0].rooms[0] : « R9 » : cette salle"),
        (("commissions", 0, "seats", 0, "person"), "P99", "commissions[0].seats[0].person : « P99 » : cette personne"),
        (("commissions", 0, "seats", 0, "deputies"), ["P1"], "commissions[0].seats[0].deputies : « P1 » ne peut pas"),
        (("commissions", 0, "seats", 1, "person"), "P1", "commissions[0].seats[1].person : « P1 » a déjà un siège"),
        (("commissions", 0, "required"), [["P99"]], "commissions[0].required[0][0] : « P99 » : cette personne"),
        (("commissions", 0, "quorum"), "trois", "commissions[0].quorum : il faut un nombre entier"),
        (("commissions", 0, "quorum"), True, "commissions[0].quorum : il faut un nombre entier"),
        (("commissions", 0, "sessions", 0, "to"), "2026-01-01", "commissions[0].sessions[0].to : la fenêtre finit"),
        (("commissions", 0, "sessions", 0, "target"), "2027-02-30", "commissions[0].sessions[0].target : cette date"),
        (("commissions", 0, "sessions", 0, "pinned"), {"half_day": "2027-01-18 am", "room": "R9"}, "commissions[0].sessions[0].pinned.room"),
        (("commissions", 0, "sessions", 1, "id"), "C1-winter", "commissions[0].sessions[1].id : « C1-winter » est déjà le nom de commissions[0].sessions[0]."),
        (("rules", "days_per_point"), 0, "rules.days_per_point : il faut un nombre plus grand que 0"),
        (("rules", "tour_cost"), -1, "rules.tour_cost : il faut au moins 0"),
        (("travel_minutes", 0, "to"), "71306", "travel_minutes[0].minutes : de « 71306 » à elle-même"),
        (("work_limit",), 0, "work_limit : il faut un nombre plus grand que 0"),
    ],
)  # fmt: skip
def test_each_fault_is_named_at_its_path(path, value, said):
    raw = example()
    first(raw, *path[:-1])[path[-1]] = value
    with pytest.raises(InvalidProblemError) as refusal:
        read_problem(json.dumps(raw).encode())
    assert refusal.value.sentence.startswith(said)
    assert refusal.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "n’est pas du JSON : faute à la ligne 1"),
        (b"\xff\xfe\x00", "n’est pas un texte en UTF-8"),
        (b"[]", "il faut un objet entre accolades"),
        (b'{"format": 1, "format": 2}', "format : cette clé est écrite deux fois"),
        (b'{"seed": NaN}', "« NaN » n’est pas un nombre que JSON connaît"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "un nombre beaucoup trop long"),
        (b"[" * 200_000, "imbrique trop d’objets"),
    ],
)
def test_what_is_not_such_a_file_is_refused_in_one_sentence(content, said):
    with pytest.raises(InvalidProblemError, match=said) as refusal:
        read_problem(content)
    assert "\n" not in refusal.value.sentence


def test_numbers_with_decimals_are_read_exactly():
    problem = read_problem(json.dumps(example(rules={**example()["rules"], "tour_cost": 0.1})).encode())
    assert str(problem.rules.tour_cost) == "1/10"
    Draft202012Validator(schema("result")).validate(result_of(plan(problem, lambda: 0.0)))


def test_the_schemas_are_themselves_sound():
    for name in ("problem", "result"):
        Draft202012Validator.check_schema(schema(name))
