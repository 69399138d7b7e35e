"""In which order waiting demands are called for a place that frees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from guichet.bareme.queries import bareme_in_force
from guichet.bareme.score import score
from guichet.demands.facts_reading import facts_of_demands
from guichet.establishments.catalogue import Catalogue
from guichet.placements.waiting import Match


@dataclass(frozen=True)
class Standing:
    """What the barème in force says of a demand at an establishment. `order` sorts, the lowest first."""

    points: int
    order: tuple[int, ...]
    barred: str
    """The condition of access that is not met, or empty."""


def standings(
    session: Session, found: Sequence[Match], house_id: int, catalogue: Catalogue, on: date
) -> dict[int, Standing]:
    """By demand, in a number of statements that does not depend on how many; empty when no barème is in force."""
    bareme = bareme_in_force(session, on) if found else None
    if bareme is None:
        return {}
    facts = facts_of_demands(session, [one.candidate.id for one in found], catalogue, on)
    made: dict[int, Standing] = {}
    for number, known in facts.items():
        told = score(bareme, known, house_id)
        made[number] = Standing(told.total, told.rank_key, told.excluded)
    return made


def called_in_order(found: Sequence[Match], known: Mapping[int, Standing]) -> list[Match]:
    """Whole weeks first; then those who may ask, by the barème's own order; by seniority when there is none."""

    def place(one: Match) -> tuple[bool, bool, tuple[int, ...]]:
        standing = known.get(one.candidate.id)
        if standing is None:
            return (not one.whole, False, (one.candidate.seniority_on.toordinal(), one.candidate.id))
        return (not one.whole, bool(standing.barred), standing.order)

    return sorted(found, key=place)
