"""Calm: why a date and not another, in words: points apart, who would miss, how far from the day aimed at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guichet.core import french
from guichet.scheduling.planning.problem import HalfDay

SAME = 0.05
"""Points below which two dates are worth the same, as they are written."""


@dataclass(frozen=True)
class Chair:
    """A seat: its holder, who fills it (empty: nobody), the points it brings out of its weight.

    `known` says whether a member stands behind it: a function without a name is taken as free.
    """

    holder: str
    filler: str
    points: float
    weight: float
    role: str = ""
    known: bool = True

    @property
    def replaced(self) -> bool:
        """Whether a deputy comes."""
        return bool(self.filler) and self.filler != self.holder

    @property
    def if_needed(self) -> bool:
        """Whether somebody comes who would rather not."""
        return bool(self.filler) and self.points < self.weight


@dataclass(frozen=True)
class Worth:
    """What a date is worth: its seats, its distance and moving price, its share of the half-day of the team."""

    half_day: HalfDay
    chairs: tuple[Chair, ...]
    distance: float
    tour: float


def apart(cost: float) -> str:
    """« 0,7 point de moins », « 36,3 points de plus », « autant de points »; `cost` is what the plan would lose."""
    if abs(cost) < SAME:
        return "autant de points"
    return f"{points(abs(cost))} {'de moins' if cost > 0 else 'de plus'}"


def points(value: float) -> str:
    """« 0,7 point », « 36,3 points », « − 1,3 point »."""
    written = f"{abs(value):.1f}".replace(".", ",").removesuffix(",0")
    sign = "− " if value <= -SAME else ""
    return f"{sign}{written} {french.plural(abs(value), 'point')}"


def why_apart(now: Worth, other: Worth, target: date) -> list[str]:
    """What would be different on the other date, the people first."""
    found = [said for pair in zip(now.chairs, other.chairs, strict=False) if (said := _seat(*pair))]
    if other.tour == 0 and now.tour:
        found.append("l’équipe siège déjà cette demi-journée")
    elif other.tour < now.tour - SAME:
        found.append("un déplacement de plus pour l’équipe")
    before, after = (abs((one.half_day.day - target).days) for one in (now, other))
    if before != after:
        far = french.count(abs(after - before), "jour")
        found.append(f"{far} {'plus loin' if after > before else 'plus près'} du jour visé")
    return found


def aimed(on: date, target: date) -> str:
    """How far a date is from the day aimed at."""
    days = (on - target).days
    if not days:
        return "le jour visé"
    return f"{french.count(abs(days), 'jour')} {'après' if days > 0 else 'avant'} le {french.plain_date(target)}, jour visé"


def toured(beside: Sequence[str]) -> str:
    """With whom the price of the half-day of the team is shared."""
    if not beside:
        return "l’équipe ne se déplace que pour cette séance"
    return f"partagé avec {french.join_and(list(beside))}, la même demi-journée"


def _seat(now: Chair, other: Chair) -> str:
    who = now.holder
    if now.filler == other.filler:
        if other.points < now.points:
            return f"{other.filler} seulement si besoin"
        return f"{other.filler} sans réserve" if other.points > now.points else ""
    if not other.filler:
        return f"sans {who}"
    if other.filler != other.holder:
        return f"{other.filler} supplée {who}"
    return f"avec {who}"
