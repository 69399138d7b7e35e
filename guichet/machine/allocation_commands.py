"""The command that runs the allocation engine on a file, without the database."""

import sys
import time
from pathlib import Path
from typing import NoReturn

import click

from guichet.allocation.engine import allocate as allocation
from guichet.allocation.faults import InvalidProblemError
from guichet.allocation.files import read_problem, result_document, written
from guichet.allocation.problem import Problem, Result

REFUSED = 2


@click.command()
@click.argument("problem", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o",
    "--output",
    metavar="RÉSULTAT",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Le fichier à écrire.",
)
def allocate(problem: Path, output: Path) -> None:
    """Read, allocate, write; a problem that has no meaning is one sentence, status 2, and no file."""
    started = time.perf_counter()
    try:
        read = read_problem(problem.read_bytes())
    except InvalidProblemError as fault:
        _refuse(f"{problem.name} : {fault}")
    except FileNotFoundError:
        _refuse(f"{problem} n’existe pas.")
    except OSError:
        _refuse(f"{problem} ne peut pas être lu : vérifiez que c’est un fichier et qu’il vous est ouvert.")
    loaded = time.perf_counter()
    result = _settled(read, allocation(read))
    computed = time.perf_counter()
    try:
        output.write_bytes(written(result_document(result)))
    except OSError:
        _refuse(
            f"{output} ne peut pas être écrit : vérifiez que son dossier existe et qu’il vous est ouvert."
        )
    print(
        f"{len(read.demands)} demandes lues en {loaded - started:.2f} s, placées en {computed - loaded:.2f} s : "
        f"{result.statistics.placed} avec une place, {result.statistics.unplaced} sans, "
        f"{len(result.blocking)} à arbitrer.",
        file=sys.stderr,
    )


def _settled(problem: Problem, result: Result) -> Result:
    """The same second look at the blocking cases as a run on the pages has."""
    if not result.blocking:
        return result
    # OR-Tools takes a second to load, and few problems leave a case to settle.
    from guichet.allocation.reference import settle  # noqa: PLC0415

    return settle(problem, result)


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(REFUSED)
