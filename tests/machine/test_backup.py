"""A backup is only worth what its restoration gives back: both databases, compared row by row."""

import os
import sqlite3
import uuid
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from guichet.core import secretmark
from guichet.core.db import make_database
from guichet.core.errors import ConfigurationError
from guichet.machine.backup import backup, restore
from tests.services import EmbeddedPostgres

ROWS = [(1, "Zoé d’Arc", "2026-09-01"), (2, "=cmd|’🙂", "2024-02-29"), (3, "ŒUVRE", "1999-12-31")]


@pytest.fixture(params=["sqlite", "postgresql"])
def two_databases(request, tmp_path, monkeypatch):
    """A filled database and an empty one of the same kind."""
    if request.param == "sqlite":
        source, target = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
        fill(source)
        yield source, target
        return
    server = request.getfixturevalue("postgres")
    if isinstance(server, EmbeddedPostgres):
        # pg_dump must not be older than the server; a server of the machine comes with its own.
        monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")
    names = [f"backup_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    source, target = (server.create(name) for name in names)
    fill(source)
    yield source, target
    for name in names:
        server.drop(name)


def fill(url, rows=ROWS):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create table alembic_version (version_num varchar(32))"))
        connection.execute(text("insert into alembic_version values ('0001')"))
        connection.execute(text("create table child (id integer primary key, name text, born date)"))
        for row in rows:
            connection.execute(
                text("insert into child values (:a, :b, :c)"), dict(zip("abc", row, strict=True))
            )
    engine.dispose()


def children(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("select id, name, cast(born as text) from child order by id")).all()
    engine.dispose()
    return [tuple(row) for row in rows]


def test_a_restored_backup_holds_the_same_rows(two_databases, tmp_path):
    source, target = two_databases
    backup(source, tmp_path / "sauvegarde")
    restore(target, tmp_path / "sauvegarde", force=False)
    assert children(target) == ROWS


def mark(url, secret):
    database = make_database(url)
    secretmark.SecretMark.__table__.create(database.engine, checkfirst=True)
    with database.transaction() as session:
        secretmark.keep(session, secret)
    database.engine.dispose()


def is_another(url, secret):
    database = make_database(url)
    with database.reading() as session:
        answer = secretmark.is_another(session, secret)
    database.engine.dispose()
    return answer


def test_a_restored_database_knows_the_secret_it_comes_from(two_databases, tmp_path):
    source, target = two_databases
    mark(source, "celui d’avant" * 3)
    mark(target, "celui d’ici" * 3)
    backup(source, tmp_path / "sauvegarde")
    restore(target, tmp_path / "sauvegarde", force=False)
    assert is_another(target, "celui d’ici" * 3)
    assert not is_another(target, "celui d’avant" * 3)


def test_the_mark_of_a_secret_is_never_replaced(two_databases):
    mark(two_databases[0], "le premier" * 4)
    mark(two_databases[0], "le second" * 4)
    assert is_another(two_databases[0], "le second" * 4)


def test_a_backup_without_a_mark_accuses_nobody(two_databases):
    assert not is_another(two_databases[0], "un secret" * 5)


def test_neither_the_secret_nor_the_same_mark_twice_is_in_a_backup(tmp_path):
    secret = "un-secret-que-personne-ne-doit-lire-ici"
    for name in ("a", "b"):
        fill(f"sqlite:///{tmp_path / name}")
        mark(f"sqlite:///{tmp_path / name}", secret)
        backup(f"sqlite:///{tmp_path / name}", tmp_path / f"sauvegarde-{name}")
        assert secret.encode() not in (tmp_path / f"sauvegarde-{name}").read_bytes()
    with sqlite3.connect(tmp_path / "a") as one, sqlite3.connect(tmp_path / "b") as two:
        read = "select digest from secret_mark"
        digests = one.execute(read).fetchone(), two.execute(read).fetchone()
    one.close()
    two.close()
    assert digests[0] != digests[1]


def test_a_backup_can_be_read_by_its_owner_only(two_databases, tmp_path):
    backup(two_databases[0], tmp_path / "sauvegarde")
    assert (tmp_path / "sauvegarde").stat().st_mode & 0o077 == 0


def test_a_backup_never_replaces_another(two_databases, tmp_path):
    (tmp_path / "sauvegarde").write_text("précieux")
    with pytest.raises(ConfigurationError, match="existe déjà"):
        backup(two_databases[0], tmp_path / "sauvegarde")
    assert (tmp_path / "sauvegarde").read_text() == "précieux"


def test_a_database_that_holds_something_is_not_replaced_unless_asked(two_databases, tmp_path):
    source, target = two_databases
    backup(source, tmp_path / "sauvegarde")
    fill(target, [(9, "Autre", "2020-01-01")])
    with pytest.raises(ConfigurationError, match="pas vide"):
        restore(target, tmp_path / "sauvegarde", force=False)
    assert children(target) == [(9, "Autre", "2020-01-01")]
    restore(target, tmp_path / "sauvegarde", force=True)
    assert children(target) == ROWS


def test_a_migrated_database_without_any_row_counts_as_empty(two_databases, tmp_path):
    source, target = two_databases
    backup(source, tmp_path / "sauvegarde")
    fill(target, [])
    restore(target, tmp_path / "sauvegarde", force=False)
    assert children(target) == ROWS


def test_a_file_that_is_no_backup_changes_nothing(two_databases, tmp_path):
    source, _ = two_databases
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(ConfigurationError, match="n’est pas une sauvegarde"):
        restore(source, tmp_path / "photo.jpg", force=True)
    assert children(source) == ROWS


def test_a_backup_of_the_other_kind_of_database_is_named_as_such(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    fill(url)
    backup(url, tmp_path / "sauvegarde")
    with pytest.raises(ConfigurationError, match="vient de SQLite"):
        restore("postgresql://127.0.0.1:1/nothing", tmp_path / "sauvegarde", force=False)


def test_a_database_that_does_not_exist_leaves_no_file_behind(tmp_path):
    with pytest.raises(ConfigurationError, match="n’existe pas"):
        backup(f"sqlite:///{tmp_path / 'absent.db'}", tmp_path / "sauvegarde")
    assert list(tmp_path.iterdir()) == []


def test_missing_postgresql_programs_are_named_with_their_package(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="postgresql-client"):
        backup("postgresql://127.0.0.1:1/nothing", tmp_path / "sauvegarde")
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_during_a_backup_does_not_spoil_it(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    fill(url)
    writer = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    writer.execute("pragma journal_mode=wal")
    writer.execute("begin immediate")
    writer.execute("insert into child values (4, 'en cours', '2026-01-01')")
    backup(url, tmp_path / "sauvegarde")
    writer.execute("commit")
    writer.close()
    assert children(f"sqlite:///{Path(tmp_path / 'sauvegarde')}") == ROWS
