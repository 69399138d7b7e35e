"""Draws invented families: their household, their child, their need, their wishes, their papers.

Everything comes from a seeded `Random`: the same seed on the same day makes the same families.
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from guichet.core.months import add_months
from guichet.core.names import search_key
from guichet.demands.dossier import NeedEntry, Registration, WishEntry
from guichet.demo.names import (
    ADULT_FIRST_NAMES,
    CHILD_FIRST_NAMES,
    MAIL_DOMAIN,
    mobile_phone,
    street_address,
    surname,
)
from guichet.demo.needs import draw_need, pick
from guichet.establishments.catalogue import Catalogue, House, Town
from guichet.families import facts
from guichet.families.dossier import AdultEntry, ChildEntry, FactEntry, FamilyEntry, HouseholdEntry
from guichet.territory.reference import territory

NOTICE_VERSION = "2026-11"

# Which crèches a family of a commune that has none thinks of first, by commune.
NEIGHBOURS = {
    "71132": ("peniche", "petits-mineurs"),
    "71278": ("pain-d-epice", "lucioles"),
    "71286": ("ecureuils", "mesanges"),
    "71320": ("ecureuils", "pain-d-epice"),
    "71346": ("hirondelles", "peniche"),
    "71356": ("galipette", "petits-mineurs"),
    "71390": ("hirondelles", "farandole"),
}
OUTSIDE = ((("71200", "Le Creusot"), 3), (("71210", "Montchanin"), 1), (("71120", "Charolles"), 1))
ACTIVITIES = (
    ("employed", 62),
    ("self_employed", 7),
    ("job_seeking", 16),
    ("training", 7),
    ("parental_leave", 5),
    ("inactive", 3),
)
CHANNELS = (("desk", 45), ("phone", 25), ("mail", 10), ("portal", 10), ("establishment", 6), ("monenfant", 4))


def draw(chance: Random, catalogue: Catalogue, number: int, received_on: date) -> Registration:
    """One registration received on a day of the past; `number` makes its submission key."""
    town = _town(chance, catalogue)
    household = _household(chance, town)
    adults = _adults(chance, single=household.single_parent, by_mail=household.channel == "email")
    child = _child(chance, adults[0].last_name, received_on)
    siblings = _siblings(chance, child, catalogue, town, received_on)
    need = draw_need(chance, child, received_on)
    return Registration(
        submission=f"demonstration-{number:05}",
        channel=pick(chance, CHANNELS),
        child=child,
        family=FamilyEntry(
            household, adults, siblings, _facts(chance, household, adults, child, siblings, received_on)
        ),
        need=need,
        wishes=_wishes(chance, catalogue, town, need),
        notice_version=NOTICE_VERSION,
        received_on=received_on,
        desk_commune_code=town.code if town else "71306",
    )


def twin_of(first: Registration, chance: Random) -> Registration:
    """The other child of the same birth, asked for at the same time."""
    child = replace(first.child, first_name=_other_name(chance, first.child.first_name))
    return replace(first, submission=f"{first.submission}-b", child=child, birth_rank=2)


def of_two(first: Registration) -> Registration:
    """The same registration, its child being one of twins."""
    return replace(first, child=replace(first.child, multiple_births=2))


def double_of(first: Registration, chance: Random, number: int, received_on: date, desk: str) -> Registration:
    """The same child registered again elsewhere, as another agent heard and typed it."""
    child, adult = first.child, first.family.adults[0]
    typed = chance.choice(
        (
            replace(child, last_name=search_key(child.last_name).title()),
            replace(child, first_name=child.last_name, last_name=child.first_name),
            replace(child, last_name=child.last_name.replace("l", "ll", 1)),
        )
    )
    household = replace(first.family.household, channel="post", address_more="")
    adults = (replace(adult, email=""), *first.family.adults[1:])
    return replace(
        first,
        submission=f"demonstration-{number:05}",
        channel="phone",
        child=typed if child.first_name else replace(child, last_name=child.last_name.replace("l", "ll", 1)),
        family=FamilyEntry(household, adults),
        received_on=received_on,
        desk_commune_code=desk,
    )


def _town(chance: Random, catalogue: Catalogue) -> Town | None:
    if chance.random() < 0.04:
        return None
    communes = territory().communes
    code = chance.choices([one.code for one in communes], [one.population for one in communes])[0]
    return catalogue.towns[code]


def _household(chance: Random, town: Town | None) -> HouseholdEntry:
    postcode, city = (min(town.postcodes), town.name) if town else pick(chance, OUTSIDE)
    moving = "71306" if town is None else None
    single = chance.random() < 0.18
    return HouseholdEntry(
        address=street_address(chance),
        postcode=postcode,
        city=city,
        commune_code=town.code if town else None,
        channel="email" if chance.random() < 0.87 else "post",
        address_more=chance.choice(("", "", "", "", "Bâtiment B", "Appartement 12")),
        moving_to_code=moving,
        language=chance.choice(("", "", "", "", "", "", "", "", "turc", "arabe", "polonais")),
        single_parent=single,
        custody=chance.choice(("together", "alternating")) if single else "together",
        benefits_office="msa" if chance.random() < 0.08 else "caf",
        quotient=chance.randrange(180, 1900, 10) if chance.random() < 0.8 else None,
    )


def _adults(chance: Random, *, single: bool, by_mail: bool) -> tuple[AdultEntry, ...]:
    name = surname(chance)
    names = [name] if single else [name, name if chance.random() < 0.6 else surname(chance)]
    return tuple(
        _adult(chance, last_name, by_mail=by_mail and rank == 0) for rank, last_name in enumerate(names)
    )


def _adult(chance: Random, last_name: str, *, by_mail: bool) -> AdultEntry:
    first_name = chance.choice(ADULT_FIRST_NAMES)
    local = ".".join(search_key(f"{first_name} {last_name}").lower().split())
    if chance.random() < 0.018:
        local = f"inconnu.{local}"
    elif chance.random() < 0.01:
        local = f"plustard.{local}"
    return AdultEntry(
        first_name=first_name,
        last_name=last_name,
        phone=mobile_phone(chance),
        email=f"{local}@{MAIL_DOMAIN}" if by_mail else "",
        activity=pick(chance, ACTIVITIES),
        atypical_hours=chance.random() < 0.12,
    )


def _child(chance: Random, last_name: str, received_on: date) -> ChildEntry:
    expected = chance.random() < 0.16
    due = received_on + timedelta(days=chance.randint(25, 230))
    if expected:
        named = chance.random() < 0.2
        return ChildEntry(last_name, chance.choice(CHILD_FIRST_NAMES) if named else "", due_date=due)
    return ChildEntry(
        last_name,
        chance.choice(CHILD_FIRST_NAMES),
        birth_date=received_on - timedelta(days=int(chance.triangular(5, 900, 60))),
        special_care=chance.random() < 0.04,
    )


def _other_name(chance: Random, taken: str) -> str:
    return chance.choice([name for name in CHILD_FIRST_NAMES if name != taken]) if taken else ""


def _siblings(
    chance: Random, child: ChildEntry, catalogue: Catalogue, town: Town | None, received_on: date
) -> tuple[ChildEntry, ...]:
    if chance.random() > 0.38:
        return ()
    born = (child.birth_date or child.due_date or received_on) - timedelta(days=chance.randint(420, 1500))
    young = born > add_months(received_on, -34)
    near = _near(catalogue, town)
    attends = chance.choice(near[:2]).id if young and chance.random() < 0.7 else None
    return (
        ChildEntry(
            child.last_name, _other_name(chance, child.first_name), birth_date=born, attends_id=attends
        ),
    )


def _near(catalogue: Catalogue, town: Town | None) -> list[House]:
    """The crèches a family thinks of: its commune's, then its neighbours', then the largest town's."""
    creches = [house for house in catalogue.houses.values() if house.is_collective]
    code = town.code if town else "71306"
    wished = NEIGHBOURS.get(code, ())
    return sorted(
        creches,
        key=lambda house: (
            wished.index(house.code) if house.code in wished else 9,
            house.commune_code != code,
            house.commune_code != "71306",
            house.code,
        ),
    )


