"""The places of the demonstration: how each establishment works, its licence by the hour, and the children there.

Everything is invented, and made by the actions of the screens. A crèche is nearly full, as they are; one child
in four leaves for school at the end of August.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.months import add_months
from guichet.core.week import PRESETS, WORKING_DAYS, Week
from guichet.demo.accounts import AGENT, COORDINATOR, DIRECTORS
from guichet.demo.establishments import ESTABLISHMENTS, DemoEstablishment
from guichet.demo.line import World
from guichet.demo.names import CHILD_FIRST_NAMES
from guichet.demo.needs import WEEKS, pick
from guichet.establishments import grid
from guichet.establishments.capacity import HORIZON, ONE_DAY, Ask, Colour, House, Load, Stay, fits, free_seats
from guichet.establishments.catalogue import load_catalogue
from guichet.establishments.kinds import COLLECTIVE, Kind
from guichet.establishments.models import Establishment
from guichet.establishments.peak_actions import PeakEntry, open_peak
from guichet.establishments.sheet import Band, ClosureEntry, PlacesEntry, SectionEntry, SheetEntry
from guichet.establishments.sheet_actions import Change, review, save_closures, save_places, save_sheet
from guichet.establishments.supply import next_september, presumed_end
from guichet.placements import sheet_chasing
from guichet.placements.actions import StayEntry, add_stays
from guichet.placements.settings import CHASE_EVERY, REVIEW_EVERY
from guichet.placements.stays import load_houses

MODULATED_FROM = 25
"""Below, one team holds the house all day: its licence is the same at every hour."""
OPENS, FILLS, EMPTIES, CLOSES = 450, 480, 1080, 1110
LEAST_FULL, MOST_FULL = 0.75, 0.92
AVIP_FULL, FREE_IN_SEPTEMBER = 0.5, 6
"""An AVIP crèche changes with the paths of the parents: half full, and places for the older ones in September."""
HOURS = {
    Kind.LAEP: Week.same_hours((2, 4), (540, 690)),
    Kind.HOME_CARE: Week.same_hours((1, 2, 3, 4, 5, 6), (300, 1320)),
    Kind.CHILDMINDERS: Week.same_hours(WORKING_DAYS, (420, 1140)),
    Kind.MAM: Week.same_hours(WORKING_DAYS, (420, 1140)),
}
CONTACTS = ("Solène Arvieux", "Marc Delorbe", "Inès Vallourd", "Paul Chambrelin", "Nadia Ferroux")
MOST_DRAWS = 320
PEAK_OPENED_AT = "lucioles"
"""Its director lets the proposals go above the licence, up to 115 %, from September."""
LANGUAGES = ("français", "français, arabe", "français, turc", "français, polonais", "français, anglais")
PRICE = {
    Kind.MULTI_ACCUEIL: "psu",
    Kind.FAMILY_CRECHE: "psu",
    Kind.MICRO_CRECHE_PSU: "psu",
    Kind.AVIP_CRECHE: "psu",
    Kind.MICRO_CRECHE_PAJE: "paje",
    Kind.MAM: "employer",
    Kind.CHILDMINDERS: "employer",
    Kind.HOME_CARE: "employer",
}


def load_sheets(session: Session, at: datetime) -> None:
    """How each establishment works; the collective ones get their licence and their closures."""
    ids = dict(session.execute(select(Establishment.code, Establishment.id)).all())
    for rank, one in enumerate(ESTABLISHMENTS):
        reviewed = at - timedelta(days=_days_since_review(rank))
        change = Change(Actor(None, _keeper(one.code)), reviewed - timedelta(days=3))
        save_sheet(session, ids[one.code], _sheet(one, rank), change)
        if one.kind in (*COLLECTIVE, Kind.ALSH, Kind.ADAPTED_HOLIDAYS):
            save_places(session, ids[one.code], _places(one, rank, day(at)), change)
        if one.kind in COLLECTIVE:
            save_closures(session, ids[one.code], _closures(day(at)), Change(change.actor, at))
        if one.code == PEAK_OPENED_AT:
            open_peak(session, ids[one.code], _next_year(day(at)), change)
        review(session, ids[one.code], Change(Actor(None, AGENT.name), reviewed))
    session.flush()
    _have_old_sheets_read_again(session, at)


def _have_old_sheets_read_again(session: Session, at: datetime) -> None:
    """A letter to each establishment whose sheet nobody reviewed for long, as the morning's worker does."""
    known = load_catalogue(session)
    every = {"review_every_days": REVIEW_EVERY.default, "chase_every_days": CHASE_EVERY.default}
    for number in sheet_chasing.due(session, day(at), *every.values()):
        sheet_chasing.chase(session, number, known, at=at, **every)


def _next_year(today: date) -> PeakEntry:
    """From the next September until the end of its year."""
    september = next_september(today)
    return PeakEntry(september, add_months(september, 12) - ONE_DAY, staffed=True)


