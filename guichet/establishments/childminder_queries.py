"""What is read of the register of childminders: a page of it, one professional, those who may be proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from guichet.core.journal import JournalEntry
from guichet.core.names import search_key
from guichet.establishments.catalogue import House
from guichet.establishments.childminder_actions import SUBJECT
from guichet.establishments.childminders import Childminder, ChildminderOpening
from guichet.establishments.kinds import Kind

PAGE = 25
TABS = ("all", "free", "stale", "stopped")


@dataclass(frozen=True)
class Wanted:
    """What a page of the register shows. `stale_before`: confirmed on this day or earlier is to be confirmed."""

    today: date
    stale_before: date
    tab: str = "all"
    commune: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class Register:
    """A page of the register, and how many each tab holds under the same filters."""

    rows: Sequence[Childminder]
    counts: dict[str, int]
    total: int

    @property
    def pages(self) -> int:
        """How many pages; one at least."""
        return max(1, -(-self.total // PAGE))


def stale_before(today: date, days: int) -> date:
    """The last day of confirmation that is too old."""
    return today - timedelta(days=days)


def register_page(session: Session, wanted: Wanted) -> Register:
    """A page of the register in alphabetical order, in three statements."""
    narrowing = _narrowing(wanted)
    tabs = {name: _tab(name, wanted) for name in TABS}
    numbers = session.execute(
        select(*(func.count(case((held, 1))).label(name) for name, held in tabs.items())).where(*narrowing)
    ).one()
    counts = {name: int(getattr(numbers, name)) for name in TABS}
    chosen = (
        select(Childminder).where(*narrowing, tabs[wanted.tab]).options(selectinload(Childminder.openings))
    )
    order = (Childminder.confirmed_on,) if wanted.tab == "stale" else ()
    rows = session.scalars(
        chosen.order_by(*order, Childminder.sort_key, Childminder.id)
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    )
    return Register(rows.all(), counts, counts[wanted.tab])


def one(session: Session, childminder_id: int, *, lock: bool = False) -> Childminder | None:
    """A professional with the free places; with `lock`, ours alone until the transaction ends."""
    chosen = _with_openings().where(Childminder.id == childminder_id)
    if lock:
        chosen = chosen.with_for_update(of=Childminder)
    return session.scalar(chosen)


def proposable(
    session: Session, entry_on: date, until: date, *, among: Sequence[int] = ()
) -> list[Childminder]:
    """Those who work and have some place free between the entry and `until`, with their places: two statements.

    `among` narrows to some ids.
    """
    free = exists().where(
        ChildminderOpening.childminder_id == Childminder.id,
        ChildminderOpening.from_on <= until,
        _not_ended(entry_on),
    )
    chosen = _with_openings().where(Childminder.is_active, free)
    if among:
        chosen = chosen.where(Childminder.id.in_(among))
    return list(session.scalars(chosen.order_by(Childminder.id)))


def openings_of(session: Session, house: House, today: date) -> Sequence[ChildminderOpening]:
    """The places of a MAM, or of a commune's childminders who work at home, that are free on a day or to come."""
    works_here = (
        Childminder.mam_id == house.id
        if house.kind == Kind.MAM
        else and_(Childminder.mam_id.is_(None), Childminder.commune_code == house.commune_code)
    )
    chosen = (
        select(ChildminderOpening)
        .join(Childminder, Childminder.id == ChildminderOpening.childminder_id)
        .where(Childminder.is_active, works_here, _not_ended(today))
    )
    return session.scalars(chosen.order_by(ChildminderOpening.from_on, ChildminderOpening.id)).all()


def free_on(session: Session, days: Sequence[date]) -> dict[int | str, tuple[int, ...]]:
    """The free places on each of these days, by id of MAM, and by commune for those who work at home."""
    sums = [
        func.coalesce(func.sum(case((_runs_on(one), ChildminderOpening.places), else_=0)), 0) for one in days
    ]
    at_home = case((Childminder.mam_id.is_(None), Childminder.commune_code))
    rows = session.execute(
        select(Childminder.mam_id, at_home, *sums)
        .join(ChildminderOpening, ChildminderOpening.childminder_id == Childminder.id)
        .where(Childminder.is_active)
        .group_by(Childminder.mam_id, at_home)
    )
    return {mam or commune: tuple(int(one) for one in found) for mam, commune, *found in rows}


def _runs_on(on: date) -> ColumnElement[bool]:
    return and_(ChildminderOpening.from_on <= on, _not_ended(on))


def _not_ended(on: date) -> ColumnElement[bool]:
    return or_(ChildminderOpening.until_on.is_(None), ChildminderOpening.until_on >= on)


def everyone(session: Session) -> list[Childminder]:
    """The whole register, by code: for its sheet."""
    return list(session.scalars(_with_openings().order_by(Childminder.code)))


def history(session: Session, childminder_id: int, limit: int) -> list[JournalEntry]:
    """What was changed of one professional, the latest first."""
    lines = select(JournalEntry).where(
        JournalEntry.subject_type == SUBJECT, JournalEntry.subject_id == childminder_id
    )
    return list(session.scalars(lines.order_by(JournalEntry.id.desc()).limit(limit)))


def _with_openings() -> Select[Childminder]:
    return select(Childminder).options(selectinload(Childminder.openings))


def _tab(name: str, wanted: Wanted) -> ColumnElement[bool]:
    if name == "stopped":
        return Childminder.is_active.is_(False)
    if name == "stale":
        return and_(Childminder.is_active, Childminder.confirmed_on <= wanted.stale_before)
    if name == "free":
        free = exists().where(
            ChildminderOpening.childminder_id == Childminder.id,
            _not_ended(wanted.today),
        )
        return and_(Childminder.is_active, free)
    return Childminder.is_active.is_(True)


def _narrowing(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.commune:
        found.append(Childminder.commune_code == wanted.commune)
    found += [
        Childminder.sort_key.contains(word, autoescape=True) for word in search_key(wanted.words).split()[:5]
    ]
    return found
