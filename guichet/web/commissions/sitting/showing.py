"""What the sitting screen shows of one item: nobody is named, and everything the commission weighs is there."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guichet.allocation.explaining import telling
from guichet.allocation.explaining import words as proposals
from guichet.allocation.explaining.lines import DECIDED
from guichet.allocation.runs.models import AllocationLine, AllocationRun
from guichet.bareme.letter import explain
from guichet.bareme.queries import bareme_in_force
from guichet.bareme.score import score
from guichet.commissions.models import Decision
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting.choosing import Asked
from guichet.commissions.sitting.deciding import asked_of
from guichet.commissions.sitting.queries import ItemLine, demand_of, line_of
from guichet.commissions.sitting.room import Room
from guichet.commissions.words import CHOICE
from guichet.core import french
from guichet.core.clock import day
from guichet.core.week import Week
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.models import Demand
from guichet.demands.words import UNPLACED_REASON
from guichet.placements.fitting import ask_of
from guichet.placements.stays import load_houses
from guichet.web.commissions.sitting.weeks import HouseWeek, house_week
from guichet.web.door import at, catalogue, db

MOST_HOUSES = 4
"""Establishments at the side of the screen: more would not be read."""


@dataclass(frozen=True)
class WishShown:
    """One wish. `week` is there for an establishment of this commission."""

    rank: int
    label: str
    ours: bool
    points: int | None = None
    told: str = ""
    week: HouseWeek | None = None
    granted: bool = False


@dataclass(frozen=True)
class Shown:
    """One demand on the screen."""

    demand: Demand
    asked: Asked
    age: str
    commune: str
    week: Week
    wishes: tuple[WishShown, ...]
    proposal: str
    proposed: bool
    blocking: bool
    scores: tuple[tuple[str, tuple[str, ...]], ...]
    houses: tuple[HouseWeek, ...]
    part: Week | None
    elsewhere: tuple[str, ...] = ()
    run: AllocationRun | None = None
    tags: tuple[str, ...] = field(default_factory=tuple)


def shown(sitting: CommissionSession, line: ItemLine, communes: frozenset[str]) -> Shown | None:
    """The demand of an item; None when it no longer exists."""
    demand = demand_of(db(), line.demand_id or 0)
    if demand is None:
        return None
    asked = asked_of(db(), sitting, demand)
    run_id = sitting.round.run_id if sitting.round else None
    proposed = line_of(db(), run_id, demand.id)
    weeks = _weeks(demand, asked, line.decision)
    wishes = tuple(_wishes(demand, asked, proposed, weeks))
    first = weeks.get(asked.first_house or 0)
    return Shown(
        demand=demand,
        asked=asked,
        age=age_words(line),
        commune=catalogue().towns[demand.home_code].name if demand.home_code in communes else "",
        week=demand.week,
        wishes=wishes,
        proposal=_proposal(proposed, asked),
        proposed=asked.proposed is not None,
        blocking=bool(proposed and proposed.blocking),
        scores=_scores(sitting, demand, asked),
        houses=tuple(weeks.values())[:MOST_HOUSES],
        part=first.part if first else None,
        elsewhere=tuple(
            decided_words(one, with_session=True) + (" (en projet)" if one.state == "recorded" else "")
            for one in line.elsewhere
        ),
        tags=tuple(_tags(demand)),
    )


def age_words(line: ItemLine) -> str:
    """« 17 mois » on the day of the entry wished; « à naître »."""
    if line.birth is None or line.entry_on is None or line.birth > line.entry_on:
        return "à naître"
    return f"{french.whole_months(line.birth, line.entry_on)} mois"


def decided_words(one: Decision, *, with_session: bool = False) -> str:
    """« Place accordée, Les Lucioles, entrée le 1er septembre 2027 »; the reason when there is no place."""
    said = [CHOICE.get(one.choice, "")]
    house = catalogue().houses.get(one.establishment_id or 0)
    if one.outcome == "placed" and house is not None and one.entry_on is not None:
        said += [house.name, f"entrée le {french.plain_date(one.entry_on)}"]
        if one.pattern:
            said.append(Week.from_json(one.pattern).describe())
    elif one.reason in UNPLACED_REASON:
        said.append(UNPLACED_REASON[one.reason])
    sentence = ", ".join(part for part in said if part)
    return f"{one.session_name} : {sentence[:1].lower()}{sentence[1:]}" if with_session else sentence


def quorum_names(room: Room, position: int) -> list[tuple[str, str]]:
    """Who is in the room: the name or the function, and what is said of it."""
    there = room.present(position)
    found = []
    for one in room.places:
        by = room.filled_by(position, one.chair.id)
        if not by:
            continue
        notes = [] if one.chair.voting else ["voix consultative"]
        if by == "deputy":
            notes.append(f"supplée {one.holder}")
        if one.chair.id in there.recused:
            notes.append("en déport")
        found.append((one.name(by), ", ".join(notes)))
    return found


def _weeks(demand: Demand, asked: Asked, draft: Decision | None) -> dict[int, HouseWeek]:
    drafted = draft.establishment_id if draft and draft.outcome == "placed" else None
    entry = draft.entry_on if drafted and draft and draft.entry_on else asked.entry
    wanted = [asked.proposed, drafted, *asked.wished]
    houses = list(dict.fromkeys(one for one in wanted if one in catalogue().houses))
    places = load_houses(db(), houses, _monday(entry)) if houses else {}
    ask = ask_of(demand.week, demand.child.birth_date, demand.child.due_date, demand.id)
    held = (Week.from_json(draft.pattern) if draft.pattern else demand.week) if draft and drafted else None
    return {
        house: house_week(
            places[house], catalogue().houses[house], ask, entry, held if house == drafted else None
        )
        for house in houses
        if house is not None and house in places
    }


def _monday(entry: date) -> date:
    return date.fromordinal(entry.toordinal() - entry.weekday())


def _wishes(
    demand: Demand, asked: Asked, line: AllocationLine | None, weeks: dict[int, HouseWeek]
) -> list[WishShown]:
    told: dict[int, dict[str, Any]] = {one["house"]: one for one in line.wishes} if line else {}
    made = []
    for wish in demand.wishes:
        house = catalogue().houses.get(wish.establishment_id or 0)
        if house is None:
            continue
        known = told.get(house.id)
        ours = house.id in asked.houses
        said = ""
        if known and known["what"] != DECIDED:
            said = telling.wish_sentence(known, together=bool(line and line.together), yours="cette demande")
        made.append(
            WishShown(
                rank=wish.rank,
                label=house.label,
                ours=ours,
                points=known.get("points") if known else None,
                told=said,
                week=weeks.get(house.id) if ours else None,
                granted=bool(known and known["what"] == "granted"),
            )
        )
    return made


def _proposal(line: AllocationLine | None, asked: Asked) -> str:
    if line is None:
        return "Aucune proposition n’a été calculée pour cette demande."
    house = catalogue().houses.get(line.establishment_id or 0)
    if house is None:
        return "Pas de place proposée."
    if line.outcome == "kept":
        return f"Garde sa place actuelle, {house.name}."
    points = f", {french.count(line.points, 'point')}" if line.points is not None else ""
    if asked.proposed is None:
        return f"Place proposée {french.to_place(house.name)}{points} : une autre commission en décide."
    return f"Place proposée {french.to_place(house.name)}{points}, {proposals.seat_words(line.seat, line.pinned, {})}."


def _scores(
    sitting: CommissionSession, demand: Demand, asked: Asked
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The points of the demand today, criterion by criterion, at the establishments that decide here."""
    bareme = bareme_in_force(db(), sitting.sits_on)
    if bareme is None:
        return ()
    facts = facts_of_demands(db(), [demand.id], catalogue(), day(at()))[demand.id]
    made = []
    for house_id in dict.fromkeys(one for one in (asked.proposed, *asked.wished) if one):
        house = catalogue().houses[house_id]
        counted = score(bareme, facts, house_id)
        told = explain(bareme, counted, house.name, restricted=False)
        made.append((f"{house.name} : {french.count(counted.total, 'point')}", told.lines))
    return tuple(made)


def _tags(demand: Demand) -> list[str]:
    found = []
    if demand.has_sibling:
        found.append("fratrie")
    if demand.urgent:
        found.append("urgente")
    if demand.fewer_days:
        found.append("accepte moins de jours")
    if demand.other_days:
        found.append("accepte d’autres jours")
    if demand.linked_to_id:
        found.append("transfert ou complément")
    return found
