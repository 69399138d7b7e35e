"""Keep the table of closed days: seeded from the official calendars, corrected by people. The caller commits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError, NotFoundError
from guichet.scheduling.days import seeding_words
from guichet.scheduling.days.calendar import SATURDAY
from guichet.scheduling.places.models import ClosedDay, ClosedYear

LONGEST_NAME = 120
LONGEST_CLOSURE = timedelta(days=92)
FIRST_YEAR, LAST_YEAR = 2020, 2100


@dataclass(frozen=True)
class ClosureEntry:
    """A local closure as typed, both days included; `last` may be empty for one day."""

    name: str
    first: date | None
    last: date | None


def seed_year(
    session: Session,
    year: int,
    zone: str,
    days: Iterable[seeding_words.ClosedDay],
    published_until: date,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """The closed days of a year as the official calendars give them; how many lines changed.

    What somebody wrote or opened by hand is left as it is; what the calendars do not give any more is removed.
    """
    start, end = date(year, 1, 1), date(year, 12, 31)
    rows = {row.on: row for row in session.scalars(select(ClosedDay).where(ClosedDay.on.between(start, end)))}
    wanted = {one.day: one for one in days if start <= one.day <= end}
    changed = 0
    for on, row in rows.items():
        if on not in wanted and not row.by_hand:
            session.delete(row)
            changed += 1
    for on, one in wanted.items():
        changed += _bring_up_to_date(session, rows.get(on), one)
    known = session.get(ClosedYear, year) or ClosedYear(year=year)
    known.zone, known.published_until = zone, published_until
    known.seeded_at, known.seeded_by = at, actor.name
    session.add(known)
    detail = {"zone": zone, "lines": changed}
    journal.note(session, "closed_year", year, "seed_year", actor=actor, at=at, detail=detail)
    return changed


def close(session: Session, entry: ClosureEntry, *, actor: Actor, at: datetime) -> int:
    """A local closure, its Saturdays and Sundays left out; how many days were open before.

    Raises InvalidError.
    """
    first, last = _checked(entry)
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    days = [on for on in days if on.weekday() < SATURDAY]
    if not days:
        raise InvalidError({"first_on": "Ces jours sont un samedi et un dimanche : ils sont déjà fermés."})
    rows = {row.on: row for row in session.scalars(select(ClosedDay).where(ClosedDay.on.in_(days)))}
    opened = [on for on in days if on not in rows or not rows[on].closed]
    for on in days:
        known = rows.get(on)
        if known is None:
            session.add(
                ClosedDay(on=on, reason=seeding_words.LOCAL, name=entry.name, by_hand=True, closed=True)
            )
        elif on in opened or known.reason == seeding_words.LOCAL:
            known.name, known.by_hand, known.closed = entry.name, True, True
    detail = {"from": first.isoformat(), "to": last.isoformat()}
    journal.note(session, "closed_year", first.year, "close_days", actor=actor, at=at, detail=detail)
    return len(opened)


def change_days(
    session: Session, first: date, last: date, *, closed: bool, actor: Actor, at: datetime
) -> int:
    """Open the closed days of a period for sessions all the same, or close them again; how many changed.

    A local closure that is opened is forgotten. Raises NotFoundError when no day of the table is between them.
    """
    rows = session.scalars(select(ClosedDay).where(ClosedDay.on.between(first, last))).all()
    if not rows:
        raise NotFoundError
    changed = [row for row in rows if row.closed != closed]
    for row in changed:
        if row.reason == seeding_words.LOCAL and not closed:
            session.delete(row)
        else:
            row.closed, row.by_hand = closed, not closed
    detail = {"from": first.isoformat(), "to": last.isoformat()}
    step = "close_days" if closed else "open_days"
    journal.note(session, "closed_year", first.year, step, actor=actor, at=at, detail=detail)
    return len(changed)


def _bring_up_to_date(session: Session, row: ClosedDay | None, one: seeding_words.ClosedDay) -> bool:
    if row is None:
        session.add(ClosedDay(on=one.day, reason=one.reason, name=one.name[:LONGEST_NAME]))
        return True
    if row.by_hand or (row.reason, row.name) == (one.reason, one.name):
        return False
    row.reason, row.name = one.reason, one.name[:LONGEST_NAME]
    return True


def _checked(entry: ClosureEntry) -> tuple[date, date]:
    problems = {}
    first = entry.first
    last = entry.last or first
    if not entry.name:
        problems["name"] = "Dites pourquoi, par exemple : fermeture de la mairie."
    elif len(entry.name) > LONGEST_NAME:
        problems["name"] = f"C’est trop long : {LONGEST_NAME} caractères au plus."
    if first is None or last is None:
        problems["first_on"] = "Indiquez le premier jour fermé."
    elif last < first:
        problems["last_on"] = "Le dernier jour vient après le premier."
    elif last - first > LONGEST_CLOSURE:
        problems["last_on"] = "C’est plus de trois mois : vérifiez les dates."
    elif not FIRST_YEAR <= first.year <= LAST_YEAR:
        problems["first_on"] = f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}."
    if problems or first is None or last is None:
        raise InvalidError(problems)
    return first, last
