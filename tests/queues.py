"""What the tests of the list of demands ask it: what somebody sees, under which filters."""

from datetime import date

from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.demands import queue
from guichet.demands.delays import DELAYS
from guichet.demands.dossier import WishEntry
from guichet.demands.queue import Asking, View
from guichet.establishments.catalogue import Catalogue
from tests import make

DEFAULTS = tuple((item.key, item.default) for item in DELAYS)


def asking(person: Person, today: date = make.TODAY) -> Asking:
    return Asking(person, today, DEFAULTS)


def seen(session: Session, person: Person, **view: object) -> list[int]:
    session.flush()
    return [row.id for row in queue.page(session, View(**view), asking(person)).rows]  # type: ignore[arg-type]


def wishing(catalogue: Catalogue, *codes: str) -> tuple[WishEntry, ...]:
    return tuple(WishEntry(establishment_id=make.house(catalogue, code)) for code in codes)
