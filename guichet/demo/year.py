"""The year of commissions of the demonstration: rooms, travel, closed days, what members said, and a campaign asked for.

The calendar itself is computed by the worker, after the start: nobody waits for it.
"""

import json
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions.commission_models import Commission, CommissionHouse
from guichet.commissions.year.actions import CampaignEntry, LineEntry, save
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.establishments.models import Establishment
from guichet.scheduling.availability import actions as time
from guichet.scheduling.availability.half_days import Word
from guichet.scheduling.campaigns.actions import ask_run
from guichet.scheduling.campaigns.settings import Pace, Settings
from guichet.scheduling.days.closed_actions import seed_year
from guichet.scheduling.days.seeding_words import ClosedDay
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.actions import (
    BusyEntry,
    RoomEntry,
    save_room,
    save_team,
    seed_travel,
    take_room,
)
from guichet.scheduling.planning.problem import HalfDay

TEAM = ("Bertille Onfray-Dumas", "Aurore Santillane")
"""The nurse of the PMI and the coordination: they sit everywhere, and travel together."""
PACES = ("four", "two", "monthly", "four", "three")
"""By commission in the order of the names: every month in the largest town."""
MAIN_DAY = (5, 3)
NOT, IF_NEEDED = Word.NOT, Word.IF_NEEDED
# weekday (1 Monday … 5 Friday) and half-day
WEEKS: dict[str, dict[tuple[int, str], Word]] = {
    "Bertille Onfray-Dumas": {
        (1, "am"): NOT,
        (1, "pm"): NOT,
        (3, "am"): NOT,
        (3, "pm"): NOT,
        (5, "pm"): IF_NEEDED,
    },
    "Aurore Santillane": {(1, "am"): NOT, (4, "pm"): IF_NEEDED},
    "Honorine Castelbrac": {(2, "pm"): NOT, (3, "am"): NOT, (5, "am"): IF_NEEDED, (5, "pm"): NOT},
    "Sidonie Vaucresson": {(1, "am"): NOT, (2, "am"): NOT, (4, "am"): NOT, (4, "pm"): NOT},
    "Clotaire Jussandre": {(1, "pm"): NOT, (3, "pm"): NOT, (5, "am"): NOT, (5, "pm"): NOT},
    "Théophile Grandvaux": {(2, "am"): NOT, (2, "pm"): NOT, (3, "am"): NOT, (4, "am"): NOT, (5, "pm"): NOT},
}
NOBODY_IN_NOVEMBER = ("Clotaire Jussandre", "Ermeline Cordesse")
"""A presidency and its deputy away together: their session of November has no date, and the page says why."""
HELD_ON = (4,)
"""The Thursdays of a room that others have, the whole year."""


def load_year(session: Session, by: Actor, now: datetime) -> None:
    """All that a calendar needs, and a campaign of the next civil year that the worker will compute."""
    year = day(now).year + 1
    _close(session, by, now, (year - 1, year))
    seed_travel(session, actor=by, at=now)
    commissions = session.scalars(select(Commission).order_by(Commission.sort_key)).all()
    towns = _towns(session)
    for number, one in enumerate(commissions):
        room = save_room(
            session, None, RoomEntry("Salle des commissions", towns[one.id], 14), actor=by, at=now
        )
        if number == 0:
            taken = BusyEntry(date(year, 1, 1), date(year, 12, 31), frozenset(HELD_ON))
            take_room(session, room, taken, actor=by, at=now)
    members = {one.name: one for one in session.scalars(select(Member))}
    team = save_team(
        session, None, "Bassin sud", [members[name].id for name in TEAM if name in members], actor=by, at=now
    )
    _say(session, members, by, now, year)
    lines = tuple(
        LineEntry(one.id, Pace(PACES[number % len(PACES)], (), date(year, *MAIN_DAY)), team.id)
        for number, one in enumerate(commissions)
    )
    entry = CampaignEntry(f"Calendrier {year}", date(year, 1, 1), date(year, 12, 31), Settings(), lines)
    ask_run(session, save(session, None, entry, actor=by, at=now), actor=by, at=now)


def _close(session: Session, by: Actor, now: datetime, years: tuple[int, ...]) -> None:
    """The closed days as the official calendars gave them in November 2026; another year is left to the page."""
    told: dict[str, Any] = json.loads(
        files("guichet.demo").joinpath("closed_days.json").read_text(encoding="utf-8")
    )
    days = [
        ClosedDay(on, reason, name)
        for start, end, reason, name in told["periods"]
        for on in _between(date.fromisoformat(start), date.fromisoformat(end))
    ]
    until = date.fromisoformat(told["published_until"])
    for year in years:
        if any(one.day.year == year for one in days):
            seed_year(session, year, told["zone"], days, until, actor=by, at=now)


def _between(start: date, end: date) -> list[date]:
    return [start + timedelta(number) for number in range((end - start).days + 1)]


def _towns(session: Session) -> dict[int, str]:
    """The commune of the first establishment of each commission."""
    rows = session.execute(
        select(CommissionHouse.commission_id, Establishment.commune_code)
        .join(Establishment, Establishment.id == CommissionHouse.establishment_id)
        .order_by(CommissionHouse.commission_id, Establishment.id.desc())
    )
    return {row.commission_id: row.commune_code for row in rows}


def _say(session: Session, members: dict[str, Member], by: Actor, now: datetime, year: int) -> None:
    """What some of them said; two weeks of leave for each; the others said nothing."""
    leaves = [date(year, month, 3) for month in (3, 6, 10, 1, 11, 9)]
    for name in NOBODY_IN_NOVEMBER:
        if name in members:
            gone = date(year, 11, 1), date(year, 11, 30)
            time.add_leave(session, members[name], *gone, actor=by, at=now)
    for (name, weekly), start in zip(WEEKS.items(), leaves, strict=True):
        member = members.get(name)
        if member is not None:
            time.say_week(session, member, weekly, actor=by, at=now)
            time.add_leave(session, member, start, start + timedelta(11), actor=by, at=now)
    coordinator = members.get(TEAM[1])
    if coordinator is not None:
        time.say_half_days(session, coordinator, [HalfDay(date(year, 5, 4), "am")], NOT, actor=by, at=now)
