"""A proposal from the database: how long it takes to read 2,000 demands, score them and compose the problem.

`python -m benchmarks.gathering`. The territory, the licences and the barème of the demonstration, the demands of
benchmarks/loader.py, all in commission. Reading and scoring (`gather`), then composing (`compose`), apart: the engine
itself is measured by benchmarks/allocation.py. Writes its section of benchmarks/RESULTS.md.
"""

import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import loader  # noqa: E402 - after the path
from benchmarks.capacity import write_section  # noqa: E402
from guichet.allocation.inputs.choices import Choices  # noqa: E402
from guichet.allocation.inputs.composing import compose  # noqa: E402
from guichet.allocation.inputs.gathering import gather  # noqa: E402
from guichet.core.clock import day, now  # noqa: E402
from guichet.core.db import Database, make_database  # noqa: E402
from guichet.core.french import amount  # noqa: E402
from guichet.core.migrate import upgrade  # noqa: E402
from guichet.demo import load as demo  # noqa: E402
from guichet.demo.baremes import load_baremes  # noqa: E402
from guichet.demo.places import load_sheets  # noqa: E402
from guichet.establishments.catalogue import load_catalogue  # noqa: E402

TITLE = "## Proposition : lire la base"
DEMANDS, ROUNDS = 2_000, 5
BAR = 3.0
YEAR = timedelta(days=366)


def filled(url: str) -> Database:
    """A database with its territory, its licences, its barème, and demands that all wait for a commission."""
    database = make_database(url)
    upgrade(database.engine)
    instant = now()
    with database.transaction() as session:
        demo.load_territory(session, instant)
        demo.load_offer(session, instant)
        load_sheets(session, instant)
        load_baremes(session, actor=demo.LOADER, now=instant)
    loader.OPEN_SHARE, loader.OPEN_MIX = 1.0, ("commission",)
    loader.load(database, DEMANDS)
    return database


def measured(database: Database) -> tuple[int, float, float]:
    """Demands composed, then the processor seconds of reading with the points, and of composing: the best round."""
    today = day(now())
    choices = Choices(
        sessions_from=today,
        sessions_until=today + timedelta(days=60),
        entries_from=today - timedelta(days=240),
        entries_until=today + YEAR,
        horizon=today + YEAR + timedelta(days=90),
    )
    rows = []
    for _ in range(ROUNDS):
        with database.reading() as session:
            catalogue = load_catalogue(session)
            start = time.process_time()
            gathered = gather(session, choices, catalogue, on=today)
            between = time.process_time()
            composed = compose(gathered.applicants, gathered.halls, choices)
            rows.append((between - start, time.process_time() - between))
    return len(composed.ordered), min(row[0] for row in rows), min(row[1] for row in rows)


def main() -> int:
    """Measure, print, write."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        count, reading, composing = measured(filled(f"sqlite:///{folder}/guichet.db"))
    held = reading + composing < BAR
    text = "\n".join(
        (
            TITLE,
            "",
            f"`python -m benchmarks.gathering` ; {now():%d/%m/%Y %H:%M} UTC ; charge {load:.1f} au départ ; SQLite ; "
            f"{amount(DEMANDS)} demandes en commission, {amount(count)} examinées. Temps de processeur, meilleur de {ROUNDS} tours.",
            "",
            "| étape | mesuré | barre |",
            "| --- | ---: | --- |",
            f"| lire les demandes, leurs faits, leurs points, les places | {reading:.2f} s | – |",
            f"| composer le problème : créneaux, places, vœux | {composing:.2f} s | – |",
            f"| les deux | {reading + composing:.2f} s | {'tenue' if held else 'NON TENUE'} : {BAR:.0f} s |",
            "",
        )
    )
    print(text)
    write_section(TITLE, text)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
