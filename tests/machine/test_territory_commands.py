"""An operator fills an empty installation: what is printed, what is written, and the exit status."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest


@pytest.fixture
def guichet(tmp_path):
    """Runs a command on a home of its own: (exit status, what it said, what it complained of)."""
    env = {**os.environ, "GUICHET_HOME": str(tmp_path / "home")}
    env.pop("DATABASE_URL", None)

    def run(*words, **more):
        done = subprocess.run(
            [sys.executable, "-m", "guichet", *words], env={**env, **more}, capture_output=True
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


@pytest.fixture
def file(guichet, tmp_path):
    """The printed example, kept in a file."""
    status, said, complained = guichet("territory-example")
    assert (status, complained) == (0, "")
    path = tmp_path / "territoire.json"
    path.write_text(said, encoding="utf-8")
    return path


def count(tmp_path, table):
    with closing(sqlite3.connect(tmp_path / "home" / "guichet.db")) as database:
        return database.execute(f"select count(*) from {table}").fetchone()[0]


def spoil(file, change):
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")


def test_printing_the_example_touches_nothing(guichet, tmp_path):
    assert guichet("territory-example")[0] == 0
    assert not (tmp_path / "home").exists()


def test_the_example_fills_an_empty_installation_and_a_second_loading_changes_nothing(
    guichet, file, tmp_path
):
    status, said, complained = guichet("load-territory", str(file))
    assert (status, complained) == (0, "")
    assert said.splitlines()[-1] == "Créés : 22. Mis à jour : 0."
    assert "Création : commune 71306 (Montceau-les-Mines)" in said
    assert guichet("load-territory", str(file)) == (0, "Rien n’a changé.\n", "")
    assert count(tmp_path, "commune") == 14 and count(tmp_path, "journal_entry") == 22


def test_a_change_is_told_with_what_was_there_before(guichet, file):
    guichet("load-territory", str(file))

    def change(content):
        content["managers"][0]["implicit_rejection_months"] = 2
        content["establishments"].pop()

    spoil(file, change)
    status, said, _ = guichet("load-territory", str(file))
    assert status == 0
    assert said.splitlines() == [
        "Mise à jour : gestionnaire ville-montceau (Ville de Montceau-les-Mines), "
        "implicit_rejection_months : 4 → 2",
        "Absent du fichier, laissé tel quel : établissement les-lutins (Les Lutins)",
        "Créés : 0. Mis à jour : 1.",
    ]


def test_a_trial_says_all_and_writes_nothing(guichet, file, tmp_path):
    status, said, _ = guichet("load-territory", "--dry-run", str(file))
    assert status == 0 and "Créés : 22." in said and said.endswith("rien n’a été écrit.\n")
    assert count(tmp_path, "commune") == count(tmp_path, "journal_entry") == 0


def test_a_faulty_file_is_refused_with_every_fault_and_nothing_is_written(guichet, file, tmp_path):
    guichet("migrate")

    def change(content):
        content["managers"][0]["implicit_rejection_months"] = 3
        content["establishments"][1]["manager"] = "personne"

    spoil(file, change)
    status, said, complained = guichet("load-territory", str(file))
    assert (status, said) == (2, "")
    assert complained.splitlines() == [
        "managers[0].implicit_rejection_months : 2 ou 4 (lu : 3)",
        "establishments[1].manager : « personne » n’est le code d’aucun élément de managers",
        "Rien n’a été écrit. Les rangs entre crochets se comptent à partir de 0.",
    ]
    assert count(tmp_path, "commune") == count(tmp_path, "journal_entry") == 0


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff\xfe", b"[1]"])
def test_a_file_that_cannot_be_read_is_refused_before_any_database_is_made(guichet, tmp_path, content):
    if content is not None:
        (tmp_path / "territoire.json").write_bytes(content)
    status, said, complained = guichet("load-territory", str(tmp_path / "territoire.json"))
    assert (status, said) == (2, "") and len(complained.splitlines()) == 2
    assert not (tmp_path / "home").exists()
