"""The figures of the fiche-action: demands received, families with a solution and without, by commune and month.

Read-only, in four statements whatever the number of demands. « Solution found » is a place that the family accepted,
or another solution with its proof: a demand placed whose offer has no answer yet is told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, extract, func, select
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from guichet.core.journal import JournalEntry
from guichet.core.months import add_months
from guichet.demands.models import Demand
from guichet.demands.states import OPEN_STATES, STATES
from guichet.establishments.models import COLLECTIVE, Establishment
from guichet.placements.childminders.models import ChildminderSolution
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import OFFERED, POSTPONED
from guichet.territory.models import BassinDeVie, Commune

OUTSIDE = ""
"""The code under which families living outside the territory are counted."""
OUTSIDE_NAME = "hors du territoire"
NO_ANSWER_YET = (OFFERED, POSTPONED)


@dataclass(frozen=True)
class Asked:
    """Which demands are counted: received in the period, by families of a commune or of a bassin."""

    first: date
    last: date
    commune: str = ""
    bassin: str = ""


@dataclass(frozen=True)
class Place:
    """A commune of the territory, and the places of its crèches."""

    code: str
    name: str
    bassin: str
    bassin_name: str
    latitude: float
    longitude: float
    places: int


@dataclass(frozen=True)
class TownFigures:
    """One line of the table by commune. `place` is None for families living outside."""

    name: str
    place: Place | None
    by_state: Mapping[str, int]

    @property
    def received(self) -> int:
        """Demands received, whatever became of them."""
        return sum(self.by_state.values())

    @property
    def waiting(self) -> int:
        """Demands that have no solution yet."""
        return sum(self.by_state[state] for state in OPEN_STATES)

    @property
    def tension(self) -> float | None:
        """Demands waiting for ten places of crèche in the commune; None where there is no place."""
        return 10 * self.waiting / self.place.places if self.place and self.place.places else None


@dataclass(frozen=True)
class Figures:
    """Everything the page shows."""

    by_state: Mapping[str, int]
    months: Sequence[date]
    by_month: Sequence[Mapping[str, int]]
    towns: Sequence[TownFigures]
    families_with: int
    families_without: int
    median_wait: int | None
    """Days from the receipt to the placing decision, for half of the demands placed."""
    families_meanwhile: int = 0
    """Among the families with a solution, those who have only a waiting one and still wait for a crèche."""
    families_asked: int = 0
    """Families who were offered a place and have not answered yet: neither with a solution nor without."""

    @property
    def received(self) -> int:
        """Demands received in the period."""
        return sum(self.by_state.values())


def places(session: Session) -> list[Place]:
    """The communes in alphabetical order, with the places of their crèches. One statement."""
    seats = func.coalesce(func.sum(Establishment.capacity), 0)
    chosen = (
        select(Commune, BassinDeVie.name, seats)
        .join(BassinDeVie, BassinDeVie.code == Commune.bassin_code)
        .outerjoin(
            Establishment,
            (Establishment.commune_code == Commune.code)
            & Establishment.kind.in_(sorted(COLLECTIVE))
            & Establishment.is_open,
        )
        .group_by(Commune.code, BassinDeVie.name)
        .order_by(Commune.sort_key)
    )
    return [
        Place(town.code, town.name, town.bassin_code, bassin, town.latitude, town.longitude, int(number or 0))
        for town, bassin, number in session.execute(chosen)
    ]


def figures(session: Session, asked: Asked, known: Sequence[Place]) -> Figures:
    """The figures of a period. Three statements."""
    towns = [
        place for place in known if asked.commune in ("", place.code) and asked.bassin in ("", place.bassin)
    ]
    everywhere = not asked.commune and not asked.bassin
    codes = None if everywhere else [place.code for place in towns]
    counted = _conditions(asked, codes)
    tally = _tally(session, counted)
    months = _months(asked)
    with_one, meanwhile, without, asked_families = _families(session, counted)
    return Figures(
        by_state=_summed(tally),
        months=months,
        by_month=[_summed(tally, month=month) for month in months],
        towns=_towns(tally, towns, everywhere),
        families_with=with_one,
        families_without=without,
        median_wait=_median(_waits(session, counted)),
        families_meanwhile=meanwhile,
        families_asked=asked_families,
    )


Tally = dict[tuple[date, str, str], int]
"""(first day of the month, commune, state) → demands."""


def _conditions(asked: Asked, codes: list[str] | None) -> list[ColumnElement[bool]]:
    found = [Demand.received_on >= asked.first, Demand.received_on <= asked.last]
    return found if codes is None else [*found, Demand.home_code.in_(codes)]


def _tally(session: Session, counted: list[ColumnElement[bool]]) -> Tally:
    year, month = extract("year", Demand.received_on), extract("month", Demand.received_on)
    rows = session.execute(
        select(year, month, Demand.home_code, Demand.state, func.count())
        .where(*counted)
        .group_by(year, month, Demand.home_code, Demand.state)
    )
    return {(date(int(y), int(m), 1), code or OUTSIDE, state): number for y, m, code, state, number in rows}


def _families(session: Session, counted: list[ColumnElement[bool]]) -> tuple[int, int, int, int]:
    """Families with a solution, those among them who only have a waiting one, those without, those asked.

    A solution is a demand placed whose family said yes, or a childminder's contract proved beside a demand that
    still waits.
    """
    waiting = Demand.state.in_(OPEN_STATES)
    held = and_(waiting, ChildminderSolution.id.is_not(None))
    unanswered = exists().where(Offer.demand_id == Demand.id, Offer.state.in_(NO_ANSWER_YET))
    placed = Demand.state == "placed"
    each = (
        select(
            func.max(case((and_(placed, ~unanswered), 1), else_=0)).label("placed"),
            func.max(case((and_(placed, unanswered), 1), else_=0)).label("asked"),
            func.max(case((held, 1), else_=0)).label("held"),
            func.max(case((waiting, 1), else_=0)).label("open"),
        )
        .outerjoin(
            ChildminderSolution,
            (ChildminderSolution.demand_id == Demand.id)
            & ChildminderSolution.ended_on.is_(None)
            & ChildminderSolution.keeps_waiting,
        )
        .where(*counted)
        .group_by(Demand.family_id)
        .subquery()
    )
    columns = (each.c.placed, each.c.asked, each.c.held, each.c.open)
    rows = session.execute(select(*columns, func.count()).group_by(*columns))
    found = meanwhile = asked = without = 0
    for is_placed, is_asked, is_held, is_open, number in rows:
        if is_placed:
            found += number
        elif is_held:
            meanwhile += number
        elif is_asked:
            asked += number
        else:
            without += number * is_open
    return found + meanwhile, meanwhile, without, asked


def _waits(session: Session, counted: list[ColumnElement[bool]]) -> dict[int, int]:
    """How many placed demands waited how many days."""
    decided = func.max(JournalEntry.at)
    each = (
        select(_days(session, Demand.received_on, decided).label("days"))
        .join(
            JournalEntry,
            (JournalEntry.subject_type == "demand")
            & (JournalEntry.subject_id == Demand.id)
            & (JournalEntry.step == "place"),
        )
        .where(*counted, Demand.state == "placed")
        .group_by(Demand.id, Demand.received_on)
        .subquery()
    )
    rows = session.execute(select(each.c.days, func.count()).group_by(each.c.days))
    return {int(days): number for days, number in rows}


def _days(session: Session, start: Any, end: Any) -> ColumnElement[int]:  # noqa: ANN401 - two SQL expressions
    if session.get_bind().dialect.name == "postgresql":
        return cast(cast(end, Date) - start, Integer)
    return cast(func.julianday(func.date(end)) - func.julianday(start), Integer)


def _median(waits: Mapping[int, int]) -> int | None:
    left = sum(waits.values()) / 2
    for days in sorted(waits):
        left -= waits[days]
        if left <= 0:
            return days
    return None


def _months(asked: Asked) -> list[date]:
    found, month = [], asked.first.replace(day=1)
    while month <= asked.last:
        found.append(month)
        month = add_months(month, 1)
    return found


def _summed(tally: Tally, month: date | None = None, code: str | None = None) -> dict[str, int]:
    """Demands by state, every state there, of one month or one commune or all."""
    counts = dict.fromkeys(STATES, 0)
    for (on, where, state), number in tally.items():
        if month in (None, on) and code in (None, where):
            counts[state] += number
    return counts


def _towns(tally: Tally, towns: Sequence[Place], everywhere: bool) -> list[TownFigures]:
    found = [TownFigures(place.name, place, _summed(tally, code=place.code)) for place in towns]
    outside = TownFigures(OUTSIDE_NAME, None, _summed(tally, code=OUTSIDE))
    return [*found, outside] if everywhere and outside.received else found
