"""The calendar against its bars: first plan, proof, absence, size, and what a careful hand would do.

`python -m benchmarks.year [section…]` with sections among `small absence large huge`, or `make bench-calendar`.
Bars are in seconds of a watch; the machine may be shared, so processor seconds stand beside them.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.years import year_of
from guichet.core.french import percent
from guichet.scheduling.planning.block import Given, make_block
from guichet.scheduling.planning.changes import away, keep_dates
from guichet.scheduling.planning.difference import difference
from guichet.scheduling.planning.first_come import first_come
from guichet.scheduling.planning.ground import Ground
from guichet.scheduling.planning.plan import OPTIMAL, Plan
from guichet.scheduling.planning.problem import Problem
from guichet.scheduling.planning.solver import plan
from guichet.scheduling.planning.validator import findings

RESULTS = Path(__file__).parent / "RESULTS.md"
TITLE = "## Calendrier des commissions"
SEEDS = (1, 2, 3, 4, 5, 6)
SECTIONS = ("small", "absence", "large", "huge")
FIRST_S, PROOF_S, GAP, ABSENCE_S = 5, 60, 0.01, 10
LARGE_S, HUGE_S = 180, 480
SAVED = {"mixed": 0.20, "monthly": 0.10}
STATUS = {"optimal": "prouvé", "feasible": "arrêté"}
NAME = {"mixed": "cadences mêlées", "monthly": "tous les mois"}


@dataclass(frozen=True)
class Run:
    """A plan, the seconds it took on a watch and of processor, and when its first version was there."""

    problem: Problem
    plan: Plan
    wall: float
    cpu: float
    first: float


@dataclass(frozen=True)
class Bar:
    """A promise, what was measured and whether it is kept."""

    label: str
    measured: str
    limit: str
    kept: bool


def timed(problem: Problem) -> Run:
    """Plan it, with the time of everything: reading the calendar, building, searching."""
    heard: list[float] = []
    start, cpu = time.monotonic(), time.process_time()
    found = plan(problem, time.monotonic, lambda _: heard.append(time.monotonic() - start))
    return Run(problem, found, time.monotonic() - start, time.process_time() - cpu, heard[0])


def number(seconds: float) -> str:
    """Seconds with one decimal, as French writes them."""
    return f"{seconds:.1f}".replace(".", ",")


def share_of(gap: float | None) -> str:
    """A gap in hundredths."""
    return percent(gap or 0.0, 2)


def tours(found: Plan) -> int:
    """Half-days on which a team sits."""
    return len({(one.commission.split("-")[0], one.half_day) for one in found.sessions})


def by_hand(problem: Problem) -> tuple[int, int]:
    """First come, first served with a check of conflicts: team half-days, sessions without a date."""
    draft = first_come(make_block(Ground(problem), problem.commissions, Given()), price_tours=False)
    asked = sum(len(commission.sessions) for commission in problem.commissions)
    return len(draft.cells), asked - len(draft.placed)


def small() -> Iterator[Bar | str]:
    """Fourteen communes, both cadences, six seeds."""
    yield (
        "| 14 communes | graine | séances | premier plan s | s | CPU s | état | écart | demi-journées | à la main | "
        "sans date | à la main |"
    )
    yield "|---|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|"
    for cadence, share in SAVED.items():
        runs, saved, more = [], [], []
        for seed in SEEDS:
            run = timed(year_of(14, cadence, seed, work_limit=40, time_limit_s=PROOF_S))
            hand, hand_unplaced = by_hand(run.problem)
            yield (
                f"| {NAME[cadence]} | {seed} | {len(run.plan.sessions) + len(run.plan.unplaced)} | {number(run.first)} | "
                f"{number(run.wall)} | {number(run.cpu)} | {STATUS[run.plan.status]} | {share_of(run.plan.gap)} "
                f"| {tours(run.plan)} | {hand} "
                f"| {len(run.plan.unplaced)} | {hand_unplaced} |"
            )
            runs.append(run)
            saved.append(1 - tours(run.plan) / hand)
            more.append(len(run.plan.unplaced) - hand_unplaced)
        first, wall = max(run.first for run in runs), max(run.wall for run in runs)
        worst = max(run.plan.gap or 0.0 for run in runs)
        proved = sum(run.plan.status == OPTIMAL for run in runs)
        name = f"14 communes, {NAME[cadence]}"
        yield Bar(f"{name} : premier plan", f"{number(first)} s", f"{FIRST_S} s", first <= FIRST_S)
        yield Bar(
            f"{name} : prouvé, ou écart d’au plus 1 %, en {PROOF_S} s",
            f"{proved} prouvés sur {len(runs)}, écart {share_of(worst)}, {wall:.0f} s",
            share_of(GAP),
            worst <= GAP and wall <= PROOF_S + 5,
        )
        yield Bar(
            f"{name} : demi-journées d’équipe, médiane, à côté du premier arrivé",
            f"−{percent(median(saved))}",
            f"−{percent(share)}",
            median(saved) >= share,
        )
        yield Bar(
            f"{name} : séances sans date en plus", f"{max(more)}".replace("-", "−"), "0", max(more) <= 0
        )
        yield _sound(name, runs)


def absence() -> Iterator[Bar | str]:
    """The doctor and the nurse away for two weeks of March, everything else kept if possible."""
    runs, moved = [], []
    for cadence in SAVED:
        for seed in SEEDS[:3]:
            before = timed(year_of(14, cadence, seed, work_limit=20, time_limit_s=40))
            run = timed(_with_absence(before))
            runs.append(run)
            moved.append(len(difference(before.plan, run.plan)))
    slowest = max(run.wall for run in runs)
    worst = max(run.plan.gap or 0.0 for run in runs)
    yield Bar(
        "absence de deux semaines : nouveau plan",
        f"{number(slowest)} s ({number(max(run.cpu for run in runs))} s de processeur), écart {share_of(worst)}, "
        f"{min(moved)} à {max(moved)} séances déplacées",
        f"{ABSENCE_S} s",
        slowest <= ABSENCE_S,
    )
    yield _sound("absence", runs)


def large() -> Iterator[Bar | str]:
    """A hundred communes."""
    for cadence in SAVED:
        yield from _big(100, cadence, LARGE_S, "3 min")


def huge() -> Iterator[Bar | str]:
    """Three hundred communes."""
    for cadence in SAVED:
        yield from _big(300, cadence, HUGE_S, "8 min")


def _big(communes: int, cadence: str, limit: int, said: str) -> Iterator[Bar | str]:
    run = timed(year_of(communes, cadence, 1, work_limit=limit, time_limit_s=limit - 20))
    hand, unplaced = by_hand(run.problem)
    name = f"{communes} communes, {NAME[cadence]}"
    gaps = [block.gap for block in run.plan.blocks]
    yield Bar(
        f"{name} : {len(gaps)} blocs",
        f"{run.wall:.0f} s ({run.cpu:.0f} s de processeur), "
        f"{sum(block.status == OPTIMAL for block in run.plan.blocks)} prouvés, écart d’un bloc {share_of(max(gaps))} au plus",
        said,
        run.wall <= limit,
    )
    yield Bar(
        f"{name} : demi-journées d’équipe, et séances sans date",
        f"{tours(run.plan)} et {len(run.plan.unplaced)}",
        f"{hand} et {unplaced} à la main",
        tours(run.plan) <= hand and len(run.plan.unplaced) <= unplaced,
    )
    yield _sound(name, [run])


def same_plan() -> Bar:
    """The same problem in two processes with different hash seeds."""
    script = (
        "import hashlib, time; from benchmarks.years import year_of; from guichet.scheduling.planning.solver import "
        "plan; from guichet.scheduling.planning.files import result_of; import json; r = result_of(plan(year_of(14, 'mixed', 2, "
        "time_limit_s=300), time.monotonic)); r['seconds'] = 0; print(hashlib.sha256(json.dumps(r).encode()).hexdigest())"
    )
    root = Path(__file__).parents[1]
    prints = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    return Bar("même graine, même plan, dans deux processus", f"{len(prints)} plan", "1", len(prints) == 1)


def _with_absence(before: Run) -> Problem:
    """The doctor and the nurse are away, and the dates found are to be kept if they can."""
    problem = keep_dates(before.problem, before.plan)
    for person in ("T1-doctor", "T1-nurse"):
        problem = away(problem, person, date(2027, 3, 8), date(2027, 3, 19))
    return replace(problem, time_limit_s=ABSENCE_S - 1)


def _sound(name: str, runs: list[Run]) -> Bar:
    faults = sum(len(findings(run.problem, run.plan)) for run in runs)
    return Bar(f"{name} : fautes vues par le vérificateur indépendant", str(faults), "0", faults == 0)


def keep(lines: list[str]) -> None:
    """Put the section in the place of the former one, or at the end."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Mesures\n"
    first, *parts = before.rstrip().split("\n## ")
    others = [first, *(f"## {part}" for part in parts if not f"## {part}".startswith(TITLE))]
    RESULTS.write_text(
        "\n\n".join([part.rstrip() for part in [*others, "\n".join(lines)]]) + "\n", encoding="utf-8"
    )


