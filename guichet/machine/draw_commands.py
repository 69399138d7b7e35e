"""The command that draws the workflows of the product from their tables."""

from pathlib import Path
from typing import Any

import click

from guichet.bareme.workflow import BAREME
from guichet.commissions.sessions.workflow import SESSION
from guichet.core.diagram import page
from guichet.core.workflow import Workflow
from guichet.demands.workflow import DEMAND
from guichet.placements.offers.workflow import OFFER

WORKFLOWS: dict[str, Workflow[Any, Any]] = {
    "La vie d’une demande": DEMAND,
    "La vie d’un barème": BAREME,
    "La vie d’une séance": SESSION,
    "La vie d’une place proposée": OFFER,
}


def drawn() -> str:
    """The page of documentation that the tables make now."""
    return page("Les états et les étapes", WORKFLOWS)


@click.command()
@click.argument(
    "file",
    metavar="[FICHIER]",
    default="docs/workflows.md",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
)
def draw(file: Path) -> None:
    """Write the page; what it said before is replaced."""
    file.write_text(drawn(), encoding="utf-8")
    click.echo(f"Les états et les étapes sont dessinés dans {file}.")
