"""`guichet allocate`: from any folder, without a database; a refused file leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

from benchmarks.instances import instance
from guichet.allocation.engine import allocate
from guichet.allocation.files import problem_document, schema, written
from guichet.allocation.reference import settle

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "allocation.json"
GUICHET = Path(sys.executable).with_name("guichet")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(GUICHET), "allocate", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"LANG": "C.UTF-8"},
    )


def test_the_example_is_allocated_from_any_folder_and_needs_no_database(tmp_path: Path) -> None:
    done = run(tmp_path, str(EXAMPLE), "-o", "resultat.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("7 demandes lues en ")
    told = json.loads((tmp_path / "resultat.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema("result")).validate(told)
    assert {line["demand"]: line["seat"] for line in told["assignments"]}["D1"] == "insertion"
    assert [path.name for path in tmp_path.iterdir()] == ["resultat.json"]


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("un.json", "deux.json"):
        assert run(tmp_path, str(EXAMPLE), "-o", name).returncode == 0
    assert (tmp_path / "un.json").read_bytes() == (tmp_path / "deux.json").read_bytes()


def test_an_invalid_file_is_one_sentence_status_2_and_no_output(tmp_path: Path) -> None:
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["demands"][1]["slots"][0] = "dimanche"
    (tmp_path / "faux.json").write_text(json.dumps(document), encoding="utf-8")
    done = run(tmp_path, "faux.json", "-o", "resultat.json")
    assert done.returncode == 2
    assert done.stderr == (
        "faux.json : demands[1].slots[0] : le créneau « dimanche » n’est pas déclaré dans slots.\n"
    )
    assert not (tmp_path / "resultat.json").exists()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = run(tmp_path, "absent.json", "-o", "resultat.json")
    assert done.returncode == 2
    assert done.stderr == "absent.json n’existe pas.\n"


def test_a_case_left_blocking_is_looked_at_by_the_solver_too(tmp_path: Path) -> None:
    asked = instance(200, 0, siblings=0)
    assert len(allocate(asked).blocking) == 1
    (tmp_path / "problem.json").write_bytes(written(problem_document(asked)))
    assert run(tmp_path, "problem.json", "-o", "resultat.json").returncode == 0
    told = json.loads((tmp_path / "resultat.json").read_text(encoding="utf-8"))
    assert told["blocking"] == []
    assert "CP-SAT" in told["engine"]
    assert told["result_digest"] == settle(asked, allocate(asked)).result_digest
