"""Calm: which childminders have room for a week, from a day, and how far they are.

A week asked is compared to the free hours half-hour by half-hour when both are written so, and to the minute
otherwise: an hour offered until 17 h does not hold a child until 17 h 10. A child may use one free place on some
days and another one, of the same professional, on other days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

from guichet.core import french
from guichet.core.months import add_months
from guichet.core.week import USUAL_END, USUAL_START, WORKING_DAYS, Interval, Week

EARTH_KM = 6371.0
LATER_DAYS = 92
"""A place that opens up to three months after the entry is worth telling a family."""
FULL, PART, NONE = "full", "part", "none"
NOTHING = "aucune place libre aux heures demandées"
VARIABLE = "horaires variables à voir ensemble"


@dataclass(frozen=True)
class Point:
    """The centre of a commune, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class FreePlace:
    """Places free on the same hours from a day on; `until_on` is the last day, None without end."""

    week: Week
    from_on: date
    until_on: date | None = None
    places: int = 1


@dataclass(frozen=True)
class Offer:
    """What one professional can take. Ages in whole months; `where` is the commune's centre."""

    id: int
    name: str
    where: Point
    free: tuple[FreePlace, ...]
    youngest_months: int = 0
    oldest_months: int = 72
    atypical_hours: bool = False


@dataclass(frozen=True)
class Need:
    """What a demand asks. `born_on` may be a date still expected; `home` is None for a family of elsewhere."""

    week: Week
    entry_on: date
    born_on: date | None = None
    home: Point | None = None


@dataclass(frozen=True)
class Fit:
    """How one offer answers a need.

    `missing` are the hours nobody takes; `to_discuss` the atypical hours among them, for a professional who
    accepts some. `later_from` is set when the place opens only after the entry asked.
    """

    offer: Offer
    distance_km: float | None
    missing: Week
    to_discuss: Week
    later_from: date | None
    sentence: str
    held: Week
    """The hours of the week asked that are free."""
    degree: str
    """full, when every hour is held from the day asked; part; none."""
    covered_minutes: int


def rank(need: Need, offers: Iterable[Offer]) -> list[Fit]:
    """The offers that can take the child for some hours at least: nearest first, then the fullest week.

    An offer is left out when the child has not the age, or when nothing is free then.
    """
    found = [fit(need, offer) for offer in offers if takes_age(need, offer)]
    kept = [one for one in found if one.degree != NONE]
    return sorted(kept, key=_order)


def fit(need: Need, offer: Offer) -> Fit:
    """How one offer answers a need, whatever the child's age."""
    free, later = _free_at(need, offer)
    left = need.week
    for place in free:
        left = left.minus(place.week)
    discussed = _atypical(left) if offer.atypical_hours else Week()
    missing = left.minus(discussed)
    covered = need.week.total_minutes - left.total_minutes
    whole = bool(need.week) and not left and later is None
    return Fit(
        offer=offer,
        distance_km=distance_km(need.home, offer.where) if need.home else None,
        missing=missing,
        to_discuss=discussed,
        later_from=later,
        held=need.week.minus(left),
        sentence=_sentence(need.week, missing, discussed, later) if free else NOTHING,
        degree=(FULL if whole else PART) if free else NONE,
        covered_minutes=covered,
    )


def takes_age(need: Need, offer: Offer) -> bool:
    """Whether the child has the age the professional takes on the day of entry; unknown, it is accepted."""
    if need.born_on is None:
        return True
    months = max(0, french.whole_months(need.born_on, need.entry_on))
    return offer.youngest_months <= months <= offer.oldest_months


def distance_km(one: Point, other: Point) -> float:
    """The distance as the crow flies between two points, in kilometres (haversine)."""
    high, low = radians(one.latitude), radians(other.latitude)
    across = sin((high - low) / 2) ** 2
    along = sin((radians(one.longitude) - radians(other.longitude)) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(across + cos(high) * cos(low) * along)))


