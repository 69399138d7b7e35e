"""From the tables of the day to the problem of a campaign: commissions, seats, members, rooms, closed days.

Nothing here stops a plan: what is missing is said in a sentence, and the rest is planned.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions.commission_actions import bench_of
from guichet.commissions.reglement import needed
from guichet.commissions.year import outside
from guichet.commissions.year.about import about_of
from guichet.commissions.year.models import CampaignCommission
from guichet.commissions.year.outside import Outside, half_of
from guichet.commissions.year.queries import GONE, Held, commissions_of, communes_of, held_sessions
from guichet.commissions.year.seats import Chairs, chairs_of, unknown_holders
from guichet.scheduling.availability.half_days import availability
from guichet.scheduling.availability.queries import said_of
from guichet.scheduling.campaigns.models import Campaign
from guichet.scheduling.campaigns.settings import empty, in_time, open_from, windows_of
from guichet.scheduling.campaigns.whatif import session_key
from guichet.scheduling.days.calendar import half_days
from guichet.scheduling.days.seeding_words import warning
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.queries import (
    closed_between,
    public_holidays,
    room_names,
    rooms_of_problem,
    seeded_years,
    travel_of_problem,
)
from guichet.scheduling.planning import problem as calendar
from guichet.scheduling.planning.problem import HalfDay, Person, Placement, Problem

SEED, WORK_LIMIT, TIME_LIMIT_S = 1, 60.0, 120.0
BEFORE = timedelta(60)
"""Public holidays before the campaign count in the delay of its first sessions."""


@dataclass
class Frame:
    """The days of a campaign, read once for all its commissions; the warnings gather as it is read."""

    campaign: Campaign
    today: date
    half_days: tuple[HalfDay, ...]
    holidays: Collection[date]
    held: Mapping[str, Held]
    """The session that stands for each key, published before or planned by hand."""
    outside: Sequence[Outside]
    """Those that stand beside the campaign."""
    warnings: list[str] = field(default_factory=list)

    def is_over(self, key: str) -> bool:
        """Whether the session of this key cannot move any more."""
        known = self.held.get(key)
        return known is not None and (
            known.session.sits_on < self.today or known.session.state in ("sitting", "signed", *GONE)
        )


def freeze(session: Session, campaign: Campaign, today: date) -> tuple[Problem, dict[str, Any]]:
    """The problem of a campaign as the tables stand, and what its names mean.

    A session already held, or whose day is past, is fixed where it was; one planned by hand too, until it is freed.
    """
    lines = commissions_of(session, campaign.id)
    frame = frame_of(session, campaign, lines, today)
    names = room_names(session)
    rooms = _free(rooms_of_problem(session, frame.half_days), outside.rooms_taken(frame.outside, names))
    communes = communes_of(session, lines)
    made: dict[str, calendar.Room] = {}
    found = []
    chairs: dict[int, Chairs] = {}
    for line in lines:
        seated = chairs_of(line.commission, campaign.starts_on, campaign.ends_on)
        frame.warnings += seated.warnings
        chairs[line.commission_id] = seated
        own = _rooms_of(line, rooms, communes[line.commission_id], made)
        found.append(_commission(line, frame, seated, own))
    members = session.scalars(select(Member).order_by(Member.id)).all()
    problem = Problem(
        half_days=frame.half_days,
        people=tuple(_people(session, members, chairs.values(), frame, lines)),
        rooms=(*rooms, *made.values()),
        commissions=tuple(found),
        rules=campaign.preferences.rules(),
        travel=travel_of_problem(session),
        seed=SEED,
        work_limit=WORK_LIMIT,
        time_limit_s=TIME_LIMIT_S,
    )
    about = about_of(session, lines, members, chairs, frame.warnings)
    about["held"] = {key: one.session.id for key, one in frame.held.items()}
    about["beside"] = outside.beside(frame.outside, lines)
    about["rooms"] = names | dict.fromkeys(made, "Lieu à trouver")
    for one in found:
        about["commissions"][one.id]["rooms"] = list(one.rooms)
    return problem, about


def foreseen(
    session: Session, campaign: Campaign, lines: Sequence[CampaignCommission], today: date
) -> list[str]:
    """The warnings of a campaign before anything is computed."""
    frame = frame_of(session, campaign, lines, today)
    chairs = [chairs_of(line.commission, campaign.starts_on, campaign.ends_on) for line in lines]
    for line, one in zip(lines, chairs, strict=True):
        frame.warnings += one.warnings
        _sessions(line, frame)
    return [*frame.warnings, *unknown_holders(chairs)]


def frame_of(session: Session, campaign: Campaign, lines: Sequence[CampaignCommission], today: date) -> Frame:
    """The open half-days that are left, and the sessions that stand already."""
    closed = closed_between(session, campaign.starts_on, campaign.ends_on)
    first = max(campaign.starts_on, today)
    held = held_sessions(session, campaign, lines)
    beside = outside.outside_of(session, campaign, lines, held)
    return Frame(
        campaign,
        today,
        half_days(first, campaign.ends_on, closed) if first <= campaign.ends_on else (),
        public_holidays(session, min(today, campaign.starts_on) - BEFORE, campaign.ends_on),
        held,
        beside,
        [*_years(session, campaign), *outside.said(beside, lines, first)],
    )


def _years(session: Session, campaign: Campaign) -> Iterable[str]:
    known = seeded_years(session)
    for year in range(campaign.starts_on.year, campaign.ends_on.year + 1):
        if year not in known:
            yield (
                f"Les jours fermés de {year} ne sont pas établis : les vacances et les jours fériés seraient pris "
                "pour des jours ouverts. Établissez d’abord la table des jours fermés."
            )
        elif known[year].published_until < campaign.ends_on and (
            said := warning(year, known[year].published_until)
        ):
            yield said


def _sessions(line: CampaignCommission, frame: Frame) -> list[calendar.Session]:
    """The sessions asked for: those that stand where they are, the others in what is left of their window."""
    campaign, name = frame.campaign, f"C{line.commission_id}"
    windows = {
        session_key(name, one.start): one
        for one in windows_of(line.pace, campaign.starts_on, campaign.ends_on)
    }
    fixed = {key: one for key, one in windows.items() if frame.is_over(key)}
    opens = open_from(frame.today, line.commission.reglement.delay, frame.holidays)
    ahead, late = in_time(
        [one for key, one in windows.items() if key not in fixed], opens, line.commission.name
    )
    frame.warnings += late
    frame.warnings += empty(ahead, {one.day for one in frame.half_days}, line.commission.name)
    keys = {one.end: key for key, one in windows.items()}
    asked = [calendar.Session(keys[one.end], one.start, one.end, one.target) for one in ahead]
    past = [
        calendar.Session(key, one.start, one.end, one.target)
        for key, one in fixed.items()
        if frame.held[key].session.state not in GONE
    ]
    return sorted([*past, *asked], key=lambda one: one.id)


def _commission(
    line: CampaignCommission, frame: Frame, chairs: Chairs, rooms: tuple[str, ...]
) -> calendar.Commission:
    settings, name = frame.campaign.preferences, f"C{line.commission_id}"
    asked = [_placed(one, frame, rooms) for one in _sessions(line, frame)]
    voting = [bench_of(line.commission.seats, one.target).voting for one in asked]
    seats = tuple(
        calendar.Seat(one.person, settings.weight(one.role), one.deputies, one.voting) for one in chairs.seats
    )
    required = chairs.required
    if away := outside.ruled_out(frame.outside, line, frame.half_days):
        seats = (*seats, calendar.Seat(away.id, 0, voting=False))
        required = (*required, (away.id,))
    return calendar.Commission(
        id=name,
        team=f"T{line.team_id}" if line.team_id else name,
        rooms=rooms,
        min_days_between=line.min_days,
        quorum=needed(line.commission.reglement, max(voting, default=0)),
        seats=seats,
        sessions=tuple(asked),
        required=required,
    )


def _placed(asked: calendar.Session, frame: Frame, rooms: tuple[str, ...]) -> calendar.Session:
    known = frame.held.get(asked.id)
    if known is None or known.session.state in GONE:
        return asked
    room = known.room if known.room in rooms else rooms[0]
    there = Placement(HalfDay(known.session.sits_on, half_of(known.session.starts_at)), room)
    fixed = there if frame.is_over(asked.id) or not known.is_published else None
    return calendar.Session(asked.id, asked.start, asked.end, asked.target, pinned=fixed, previous=there)


def _rooms_of(
    line: CampaignCommission,
    rooms: Sequence[calendar.Room],
    communes: Sequence[str],
    made: dict[str, calendar.Room],
) -> tuple[str, ...]:
    """Those chosen; else those of its communes; else a room that is always free, to be found by hand."""
    known = {one.id for one in rooms}
    chosen = tuple(str(one) for one in line.rooms if str(one) in known)
    near = tuple(one.id for one in rooms if one.commune in communes)
    if chosen or near:
        return chosen or near
    name = f"R{line.commission_id}"
    made[name] = calendar.Room(name, communes[0] if communes else name)
    return (name,)


def _free(
    rooms: Iterable[calendar.Room], busy: Mapping[str, frozenset[HalfDay]]
) -> tuple[calendar.Room, ...]:
    return tuple(replace(one, busy=one.busy | busy.get(one.id, frozenset())) for one in rooms)


def _people(
    session: Session,
    members: Sequence[Member],
    chairs: Iterable[Chairs],
    frame: Frame,
    lines: Sequence[CampaignCommission],
) -> Iterable[Person]:
    """Every member, seated or not: any of them may be tried as a deputy. Names without a member are free.

    Who sits in a session beside the campaign is busy there, whatever she said of her time.
    """
    said = said_of(session, [one.id for one in members], frame.half_days)
    taken, days = outside.taken(frame.outside), frozenset(frame.half_days)
    known = {
        one.id: availability(said[one.id], frame.half_days).without(taken.get(one.id, frozenset()) & days)
        for one in members
    }
    for one in members:
        yield Person(f"M{one.id}", known[one.id].busy, known[one.id].if_needed)
    for line in lines:
        if away := outside.ruled_out(frame.outside, line, frame.half_days):
            yield away
    for seated in chairs:
        for name in seated.names:
            first, last = seated.spans.get(name, (date.min, date.max))
            out = frozenset(one for one in frame.half_days if not first <= one.day <= last)
            member = seated.members.get(name)
            if member is None:
                yield Person(name, out)
            elif name in seated.spans:
                own = known[member]
                yield Person(name, own.busy | out, own.if_needed - out)
