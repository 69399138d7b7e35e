"""Keep the rooms, the travel times and the teams. The caller commits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.workflow import expect_version
from guichet.scheduling.availability.models import HALVES
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.distances import minutes_between
from guichet.scheduling.places.models import Room, RoomBusy, Team, TeamMember, TravelTime
from guichet.territory.models import Commune

LONGEST_NAME, LONGEST_ADDRESS = 120, 200
MOST_SEATS, MOST_MINUTES = 500, 600
MOST_DAYS = 366


@dataclass(frozen=True)
class RoomEntry:
    """A room as typed."""

    name: str
    commune_code: str
    seats: int | None
    address: str = ""
    in_use: bool = True


@dataclass(frozen=True)
class BusyEntry:
    """When a room is taken by others: from a day to another, on some weekdays (1 Monday … 5), some halves."""

    first: date | None
    last: date | None
    weekdays: frozenset[int] = frozenset(range(1, 6))
    halves: frozenset[str] = frozenset(HALVES)


def save_room(
    session: Session,
    known: Room | None,
    entry: RoomEntry,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Room:
    """A new room, or another name, commune or size for one. Raises InvalidError with a sentence a field."""
    if known is not None:
        expect_version(known, version)
    _check_room(session, known, entry)
    made = known or Room()
    made.name, made.commune_code, made.seats = entry.name, entry.commune_code, entry.seats or 1
    made.address, made.in_use = entry.address, entry.in_use
    session.add(made)
    _flush(session, "Une autre salle de cette commune vient de prendre ce nom.")
    journal.note(session, "room", made.id, "change_room" if known else "create_room", actor=actor, at=at)
    return made


def take_room(session: Session, room: Room, entry: BusyEntry, *, actor: Actor, at: datetime) -> int:
    """Half-days when others have the room; how many are new. Raises InvalidError."""
    chosen = _half_days(entry)
    there = select(RoomBusy.on, RoomBusy.half).where(RoomBusy.room_id == room.id)
    known = {(on, half) for on, half in session.execute(there)}
    new = [pair for pair in chosen if pair not in known]
    session.add_all(RoomBusy(room_id=room.id, on=on, half=half) for on, half in new)
    journal.note(session, "room", room.id, "take_room", actor=actor, at=at, detail={"half_days": len(new)})
    return len(new)


def free_room(session: Session, room: Room, on: date, half: str, *, actor: Actor, at: datetime) -> None:
    """The room is free after all on this half-day."""
    session.execute(
        delete(RoomBusy).where(RoomBusy.room_id == room.id, RoomBusy.on == on, RoomBusy.half == half)
    )
    journal.note(session, "room", room.id, "free_room", actor=actor, at=at)


def seed_travel(session: Session, *, actor: Actor, at: datetime) -> int:
    """A time for each pair of communes that has none, from their distance; how many were added."""
    towns = session.scalars(select(Commune).order_by(Commune.code)).all()
    known = {(row.start_code, row.end_code) for row in session.scalars(select(TravelTime))}
    new = [
        TravelTime(
            start_code=one.code,
            end_code=other.code,
            minutes=minutes_between((one.latitude, one.longitude), (other.latitude, other.longitude)),
        )
        for rank, one in enumerate(towns)
        for other in towns[rank + 1 :]
        if (one.code, other.code) not in known
    ]
    session.add_all(new)
    if new:
        journal.note(session, "travel", 0, "seed_travel", actor=actor, at=at, detail={"pairs": len(new)})
    return len(new)


def change_travel(
    session: Session, typed: Mapping[tuple[str, str], int | None], *, actor: Actor, at: datetime
) -> int:
    """Minutes corrected by hand, by pair of communes, the lower code first; how many changed.

    Raises InvalidError, its sentences under « minutes-CODE-CODE ».
    """
    problems = {
        f"minutes-{start}-{end}": f"Écrivez un nombre de minutes entre 1 et {MOST_MINUTES}."
        for (start, end), minutes in typed.items()
        if minutes is None or not 1 <= minutes <= MOST_MINUTES
    }
    if problems:
        raise InvalidError(problems)
    rows = {(row.start_code, row.end_code): row for row in session.scalars(select(TravelTime))}
    changed = 0
    for pair, minutes in typed.items():
        row = rows.get(pair)
        if row is not None and minutes is not None and row.minutes != minutes:
            row.minutes, row.by_hand = minutes, True
            changed += 1
    if changed:
        journal.note(session, "travel", 0, "change_travel", actor=actor, at=at, detail={"pairs": changed})
    return changed


def save_team(
    session: Session,
    known: Team | None,
    name: str,
    member_ids: Iterable[int],
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Team:
    """Who travels together from one commission to the next. Raises InvalidError with a sentence a field."""
    if known is not None:
        expect_version(known, version)
    _check_team(session, known, name)
    made = known or Team()
    made.name = name
    session.add(made)
    _flush(session, "Une autre équipe vient de prendre ce nom.")
    wanted = set(session.scalars(select(Member.id).where(Member.id.in_(set(member_ids)))))
    there = set(session.scalars(select(TeamMember.member_id).where(TeamMember.team_id == made.id)))
    session.execute(
        delete(TeamMember).where(TeamMember.team_id == made.id, TeamMember.member_id.in_(there - wanted))
    )
    session.add_all(TeamMember(team_id=made.id, member_id=one) for one in sorted(wanted - there))
    journal.note(session, "team", made.id, "change_team" if known else "create_team", actor=actor, at=at)
    return made


def _check_room(session: Session, known: Room | None, entry: RoomEntry) -> None:
    problems = {}
    if not entry.name:
        problems["name"] = "Donnez un nom à la salle, comme on le dit : salle du conseil."
    elif len(entry.name) > LONGEST_NAME:
        problems["name"] = f"C’est trop long : {LONGEST_NAME} caractères au plus."
    if session.get(Commune, entry.commune_code) is None:
        problems["commune_code"] = "Choisissez la commune de la salle."
    elif "name" not in problems and _room_named(session, known, entry):
        problems["name"] = "Une salle de cette commune porte déjà ce nom."
    if entry.seats is None or not 1 <= entry.seats <= MOST_SEATS:
        problems["seats"] = f"Écrivez un nombre de sièges entre 1 et {MOST_SEATS}."
    if len(entry.address) > LONGEST_ADDRESS:
        problems["address"] = f"C’est trop long : {LONGEST_ADDRESS} caractères au plus."
    if problems:
        raise InvalidError(problems)


def _room_named(session: Session, known: Room | None, entry: RoomEntry) -> bool:
    other = select(Room.id).where(
        Room.name == entry.name,
        Room.commune_code == entry.commune_code,
        Room.id != (known.id if known else 0),
    )
    return session.scalar(other.limit(1)) is not None


def _check_team(session: Session, known: Team | None, name: str) -> None:
    if not name:
        raise InvalidError({"name": "Donnez un nom à l’équipe, par exemple : bassin sud."})
    if len(name) > LONGEST_NAME:
        raise InvalidError({"name": f"C’est trop long : {LONGEST_NAME} caractères au plus."})
    other = select(Team.id).where(Team.name == name, Team.id != (known.id if known else 0))
    if session.scalar(other.limit(1)) is not None:
        raise InvalidError({"name": "Une autre équipe porte déjà ce nom."})


def _half_days(entry: BusyEntry) -> list[tuple[date, str]]:
    problems = {}
    first = entry.first
    last = entry.last or first
    if first is None or last is None:
        problems["first_on"] = "Indiquez le premier jour."
    elif last < first:
        problems["last_on"] = "Le dernier jour vient après le premier."
    elif (last - first).days > MOST_DAYS:
        problems["last_on"] = "C’est trop long : un an au plus à la fois."
    if not entry.weekdays:
        problems["weekdays"] = "Choisissez au moins un jour de la semaine."
    if not entry.halves:
        problems["halves"] = "Choisissez le matin, l’après-midi ou les deux."
    if problems or first is None or last is None:
        raise InvalidError(problems)
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    found = [(on, half) for on in days if on.isoweekday() in entry.weekdays for half in sorted(entry.halves)]
    if not found:
        raise InvalidError({"weekdays": "Aucun de ces jours de la semaine n’est entre ces deux dates."})
    return found


def _flush(session: Session, sentence: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(sentence) from error
