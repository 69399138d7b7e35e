"""The allocation engine: how long, how much memory, how near the exact solver, and beside the package `matching`.

`python -m benchmarks.allocation [quick]`, or `make bench-allocation`. Instances are made by benchmarks/instances.py.
Each size is measured in a process of its own, for its memory, once every line is written. What comes before
`allocate()` (the problem checked and numbered) and after (its lines and fingerprints, written when they are read) is
measured beside it. `allocate()` is one thread that waits for nothing: the
bars are on its processor time, which is the elapsed time of a machine at rest; the elapsed time of this one, shared
with others, stands beside it. Writes its section of benchmarks/RESULTS.md.
"""

import json
import math
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.instances import instance, plain
from guichet.allocation.checker import check
from guichet.allocation.engine import allocate
from guichet.allocation.problem import Problem, Result
from guichet.core import clock

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
Answer = TypeVar("Answer")
TITLE = "## Attribution des places"
# demands: (seconds, megabytes, rounds)
BARS = {1_000: (0.2, None, 7), 20_000: (5.0, 300, 3), 100_000: (30.0, 1000, 1)}
GROWTH = 2.0
FASTER = 50.0
AGREE, SEEDS_EACH, SHARES = 58, 20, (0.0, 0.03, 0.06)
EXACT, COLD = 200, 40
PLAIN, PLAIN_ROUNDS = 2_000, 7


def timed(work: Callable[[], Answer]) -> tuple[Answer, float, float]:
    """What a call answers, its elapsed seconds, its processor seconds."""
    elapsed, processor = time.perf_counter(), time.process_time()
    answer = work()
    return answer, time.perf_counter() - elapsed, time.process_time() - processor


def measure_size(count: int, rounds: int) -> dict[str, float]:
    """One size, in this process: run by `sized` in another."""
    asked, _, built = built_again(instance(count, 1))
    rows = []
    for _ in range(rounds):
        result, *row = timed(lambda: allocate(asked))
        rows.append(row)
    _, _, told = timed(partial(written_out, result))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    faults, _, checked = timed(lambda: check(asked, result))
    return {
        "count": count,
        "seconds": min(row[0] for row in rows),
        "processor": min(row[1] for row in rows),
        "built": built,
        "told": told,
        "memory": memory,
        "checker": checked,
        "faults": len(faults),
        "placed": result.statistics.placed,
        "filled": result.statistics.slots_filled,
        "refusals": len(result.refusals),
        "blocking": len(result.blocking),
    }


def built_again(asked: Problem) -> tuple[Problem, float, float]:
    """The problem, checked and numbered again from its demands and places, and what that takes."""
    return timed(lambda: Problem(asked.slots, asked.places, asked.demands, asked.rules))


def written_out(result: Result) -> None:
    """Every line and both fingerprints, as a run that is stored needs them."""
    for lines in (result.assignments, result.refusals, result.blocking):
        tuple(lines)
    _ = result.input_digest, result.result_digest