def main(sections: list[str]) -> int:
    """Run, print, write the section; 1 when a bar is missed."""
    load, start = os.getloadavg()[0], time.monotonic()
    bars, lines = [], []
    for section in sections:
        for one in globals()[section]():
            print(json.dumps(one.__dict__, ensure_ascii=False) if isinstance(one, Bar) else one, flush=True)
            (bars if isinstance(one, Bar) else lines).append(one)
    bars.append(same_plan())
    kept = "| {} | {} | {} | {} |"
    table = [kept.format(b.label, b.measured, b.limit, "tenu" if b.kept else "**MANQUÉ**") for b in bars]
    keep(
        [
            TITLE,
            "",
            f"`python -m benchmarks.year {' '.join(sections)}` ; {date.fromtimestamp(time.time())} ; charge {number(load)} "
            f"au départ, {number(os.getloadavg()[0])} à la fin ; {(time.monotonic() - start) / 60:.0f} min.",
            "",
            "Années inventées (`benchmarks/years.py`), un seul fil de calcul. « À la main » : premier arrivé, "
            "premier servi, avec vérification des conflits (`guichet/scheduling/planning/first_come.py`).",
            "",
            "| but | mesuré, au pire | au plus | |",
            "|---|--:|--:|---|",
            *table,
            "",
            *lines,
        ],
    )
    return int(not all(bar.kept for bar in bars))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(SECTIONS)))
