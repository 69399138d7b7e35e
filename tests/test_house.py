"""The house keeps its own rules: what a reviewer would otherwise have to remember."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from alembic import command
from jinja2 import Environment, FileSystemLoader

from guichet.core.db import Database, make_database
from guichet.core.migrate import configuration, upgrade
from guichet.core.workflow import NEW
from guichet.demands import words
from guichet.demands.models import Demand
from guichet.demands.states import BACKBONE, CLOSED_STATES, OPEN_STATES, STATES
from guichet.demands.workflow import DEMAND
from guichet.establishments.models import Kind
from guichet.establishments.words import KIND
from guichet.machine import draw_commands

ROOT = Path(__file__).parents[1]
OURS = sorted([*(ROOT / "guichet").rglob("*.py"), *(ROOT / "workers").rglob("*.py")])
LONGEST_FILE = 400
MAY_COMMIT = ("guichet/web/", "guichet/demo/", "guichet/machine/", "guichet/cli.py", "workers/")
# The relay marks each letter as soon as its answer is known: at most the one in flight is repeated.
COMMITS_BY_NATURE = ("guichet/core/db.py", "guichet/notifications/relay.py")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST, attribute: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def sentences(path: Path) -> list[str]:
    """What a file may show: its strings, those that only explain the code aside."""
    nodes = list(ast.walk(tree_of(path)))
    notes = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    ]


def test_every_init_is_empty() -> None:
    assert [name_of(path) for path in OURS if path.name == "__init__.py" and path.read_text()] == []


def test_no_file_is_a_lumber_room() -> None:
    assert [name_of(path) for path in OURS if len(path.read_text().splitlines()) > LONGEST_FILE] == []


def test_only_doors_commit() -> None:
    for path in OURS:
        if name_of(path).startswith(MAY_COMMIT) or name_of(path) in COMMITS_BY_NATURE:
            continue
        assert not calls(tree_of(path), "commit"), f"{name_of(path)} commits"


def test_a_state_of_a_demand_is_written_by_the_workflow_only() -> None:
    written = re.compile(r"\bdemand\.state\s*=[^=]|setattr\([^)]*['\"]state['\"]")
    assert [name_of(path) for path in OURS if written.search(path.read_text())] == []
    updates = re.compile(r"update\(Demand\)[^\n]*(\n[^\n]*){0,4}state=")
    assert [name_of(path) for path in OURS if updates.search(path.read_text())] == []


def test_the_clock_is_read_in_one_place() -> None:
    reads = re.compile(r"datetime\.now\(|date\.today\(|datetime\.utcnow\(|time\.time\(")
    found = [name_of(path) for path in OURS if reads.search(path.read_text())]
    assert [name for name in found if name != "guichet/core/clock.py" and "machine/" not in name] == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    shown = [path for folder in ("templates", "guichet/web/static") for path in (ROOT / folder).rglob("*.*")]
    sources = [*OURS, *(ROOT / "migrations").rglob("*.py"), *shown]
    assert [name_of(path) for path in sources if later.search(path.read_text(encoding="utf-8"))] == []


def test_what_is_shown_is_written_with_the_signs_of_french() -> None:
    """The spaces are not looked at: core/typography.py sets them on what leaves."""
    wrong = re.compile(
        r"[^\W\d_]'[^\W\d_]|\w\.\.\.|\b(?:A (?:la|faire|partir)|Eta[bpt]|Eco[lu]|Evit|Echang|Ecri)"
    )
    code = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
    shown = {name_of(path): sentences(path) for path in OURS}
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in (".html", ".j2"):
            shown[name_of(path)] = [code.sub(" ", path.read_text(encoding="utf-8"))]
    found = [
        (name, said[0]) for name, texts in shown.items() for text in texts if (said := wrong.search(text))
    ]
    assert found == []


def test_lock_files_carry_hashes_and_no_address() -> None:
    for lock in ROOT.glob("*.lock"):
        text = lock.read_text()
        assert "://" not in text
        assert text.count("--hash=sha256:") >= len(re.findall(r"(?m)^[a-z0-9].*==", text))


def test_every_room_has_a_floor() -> None:
    contract = (ROOT / "pyproject.toml").read_text()
    rooms = [path.name for path in (ROOT / "guichet").iterdir() if (path / "__init__.py").exists()]
    assert [
        room for room in rooms if f'"guichet.{room}' not in contract and f"guichet.{room} |" not in contract
    ] == []


def test_every_template_compiles() -> None:
    environment = Environment(loader=FileSystemLoader(ROOT / "templates"))
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in (".html", ".j2", ".txt"):
            environment.parse(path.read_text(encoding="utf-8"))


def test_the_drawn_workflows_are_those_of_the_tables() -> None:
    drawn = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert drawn == draw_commands.drawn()


def test_the_table_of_steps_covers_every_state() -> None:
    assert set(STATES) == {*BACKBONE, *CLOSED_STATES} == {*OPEN_STATES, "placed", *CLOSED_STATES}
    assert {step.target for step in DEMAND.steps.values()} == set(STATES)
    assert {source for step in DEMAND.steps.values() for source in step.sources} == {NEW, *STATES}


def test_every_code_has_its_french_word() -> None:
    assert set(words.STATE) == set(STATES)
    assert set(KIND) == {str(kind) for kind in Kind}
    assert set(DEMAND.steps) <= set(words.STEP)
    cares = {c for c in Demand.__table__.constraints if c.name == "ck_demand_care"}
    assert cares and all(code in str(next(iter(cares)).sqltext) for code in words.CARE)  # type: ignore[attr-defined]


def test_the_migrations_make_the_shape_of_the_models(database: Database) -> None:
    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.check(config)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_migrations_can_be_undone(kind: str, tmp_path: Path) -> None:
    made = make_database(f"{kind}:///{tmp_path / 'undone.db'}")
    upgrade(made.engine)
    with made.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    upgrade(made.engine)
    made.engine.dispose()
