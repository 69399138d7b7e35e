"""What changes the children of an establishment: a commission's promise, then what its director says of its children.

A decision and its seat move in one transaction: the functions of the first half are called by the commissions.
The caller commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError
from guichet.core.names import clean_name
from guichet.core.week import Week
from guichet.core.workflow import expect_version
from guichet.demands.models import Demand
from guichet.establishments.supply import LATEST_YEARS
from guichet.placements.models import ACCEPTED, HELD, OFFERED, Placement
from guichet.placements.models import DRAFT as DRAFT

LONGEST_NAME = 80
OLDEST = timedelta(days=366 * 7)


@dataclass(frozen=True)
class StayEntry:
    """A child's contract as its director types it. `first_name` and `birth_date` for a child without a file."""

    starts_on: date
    week: Week
    ends_on: date | None = None
    first_name: str = ""
    birth_date: date | None = None


def promise(
    session: Session,
    demand: Demand,
    establishment_id: int,
    entry_on: date,
    week: Week,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Hold the seat that a recorded decision gives, until somebody confirms or drops it."""
    _insert(session, demand, establishment_id, entry_on, week, DRAFT, actor=actor, at=at)


def free(session: Session, demand_id: int, *loads: str, house: int | None = None) -> None:
    """The decision is set aside or annulled: its seat is free again. The journal of the demand tells it.

    Two commissions of a round may each hold a seat for a demand: `house` frees one of them only.
    """
    these = [
        Placement.demand_id == demand_id,
        Placement.load.in_(loads or (DRAFT, HELD, OFFERED, ACCEPTED)),
        Placement.ends_on.is_(None),
    ]
    if house is not None:
        these.append(Placement.establishment_id == house)
    session.execute(delete(Placement).where(*these).execution_options(synchronize_session=False))


def add_stay(
    session: Session, establishment_id: int, entry: StayEntry, *, actor: Actor, at: datetime
) -> Placement:
    """A child who is there, or will be, and whose family has no file here: the least that counting needs.

    Raises InvalidError with one sentence a field.
    """
    if problems := entry_problems(entry, at):
        raise InvalidError(problems)
    made = _stay(establishment_id, entry, "director", actor, at)
    session.add(made)
    session.flush()
    journal.note(session, "placement", made.id, "add_stay", actor=actor, at=at)
    return made


def add_stays(
    session: Session, establishment_id: int, entries: Sequence[StayEntry], *, actor: Actor, at: datetime
) -> int:
    """The children of a whole list, all or none; how many. Raises InvalidError, each child's sentence at its rank."""
    problems = {
        str(rank): next(iter(found.values()))
        for rank, entry in enumerate(entries)
        if (found := entry_problems(entry, at))
    }
    if problems:
        raise InvalidError(problems)
    session.add_all(_stay(establishment_id, entry, "import", actor, at) for entry in entries)
    detail = {"children": len(entries)}
    journal.note(
        session, "establishment", establishment_id, "import_stays", actor=actor, at=at, detail=detail
    )
    return len(entries)


def entry_problems(entry: StayEntry, at: datetime) -> dict[str, str]:
    """What is wrong with a child without a file, by field."""
    name = clean_name(entry.first_name)
    return _name_problems(name, entry.birth_date, at) | _stay_problems(entry, entry.birth_date, at)


def change_stay(
    session: Session,
    placement: Placement,
    entry: StayEntry,
    born_on: date,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Change the week or the dates of a contract; the child stays the same. Raises InvalidError, ConflictError."""
    expect_version(placement, version)
    problems = _stay_problems(entry, born_on, at)
    if placement.child_id is None:
        name = clean_name(entry.first_name)
        problems |= _name_problems(name, entry.birth_date, at)
    if problems:
        raise InvalidError(problems)
    before = {
        "week": placement.pattern,
        "starts_on": _iso(placement.starts_on),
        "ends_on": _iso(placement.ends_on),
    }
    if placement.child_id is None:
        placement.first_name, placement.birth_date = name, entry.birth_date
    placement.starts_on, placement.ends_on = entry.starts_on, entry.ends_on
    placement.pattern = entry.week.to_json()
    journal.note(
        session, "placement", placement.id, "change_stay", actor=actor, at=at, detail={"before": before}
    )


def _stay(establishment_id: int, entry: StayEntry, source: str, actor: Actor, at: datetime) -> Placement:
    return Placement(
        establishment_id=establishment_id,
        first_name=clean_name(entry.first_name),
        birth_date=entry.birth_date,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        pattern=entry.week.to_json(),
        load=ACCEPTED,
        source=source,
        created_at=at,
        created_by=actor.name,
    )


def _insert(
    session: Session,
    demand: Demand,
    establishment_id: int,
    entry_on: date,
    week: Week,
    load: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    session.execute(
        insert(Placement).values(
            establishment_id=establishment_id,
            child_id=demand.child_id,
            demand_id=demand.id,
            starts_on=entry_on,
            pattern=week.to_json(),
            load=load,
            source="commission",
            created_at=at,
            created_by=actor.name,
        )
    )


def _name_problems(name: str, birth_date: date | None, at: datetime) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not name:
        problems["first_name"] = (
            "Écrivez le prénom de l’enfant, suivi d’une initiale si deux enfants ont le même."
        )
    elif len(name) > LONGEST_NAME:
        problems["first_name"] = f"Le prénom ne peut pas dépasser {LONGEST_NAME} caractères."
    if birth_date is None:
        problems["birth_date"] = "Indiquez la date de naissance : elle dit la section et l’année de l’école."
    elif birth_date > day(at):
        problems["birth_date"] = "Cette date de naissance est dans le futur."
    elif birth_date < day(at) - OLDEST:
        problems["birth_date"] = f"À cette date de naissance, l’enfant a plus de {LATEST_YEARS} ans."
    return problems


def _stay_problems(entry: StayEntry, born_on: date | None, at: datetime) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not entry.week:
        problems["week"] = "Indiquez au moins un jour, avec ses heures."
    if born_on is not None and entry.starts_on < born_on:
        problems["starts_on"] = "L’accueil ne peut pas commencer avant la naissance."
    elif entry.starts_on > day(at) + OLDEST:
        problems["starts_on"] = "Cette date de début est trop lointaine."
    if entry.ends_on is not None and entry.ends_on < entry.starts_on:
        problems["ends_on"] = "Le dernier jour est avant le premier."
    return problems


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
