"""The command line as an operator types it: each command in its own process."""

import os
import socket
import subprocess
import sys
from shutil import copytree

import click
import pytest

from guichet.cli import COMMANDS, group


@pytest.fixture
def guichet(tmp_path):
    """Runs a command on a home of its own: (exit status, what it said)."""
    env = {**os.environ, "GUICHET_HOME": str(tmp_path / "home")}
    env.pop("DATABASE_URL", None)

    def run(*words, stdin=b"", **more):
        done = subprocess.run(
            [sys.executable, "-m", "guichet", *words], env={**env, **more}, input=stdin, capture_output=True
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    return run


@pytest.fixture(scope="module")
def prepared_home(tmp_path_factory):
    """A home where `guichet migrate` was typed, to be copied."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    env = {**os.environ, "GUICHET_HOME": str(home)}
    env.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "guichet", "migrate"], env=env, check=True, capture_output=True)
    return home


@pytest.fixture
def prepared(guichet, prepared_home, tmp_path):
    """The same, on a home that was prepared."""
    copytree(prepared_home, tmp_path / "home")
    return guichet


@pytest.fixture
def empty_postgresql(postgres):
    """A PostgreSQL database without a table."""
    name = f"empty_{os.getpid()}"
    yield postgres.create(name)
    postgres.drop(name)


def test_the_help_lists_every_command_with_a_sentence(guichet):
    status, said = guichet("--help")
    lines = {line.split()[0]: line for line in said.splitlines() if line.startswith("  ") and line.split()}
    assert status == 0
    assert all(name in lines and len(lines[name].split()) > 1 for name in COMMANDS)


def test_the_help_loads_no_command(guichet):
    _, said = guichet("--help", PYTHONPROFILEIMPORTTIME="1")
    assert "guichet.cli" in said
    assert "ortools" not in said and "sqlalchemy" not in said and "_commands" not in said


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_says_what_it_does(name):
    command = group.get_command(click.Context(group), name)
    assert command.get_short_help_str(limit=200).startswith(COMMANDS[name].does.split(".")[0])


def test_an_unknown_command_is_refused_in_one_sentence(guichet):
    status, said = guichet("courir")
    assert status == 1
    assert said.startswith("La commande « courir » n’existe pas.") and len(said.splitlines()) == 1


def test_an_unusable_setting_is_refused_in_one_sentence(guichet):
    status, said = guichet("migrate", GUICHET_SECRET="court")
    assert (status, said.strip()) == (1, "GUICHET_SECRET doit compter au moins 32 caractères.")


def test_migrating_twice_changes_nothing_more(guichet):
    assert guichet("migrate") == guichet("migrate") == (0, "La base de données est à jour.\n")


def test_a_backup_goes_through_the_command_line_and_back(prepared, tmp_path):
    status, said = prepared("backup", str(tmp_path / "sauvegarde"))
    assert status == 0 and "Sauvegarde faite" in said and "secret" in said
    status, said = prepared("restore", str(tmp_path / "sauvegarde"), GUICHET_HOME=str(tmp_path / "other"))
    assert status == 0 and (tmp_path / "other" / "guichet.db").exists()


def test_a_backup_says_where_the_secret_is_and_that_it_is_kept_apart(prepared, tmp_path):
    _, in_a_file = prepared("backup", str(tmp_path / "un"))
    _, in_a_variable = prepared("backup", str(tmp_path / "deux"), GUICHET_SECRET="x" * 40)
    for said, place in ((in_a_file, str(tmp_path / "home" / "secret")), (in_a_variable, "GUICHET_SECRET")):
        assert place in said and "dans un autre endroit que cette sauvegarde" in said


def test_a_backup_restored_beside_another_secret_is_said_in_one_sentence(prepared, tmp_path):
    prepared("backup", str(tmp_path / "sauvegarde"))
    secret = (tmp_path / "home" / "secret").read_text()
    words = ("restore", str(tmp_path / "sauvegarde"), "--force")
    status, said = prepared(*words, GUICHET_HOME=str(tmp_path / "other"))
    assert status == 0 and said.count("Attention : ") == 1
    assert str(tmp_path / "other" / "secret") in said
    status, said = prepared(*words, GUICHET_HOME=str(tmp_path / "other"), GUICHET_SECRET=secret)
    assert status == 0 and "Attention" not in said
    assert "Attention" not in prepared(*words)[1]


def test_another_secret_than_the_one_of_the_database_is_said_when_it_is_prepared_or_saved(prepared, tmp_path):
    (tmp_path / "home" / "secret").write_text("un autre secret, tapé par erreur dans ce fichier")
    assert "Attention : le secret d’ici" in prepared("migrate")[1]
    assert "Attention : le secret d’ici" in prepared("backup", str(tmp_path / "sauvegarde"))[1]


def test_a_backup_is_restored_without_force_into_an_installation_just_prepared(prepared, tmp_path):
    prepared("backup", str(tmp_path / "sauvegarde"))
    prepared("migrate", GUICHET_HOME=str(tmp_path / "other"))
    assert prepared("restore", str(tmp_path / "sauvegarde"), GUICHET_HOME=str(tmp_path / "other"))[0] == 0


def test_a_returned_mail_about_nothing_is_ignored_with_a_sentence(prepared):
    status, said = prepared("receive-bounce", stdin=b"Subject: Absence\n\nJe reviens lundi.")
    assert status == 0 and "ignoré" in said


def test_a_database_that_does_not_answer_is_said_in_one_sentence(guichet):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"postgresql://guichet@127.0.0.1:{closed.getsockname()[1]}/guichet"
        status, said = guichet("migrate", DATABASE_URL=address)
    assert status == 1
    assert said.startswith("La base de données ne répond pas") and len(said.splitlines()) == 1


def test_the_first_administrator_receives_a_link_and_a_lost_one_is_made_again(prepared):
    words = ("create-admin", "--email", "Chef@exemple.test", "--name", "Anne Vercourt")
    status, first = prepared(*words, PUBLIC_URL="https://guichet.example")
    again, second = prepared(*words, PUBLIC_URL="https://guichet.example")
    assert status == again == 0
    assert first.splitlines()[-1].startswith("https://guichet.example/invitation/")
    assert second.splitlines()[-1] != first.splitlines()[-1]


def test_a_database_that_was_never_prepared_says_what_to_do_in_one_sentence(guichet, empty_postgresql):
    words = ("create-admin", "--email", "chef@exemple.test", "--name", "Anne Vercourt")
    for more in ({}, {"DATABASE_URL": empty_postgresql}):
        status, said = guichet(*words, **more)
        assert status == 1
        assert said.strip().endswith("lancez d’abord « guichet migrate ».") and len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("migrate", "--vite"), "L’option « --vite » n’existe pas."),
        (("backup",), "Il manque l’argument FICHIER."),
        (("migrate", "encore"), "un mot de trop"),
        (("mailbox", "--port", "douze"), "un nombre entier est attendu"),
        (("create-admin", "--email"), "L’option « --email » ne s’emploie pas ainsi"),
    ],
)
def test_a_mistyped_command_line_is_refused_in_one_french_sentence(guichet, words, sentence):
    status, said = guichet(*words)
    assert status == 2 and sentence in said and len(said.splitlines()) == 1
    assert "--help" in said


def test_an_administrator_without_a_usable_address_is_refused(prepared):
    status, said = prepared("create-admin", "--email", "chef", "--name", "Anne Vercourt")
    assert status == 1 and len(said.splitlines()) == 1


def test_what_it_writes_is_for_its_own_account_only(prepared, tmp_path):
    written = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert written and all(path.stat().st_mode & 0o077 == 0 for path in written)


def test_the_demonstration_is_not_loaded_in_a_real_installation(guichet, tmp_path):
    status, said = guichet("load-demo")
    assert status == 1 and said.startswith("Ceci n’est pas une démonstration")
    assert not (tmp_path / "home" / "guichet.db").exists()
