"""Read the rooms, the travel times, the teams and the closed days."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.scheduling import problem
from guichet.scheduling.place_models import ClosedDay, ClosedYear, Room, RoomBusy, TravelTime
from guichet.scheduling.problem import HalfDay
from guichet.scheduling.seeding_words import PUBLIC


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


def seeded_years(session: Session) -> dict[int, ClosedYear]:
    """The years whose closed days are known, each with what is published of it."""
    return {row.year: row for row in session.scalars(select(ClosedYear).order_by(ClosedYear.year))}