def load_presence(world: World, chance: Random) -> None:
    """The children already there, beside those the commissions placed, until each house is full enough."""
    today = day(world.now)
    houses = load_houses(world.session, None, today)
    for house in houses.values():
        if world.catalogue.houses[house.supply.house].is_collective:
            avip = world.catalogue.houses[house.supply.house].kind == Kind.AVIP_CRECHE
            entries = list(_for_a_path(house, chance, today) if avip else _children(house, chance, today))
            director = world.director_of(house.supply.house)
            add_stays(world.session, house.supply.house, entries, actor=director, at=world.now)


def _keeper(code: str) -> str:
    """Who keeps the sheet: its director, or the coordination."""
    return next((one.name for one in DIRECTORS if code in one.houses), COORDINATOR.name)


def _days_since_review(rank: int) -> int:
    """Most sheets are fresh, one in seven has not been read for long."""
    return 200 + 5 * rank if rank % 7 == 3 else 3 + 11 * rank % 150


def _sheet(one: DemoEstablishment, rank: int) -> SheetEntry:
    crowded = one.kind in COLLECTIVE and (one.capacity or 0) >= 20
    avip = one.kind == Kind.AVIP_CRECHE
    return SheetEntry(
        how_it_works=one.how_it_works,
        ages=one.ages,
        address=one.address,
        phone=one.phone,
        email=one.email,
        price_rule=PRICE.get(one.kind, "other"),
        languages=LANGUAGES[rank % len(LANGUAGES)],
        accessible=rank % 3 != 2,
        accessibility_note="" if rank % 3 != 2 else "Trois marches à l’entrée, une rampe sur demande.",
        is_avip=avip,
        insertion_percent=40 if avip else 10 if crowded else 0,
        contact_name=CONTACTS[rank % len(CONTACTS)],
        hours=HOURS.get(one.kind),
    )


def _places(one: DemoEstablishment, rank: int, today: date) -> PlacesEntry:
    capacity = one.capacity or 0
    if one.kind not in COLLECTIVE:
        return _leisure(one, capacity, rank, today)
    return PlacesEntry(
        capacity=capacity,
        granted_on=date(today.year - 2 - rank % 9, 1 + rank % 12, 1),
        number=f"PMI-71-{100 + rank}",
        expires_on=date(today.year + 13 - rank % 9, 1 + rank % 12, 1),
        hours=Week.same_hours(WORKING_DAYS, (OPENS, CLOSES)),
        may_exceed=one.kind != Kind.FAMILY_CRECHE,
        sections=_sections(capacity, 72 if one.kind == Kind.AVIP_CRECHE else 48),
        bands=tuple(_bands(capacity)),
        kept=tuple(_kept(one, capacity)),
    )


