"""From the tables of the day to the problem of a campaign: commissions, seats, members, rooms, closed days.

Nothing here stops a plan: what is missing is said in a sentence, and the rest is planned.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions.commission_actions import bench_of
from guichet.commissions.reglement import needed
from guichet.commissions.year.models import CampaignCommission
from guichet.commissions.year.queries import GONE, Held, commissions_of, communes_of, held_sessions
from guichet.commissions.year.seats import Chairs, chairs_of, unknown_holders
from guichet.core.french import count, join_and
from guichet.scheduling.availability.half_days import availability
from guichet.scheduling.availability.models import MemberTime
from guichet.scheduling.availability.queries import said_of
from guichet.scheduling.campaigns.models import Campaign
from guichet.scheduling.campaigns.settings import empty, in_time, open_from, windows_of
from guichet.scheduling.campaigns.whatif import session_key
from guichet.scheduling.days.calendar import half_days
from guichet.scheduling.days.seeding_words import warning
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.models import Room, Team
from guichet.scheduling.places.queries import (
    closed_between,
    public_holidays,
    rooms_of_problem,
    seeded_years,
    travel_of_problem,
)
from guichet.scheduling.planning import problem as calendar
from guichet.scheduling.planning.problem import AFTERNOON, MORNING, HalfDay, Person, Placement, Problem
from guichet.territory.models import Commune

SEED, WORK_LIMIT, TIME_LIMIT_S = 1, 60.0, 120.0
BEFORE = timedelta(60)
"""Public holidays before the campaign count in the delay of its first sessions."""
NOON = 12 * 60 + 30
MOST_NAMED = 5


@dataclass
class Frame:
    """The days of a campaign, read once for all its commissions; the warnings gather as it is read."""

    campaign: Campaign
    today: date
    half_days: tuple[HalfDay, ...]
    holidays: Collection[date]
    held: Mapping[str, Held]
    """The session that stands for each key, published before or planned by hand."""
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
    rooms = rooms_of_problem(session, frame.half_days)
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
        people=tuple(_people(session, members, chairs.values(), frame)),
        rooms=(*rooms, *made.values()),
        commissions=tuple(found),
        rules=campaign.preferences.rules(),
        travel=travel_of_problem(session),
        seed=SEED,
        work_limit=WORK_LIMIT,
        time_limit_s=TIME_LIMIT_S,
    )
    about = _about(session, frame, lines, members, chairs)
    about["rooms"] |= dict.fromkeys(made, "Lieu à trouver")
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
    return Frame(
        campaign,
        today,
        half_days(first, campaign.ends_on, closed) if first <= campaign.ends_on else (),
        public_holidays(session, min(today, campaign.starts_on) - BEFORE, campaign.ends_on),
        held_sessions(session, campaign, lines),
        list(_years(session, campaign)),
    )


def half_of(starts_at: int) -> str:
    """The half-day of an hour, in minutes from midnight."""
    return MORNING if starts_at < NOON else AFTERNOON


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
    return calendar.Commission(
        id=name,
        team=f"T{line.team_id}" if line.team_id else name,
        rooms=rooms,
        min_days_between=line.min_days,
        quorum=needed(line.commission.reglement, max(voting, default=0)),
        seats=tuple(
            calendar.Seat(one.person, settings.weight(one.role), one.deputies, one.voting)
            for one in chairs.seats
        ),
        sessions=tuple(asked),
        required=chairs.required,
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


def _people(
    session: Session, members: Sequence[Member], chairs: Iterable[Chairs], frame: Frame
) -> Iterable[Person]:
    """Every member, seated or not: any of them may be tried as a deputy. Names without a member are free."""
    said = said_of(session, [one.id for one in members], frame.half_days)
    known = {one.id: availability(said[one.id], frame.half_days) for one in members}
    for one in members:
        yield Person(f"M{one.id}", known[one.id].busy, known[one.id].if_needed)
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


def _about(
    session: Session,
    frame: Frame,
    lines: Sequence[CampaignCommission],
    members: Sequence[Member],
    chairs: Mapping[int, Chairs],
) -> dict[str, Any]:
    """What the names of the problem mean, for the pages."""
    communes = {one.code: one.name for one in session.scalars(select(Commune))}
    rooms = session.scalars(select(Room).order_by(Room.id)).all()
    teams = {f"T{one.id}": one.name for one in session.scalars(select(Team))}
    names = {f"M{one.id}": one.name for one in members}
    behind = {f"M{one.id}": one.id for one in members}
    for seated in chairs.values():
        names |= seated.names
        behind |= seated.members
    return {
        "people": names,
        "members": behind,
        "rooms": {str(one.id): f"{one.name}, {communes[one.commune_code]}" for one in rooms},
        "teams": {**teams, **{f"C{line.commission_id}": line.commission.name for line in lines}},
        "commissions": {
            f"C{line.commission_id}": {
                "id": line.commission_id,
                "name": line.commission.name,
                "team": f"T{line.team_id}" if line.team_id else f"C{line.commission_id}",
                "cadence": line.cadence,
                "roles": {one.person: one.role for one in chairs[line.commission_id].seats},
            }
            for line in lines
        },
        "held": {key: one.session.id for key, one in frame.held.items()},
        "warnings": [
            *frame.warnings,
            *unknown_holders(chairs.values()),
            *_silent(session, members, chairs.values()),
        ],
    }


def _silent(session: Session, members: Sequence[Member], chairs: Iterable[Chairs]) -> Iterable[str]:
    spoken = set(session.scalars(select(MemberTime.member_id)))
    seated = {member for one in chairs for member in one.members.values()}
    silent = [one.name for one in members if one.id in seated and one.id not in spoken]
    if silent:
        shown = silent[:MOST_NAMED] + (
            [f"{len(silent) - MOST_NAMED} autres"] if len(silent) > MOST_NAMED else []
        )
        yield (
            f"{silent[0]} n’a rien dit de ses disponibilités : cette personne est supposée libre."
            if len(silent) == 1
            else f"{count(len(silent), 'membre')} n’ont rien dit de leurs disponibilités et sont supposés libres : {join_and(shown)}."
        )
