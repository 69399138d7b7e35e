"""Calm: the laboratory. The same demands under two barèmes: ties, and who comes in or goes out of the first places.

Each demand counts once, at its first wish. Nothing is written, and no demand is named: only how many move.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from guichet.bareme.bareme import Bareme
from guichet.bareme.facts import Facts
from guichet.bareme.score import ties, total, weight_of
from guichet.bareme.vocabulary import ACTIVITY

STAYS_IN, ENTERS, LEAVES, STAYS_OUT = range(4)
MOVES = ("dans les deux", "entrent", "sortent", "dans aucun")
"""The columns of every table, in this order."""
AGES = ((12, "moins d’un an à l’entrée"), (24, "de un à deux ans"), (10_000, "deux ans et plus"))
UNKNOWN = "non renseigné ou non vérifié"
ORDER = {words: rank for rank, (_, words) in enumerate(AGES)} | {UNKNOWN: len(AGES)}
"""The ages from the youngest; what is not known last."""
SPANS = 8
"""How many points of a line the distribution is drawn with, at most."""


@dataclass(frozen=True)
class Side:
    """One barème over the demands."""

    title: str
    tied: int
    """Demands that have exactly the points of another one."""
    last_in: int | None
    """Points of the last demand among the first places."""
    at_the_bar: int
    """Demands with exactly these points: what the chain of ties has to settle."""
    totals: tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    """What changes from one barème to the other, over `demands` demands for `places` places."""

    demands: int
    places: int
    before: Side
    after: Side
    moved: tuple[int, int, int, int]
    tables: Mapping[str, Mapping[str, tuple[int, int, int, int]]]
    """By title: by group, the four counts of MOVES."""


def try_out(
    facts: Sequence[Facts], before: Bareme, after: Bareme, places: int, towns: Mapping[str, str]
) -> Trial:
    """Rank the demands under both barèmes and compare the first `places`. `towns`: names by INSEE code."""
    left, right = _ranked(facts, before), _ranked(facts, after)
    first, second = ({one.demand_id for one, _ in side[:places]} for side in (left, right))
    moves = {one.demand_id: _move(one.demand_id in first, one.demand_id in second) for one in facts}
    tables = {
        "Par commune": _table(facts, moves, lambda one: _commune(one, towns)),
        "Par situation des parents": _table(facts, moves, _situation),
        "Par âge à l’entrée": _table(facts, moves, _age),
    }
    return Trial(
        len(facts),
        places,
        _side(before, left, places),
        _side(after, right, places),
        _four(moves.values()),
        tables,
    )


def distribution(trial: Trial, fewest: int = 1) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    """Labels and counts of both barèmes, in eight spans of points at most.

    Spans are joined until each holds nothing or at least `fewest` demands, so that nobody is alone in one.
    """
    every = (*trial.before.totals, *trial.after.totals)
    if not every:
        return (), (), ()
    low, high = min(every), max(every)
    width = max(-(-(high - low + 1) // SPANS), 1)
    counted = [
        Counter((value - low) // width for value in side.totals) for side in (trial.before, trial.after)
    ]
    spans: list[tuple[int, int, int, int]] = []
    for rank, start in enumerate(range(low, high + 1, width)):
        spans.append((start, start + width - 1, counted[0][rank], counted[1][rank]))
        while len(spans) > 1 and (_is_thin(spans[-1], fewest) or _is_thin(spans[-2], fewest)):
            last = spans.pop()
            before = spans.pop()
            spans.append((before[0], last[1], before[2] + last[2], before[3] + last[3]))
    labels = tuple(f"{first} à {last}" if last > first else str(first) for first, last, _, _ in spans)
    return labels, tuple(one[2] for one in spans), tuple(one[3] for one in spans)


def _is_thin(span: tuple[int, int, int, int], fewest: int) -> bool:
    return any(0 < count < fewest for count in span[2:])


def _ranked(facts: Sequence[Facts], bareme: Bareme) -> list[tuple[Facts, int]]:
    keyed = []
    for one in facts:
        at = next(iter(one.here), None)
        points = total(bareme, one, at)
        keyed.append(((-weight_of(bareme, one, at, points), *ties(bareme, one)), one, points))
    keyed.sort(key=lambda row: row[0])
    return [(one, points) for _, one, points in keyed]


def _side(bareme: Bareme, ranked: Sequence[tuple[Facts, int]], places: int) -> Side:
    totals = tuple(points for _, points in ranked)
    often = Counter(totals)
    last = totals[places - 1] if 0 < places <= len(totals) else None
    return Side(
        bareme.title,
        sum(times for times in often.values() if times > 1),
        last,
        often[last] if last is not None else 0,
        totals,
    )


def _move(was: bool, will: bool) -> int:
    if was:
        return STAYS_IN if will else LEAVES
    return ENTERS if will else STAYS_OUT


def _four(moves: Iterable[int]) -> tuple[int, int, int, int]:
    counted = Counter(moves)
    return counted[STAYS_IN], counted[ENTERS], counted[LEAVES], counted[STAYS_OUT]


def _table(
    facts: Sequence[Facts], moves: Mapping[int, int], group: Callable[[Facts], str]
) -> dict[str, tuple[int, int, int, int]]:
    found: dict[str, list[int]] = {}
    for one in facts:
        found.setdefault(group(one), []).append(moves[one.demand_id])
    return {name: _four(found[name]) for name in sorted(found, key=lambda name: (ORDER.get(name, 0), name))}


def _commune(one: Facts, towns: Mapping[str, str]) -> str:
    known = one.known.get("home_commune")
    return towns.get(str(known.declared), "hors du territoire") if known else UNKNOWN


def _situation(one: Facts) -> str:
    known = one.known.get("activity")
    return ACTIVITY.get(str(known.value), UNKNOWN) if known else UNKNOWN


def _age(one: Facts) -> str:
    known = one.known.get("age_at_entry")
    if known is None or known.value is None:
        return UNKNOWN
    return next(words for below, words in AGES if int(known.value) < below)
