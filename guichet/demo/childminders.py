"""The childminders of the demonstration: forty invented persons over the fourteen communes, some in the three MAM.

Drawn apart from the families, so that neither changes the other. Phones are in a range that Arcep keeps for works
of fiction, addresses of mail in the reserved `.test`.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.months import add_months
from guichet.core.names import search_key
from guichet.core.week import Week
from guichet.demo.establishments import BLANZY, CHILDMINDERS_BY_COMMUNE, CIRY, SANVIGNES
from guichet.demo.names import ADULT_FIRST_NAMES, MAIL_DOMAIN, mobile_phone, surname
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.childminder_actions import add
from guichet.establishments.childminder_entries import ChildminderEntry, OpeningEntry
from guichet.establishments.childminder_import import known_places

SEED = 1907
SHARE = 3.9
"""One listed here for about four of the territory: the others have no free place to tell."""
IN_A_MAM = {"mam-cabane": (BLANZY, 3), "mam-papillons": (CIRY, 3), "mam-nid": (SANVIGNES, 2)}
FULL_DAYS, LONG_DAYS, SHORT_DAYS = (465, 1080), (420, 1110), (510, 990)
WEEKS = (
    Week.same_hours((1, 2, 3, 4, 5), FULL_DAYS),
    Week.same_hours((1, 2, 3, 4, 5), LONG_DAYS),
    Week.same_hours((1, 2, 4, 5), FULL_DAYS),
    Week.same_hours((1, 2, 4, 5), SHORT_DAYS),
    Week.same_hours((1, 2, 3), FULL_DAYS),
    Week.same_hours((3,), LONG_DAYS),
    Week.same_hours((1, 2, 3, 4, 5), (720, 1140)),
    Week.same_hours((1, 2, 3, 4, 5), (330, 840)),
)


def load_childminders(session: Session, catalogue: Catalogue, *, actor: Actor, at: datetime) -> int:
    """Add them to an empty register; how many."""
    chance, known = Random(SEED), known_places(catalogue)  # noqa: S311 - draws invented persons, protects nothing
    number = 0
    for number, (commune, mam) in enumerate(_posts(catalogue), start=1):
        entry = _entry(chance, commune, mam, day(at))
        confirmed_on = day(at) - timedelta(days=chance.choice((6, 20, 45, 80, 130, 170, 210, 260)))
        openings = tuple(_openings(chance, entry, day(at)))
        add(
            session, entry, openings, known,
            actor=actor, at=at, code=f"am-{number:03}", confirmed_on=confirmed_on,
        )  # fmt: skip
    return number


def _posts(catalogue: Catalogue) -> Iterator[tuple[str, int | None]]:
    """Where each one works: the commune, and the MAM for some."""
    houses = {house.code: house.id for house in catalogue.houses.values()}
    mams = {commune: (houses[code], number) for code, (commune, number) in IN_A_MAM.items()}
    for commune, (_name, persons) in CHILDMINDERS_BY_COMMUNE.items():
        mam, number = mams.get(commune, (None, 0))
        for rank in range(max(1, round(persons / SHARE), number)):
            yield commune, mam if rank < number else None


def _entry(chance: Random, commune: str, mam: int | None, today: date) -> ChildminderEntry:
    name = f"{chance.choice(ADULT_FIRST_NAMES)} {surname(chance)}"
    agrees, writes = chance.random() < 0.75, chance.random() < 0.8
    mail = f"{search_key(name).lower().replace(' ', '.')}@{MAIL_DOMAIN}"
    return ChildminderEntry(
        name=name,
        commune_code=commune,
        approved_places=chance.choice((2, 3, 3, 4, 4)),
        mam_id=mam,
        youngest_months=chance.choice((0, 2, 2, 3)),
        oldest_months=chance.choice((36, 72, 72)),
        atypical_hours=chance.random() < 0.25,
        special_care=chance.random() < 0.2,
        phone=mobile_phone(chance),
        shows_phone=agrees,
        email=mail if writes else "",
        shows_email=agrees and writes and chance.random() < 0.5,
        agreed_on=today - timedelta(days=chance.randint(30, 400)) if agrees else None,
    )


def _openings(chance: Random, entry: ChildminderEntry, today: date) -> Iterator[OpeningEntry]:
    if chance.random() < 0.2:
        return
    start = chance.choice((today - timedelta(days=12), _first(today, 1), _first(today, 2), _first(today, 6)))
    yield OpeningEntry(chance.choice((1, 1, 2)), start, chance.choice(WEEKS))
    if entry.approved_places > 2 and chance.random() < 0.4:
        september = date(today.year + (today.month >= 9), 9, 1)
        yield OpeningEntry(1, september, WEEKS[chance.choice((0, 2))])


def _first(today: date, months: int) -> date:
    return add_months(today.replace(day=1), months)
