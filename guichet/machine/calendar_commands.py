"""The command that plans a year of commissions from a file, without the database."""

import json
import sys
import time
from pathlib import Path
from typing import NoReturn

import click

from guichet.core.french import count
from guichet.scheduling.planning.faults import InvalidProblemError
from guichet.scheduling.planning.files import read_problem, result_of
from guichet.scheduling.planning.plan import BY_TIME, Plan
from guichet.scheduling.planning.solver import Progress, plan

FAULTY = 2


@click.command(name="plan")
@click.argument("problem_file", metavar="PROBLÈME", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "result_file",
    metavar="RÉSULTAT",
    required=True,
    type=click.Path(path_type=Path),
    help="Le fichier à écrire.",
)
def plan_calendar(problem_file: Path, result_file: Path) -> None:
    """Reads and writes the formats `guichet-calendar/1`; a fault in the file: one sentence, nothing written."""
    try:
        problem = read_problem(problem_file.read_bytes())
    except OSError as error:
        _refuse(f"Le fichier {problem_file} ne peut pas être lu ({error.strerror}).")
    except InvalidProblemError as error:
        _refuse(error.sentence)
    found = plan(problem, time.monotonic, _tell if sys.stderr.isatty() else None)
    try:
        result_file.write_text(
            json.dumps(result_of(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    except OSError as error:
        _refuse(f"Le fichier {result_file} ne peut pas être écrit ({error.strerror}).")
    click.echo(_summary(found), err=True)


def _summary(found: Plan) -> str:
    """What came out, in a few words."""
    quality = "plan optimal" if found.status == "optimal" else "plan sans preuve d’optimum"
    if found.gap is not None and found.status != "optimal":
        quality += f" (écart d’au plus {found.gap:.2%})".replace(".", ",")
    stopped = " ; arrêté par la limite de temps" if found.stopped_by == BY_TIME else ""
    return (
        f"{count(len(found.sessions), 'séance')} à une date, "
        f"{len(found.unplaced)} sans date : {quality}, {found.seconds:.1f} s{stopped}."
    )


def _tell(progress: Progress) -> None:
    click.echo(f"Bloc {progress.block} sur {progress.blocks} : {progress.objective:.0f} points.", err=True)


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(FAULTY)
