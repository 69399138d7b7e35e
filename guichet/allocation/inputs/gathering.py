"""What a run reads of the files of the day, in a number of statements that does not depend on how many demands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from guichet.allocation.inputs.choices import Choices
from guichet.allocation.inputs.composing import Applicant, Asked, Hall, Held
from guichet.allocation.inputs.offers import Days
from guichet.bareme.bareme import Bareme
from guichet.bareme.facts import Facts
from guichet.bareme.queries import bareme_of, version_in_force
from guichet.bareme.score import Score, score, ties
from guichet.core.errors import StepRefusedError
from guichet.core.months import add_months
from guichet.core.week import Week
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.models import Demand
from guichet.establishments.capacity import House
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.models import Sheet
from guichet.families.models import Person
from guichet.placements.childminders.fit import Point, distance_km
from guichet.placements.stays import load_houses
from guichet.territory.models import Commune

INSERTION = "insertion"
"""The reserve that article D214-7 CASF asks for; its share is on the sheet of each establishment."""
NOT_REGULAR, NO_WEEK, NO_BIRTH, DECIDED = "not_regular", "no_week", "no_birth", "decided"
WHOLE = 100


@dataclass(frozen=True)
class InForce:
    """The barème a run is made with."""

    bareme: Bareme
    title: str
    digest: str


@dataclass(frozen=True)
class LeftOut:
    """A demand of the window that the run does not examine, and why (guichet/allocation/explaining/words.py)."""

    id: int
    number: str
    why: str


@dataclass(frozen=True)
class Gathered:
    """The demands and the places of the day, as the calm files read them."""

    applicants: tuple[Applicant, ...]
    halls: Mapping[int, Hall]
    left_out: tuple[LeftOut, ...]
    lost: Mapping[int, tuple[tuple[int, str], ...]]
    """Wishes that a condition of access closes: the establishment, and the condition in words."""
    in_force: InForce


def window(choices: Choices) -> Select[Any]:
    """The demands that the choices designate, in the order of their ids."""
    states = ("commission", "oriented") if choices.oriented else ("commission",)
    wanted = (
        select(
            Demand.id,
            Demand.state,
            Demand.family_id,
            Demand.received_on,
            Demand.entry_on,
            Demand.care,
            Demand.week_pattern,
            Demand.home_code,
            Demand.linked_to_id,
            Demand.fewer_days,
            func.coalesce(Person.birth_date, Person.due_date, type_=Person.due_date.type).label("born_on"),
        )
        .join(Person, Person.id == Demand.child_id)
        .where(Demand.state.in_(states), Demand.entry_on.between(choices.entries_from, choices.entries_until))
        .order_by(Demand.id)
    )
    in_session = Demand.session_on.between(choices.sessions_from, choices.sessions_until)
    return wanted.where((Demand.state == "oriented") | in_session if choices.oriented else in_session)


def gather(session: Session, choices: Choices, catalogue: Catalogue, *, on: date) -> Gathered:
    """Everything a run needs, as it stands on a day. Raises StepRefusedError when no barème is in force."""
    in_force = read_bareme(session, on)
    rows = session.execute(window(choices)).all()
    last = add_months(choices.months[-1], 1) - timedelta(days=1)
    creches = [house.id for house in catalogue.houses.values() if house.is_collective and house.is_open]
    houses = load_houses(session, creches, choices.months[0], last)
    facts = facts_of_demands(session, [row.id for row in rows], catalogue, on)
    halls = _halls(session, houses, catalogue, in_force.bareme)
    promised = {stay.demand for house in houses.values() for stay in house.stays if stay.demand}
    reader = _Reader(in_force.bareme, halls, catalogue, _points(session), houses)
    applicants: list[Applicant] = []
    left_out: list[LeftOut] = []
    lost: dict[int, tuple[tuple[int, str], ...]] = {}
    for row in rows:
        if why := _why_not(row, promised):
            left_out.append(LeftOut(row.id, facts[row.id].number, why))
            continue
        applicant, lost[row.id] = reader.read(row, facts[row.id])
        applicants.append(applicant)
    return Gathered(tuple(applicants), halls, tuple(left_out), lost, in_force)


def read_bareme(session: Session, on: date) -> InForce:
    """The barème that applies on a day. Raises StepRefusedError when there is none."""
    version = version_in_force(session, on)
    if version is None:
        raise StepRefusedError(
            "Aucun barème n’est en vigueur : une proposition a besoin des points. Mettez un barème en vigueur."
        )
    return InForce(bareme_of(version), version.title, version.digest)


def _why_not(row: Row[Any], promised: Collection[int]) -> str:
    """Why a demand is not examined, or nothing."""
    if row.id in promised:
        return DECIDED
    if row.care != "regular":
        return NOT_REGULAR
    if not row.week_pattern:
        return NO_WEEK
    return "" if row.born_on else NO_BIRTH


def _halls(
    session: Session, houses: Mapping[int, House], catalogue: Catalogue, bareme: Bareme
) -> dict[int, Hall]:
    kept = {quota.code: quota.share for quota in bareme.quotas}
    sheets = session.execute(
        select(Sheet.establishment_id, Sheet.insertion_percent, Sheet.peak_from, Sheet.peak_until)
    )
    insertion: dict[int, int] = {}
    peaks: dict[int, Days] = {}
    for house, share, first, last in sheets:
        insertion[house] = share
        if first and last:
            peaks[house] = first, last
    return {
        house: Hall(
            house,
            catalogue.houses[house].code,
            places,
            _shares(kept, insertion.get(house, 0)),
            peaks.get(house),
        )
        for house, places in houses.items()
    }


def _shares(quotas: Mapping[str, int], insertion: int) -> dict[str, int]:
    """The reserves of an establishment in percent, never more than the whole."""
    shares: dict[str, int] = {}
    wanted = dict(quotas)
    if insertion:
        wanted[INSERTION] = max(insertion, wanted.get(INSERTION, 0))
    for group, share in wanted.items():
        shares[group] = min(share, WHOLE - sum(shares.values()))
    return shares


def _points(session: Session) -> dict[str, Point]:
    centres = session.execute(select(Commune.code, Commune.latitude, Commune.longitude))
    return {code: Point(latitude, longitude) for code, latitude, longitude in centres}


@dataclass(frozen=True)
class _Reader:
    """What is the same for every demand of a run."""

    bareme: Bareme
    halls: Mapping[int, Hall]
    catalogue: Catalogue
    centres: Mapping[str, Point]
    houses: Mapping[int, House]

    def read(self, row: Row[Any], facts: Facts) -> tuple[Applicant, tuple[tuple[int, str], ...]]:
        """A demand with its points, and the wishes that a condition of access closes."""
        scores = [score(self.bareme, facts, house) for house in self._wished(facts, row.home_code)]
        closed = tuple((one.at, one.excluded) for one in scores if one.at is not None and one.excluded)
        applicant = Applicant(
            row.id,
            facts.number,
            row.family_id,
            row.born_on,
            row.entry_on,
            Week.from_json(row.week_pattern),
            tuple(
                Asked(one.at, one.total, one.weight)
                for one in scores
                if one.at is not None and not one.excluded
            ),
            ties(self.bareme, facts),
            self._group(scores, facts),
            self._held(row),
            next((one.bypass for one in scores if one.bypass), ""),
            row.fewer_days,
        )
        return applicant, closed

    def _wished(self, facts: Facts, home: str | None) -> list[int]:
        """The crèches wished for, in order; those of « any crèche » after the named ones, nearest first."""
        ranked = [(house, facts.here[house]["wish_rank"].value) for house in facts.houses]
        found: list[int] = []
        for _, alike in groupby(ranked, key=lambda one: one[1]):
            houses = [house for house, _ in alike]
            found += (
                sorted(houses, key=lambda house: self._distance(home, house)) if len(houses) > 1 else houses
            )
        return [house for house in found if self.catalogue.houses[house].is_collective]

    def _distance(self, home: str | None, house: int) -> float:
        here = self.centres.get(home or "")
        there = self.centres.get(self.catalogue.houses[house].commune_code)
        return distance_km(here, there) if here and there else 0.0

    def _group(self, scores: Sequence[Score], facts: Facts) -> str | None:
        """The one reserve that a demand may use: the first of the barème's, or the insertion that is proved."""
        quotas = scores[0].quotas if scores else ()
        if quotas:
            return quotas[0]
        proved = facts.of(INSERTION, None)
        reserved = any(hall.shares.get(INSERTION) for hall in self.halls.values())
        return INSERTION if reserved and proved and proved.value else None

    def _held(self, row: Row[Any]) -> Held | None:
        """The place that a linked demand would leave: its hours meet the ones asked, else it asks for the rest."""
        if row.linked_to_id is None:
            return None
        asked = Week.from_json(row.week_pattern).half_hours()
        for house, places in self.houses.items():
            for stay in places.stays:
                if stay.demand == row.linked_to_id and stay.week.half_hours() & asked:
                    return Held(house, stay.first, stay.week)
        return None
