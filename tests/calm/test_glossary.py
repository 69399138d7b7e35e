"""The glossary keeps one word per idea, and the words of the product are in it."""

from pathlib import Path

from guichet.demands.states import STATES
from guichet.establishments.models import Kind

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| identifier")
]
IDENTIFIERS = [word.strip() for row in ROWS for word in row[0].split(",")]


def test_every_line_has_an_identifier_a_french_term_and_one_sentence() -> None:
    assert ROWS
    assert all(len(row) == 3 and all(row) and row[2].endswith(".") for row in ROWS)


def test_an_identifier_stands_on_one_line_only() -> None:
    assert len(set(IDENTIFIERS)) == len(IDENTIFIERS)


def test_a_french_term_names_one_idea_only() -> None:
    terms = [row[1] for row in ROWS if row[1] != "–"]
    assert len(set(terms)) == len(terms)


def test_the_states_are_said_with_the_words_of_the_screens() -> None:
    said = {row[0]: row[1] for row in ROWS}
    assert {state: said[state] for state in STATES} == STATES


def test_every_kind_of_establishment_has_its_line() -> None:
    assert {kind.value for kind in Kind} <= {word.lower() for word in IDENTIFIERS}