def _leisure(one: DemoEstablishment, capacity: int, rank: int, today: date) -> PlacesEntry:
    """Wednesdays for an accueil de loisirs, two weeks of the next July for the adapted stay."""
    july = date(today.year + (today.month >= 7), 7, 1)
    monday = july + timedelta(days=-july.weekday() % 7)
    stay = (monday, monday + timedelta(days=11)) if one.kind == Kind.ADAPTED_HOLIDAYS else (None, None)
    days = WORKING_DAYS if one.kind == Kind.ADAPTED_HOLIDAYS else (3,)
    sections = (
        SectionEntry("3 à 5 ans", 36, 72, capacity * 2 // 5),
        SectionEntry("6 ans et plus", 72, 192, capacity - capacity * 2 // 5),
    )
    return PlacesEntry(
        capacity=capacity,
        granted_on=date(today.year, 1, 5),
        number=f"ACM-71-{100 + rank}",
        hours=Week.same_hours(days, (OPENS, CLOSES)),
        sections=sections,
        bands=(Band(days, OPENS, CLOSES, capacity, "", "", *stay),),
    )


def _sections(capacity: int, oldest: int) -> tuple[SectionEntry, ...]:
    if capacity < 13:
        return ()
    babies = capacity * 3 // 10
    if capacity < MODULATED_FROM:
        return (
            SectionEntry("Petits", 2, 18, babies + 2),
            SectionEntry("Grands", 18, oldest, capacity - babies - 2),
        )
    middle = capacity * 35 // 100
    return (
        SectionEntry("Bébés", 2, 15, babies),
        SectionEntry("Moyens", 15, 26, middle),
        SectionEntry("Grands", 26, oldest, capacity - babies - middle),
    )


def _bands(capacity: int) -> Iterator[Band]:
    if capacity < MODULATED_FROM:
        yield Band(WORKING_DAYS, OPENS, CLOSES, capacity)
        return
    whole, half, wednesday = (1, 2, 4, 5), capacity // 2, capacity * 4 // 5
    for days, places in ((whole, capacity), ((3,), wednesday)):
        yield Band(days, OPENS, FILLS, half)
        yield Band(days, FILLS, EMPTIES, places)
        yield Band(days, EMPTIES, CLOSES, half)


def _kept(one: DemoEstablishment, capacity: int) -> Iterator[Band]:
    if one.kind == Kind.MULTI_ACCUEIL:
        yield Band(WORKING_DAYS, FILLS, EMPTIES, capacity // 12, use="occasional")
    if one.kind in (Kind.MULTI_ACCUEIL, Kind.AVIP_CRECHE):
        yield Band(WORKING_DAYS, FILLS, EMPTIES, 1, use="emergency")
    if one.code == "lucioles":
        yield Band(WORKING_DAYS, OPENS, CLOSES, 2, use="reserved")


def _closures(today: date) -> tuple[ClosureEntry, ...]:
    """Three weeks of August, a week around New Year."""
    summer = [date(year, 8, 1) for year in (today.year, today.year + 1)]
    mondays = [one + timedelta(days=-one.weekday() % 7) for one in summer]
    return (
        *(ClosureEntry(one, one + timedelta(days=18), "Fermeture d’été") for one in mondays),
        ClosureEntry(date(today.year, 12, 24), date(today.year + 1, 1, 1), "Fermeture de fin d’année"),
    )


def _for_a_path(house: House, chance: Random, today: date) -> Iterator[StayEntry]:
    """Children who leave by the end of August, beside some who stay over it: what is free then is nearly known."""
    september = next_september(today)
    oldest = house.supply.groups[-1].id
    week = PRESETS[0].week
    until = september + HORIZON - ONE_DAY
    while _least_free(house, oldest, week, (september, until)) > FREE_IN_SEPTEMBER:
        born = add_months(september, -26) + timedelta(days=chance.randrange(180))
        start = min(born + timedelta(days=100), today)
        stay = Stay(0, born, week, start, presumed_end(born, start), Load.ACCEPTED)
        house = replace(house, stays=(*house.stays, stay))
        yield StayEntry(start, week, None, _called(chance), born)
    for one in _children(house, chance, today, AVIP_FULL):
        if one.starts_on < september:
            yield replace(one, ends_on=min(one.ends_on or september, september - ONE_DAY))


def _least_free(house: House, section: int, week: Week, during: tuple[date, date]) -> int:
    """The seats that every half-hour of a week leaves to a section between two days."""
    free = grid.counts(free_seats(house.periods, section, *during))
    asked = grid.counts(grid.lanes_of(week))
    return min(seats for seats, wanted in zip(free, asked, strict=True) if wanted)


def _children(house: House, chance: Random, today: date, full: float | None = None) -> Iterator[StayEntry]:
    """Children drawn one by one, each kept when the week fits beside those already there, until the house is full
    enough: as said, 0 to 1, or by chance."""
    full = chance.uniform(LEAST_FULL, MOST_FULL) if full is None else full
    spent = house.periods[0].minutes
    for _ in range(MOST_DRAWS):
        frame = house.periods[0].frame
        if spent >= full * frame.minutes:
            return
        entry = _child(chance, today)
        born = entry.birth_date or today
        ask = Ask(entry.week, born)
        if fits(house.supply, house.periods, ask, max(entry.starts_on, today)).colour is not Colour.GREEN:
            continue
        last = entry.ends_on or presumed_end(born, entry.starts_on)
        stay = Stay(0, born, entry.week, entry.starts_on, last, Load.ACCEPTED)
        house = replace(house, stays=(*house.stays, stay))
        spent += entry.week.total_minutes
        yield entry


def _child(chance: Random, today: date) -> StayEntry:
    born = today - timedelta(days=chance.randint(150, 850))
    if presumed_end(born, born) <= today:
        born = date(today.year - 2, 1 + chance.randrange(8), 1 + chance.randrange(28))
    earliest = born + timedelta(days=80)
    coming = chance.random() < 0.06
    start = today + timedelta(days=chance.randint(10, 90)) if coming else _past(chance, earliest, today)
    leaves = add_months(today, chance.randint(2, 9)) if chance.random() < 0.12 else None
    name = _called(chance)
    return StayEntry(start, pick(chance, WEEKS), leaves if leaves and leaves > start else None, name, born)


def _called(chance: Random) -> str:
    """A first name and an initial: all that a list of children says."""
    return f"{chance.choice(CHILD_FIRST_NAMES)} {chance.choice('ABCDEFGHLMNPRSTV')}."


def _past(chance: Random, earliest: date, today: date) -> date:
    """A first of September for half of them, otherwise any day since they could come."""
    september = date(today.year - (today < date(today.year, 9, 1)), 9, 1)
    if chance.random() < 0.5 and earliest <= september:
        return september
    return earliest + timedelta(days=chance.randint(0, max((today - earliest).days, 0)))