def sized(count: int, rounds: int) -> dict[str, float]:
    """The same, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.allocation", "size", str(count), str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    row: dict[str, float] = json.loads(done.stdout)
    print(row, flush=True)
    return row


def against_matching() -> dict[str, float]:
    """The plain problem, in turn: ours with its witnesses, theirs with its own check of stability and without.

    Also ours with all that comes before and after, and each without its preparation.
    """
    from matching.games import HospitalResident

    sys.setrecursionlimit(1_000_000)
    asked = plain(PLAIN, 1)
    ours, whole, created, theirs, proved = [], [], [], [], []
    same = True
    for _ in range(PLAIN_ROUNDS):
        _, _, built = built_again(asked)
        result, _, spent = timed(lambda: allocate(asked))
        ours.append(spent)
        _, _, told = timed(partial(written_out, result))
        whole.append(built + spent + told)
        demands, places, seats = dictionaries(asked)
        started = time.process_time()
        game = HospitalResident.create_from_dictionaries(demands, places, seats)
        created.append(time.process_time() - started)
        found = game.solve(optimal="resident")
        theirs.append(time.process_time() - started)
        game.check_stability()
        proved.append(time.process_time() - started)
        got = {resident.name: hospital.name for hospital, inside in found.items() for resident in inside}
        same = same and got == {line.demand: line.establishment for line in result.assignments}
    row = {
        "ours": min(ours),
        "whole": min(whole),
        "created": min(created),
        "theirs": min(theirs),
        "proved": min(proved),
        "same": same,
    }
    print(row, flush=True)
    return row


def dictionaries(asked: Problem) -> tuple[dict, dict, dict]:
    """A plain problem as the package wants it."""
    demands = {d.id: [wish.establishment for wish in d.wishes] for d in asked.demands}
    ranked: dict[str, list[tuple[int, int, str]]] = {}
    for demand in asked.demands:
        for wish in demand.wishes:
            ranked.setdefault(wish.establishment, []).append((-wish.score, demand.order, demand.id))
    places = {name: [one[2] for one in sorted(inside)] for name, inside in ranked.items()}
    return (
        demands,
        places,
        {p.establishment: p.open["day"] for p in asked.places if p.establishment in places},
    )


def against_solver(seeds: int) -> dict[str, object]:
    """Blocking cases of the engine and the fewest that CP-SAT finds: 20 seeds for each share of brothers and sisters.

    From the engine's answer at 200 demands; from nothing at 40, so that the agreement owes nothing to the start.
    """
    # Heavy, and the memory of the sizes above is measured without it.
    from guichet.allocation.reference import solve

    agreed = runs = proved = placed = most = 0
    seconds = {"engine": 0.0, "solver": 0.0}
    differing = []
    for share in SHARES:
        for seed in range(seeds):
            for count, warm in ((EXACT, True), (COLD, False)):
                asked = instance(count, seed, siblings=share)
                started = time.process_time()
                result = allocate(asked)
                middle = time.process_time()
                found = solve(asked, warm=warm, most=not warm)
                ended = time.process_time()
                same = len(found.result.blocking) == len(result.blocking)
                if warm:
                    runs += 1
                    agreed += same and found.least_blocking
                    proved += found.least_blocking
                    seconds["engine"] += middle - started
                    seconds["solver"] += ended - middle
                else:
                    placed += result.statistics.placed
                    most += found.result.statistics.placed
                if not same:
                    differing.append(
                        f"{count} demandes, graine {seed}, {share:.0%} : {len(result.blocking)} contre "
                        f"{len(found.result.blocking)}"
                    )
        print(share, agreed, runs, differing, flush=True)
    return {
        "agreed": agreed,
        "runs": runs,
        "proved": proved,
        "placed": placed,
        "most": most,
        "differing": differing,
        **seconds,
    }


def common_order(seeds: int) -> tuple[int, int]:
    """Seeds of one common order, without brothers and sisters, reserve or transfer: (blocking nobody, all)."""
    clean = sum(
        not allocate(instance(1_000, seed, siblings=0, local=False, reserve=False)).blocking
        for seed in range(seeds)
    )
    return clean, seeds


def verdict(held: bool) -> str:
    """As in the other sections."""
    return "tenu" if held else "**MANQUÉ**"


def french(number: float, digits: int = 2) -> str:
    """A number with a comma."""
    return f"{number:.{digits}f}".replace(".", ",")


def goals(rows: list[dict], plainly: dict, exact: dict, common: tuple[int, int]) -> Iterator[str]:
    """What was promised, and whether it is held."""
    yield "| but | mesuré | au plus, ou au moins | |"
    yield "|---|--:|--:|---|"
    for row in rows:
        seconds, memory, _ = BARS[row["count"]]
        name = f"{row['count']:,}".replace(",", " ")
        yield f"| {name} demandes, témoins compris | {french(row['processor'])} s | {french(seconds, 1)} s | {verdict(row['processor'] < seconds)} |"
        if memory:
            yield f"| {name} demandes : mémoire | {row['memory']:.0f} Mo | {memory} Mo | {verdict(row['memory'] < memory)} |"
    first, last = rows[0], rows[-1]
    grown = growth(rows, "processor")
    yield f"| croissance à côté de n·log n, de {first['count']} à {last['count']} (processeur) | × {french(grown)} | × {GROWTH:.0f} | {verdict(grown <= GROWTH)} |"
    faster = plainly["theirs"] / plainly["ours"]
    yield f"| problème simple à {PLAIN}, `allocate()` à côté de `matching` | × {french(faster, 1)} | × {FASTER:.0f} | {verdict(faster >= FASTER)} |"
    yield f"| … même résultat | {'oui' if plainly['same'] else 'non'} | oui | {verdict(bool(plainly['same']))} |"
    yield f"| autant de cas sans témoin que CP-SAT, {EXACT} demandes | {exact['agreed']} sur {exact['runs']} | {AGREE} sur 60 | {verdict(exact['agreed'] * 60 >= AGREE * exact['runs'])} |"
    yield f"| un seul ordre pour tous : aucun cas | {common[0]} sur {common[1]} | toutes | {verdict(common[0] == common[1])} |"


def growth(rows: list[dict], *stages: str) -> float:
    """How many times more than n·log n these stages together cost, from the smallest size to the largest."""
    first, last = rows[0], rows[-1]
    cost = sum(last[stage] for stage in stages) / sum(first[stage] for stage in stages)
    return cost / (last["count"] * math.log(last["count"]) / (first["count"] * math.log(first["count"])))


def table(rows: list[dict]) -> Iterator[str]:
    """What each size gives."""
    yield (
        "| demandes | `allocate()`, s processeur | s écoulées | avant : contrôler et numéroter, s processeur | après : "
        "lignes et empreintes, s processeur | Mo | vérificateur, s processeur | fautes vues | placées | créneaux pris | "
        "refus expliqués | cas à arbitrer |"
    )
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        yield (
            f"| {row['count']} | {french(row['processor'], 3)} | {french(row['seconds'], 3)} | "
            f"{french(row['built'], 3)} | {french(row['told'], 3)} | {row['memory']:.0f} | "
            f"{french(row['checker'])} | {row['faults']} | {row['placed']} | {french(row['filled'] * 100, 1)} % | "
            f"{row['refusals']} | {row['blocking']} |"
        )


def remarks(rows: list[dict], plainly: dict, exact: dict) -> Iterator[str]:
    """What the figures do not say alone."""
    yield (
        f"La croissance est celle d’`allocate()` seul. D’un bout à l’autre (contrôler, numéroter, attribuer, écrire), elle est "
        f"de × {french(growth(rows, 'built', 'processor', 'told'))} à côté de n·log n."
    )
    yield ""
    solved = plainly["theirs"] - plainly["created"]
    yield (
        f"`matching` 1.4.3, {PLAIN} demandes, 80 crèches, cinq vœux, un créneau : {french(plainly['theirs'], 3)} s, dont "
        f"{french(plainly['created'], 3)} pour construire et {french(solved, 3)} pour résoudre ; {french(plainly['proved'], 3)} "
        f"s avec sa propre vérification de stabilité. `allocate()` : {french(plainly['ours'], 4)} s, avec un témoin par "
        f"refus, sur un problème déjà contrôlé et numéroté. Autres façons de comparer, sans barre : résoudre seul de part "
        f"et d’autre, × {french(solved / plainly['ours'], 1)} ; tout d’un bout à l’autre (contrôler, numéroter, attribuer, "
        f"écrire chaque ligne et les deux empreintes, que `matching` ne fait pas), {french(plainly['whole'], 3)} s, soit "
        f"× {french(plainly['theirs'] / plainly['whole'], 1)}."
    )
    yield ""
    yield (
        f"CP-SAT, un fil, part de la réponse du moteur à {EXACT} demandes : {exact['proved']} optimums prouvés sur "
        f"{exact['runs']}, {french(float(exact['solver']), 0)} s en tout (moteur : {french(float(exact['engine']), 1)} s). "
        f"Sans départ, à {COLD} demandes, il place {exact['most']} enfants en tout et le moteur {exact['placed']}. "
        f"Graines où les deux diffèrent : {' ; '.join(exact['differing']) or 'aucune'}."
    )


def main(quick: bool) -> None:
    """Measure everything, say it, keep it."""
    started, load = time.monotonic(), os.getloadavg()[0]
    rows = [sized(count, rounds) for count, (_, _, rounds) in BARS.items() if not quick or count < 100_000]
    plainly = against_matching()
    seeds = 3 if quick else SEEDS_EACH
    exact = against_solver(seeds)
    common = common_order(seeds)
    lines = [
        TITLE,
        "",
        f"`python -m benchmarks.allocation` ; {clock.now():%Y-%m-%d}, Python {platform.python_version()} ; "
        f"{os.cpu_count()} processeurs ; charge {load:.1f} au départ ; {(time.monotonic() - started) / 60:.0f} min.",
        "",
        "Instances fabriquées (`benchmarks/instances.py`) : dix demi-journées, trois sections, une crèche pour 25 demandes, "
        "cinq vœux, points locaux, réserve de 10 %, 6 % de frères et sœurs demandés ensemble, places pour 55 % des "
        "demi-journées demandées. Chaque taille dans un processus ; le meilleur de ses tours. `allocate()` est un seul fil "
        "qui n’attend rien : les buts portent sur son temps de processeur, qui est le temps écoulé d’une machine au repos ; "
        "le temps écoulé de celle-ci, partagée, est à côté.",
        "",
        *goals(rows, plainly, exact, common),
        "",
        *table(rows),
        "",
        *remarks(rows, plainly, exact),
    ]
    text = "\n".join(lines)
    print(text)
    if not quick:
        keep(text)


def keep(text: str) -> None:
    """Put the section in the page of results, in the place of the one before."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Mesures\n"
    parts = before.rstrip().split("\n## ")
    others = [parts[0], *(f"## {part}" for part in parts[1:])]
    kept = [part.rstrip() for part in others if not part.startswith(TITLE)]
    RESULTS.write_text("\n\n".join([*kept, text]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["size"]:
        print(json.dumps(measure_size(int(sys.argv[2]), int(sys.argv[3]))))
    else:
        main("quick" in sys.argv[1:])
