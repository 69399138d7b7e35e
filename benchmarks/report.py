"""The tables of the web measure, and whether each bar is held."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.driver import Measure
from benchmarks.visits import ACTIONS, Action

RESULTS = Path(__file__).parent / "RESULTS.md"
TITLE = "## Pages du site"
GROWTH, READY_S, MEMORY_MB = 2.0, 4.0, 160.0
BY_NAME = {action.name: action for action in ACTIONS}


class Measured(Protocol):
    """A cell of benchmarks/web.py."""

    database: str
    size: int
    connections: int
    action: str
    statements: int
    ours: Measure
    floor: Measure


def heading(command: str, when: str, load: float, seconds: float) -> list[str]:
    """What was measured, where and how."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "processeur inconnu",
    )
    return [
        TITLE,
        "",
        f"`{command}` ; {when} ; {os.cpu_count()} × {cpu} ; charge {load:.1f} au départ ; {seconds / 60:.0f} min.",
        "",
        "Le serveur de production (gunicorn, 2 processus de 4 fils), la base sur la même machine (PostgreSQL avec fsync, "
        "SQLite en WAL et synchronous=FULL), le générateur aussi. Le plancher est servi par la même commande : Flask et "
        "SQLAlchemy seuls, les mêmes instructions SQL avec les mêmes valeurs, les mêmes lignes écrites et affichées, la "
        "même lettre, le même Argon2 (`benchmarks/floor.py`). Les deux sont mesurés tour à tour. CPU : temps de "
        "processeur par requête, processus du site et processus PostgreSQL de la base ensemble.",
        "",
    ]


def line(cell: Measured) -> str:
    """One row of the great table."""
    ours, floor = cell.ours, cell.floor
    numbers = " | ".join(
        f"{one.percentile(0.5):.1f} | {one.percentile(0.95):.1f} | {one.rate:.0f} | {one.cpu_ms:.1f}"
        for one in (ours, floor)
    )
    label = BY_NAME[cell.action].label
    size = f"{cell.size:,}".replace(",", " ")
    ratio = ours.cpu_ms / floor.cpu_ms
    return f"| {cell.database} | {size} | {cell.connections} | {label} | {cell.statements} | {numbers} | {ratio:.1f} |"


def tables(cells: Sequence[Measured]) -> list[str]:
    """Everything that was measured."""
    return [
        "| base | demandes | connexions | action | SQL | p50 ms | p95 ms | req/s | CPU ms "
        "| plancher p50 | p95 | req/s | CPU ms | CPU × |",
        "|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(line(cell) for cell in cells),
    ]


def bars(cells: Sequence[Measured], memory: tuple[float, float], ready: float) -> list[str]:
    """Each promise with its worst case."""
    rows = [_row(f"{a.label} : instructions SQL", *_statements(a, cells)) for a in ACTIONS]
    rows += [
        _row(f"{a.label} : CPU à côté du plancher", *_beside_floor(a, cells)) for a in ACTIONS if a.ratio
    ]
    rows += [
        _row(f"{a.label} : CPU de la plus grande base à côté de la plus petite", *found)
        for a in ACTIONS
        if a.grows
        for found in _growth(a, cells)
    ]
    rows.append(_row("prêt, deuxième lancement", f"{ready:.1f} s", f"{READY_S:.0f} s", ready <= READY_S))
    rows += [
        _row(f"mémoire (PSS) : {what}", f"{most:.0f} Mo", f"{MEMORY_MB:.0f} Mo", most <= MEMORY_MB)
        for what, most in zip(("deux processus du site", "les mêmes et leur arbitre"), memory, strict=True)
    ]
    return ["| but | mesuré, au pire | au plus | |", "|---|--:|--:|---|", *rows]


def keep(text: str) -> None:
    """Put the section in the place of the former one, or at the end."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Mesures\n"
    sections = [f"## {part}" if number else part for number, part in enumerate(before.split("\n## "))]
    others = [part.strip() for part in sections if not part.startswith(TITLE)]
    RESULTS.write_text("\n\n".join([*others, text]) + "\n", encoding="utf-8")


def _row(label: str, measured: str, bar: str, held: bool) -> str:
    return f"| {label} | {measured} | {bar} | {'tenu' if held else '**MANQUÉ**'} |"


def _statements(action: Action, cells: Iterable[Measured]) -> tuple[str, str, bool]:
    most = max(cell.statements for cell in cells if cell.action == action.name)
    return str(most), str(action.statements), most <= action.statements


def _beside_floor(action: Action, cells: Sequence[Measured]) -> tuple[str, str, bool]:
    ratios = [ours / floor for _place, ours, floor in _cpu(action, cells)]
    worst, bar = max(ratios), action.ratio or 0.0
    return f"× {worst:.1f} (de {min(ratios):.1f})", f"× {bar}", worst <= bar


def _growth(action: Action, cells: Sequence[Measured]) -> Iterator[tuple[str, str, bool]]:
    for database in sorted({cell.database for cell in cells}):
        known = {size: ours for (kind, size), ours, _floor in _cpu(action, cells) if kind == database}
        ratio = known[max(known)] / known[min(known)]
        yield f"{database} : × {ratio:.2f}", f"× {GROWTH:.0f}", ratio <= GROWTH


def _cpu(action: Action, cells: Sequence[Measured]) -> Iterator[tuple[tuple[str, int], float, float]]:
    """For each database and size, the milliseconds of processor of ours and of the floor, all requests together."""
    places = dict.fromkeys((cell.database, cell.size) for cell in cells)
    for place in places:
        ours, floor = Measure(), Measure()
        for cell in cells:
            if (cell.database, cell.size) == place and cell.action == action.name:
                ours.add(cell.ours)
                floor.add(cell.floor)
        yield place, ours.cpu_ms, floor.cpu_ms
