"""The short question asked at each start gives Alembic's own answer."""

import sqlite3

import pytest
from alembic.script import ScriptDirectory

from guichet.core import migrate
from guichet.core.db import make_engine
from guichet.core.settings import Settings
from guichet.machine.readiness import is_prepared, newest_migration


@pytest.fixture
def migrated(tmp_path):
    """The settings of a home whose database has just been made, and its file."""
    settings = Settings.from_environment({"GUICHET_HOME": str(tmp_path)})
    engine = make_engine(settings.database_url)
    migrate.upgrade(engine)
    engine.dispose()
    return settings, tmp_path / "guichet.db"


def change(file, statement):
    database = sqlite3.connect(file)
    database.execute(statement)
    database.commit()
    database.close()


def test_the_number_of_the_last_file_is_the_head_alembic_knows():
    assert newest_migration() == ScriptDirectory.from_config(migrate.configuration()).get_current_head()


def test_a_home_without_database_is_to_prepare(tmp_path):
    assert not is_prepared(Settings.from_environment({"GUICHET_HOME": str(tmp_path)}))
    assert not (tmp_path / "guichet.db").exists()


def test_a_migrated_database_needs_nothing(migrated):
    assert is_prepared(migrated[0])


def test_an_older_database_is_to_migrate(migrated):
    settings, file = migrated
    change(file, "update alembic_version set version_num = '0000'")
    assert not is_prepared(settings)


def test_a_file_that_is_no_database_is_left_to_the_step_itself(tmp_path):
    (tmp_path / "guichet.db").write_text("rien")
    assert not is_prepared(Settings.from_environment({"GUICHET_HOME": str(tmp_path)}))


def test_an_empty_demonstration_is_to_load(tmp_path, migrated):
    demo = Settings.from_environment({"GUICHET_HOME": str(tmp_path), "GUICHET_DEMO": "1"})
    assert not is_prepared(demo)


def test_a_server_is_always_asked(tmp_path):
    settings = Settings.from_environment(
        {"GUICHET_HOME": str(tmp_path), "DATABASE_URL": "postgresql://db/guichet"}
    )
    assert not is_prepared(settings)
