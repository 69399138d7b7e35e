"""Write a checked sheet of childminders: by code, all or nothing. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from guichet.core.actor import Actor
from guichet.core.names import search_key
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.childminder_actions import add, change, replace_openings
from guichet.establishments.childminder_entries import Known
from guichet.establishments.childminder_sheet import Names, SheetLine
from guichet.establishments.childminders import Childminder
from guichet.establishments.models import Kind


@dataclass(frozen=True)
class Imported:
    """How many professionals were added, changed, and found the same as written here."""

    added: int
    changed: int
    same: int


def known_places(catalogue: Catalogue) -> Known:
    """The communes and the open MAM of the territory."""
    mams = {
        house.id: house.commune_code
        for house in catalogue.houses.values()
        if _is_open_mam(house.kind, house.is_open)
    }
    return Known(frozenset(catalogue.towns), mams)


def names_of(catalogue: Catalogue) -> Names:
    """How a sheet may name them."""
    communes = {search_key(town.name): town.code for town in catalogue.towns.values()}
    mams = {
        search_key(house.name): house.id
        for house in catalogue.houses.values()
        if _is_open_mam(house.kind, house.is_open)
    }
    return Names(communes | {code: code for code in catalogue.towns}, mams)


def import_sheet(
    session: Session, lines: Sequence[SheetLine], known: Known, *, actor: Actor, at: datetime
) -> Imported:
    """Add or change the professionals of a sheet; those it does not name are left as they are."""
    codes = [line.code for line in lines]
    rows = select(Childminder).where(Childminder.code.in_(codes)).options(selectinload(Childminder.openings))
    stored = {row.code: row for row in session.scalars(rows)}
    changed = 0
    for line in lines:
        row = stored.get(line.code)
        if row is None:
            add(
                session, line.entry, line.openings, known,
                actor=actor, at=at, code=line.code, confirmed_on=line.confirmed_on,
            )  # fmt: skip
            continue
        moved = change(session, row, line.entry, known, actor=actor, at=at)
        moved |= replace_openings(session, row, line.openings, line.confirmed_on, actor=actor, at=at)
        changed += moved
    return Imported(len(lines) - len(stored), changed, len(stored) - changed)


def _is_open_mam(kind: str, is_open: bool) -> bool:
    return is_open and kind == Kind.MAM
