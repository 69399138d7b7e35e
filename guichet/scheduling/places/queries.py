"""Read the rooms, the travel times, the teams and the closed days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.scheduling.days.calendar import Delay, Notice, notice
from guichet.scheduling.days.seeding_words import PUBLIC
from guichet.scheduling.places.models import (
    ClosedDay,
    ClosedYear,
    Room,
    RoomBusy,
    Team,
    TeamMember,
    TravelTime,
)
from guichet.scheduling.planning import problem
from guichet.scheduling.planning.problem import HalfDay
from guichet.territory.models import Commune

LONGEST_NOTICE = timedelta(days=150)
"""Further than any delay in working days reaches."""


@dataclass(frozen=True)
class RoomLine:
    """A room of the list, its commune and how many half-days to come others have it."""

    room: Room
    commune: str
    taken: int


def rooms_of_problem(
    session: Session, half_days: Sequence[HalfDay], room_ids: Sequence[int] | None = None
) -> tuple[problem.Room, ...]:
    """The rooms in use (or these ones) as a calendar problem wants them; their id is written in figures."""
    these = Room.in_use if room_ids is None else Room.id.in_(room_ids)
    rooms = session.scalars(select(Room).where(these).order_by(Room.id)).all()
    busy: dict[int, set[HalfDay]] = {room.id: set() for room in rooms}
    if half_days:
        taken = select(RoomBusy).where(
            RoomBusy.room_id.in_(busy), RoomBusy.on.between(min(half_days).day, max(half_days).day)
        )
        for row in session.scalars(taken):
            busy[row.room_id].add(HalfDay(row.on, row.half))
    known = frozenset(half_days)
    return tuple(
        problem.Room(str(room.id), room.commune_code, frozenset(busy[room.id]) & known) for room in rooms
    )


def travel_of_problem(session: Session) -> tuple[problem.Travel, ...]:
    """The travel times as a calendar problem wants them."""
    wanted = select(TravelTime).order_by(TravelTime.start_code, TravelTime.end_code)
    return tuple(problem.Travel(row.start_code, row.end_code, row.minutes) for row in session.scalars(wanted))


def closed_between(session: Session, start: date, end: date) -> frozenset[date]:
    """The days without session between two days, both included (Saturdays and Sundays are not listed)."""
    wanted = select(ClosedDay.on).where(ClosedDay.closed, ClosedDay.on.between(start, end))
    return frozenset(session.scalars(wanted))


def public_holidays(session: Session, start: date, end: date) -> frozenset[date]:
    """The public holidays between two days, both included: those a notice in jours ouvrés leaves out."""
    wanted = select(ClosedDay.on).where(ClosedDay.reason == PUBLIC, ClosedDay.on.between(start, end))
    return frozenset(session.scalars(wanted))


def notice_of(session: Session, sits_on: date, delay: Delay) -> Notice:
    """The last day to convene, the public holidays of the table left out where the delay leaves them out."""
    return notice(sits_on, delay, public_holidays(session, sits_on - LONGEST_NOTICE, sits_on))


def seeded_years(session: Session) -> dict[int, ClosedYear]:
    """The years whose closed days are known, each with what is published of it."""
    return {row.year: row for row in session.scalars(select(ClosedYear).order_by(ClosedYear.year))}


def rooms(session: Session, today: date) -> list[RoomLine]:
    """Every room, by commune then by name. One statement."""
    taken = (
        select(func.count())
        .select_from(RoomBusy)
        .where(RoomBusy.room_id == Room.id, RoomBusy.on >= today)
        .correlate(Room)
        .scalar_subquery()
    )
    wanted = (
        select(Room, Commune.name, taken)
        .join(Commune, Commune.code == Room.commune_code)
        .order_by(Commune.sort_key, Room.name, Room.id)
    )
    return [RoomLine(room, commune, count) for room, commune, count in session.execute(wanted)]


def room_names(session: Session, *, in_use: bool = False) -> dict[str, str]:
    """Every room (or those in use) as a calendar names it, and as the sessions keep it."""
    wanted = select(Room, Commune.name).join(Commune, Commune.code == Room.commune_code).order_by(Room.id)
    rows = session.execute(wanted.where(Room.in_use) if in_use else wanted)
    return {str(one.id): f"{one.name}, {commune}" for one, commune in rows}


def taken_half_days(session: Session, room_id: int, today: date) -> Sequence[RoomBusy]:
    """When others have the room, from today on."""
    wanted = select(RoomBusy).where(RoomBusy.room_id == room_id, RoomBusy.on >= today)
    return session.scalars(wanted.order_by(RoomBusy.on, RoomBusy.half)).all()


def communes(session: Session) -> list[tuple[str, str]]:
    """The communes by name: code and name."""
    wanted = select(Commune.code, Commune.name).order_by(Commune.sort_key)
    return [(code, name) for code, name in session.execute(wanted)]


def travel_from(session: Session, code: str) -> dict[str, TravelTime]:
    """The travel times of one commune, by the other commune."""
    wanted = select(TravelTime).where((TravelTime.start_code == code) | (TravelTime.end_code == code))
    return {
        row.end_code if row.start_code == code else row.start_code: row for row in session.scalars(wanted)
    }


def teams(session: Session) -> list[tuple[Team, list[int]]]:
    """The teams by name, each with the ids of its members. Two statements."""
    members: dict[int, list[int]] = {}
    for row in session.scalars(select(TeamMember).order_by(TeamMember.member_id)):
        members.setdefault(row.team_id, []).append(row.member_id)
    found = session.scalars(select(Team).order_by(Team.name, Team.id))
    return [(team, members.get(team.id, [])) for team in found]


def days_of_year(session: Session, year: int) -> Sequence[ClosedDay]:
    """The table of closed days of a year, in order."""
    wanted = select(ClosedDay).where(ClosedDay.on.between(date(year, 1, 1), date(year, 12, 31)))
    return session.scalars(wanted.order_by(ClosedDay.on)).all()
