"""The commands that tell a real installation its communes, desks, managers and establishments."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core import clock
from guichet.core.installing import Change
from guichet.core.settings import Settings
from guichet.establishments import installation
from guichet.establishments.actions import install_establishments, install_managers
from guichet.establishments.installation import FaultyFileError, Installation
from guichet.establishments.installation_example import example
from guichet.establishments.models import Establishment, Manager
from guichet.machine.account_commands import OPERATOR
from guichet.machine.data_commands import opened, prepare
from guichet.territory.actions import install_territory
from guichet.territory.models import BassinDeVie, Commune, Desk, Epci

FAULTY = 2
SHOWN = 60
SUBJECT = {
    "epci": "intercommunalité",
    "bassin": "bassin de vie",
    "desk": "point d’accueil",
    "commune": "commune",
    "manager": "gestionnaire",
    "establishment": "établissement",
}


@click.command()
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien écrire.")
def load_territory(file: Path, dry_run: bool) -> None:
    """All or nothing; a fault in the file: every fault told, nothing written, exit status 2."""
    try:
        said = installation.read(file.read_bytes())
    except OSError as error:
        _refuse([f"Le fichier {file} ne peut pas être lu ({error.strerror})."])
    except FaultyFileError as error:
        _refuse(error.faults)
    settings = Settings.from_environment(os.environ)
    with opened(settings) as database:
        prepare(database, settings)
        with database.writing() as session:
            changes = _install(session, said)
            left = list(_left(session, said))
            if not dry_run:
                session.commit()
    _tell(changes, left)
    if dry_run:
        click.echo("Essai seulement : rien n’a été écrit.")


@click.command()
def territory_example() -> None:
    """JSON on the standard output, nothing else."""
    click.echo(example())


def _refuse(faults: Sequence[str]) -> NoReturn:
    for fault in faults:
        click.echo(fault, err=True)
    ranks = (
        " Les rangs entre crochets se comptent à partir de 0." if any("[" in one for one in faults) else ""
    )
    click.echo(f"Rien n’a été écrit.{ranks}", err=True)
    sys.exit(FAULTY)


def _install(session: Session, said: Installation) -> list[Change]:
    at = clock.now()
    return [
        *install_territory(session, said.territory, actor=OPERATOR, at=at),
        *install_managers(session, said.managers, actor=OPERATOR, at=at),
        *install_establishments(session, said.establishments, actor=OPERATOR, at=at),
    ]


def _left(session: Session, said: Installation) -> Iterator[str]:
    """What the installation has and the file does not name."""
    land = said.territory
    for subject, code, name, named in (
        ("epci", Epci.siren, Epci.name, (land.epci,)),
        ("bassin", BassinDeVie.code, BassinDeVie.name, land.bassins),
        ("desk", Desk.code, Desk.name, land.desks),
        ("commune", Commune.code, Commune.name, land.communes),
        ("manager", Manager.code, Manager.name, said.managers),
        ("establishment", Establishment.code, Establishment.name, said.establishments),
    ):
        codes = [one.code for one in named]
        rows = session.execute(select(code, name).where(code.not_in(codes)).order_by(code))
        yield from (f"{SUBJECT[subject]} {other} ({called})" for other, called in rows)


def _tell(changes: list[Change], left: list[str]) -> None:
    for change in changes:
        what = f"{SUBJECT[change.subject]} {change.code} ({change.name})"
        if change.before is None:
            click.echo(f"Création : {what}")
            continue
        for key, value in change.after.items():
            click.echo(f"Mise à jour : {what}, {key} : {_shown(change.before[key])} → {_shown(value)}")
    for what in left:
        click.echo(f"Absent du fichier, laissé tel quel : {what}")
    created = sum(change.before is None for change in changes)
    changed = len(changes) - created
    click.echo(f"Créés : {created}. Mis à jour : {changed}." if changes else "Rien n’a changé.")


def _shown(value: object) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"
