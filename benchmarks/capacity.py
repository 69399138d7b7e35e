"""The places: how long the questions of a demand's page take, for thirty establishments over fifty-two weeks.

`python -m benchmarks.capacity`. For each establishment: its periods, whether the week fits at the wished entry and in
September, the first day when it does, the largest part that fits. *Cold*: nothing kept from a question to the next;
*warm*: as a process that has already answered one. Writes its section of benchmarks/RESULTS.md.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guichet.core.clock import now  # noqa: E402 - after the path
from guichet.core.week import Week  # noqa: E402
from guichet.establishments import grid, supply  # noqa: E402
from guichet.establishments.capacity import Ask, House, Stay, weekly_free  # noqa: E402
from guichet.establishments.outlook import by_month  # noqa: E402
from guichet.establishments.supply import AgeGroup, Opened, Supply, presumed_end  # noqa: E402
from guichet.placements.fitting import days_to_ask, where_it_fits  # noqa: E402

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
TITLE = "## Questions de places"
TODAY = date(2026, 11, 23)
HOUSES, CHILDREN, ROUNDS = 30, 35, 25
BAR_MS = 20.0
DAYS = (1, 2, 3, 4, 5)
ASK = Ask(Week.same_hours((1, 2, 4), (480, 1050)), date(2026, 3, 14))


def houses(chance: Random) -> list[House]:
    """Licences of 15 / 30 / 15 with three sections, nearly full; children come and go all year."""
    opened = tuple(
        slot
        for day in DAYS
        for slot in (Opened(day, 450, 510, 15), Opened(day, 510, 1050, 30), Opened(day, 1050, 1110, 15))
    )
    sections = (
        AgeGroup(1, "Bébés", 2, 15, 9),
        AgeGroup(2, "Moyens", 15, 26, 10),
        AgeGroup(3, "Grands", 26, 48, 11),
    )
    until = TODAY + timedelta(weeks=104)
    return [
        House(
            Supply(number, opened, sections, may_exceed=True),
            tuple(_child(chance, rank) for rank in range(CHILDREN)),
            TODAY,
            until,
        )
        for number in range(HOUSES)
    ]


def _child(chance: Random, number: int) -> Stay:
    born = date(2024, 1, 1) + timedelta(days=chance.randint(0, 900))
    first = max(born + timedelta(days=80), TODAY + timedelta(days=chance.randint(-600, 200)))
    last = presumed_end(born, first)
    if chance.random() < 0.3:
        last = min(last, first + timedelta(days=chance.randint(60, 700)))
    hours = (chance.choice((450, 480, 510, 540)), chance.choice((960, 1020, 1050, 1080)))
    return Stay(
        number,
        born,
        _week(tuple(sorted(chance.sample(DAYS, chance.randint(2, 5)))), hours),
        first,
        max(first, last),
    )


@lru_cache
def _week(days: tuple[int, ...], hours: tuple[int, int]) -> Week:
    """The same hours are the same week, as the loader of the product makes them."""
    return Week.same_hours(days, hours)


def forget() -> None:
    """Empty what the calm rooms keep."""
    for kept in (grid._lanes_of, supply.frame_on, supply._frame, supply.largest_remainder):
        kept.cache_clear()


def timed(work: Callable[[list[House]], object], *, cold: bool) -> tuple[float, float]:
    """Best and median milliseconds of processor; the periods are made again each time."""
    spent: list[float] = []
    for number in range(ROUNDS):
        made = houses(Random(number))
        if cold:
            forget()
        start = time.process_time()
        work(made)
        spent.append((time.process_time() - start) * 1000)
    return min(spent), statistics.median(spent)


def questions(made: list[House]) -> object:
    """What the page of a demand asks."""
    return where_it_fits(made, ASK, days_to_ask(date(2027, 1, 4), TODAY))


def free_weeks(made: list[House]) -> object:
    """Free seats by section, half-hour and week."""
    return [list(weekly_free(one.supply, one.periods, TODAY, 52)) for one in made]


def forecast(made: list[House]) -> object:
    """Twelve months of free places."""
    return [by_month(one, TODAY, 12) for one in made]


def main() -> int:
    """Measure, print, write."""
    load = os.getloadavg()[0]
    lines = [
        TITLE,
        "",
        f"`python -m benchmarks.capacity` ; {now():%d/%m/%Y %H:%M} UTC ; charge {load:.1f} au départ ; "
        f"{HOUSES} établissements de {CHILDREN} enfants, agrément modulé, trois sections, deux ans de périodes. Temps de "
        "processeur, qu’une machine chargée allonge peu.",
        "",
        "| question | à froid : meilleur | médian | à chaud : meilleur | médian | barre |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    held = True
    for label, work, bar in (
        ("page d’une demande : deux dates, première date, jours qui tiennent", questions, BAR_MS),
        ("places libres par section, demi-heure et semaine, 52 semaines", free_weeks, None),
        ("prévisions sur douze mois", forecast, None),
    ):
        cold, warm = timed(work, cold=True), timed(work, cold=False)
        kept = bar is None or cold[0] < bar
        held = held and kept
        said = "–" if bar is None else f"{'tenue' if kept else 'NON TENUE'} : {bar:.0f} ms à froid"
        lines.append(
            f"| {label} | {cold[0]:.1f} ms | {cold[1]:.1f} ms | {warm[0]:.1f} ms | {warm[1]:.1f} ms | {said} |"
        )
    text = "\n".join(lines) + "\n"
    print(text)
    write_section(TITLE, text)
    return 0 if held else 1


def write_section(title: str, section: str) -> None:
    """Put the section of RESULTS.md with this title in its place, or at the end."""
    before, found, after = RESULTS.read_text(encoding="utf-8").partition(title + "\n")
    rest = after[after.index("\n## ") + 1 :] if found and "\n## " in after else ""
    RESULTS.write_text(
        "\n".join(part for part in (before.rstrip("\n") + "\n", section, rest) if part), encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