def _free_at(need: Need, offer: Offer) -> tuple[Sequence[FreePlace], date | None]:
    """The places free on the day of entry; none, those of the first day something useful opens later."""
    useful = [place for place in offer.free if _touches(need.week, place.week)]
    present = [place for place in useful if _is_free(place, need.entry_on)]
    if present:
        return present, None
    last = need.entry_on + timedelta(days=LATER_DAYS)
    starts = [place.from_on for place in useful if need.entry_on < place.from_on <= last]
    if not starts:
        return (), None
    first = min(starts)
    return [place for place in useful if _is_free(place, first)], first


def _is_free(place: FreePlace, on: date) -> bool:
    """A place that ends within a month of the entry does not help."""
    lasts = place.until_on is None or place.until_on >= add_months(on, 1)
    return place.from_on <= on and lasts


def _touches(asked: Week, free: Week) -> bool:
    """Whether they share an hour; hours that change from week to week may share some with any place."""
    return not asked or asked.minus(free) != asked


def _atypical(hours: Week) -> Week:
    usual = Week.same_hours(WORKING_DAYS, (USUAL_START, USUAL_END))
    return hours.minus(usual)


def _order(one: Fit) -> tuple[float, int, int, str, int]:
    # Two decimals: two communes are never told apart by the noise of a floating point.
    away = round(one.distance_km, 2) if one.distance_km is not None else 0.0
    return (away, one.later_from is not None, -one.covered_minutes, one.offer.name, one.offer.id)


def _sentence(asked: Week, missing: Week, discussed: Week, later: date | None) -> str:
    """« convient lundi et mardi ; pas le mercredi après 17 h »."""
    parts = [_held(asked, missing, discussed)]
    if missing:
        parts.append(f"pas {_hours(asked, missing, 'ni')}")
    if discussed:
        parts.append(f"à voir ensemble {_hours(asked, discussed, 'et')}")
    said = f"{french.NBSP}; ".join(parts)
    return f"{said}{french.NBSP}; place à partir du {french.plain_date(later)}" if later else said


def _held(asked: Week, missing: Week, discussed: Week) -> str:
    if not asked:
        return VARIABLE
    if not missing and not discussed:
        return "convient toute la semaine demandée"
    held = [day for day in asked.days if day not in missing.days and day not in discussed.days]
    if held:
        return f"convient {_names(held, 'et')}"
    parts = [day for day in asked.days if not _same(asked, missing, day) and not _same(asked, discussed, day)]
    if parts == list(asked.days):
        return "convient en partie chaque jour demandé"
    return f"convient en partie {_names(parts, 'et', 'le ')}"


def _same(asked: Week, part: Week, day: int) -> bool:
    return asked.by_day.get(day) == part.by_day.get(day)


def _hours(asked: Week, part: Week, link: str) -> str:
    """The hours of a part of the week asked, days of the same hours together, all joined by `link`."""
    groups: dict[str, list[int]] = {}
    for day in part.days:
        groups.setdefault(_hours_of(asked, part, day, link), []).append(day)
    said = []
    for hours, days in groups.items():
        if hours and days == list(asked.days):
            said.append(hours)
        elif hours:
            said.append(f"{_with_article(days)} {hours}")
        else:
            said += [f"le {french.weekday_name(day)}" for day in days]
    return _joined(said, link)


def _hours_of(asked: Week, part: Week, day: int, link: str) -> str:
    """« après 17 h », « de 12 h à 14 h »; nothing for the whole day asked."""
    pieces, hours = part.by_day[day], asked.by_day[day]
    return "" if pieces == hours else _joined([_piece(one, hours) for one in pieces], link)


def _piece(one: Interval, hours: Sequence[Interval]) -> str:
    if one.end == hours[-1].end:
        return f"après {french.clock_time(one.start)}"
    if one.start == hours[0].start:
        return f"avant {french.clock_time(one.end)}"
    return f"de {french.clock_time(one.start)} à {french.clock_time(one.end)}"


def _with_article(days: Sequence[int]) -> str:
    return f"{'le' if len(days) == 1 else 'les'} {_names(days, 'et')}"


def _names(days: Iterable[int], link: str, article: str = "") -> str:
    return _joined([f"{article}{french.weekday_name(day)}" for day in days], link)


def _joined(said: Sequence[str], link: str) -> str:
    return f"{', '.join(said[:-1])} {link} {said[-1]}" if len(said) > 1 else "".join(said)