def _wishes(
    chance: Random, catalogue: Catalogue, town: Town | None, need: NeedEntry
) -> tuple[WishEntry, ...]:
    near = _near(catalogue, town)
    number = pick(chance, ((1, 30), (2, 38), (3, 22), (4, 10)))
    chosen = chance.sample(near[:4], min(number, 4)) if chance.random() < 0.5 else near[:number]
    wishes = [WishEntry(establishment_id=house.id) for house in chosen]
    home = town.code if town else None
    if chance.random() < 0.28:
        wishes.append(WishEntry(mode="childminder", commune_code=home))
    if need.week.is_atypical() and chance.random() < 0.5:
        wishes.append(WishEntry(mode="home_care"))
    if chance.random() < 0.05:
        return (WishEntry(mode="any_creche"),)
    return tuple(wishes)


def _facts(
    chance: Random,
    household: HouseholdEntry,
    adults: tuple[AdultEntry, ...],
    child: ChildEntry,
    siblings: tuple[ChildEntry, ...],
    received_on: date,
) -> tuple[FactEntry, ...]:
    """What follows from the dossier, each with its paper; about one file in six lacks some at first."""
    brought = 1.0 if chance.random() < 0.82 else 0.6
    known = facts.follows_from(child, household, adults, siblings, received_on)
    found = [replace(fact, received=chance.random() < brought) for fact in known]
    if chance.random() < 0.03:
        contact = "Puéricultrice de secteur, centre de PMI, 03 53 01 15 00"
        found.append(replace(facts.declared("pmi_referral", None, contact), received=True))
    return tuple(found)
