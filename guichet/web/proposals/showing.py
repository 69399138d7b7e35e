"""What the pages of a proposal show, arranged: by establishment, by demand, for this person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guichet.allocation.explaining import words
from guichet.allocation.explaining.lines import REFUSED
from guichet.allocation.explaining.telling import wish_sentence
from guichet.allocation.runs.queries import Sight
from guichet.establishments.catalogue import Catalogue, House

ELSEWHERE = "un autre établissement"


@dataclass(frozen=True)
class Hall:
    """An establishment and those proposed to it, best ranked first."""

    house: House
    admitted: tuple[Any, ...]
    last: int | None
    """The points of the last admitted, decisions and places kept left out."""
    waiting: int
    """How many demands it refuses for want of a place."""


def halls(lines: Sequence[Any], last: Mapping[int, int], catalogue: Catalogue, sight: Sight) -> list[Hall]:
    """Every establishment that admits or refuses somebody, by name."""
    admitted: dict[int, list[Any]] = {}
    refused: Counter[int] = Counter()
    for line in lines:
        if line.establishment_id is not None:
            admitted.setdefault(line.establishment_id, []).append(line)
        refused.update(wish["house"] for wish in line.wishes if wish["what"] == REFUSED)
    return [
        Hall(
            house, tuple(sorted(admitted.get(house.id, ()), key=_rank)), last.get(house.id), refused[house.id]
        )
        for house in catalogue.houses.values()
        if sight.sees(house.id) and (house.id in admitted or house.id in refused)
    ]


def _rank(line: Any) -> tuple[bool, bool, int, int]:  # noqa: ANN401 - a row of the query
    return not line.pinned, line.outcome != "kept", -(line.points or 0), line.position


def place_words(line: Any, catalogue: Catalogue, sight: Sight) -> str:  # noqa: ANN401 - a row of the query
    """Where a demand is proposed, as this person may be told."""
    if line.establishment_id is None:
        return words.OUTCOME["unplaced"]
    return catalogue.houses[line.establishment_id].name if sight.sees(line.establishment_id) else ELSEWHERE


def why_words(line: Any, sight: Sight) -> str:  # noqa: ANN401 - a row of the query
    """Why the first wish is not granted, or nothing when it is."""
    seen = [wish for wish in line.wishes if sight.sees(wish["house"])]
    if line.pinned or not seen or seen[0]["what"] == "granted":
        return ""
    return wish_sentence(seen[0], together=bool(line.together))


def reserve_labels(choices: Mapping[str, Any]) -> dict[str, str]:
    """The words of the reserves of a run, by code."""
    return words.RESERVE | dict(choices.get("reserves", {}))
